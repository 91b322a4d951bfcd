//! Finds fragments in bytes, many at once, at several bytes a step.
//!
//! Four bytes at a time are looked up in a table of bits; where the bit is set, in a list; where the list agrees, the
//! fragment is compared. A fragment of `n` bytes has `n - 3` such fours. When the shortest has `s` of them, it is enough
//! to look at every `s`-th place, and to know `s` neighbouring fours of each fragment. The number of fragments decides
//! only how many bits are set.

use super::fragment::{Fragment, LONGEST, key};

/// Bits for each four bytes that are known.
const BITS_FOR_EACH: usize = 64;

/// Fragments, ready to be looked for.
#[derive(Debug)]
pub(super) struct Filter {
    fragments: Vec<Fragment>,
    /// What of each fragment is compared with a log, side by side in memory.
    needles: Vec<Needle>,
    /// How far the places are apart that are looked at.
    step: usize,
    bits: Vec<u64>,
    /// The known fours, sorted by the place of their bit and then by themselves.
    known: Vec<Known>,
    /// For each range of 64 bits, where its fours begin in `known`.
    begins: Vec<u32>,
    shift: u32,
}

/// A fragment as it is compared.
#[derive(Debug, Clone, Copy)]
struct Needle {
    bytes: [u8; LONGEST],
    length: u8,
    insensitive: bool,
    /// Whether the piece goes on, and by which byte if it goes on by ASCII.
    next: Option<u8>,
}

/// Four bytes of a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    bit: u32,
    key: u32,
    fragment: u32,
    offset: u32,
}

/// A place where a fragment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the fragment.
    pub(super) fragment: usize,
    /// Its first byte.
    pub(super) at: usize,
}

impl Filter {
    pub(super) fn new(fragments: &[Fragment]) -> Self {
        let step = fragments.iter().map(|fragment| fragment.bytes.len() - 3).min().unwrap_or(1);
        let size = (fragments.len() * step * BITS_FOR_EACH).next_power_of_two().clamp(1 << 12, 1 << 22);
        let shift = 32 - size.trailing_zeros();
        let mut known = Vec::with_capacity(fragments.len() * step);
        for (index, fragment) in fragments.iter().enumerate() {
            for offset in rarest(fragment, step) {
                let key = key(&fragment.bytes[offset..]);
                let (bit, fragment, offset) = (place(key, shift), number(index), number(offset));
                known.push(Known { bit, key, fragment, offset });
            }
        }
        known.sort_unstable();
        let mut bits = vec![0_u64; size / 64];
        for four in &known {
            bits[four.bit as usize / 64] |= 1 << (four.bit % 64);
        }
        let begin = |word: usize| number(known.partition_point(|four| (four.bit as usize) < word * 64));
        let begins = (0..=bits.len()).map(begin).collect();
        let needles = fragments.iter().map(Needle::of).collect();
        Self { fragments: fragments.to_vec(), needles, step, bits, known, begins, shift }
    }

    pub(super) fn fragment(&self, index: usize) -> &Fragment {
        &self.fragments[index]
    }

    pub(super) fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// Reports every fragment of which the scan meets four bytes at `from` or a multiple of the step after it, as long
    /// as the fragment ends in `bytes`; says where the scan has to go on. Fragments may begin before `from`.
    pub(super) fn scan(&self, bytes: &[u8], from: usize, to: usize, found: &mut impl FnMut(Hit)) -> usize {
        if from >= to {
            return from;
        }
        let places = bytes.get(from..(to + 3).min(bytes.len())).unwrap_or_default();
        let mut at = from;
        for four in places.windows(4).step_by(self.step) {
            let key = key(four);
            let bit = place(key, self.shift);
            if self.bits[bit as usize / 64] >> (bit % 64) & 1 == 1 {
                self.compare(bytes, at, key, bit, found);
            }
            at += self.step;
        }
        at
    }

    #[cold]
    fn compare(&self, bytes: &[u8], at: usize, key: u32, bit: u32, found: &mut impl FnMut(Hit)) {
        let word = bit as usize / 64;
        let list = &self.known[self.begins[word] as usize..self.begins[word + 1] as usize];
        for known in list.iter().filter(|known| known.key == key) {
            let Some(start) = at.checked_sub(known.offset as usize) else { continue };
            if self.needles[known.fragment as usize].stands_at(&bytes[start..]) {
                found(Hit { fragment: known.fragment as usize, at: start });
            }
        }
    }
}

impl Needle {
    fn of(fragment: &Fragment) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[..fragment.bytes.len()].copy_from_slice(&fragment.bytes);
        let next = fragment.next.map(|next| u8::try_from(next).ok().filter(u8::is_ascii).unwrap_or(0));
        let length = u8::try_from(fragment.bytes.len()).expect("a fragment is short");
        Self { bytes, length, insensitive: fragment.insensitive, next }
    }

    /// Whether a text begins with the fragment, and what follows does not forbid that the piece goes on: a letter or
    /// a digit right after it always stands for itself.
    fn stands_at(&self, text: &[u8]) -> bool {
        let length = usize::from(self.length);
        let Some((start, rest)) = text.split_at_checked(length) else { return false };
        let fragment = &self.bytes[..length];
        let same = |a: u8, b: u8| a == b || (self.insensitive && a.eq_ignore_ascii_case(&b));
        let goes_on = || match (self.next, rest.first()) {
            (Some(next), Some(&byte)) if byte.is_ascii_alphanumeric() => same(byte, next),
            _ => true,
        };
        start.iter().zip(fragment).all(|(&a, &b)| same(a, b)) && goes_on()
    }
}

/// The `step` neighbouring fours of a fragment that the fewest signatures have.
fn rarest(fragment: &Fragment, step: usize) -> std::ops::Range<usize> {
    let sum = |from: usize| fragment.shared[from..from + step].iter().sum::<usize>();
    let best = (0..=fragment.shared.len() - step).min_by_key(|&from| sum(from)).unwrap_or(0);
    best..best + step
}

/// The bit of four bytes, by multiplication with the golden ratio.
fn place(key: u32, shift: u32) -> u32 {
    key.wrapping_mul(0x9e37_79b1) >> shift
}

fn number(value: usize) -> u32 {
    u32::try_from(value).expect("there are far fewer than 2^32 fragments")
}

#[cfg(test)]
mod tests {
    use super::super::{Signature, fragment};
    use super::*;

    fn check(signatures: &[&str], log: &str, expected: &[&str]) {
        let signatures: Vec<Signature> = signatures.iter().map(|text| Signature::parse(text).unwrap()).collect();
        let filter = Filter::new(&fragment::of(&signatures));
        for first in 0..filter.step {
            let mut texts = Vec::new();
            filter.scan(log.as_bytes(), first, log.len(), &mut |hit| {
                texts.push(&log[hit.at..hit.at + filter.fragment(hit.fragment).bytes.len()]);
            });
            assert_eq!(texts, expected, "from {first} in steps of {}", filter.step);
        }
    }

    #[test]
    fn a_fragment_is_found_wherever_the_scan_begins() {
        check(&["startup blocked"], "xxxx startup was blocked", &["startup", "blocked"]);
        check(&["startup blocked"], "xxxx STARTUP was start", &[]);
        check(&["(?i)Startup Blocked"], "xxxx STARTUP was blocked", &["STARTUP", "blocked"]);
        check(&["startup blocked", "lost all hope"], "xxxx startup, lost hope", &["startup", "lost", "hope"]);
    }
}
