//! One test binary; a module each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod base;
mod catalog;
mod child;
mod disk;
mod explain;
mod golden;
mod laws;
mod ledger;
mod permanence;
mod printers;
mod properties;
mod rules;
mod sarif;
mod serve;
