//! One test binary; a module each.

mod architecture;
mod base;
mod child;
mod cli;
mod disk;
mod engine;
mod golden;
mod laws;
mod printers;
mod properties;
mod rules;
mod same_bytes;
mod sarif;
mod serve;
mod worker;
