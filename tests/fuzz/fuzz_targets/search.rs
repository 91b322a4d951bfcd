//! Any bytes as a file of the search index: the reader answers or names the file.

#![no_main]

#[path = "../../it/laws.rs"]
#[allow(dead_code, reason = "the laws of other targets")]
mod laws;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| laws::a_broken_index_is_told(bytes));
