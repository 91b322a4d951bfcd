//! One test binary; a module each.

mod architecture;
mod base;
mod laws;
mod ledger;
mod printers;
mod properties;
mod rules;
mod sarif;
