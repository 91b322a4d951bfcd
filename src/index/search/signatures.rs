//! Signatures for the browser: which of them a log may show is told by a small filter, their texts are in shards.
//!
//! A fragment of a signature is an entry. Its key is a hash of its bytes; entries are sorted by the length of the
//! fragment and then by key. The filter holds the keys' first bits, for each length as differences in a Rice code; shard
//! number `n` holds entries `n * SHARD` and on, a signature with every fragment of it. So a browser scans a log with the
//! filter alone and asks for the shards of what it met; `templates/assets/search/signatures.js` does. Where signatures
//! are many, the first bits of the keys tell enough of a line, and a file of its own has the rest of them for long logs.

use crate::matching::{Fragment, Matcher};
use serde_json::json;

/// Entries in a shard: about 3 KB compressed.
const SHARD: usize = 96;
/// Lengths of fragments.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=7;
/// With more entries than these the filter has the first bits of keys only.
const WHOLE_KEYS: usize = 8192;
/// The version of the format.
const VERSION: u8 = 1;
/// How many bits beyond those that tell the entries from one another.
const FIRST_BITS: u32 = 6;

/// The files for the signatures of a matcher: the filter, what it leaves out of the keys, and the shards. `owners` has
/// for each signature the id of its incident, the number of its page and its text.
pub fn files(matcher: &Matcher, owners: &[(&str, usize, &str)]) -> Vec<Vec<u8>> {
    let mut entries: Vec<(usize, u32, &Fragment)> =
        matcher.fragments().iter().map(|fragment| (fragment.bytes.len(), key(&fragment.bytes), fragment)).collect();
    entries.sort_by_key(|&(length, key, fragment)| (length, key, fragment.signature));
    let bits = match entries.len() {
        0..=WHOLE_KEYS => u32::BITS,
        many => many.ilog2() + FIRST_BITS,
    };
    let rest = |key: u32| (key & !(u32::MAX << (u32::BITS - bits))).to_le_bytes();
    let rest = entries.iter().filter(|_| bits < u32::BITS).flat_map(|&(_, key, _)| rest(key).into_iter().take(2));
    let mut files = vec![filter(&entries, bits), rest.collect()];
    files.extend(entries.chunks(SHARD).map(|shard| {
        let entries = shard.iter().map(|(_, _, fragment)| {
            let (id, page, text) = &owners[fragment.signature];
            json!([id, page, text, fragment.piece, fragment.first, fragment.skip])
        });
        json!(entries.collect::<Vec<_>>()).to_string().into_bytes()
    }));
    files
}

/// A hash of bytes that differ in case only, as the browser computes it.
fn key(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(0_u32, |sum, &byte| sum.wrapping_mul(0x0100_0193).wrapping_add(u32::from(byte | 0x20)));
    sum.wrapping_mul(0x9e37_79b1)
}

/// The version of this format, entries in a shard, bits of a key; for each length how many entries it has and the
/// parameter of its code; the codes, from the lowest bit of each byte.
fn filter(entries: &[(usize, u32, &Fragment)], bits: u32) -> Vec<u8> {
    let mut head = vec![VERSION, byte(SHARD), byte(bits)];
    let mut codes = Bits::default();
    for length in LENGTHS {
        let keys =
            entries.iter().filter(|entry| entry.0 == length).map(|entry| u64::from(entry.1 >> (u32::BITS - bits)));
        let count = u32::try_from(keys.clone().count()).expect("there are far fewer than 2^32 fragments");
        let parameter = bits.saturating_sub(count.max(1).ilog2() + 1);
        head.extend(count.to_le_bytes());
        head.push(byte(parameter));
        let mut last = 0;
        for key in keys {
            codes.push_rice(key - last, parameter);
            last = key;
        }
    }
    head.append(&mut codes.bytes);
    head
}

fn byte(value: impl TryInto<u8>) -> u8 {
    value.try_into().ok().expect("it is a small constant")
}

/// Bits, from the lowest of each byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

impl Bits {
    /// As many ones as the value has multiples of `2^parameter`, a zero, and what is left in `parameter` bits.
    fn push_rice(&mut self, value: u64, parameter: u32) {
        for _ in 0..value >> parameter {
            self.push(true);
        }
        self.push(false);
        for bit in 0..parameter {
            self.push(value >> bit & 1 == 1);
        }
    }

    fn push(&mut self, bit: bool) {
        if self.length.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.length % 8);
        }
        self.length += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching;

    #[test]
    fn the_filter_has_every_fragment_in_order() {
        let texts = ["gateway startup blocked", "no space left on device", "网关未能启动"];
        let (matcher, owners) = matching::compile(texts.iter().map(|text| (("A-1", 0, *text), *text)));
        let files = files(&matcher, &owners);
        let [filter, rest, shard] = &files[..] else { panic!("{} files", files.len()) };
        assert!(rest.is_empty() && shard.starts_with(b"[[\"A-1\",0,"));
        assert_eq!(filter[..3], [VERSION, 96, 32]);
        let counts: Vec<u8> = (0..4).map(|length| filter[3 + 5 * length]).collect();
        let mut expected = [0; 4];
        for fragment in matcher.fragments() {
            expected[fragment.bytes.len() - 4] += 1;
        }
        assert_eq!(counts, expected);
    }

    #[test]
    fn keys_do_not_tell_case() {
        assert_eq!(key(b"Startup"), key(b"startUP"));
        assert_ne!(key(b"startup"), key(b"startut"));
    }

    #[test]
    fn a_rice_code_is_ones_a_zero_and_the_rest() {
        let mut bits = Bits::default();
        bits.push_rice(11, 2);
        bits.push_rice(0, 2);
        assert_eq!((bits.bytes, bits.length), (vec![0b0001_1011], 8));
    }
}
