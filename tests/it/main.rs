//! One test binary; a module each.

mod architecture;
mod base;
mod laws;
mod printers;
mod properties;
mod rules;
mod sarif;
