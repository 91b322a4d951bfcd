//! Any bytes as a page: parsing does not panic, and every place that comes out is inside the file.

#![no_main]

#[path = "../../it/laws.rs"]
mod laws;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| laws::parses_and_every_place_is_in_its_file(&laws::site_with_page(bytes, bytes)));
