//! One test binary; a module each.

mod architecture;
mod child;
mod disk;
mod laws;
mod properties;
mod serve;
