//! One test binary; a module each.

mod architecture;
mod base;
mod catalog;
mod child;
mod cli;
mod disk;
mod engine;
mod explain;
mod golden;
mod laws;
mod ledger;
mod permanence;
mod printers;
mod properties;
mod readme;
mod rules;
mod same_bytes;
mod sarif;
mod serve;
mod worker;
