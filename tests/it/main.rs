//! One test binary; a module each.

mod laws;
mod properties;
mod sarif;
