//! One test binary; a module each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod base;
mod catalog;
mod child;
mod cli;
mod content;
mod disk;
mod doctor;
mod engine;
mod engine_of_pages;
mod explain;
mod follow;
mod formats;
mod golden;
mod laws;
mod ledger;
mod manual;
mod matching;
mod paste;
mod permanence;
mod printers;
mod properties;
mod readme;
mod rounds;
mod rule_pages;
mod rules;
mod same_bytes;
mod sarif;
mod schema;
mod search;
mod secrets;
mod serve;
mod translation;
mod verify;
mod worker;
