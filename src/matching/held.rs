//! The part of a log that is in memory. Places are bytes of the log, counted from its beginning.

use super::exact::MOST_BYTES;
use std::ops::Range;

/// Bytes on both sides of a match that can change how it is read: an escape sequence, a long line, a word beside it.
const MARGIN: u64 = 2048;
const MOST: u64 = MOST_BYTES as u64;
/// How far from a place its surroundings may begin and end. Where lines are too long, they begin and end at multiples
/// of `MOST`, so that neighbouring places have the same.
pub(super) const REACH: u64 = MOST + MARGIN + MOST;

/// Neighbouring bytes of a log.
#[derive(Debug)]
pub(super) struct Held {
    bytes: Vec<u8>,
    begin: u64,
    /// A place, and the line that it is in, from 1.
    line: (u64, u64),
}

/// The lines around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) range: Range<u64>,
    /// Whether the last of them ends where more is held, or as far away as matters.
    pub(super) complete: bool,
}

impl Held {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), begin: 0, line: (0, 1) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn begin(&self) -> u64 {
        self.begin
    }

    pub(super) fn end(&self) -> u64 {
        self.begin + self.bytes.len() as u64
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The index of a place that is held.
    pub(super) fn index(&self, place: u64) -> usize {
        usize::try_from(place - self.begin).expect("what is held is in memory")
    }

    pub(super) fn slice(&self, range: &Range<u64>) -> &[u8] {
        &self.bytes[self.index(range.start)..self.index(range.end)]
    }

    /// The line of a place and as many before and after it as a match may have breaks.
    pub(super) fn around(&self, place: u64, breaks: usize) -> Around {
        let first = (place.saturating_sub(MOST + MARGIN) / MOST * MOST).max(self.begin);
        let last = (place + MOST + MARGIN).next_multiple_of(MOST);
        let before = self.slice(&(first..place));
        let start = before.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').nth(breaks);
        let after = self.slice(&(place..last.min(self.end())));
        let end = after.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(breaks);
        let start = start.map_or(first, |(at, _)| first + at as u64 + 1);
        let (end, complete) =
            end.map_or((place + after.len() as u64, last <= self.end()), |(at, _)| (place + at as u64 + 1, true));
        Around { range: start..end, complete }
    }

    /// The line of a place, from 1; to be asked for places of which none is far before another.
    pub(super) fn line(&mut self, place: u64) -> u64 {
        self.count_lines(place.saturating_sub(REACH));
        self.line.1 + line_ends(self.slice(&(self.line.0..place)))
    }

    /// Forgets all that is too far before a place to matter, now and then.
    pub(super) fn let_go(&mut self, place: u64) {
        let keep = place.saturating_sub(2 * REACH);
        if keep > self.begin && self.index(keep) * 2 > self.bytes.len() {
            self.count_lines(keep);
            self.bytes.drain(..self.index(keep));
            self.begin = keep;
        }
    }

    fn count_lines(&mut self, place: u64) {
        if place > self.line.0 {
            self.line = (place, self.line.1 + line_ends(self.slice(&(self.line.0..place))));
        }
    }
}

/// How many line ends there are. Sums of small blocks, which a compiler turns into wide instructions.
fn line_ends(bytes: &[u8]) -> u64 {
    bytes.chunks(255).map(|block| u64::from(block.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_also_when_their_beginning_is_gone() {
        let mut held = Held::new();
        for line in 1..=20_000 {
            let place = held.end();
            held.push(b"some words\n");
            if line % 1_000 == 0 {
                assert_eq!(held.line(place), line);
                held.let_go(place);
            }
        }
        assert!(held.begin() > 100_000 && held.bytes().len() < 200_000);
    }

    #[test]
    fn what_is_around_a_place_is_its_lines() {
        let mut held = Held::new();
        held.push(b"a\nbb\nccc\ndd\ne");
        let check = |place, breaks, expected: (Range<u64>, bool)| {
            let around = held.around(place, breaks);
            assert_eq!((around.range, around.complete), expected);
        };
        check(6, 0, (5..9, true));
        check(6, 1, (2..12, true));
        check(6, 7, (0..13, false));
        check(12, 0, (12..13, false));
    }

    #[test]
    fn of_a_long_line_neighbouring_places_have_the_same_part() {
        let mut held = Held::new();
        held.push(&vec![b'x'; 100_000]);
        let around = held.around(40_000, 0);
        assert_eq!(around, held.around(40_001, 7));
        assert!(around.complete && around.range.end - around.range.start <= 2 * REACH);
        assert!(!held.around(95_000, 0).complete);
    }
}
