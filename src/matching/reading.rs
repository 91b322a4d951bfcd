//! Some lines of a log, read once, however many signatures are looked for in them.

use super::exact::{self, Found};
use super::held::Held;
use super::window::Window;
use super::{Match, Matcher, capture};
use std::ops::Range;

/// Lines that were read, and the matches in them of the signatures that were asked for.
#[derive(Debug)]
pub(super) struct Reading {
    range: Range<u64>,
    ends_log: bool,
    window: Window,
    found: Vec<(usize, Vec<Found>)>,
}

impl Reading {
    fn new(held: &Held, range: Range<u64>, ends_log: bool) -> Self {
        let window = Window::read(held.slice(&range), ends_log);
        Self { range, ends_log, window, found: Vec::new() }
    }

    /// The matches of a signature around a place in a range of lines; `last` is what was read before and may be read
    /// again. The second value is how many bytes had to be gone through.
    pub(super) fn matches(
        last: &mut Option<Self>,
        held: &mut Held,
        matcher: &Matcher,
        signature: usize,
        (place, range, ends_log): (u64, Range<u64>, bool),
    ) -> (Vec<Match>, u64) {
        let length = range.end - range.start;
        let mut steps = 0;
        if last.as_ref().is_none_or(|last| last.range != range || last.ends_log != ends_log) {
            steps += length;
            *last = Some(Self::new(held, range, ends_log));
        }
        let reading = last.as_mut().expect("it was read just now");
        if reading.found.iter().all(|(known, _)| *known != signature) {
            steps += length;
            reading.found.push((signature, exact::matches(&reading.window, &matcher.signatures[signature])));
        }
        let found = reading.found.iter().filter(|(known, _)| *known == signature).flat_map(|(_, found)| found);
        let around = found.filter(|found| reading.place_of(found).contains(&place));
        (around.map(|found| reading.complete(held, matcher, signature, found)).collect(), steps)
    }

    /// Where in the log a match is.
    fn place_of(&self, found: &Found) -> Range<u64> {
        let bytes = self.window.bytes_of(&found.range());
        self.range.start + bytes.start as u64..self.range.start + bytes.end as u64
    }

    fn complete(&self, held: &mut Held, matcher: &Matcher, signature: usize, found: &Found) -> Match {
        let Range { start, end } = self.place_of(found);
        let bytes = held.slice(&self.range);
        let captures = capture::captures(bytes, &self.window, &matcher.signatures[signature], found);
        Match { signature, line: held.line(start), start, end, cut: found.cut, shown: found.shown, captures }
    }
}
