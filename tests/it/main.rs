//! One test binary; a module each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
