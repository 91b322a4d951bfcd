//! One test binary; a module each.

mod laws;
mod printers;
mod properties;
mod sarif;
