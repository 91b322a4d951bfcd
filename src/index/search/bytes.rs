//! Numbers and sorted words as bytes, and back: what comes in may be anything, and is never trusted.

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use std::io::{Read, Write};

/// The largest file that a reader unpacks.
const LIMIT: u64 = 64 << 20;

/// Appends a number, seven bits a byte, the low ones first.
pub fn put(bytes: &mut Vec<u8>, mut number: usize) {
    let low = |number: usize| (number & 0x7f).to_le_bytes()[0];
    while number >= 0x80 {
        bytes.push(low(number) | 0x80);
        number >>= 7;
    }
    bytes.push(low(number));
}

/// Appends a word as what it shares with the one before and the rest.
pub fn put_word(bytes: &mut Vec<u8>, before: &str, word: &str) {
    let shared = before.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    put(bytes, shared);
    put_text(bytes, &word.as_bytes()[shared..]);
}

/// Appends a length and bytes.
pub fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put(bytes, text.len());
    bytes.extend_from_slice(text);
}

/// What is left of bytes that are read from their beginning.
#[derive(Clone, Copy)]
pub struct Bytes<'b>(pub &'b [u8]);

impl<'b> Bytes<'b> {
    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next number, of at most 32 bits.
    pub fn number(&mut self) -> Option<usize> {
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok().map(|number| number as usize);
            }
        }
        None
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next length and so many bytes.
    pub fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    /// The next word, written over the one before.
    pub fn word(&mut self, word: &mut Vec<u8>) -> Option<()> {
        let shared = self.number()?;
        let rest = self.text()?;
        (shared <= word.len()).then(|| {
            word.truncate(shared);
            word.extend_from_slice(rest);
        })
    }
}

/// The bytes as a gzip member without name and time.
#[must_use]
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzBuilder::new().write(Vec::with_capacity(bytes.len() / 2), Compression::new(6));
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("memory takes every byte")
}

/// The bytes of a gzip file; `None` when it is not one, not whole, or far too large.
pub fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(packed).take(LIMIT + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LIMIT).then_some(bytes)
}
