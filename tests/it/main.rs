//! One test binary; a module each.

mod architecture;
mod laws;
mod printers;
mod properties;
mod sarif;
