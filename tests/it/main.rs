//! One test binary; a module each.

mod architecture;
mod laws;
mod properties;
