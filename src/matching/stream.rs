//! A log as it comes: the filter first, the rules where it finds something.
//!
//! The parts of a log may be cut anywhere; the matches and their order are the same. What has been looked at is let go,
//! so that the memory is that of some windows, however long the log and its lines.

use super::exact::MOST_BYTES;
use super::filter::Hit;
use super::held::{Around, Held};
use super::reading::Reading;
use super::{Match, Matcher, counted, fragment};
use std::collections::VecDeque;

/// How much is scanned at a time.
const CHUNK: usize = 256 * 1024;

/// A log that is looked through.
#[derive(Debug)]
pub struct Stream<'a> {
    matcher: &'a Matcher,
    held: Held,
    /// Where the filter goes on.
    scanned: u64,
    /// Fragments that were found and not yet looked at: which, and where.
    hits: VecDeque<(usize, u64)>,
    /// Matches that may be met again: signature, start and end.
    reported: Vec<(usize, u64, u64)>,
    /// The lines that were read last: the line of a fragment, and all that a match with it could reach.
    line: Option<Reading>,
    lines: Option<Reading>,
    steps: u64,
}

/// What is known of the end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// There will be more.
    Open,
    /// Nothing came for a while: lines that are whole are looked at.
    Paused,
    /// There is no more.
    Ended,
}

impl<'a> Stream<'a> {
    pub(super) fn new(matcher: &'a Matcher) -> Self {
        Self {
            matcher,
            held: Held::new(),
            scanned: 0,
            hits: VecDeque::new(),
            reported: Vec::new(),
            line: None,
            lines: None,
            steps: 0,
        }
    }

    /// Takes the next part of the log and reports the matches that are certain by now.
    pub fn feed(&mut self, bytes: &[u8], report: &mut dyn FnMut(Match)) {
        for chunk in bytes.chunks(CHUNK) {
            self.held.push(chunk);
            self.advance(Tail::Open, report);
            let oldest = self.hits.front().map_or(self.scanned, |&(_, place)| place);
            self.held.let_go(oldest.min(self.scanned));
        }
    }

    /// Reports what the lines that are there show, for a log that pauses: whoever watches it should not wait for the
    /// next line.
    pub fn pause(&mut self, report: &mut dyn FnMut(Match)) {
        self.advance(Tail::Paused, report);
    }

    /// Reports what is left at the end of the log. What is fed afterwards is another log, whose lines count from 1.
    pub fn end(&mut self, report: &mut dyn FnMut(Match)) {
        self.advance(Tail::Ended, report);
        *self = Self { steps: self.steps, ..Self::new(self.matcher) };
    }

    /// How many bytes the rules have read beyond the filter: a measure of the work that is the same on every machine.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    fn advance(&mut self, tail: Tail, report: &mut dyn FnMut(Match)) {
        self.scan(tail);
        while let Some(&(fragment, place)) = self.hits.front() {
            let Some(found) = self.look_at(fragment, place, tail) else { break };
            self.hits.pop_front();
            self.reported.retain(|&(_, _, end)| end > place);
            for found in found {
                let key = (found.signature, found.start, found.end);
                if !self.reported.contains(&key) {
                    self.reported.push(key);
                    report(found);
                }
            }
        }
    }

    /// Lets the filter see what is new.
    fn scan(&mut self, tail: Tail) {
        let bytes = self.held.bytes();
        // A fragment must be there as a whole; none goes beyond the end of a line.
        let whole = tail == Tail::Ended || bytes.last() == Some(&b'\n');
        let to = if whole { bytes.len() } else { bytes.len().saturating_sub(fragment::LONGEST) };
        let (matcher, begin) = (self.matcher, self.held.begin());
        let (hits, steps) = (&mut self.hits, &mut self.steps);
        let from = usize::try_from(self.scanned - begin).expect("what is held is in memory");
        let reached = matcher.filter.scan(bytes, from, to, &mut |hit| {
            let fragment = matcher.filter.fragment(hit.fragment);
            let signature = &matcher.signatures[fragment.signature];
            let before = signature.pieces[fragment.piece].characters[..fragment.before].iter().rev();
            if signature.insensitive || counted::can_end(bytes, hit.at, before.copied()) {
                let (possible, read) = goes_on(matcher, bytes, hit, tail);
                *steps += read as u64;
                hits.extend(possible.then_some((hit.fragment, begin + hit.at as u64)));
            }
        });
        self.scanned = begin + reached as u64;
    }

    /// The matches of a fragment's signature around it; `None` while more of the log has to be seen.
    fn look_at(&mut self, fragment: usize, place: u64, tail: Tail) -> Option<Vec<Match>> {
        let (matcher, held) = (self.matcher, &mut self.held);
        let signature = matcher.filter.fragment(fragment).signature;
        // A whole match within the line is certain, and nearly every match is one.
        let Around { range, complete } = held.line_around(place);
        if !complete && tail != Tail::Ended {
            return None;
        }
        let asked = (place, range, false);
        let (mut found, steps) = Reading::matches(&mut self.line, held, matcher, signature, asked);
        self.steps += steps;
        found.retain(|found| !found.cut);
        if !found.is_empty() {
            return Some(found);
        }
        let Around { range, complete } = held.lines_around(place);
        if !complete && tail == Tail::Open {
            return None;
        }
        let ends_log = tail == Tail::Ended && range.end == held.end();
        let asked = (place, range, ends_log);
        let (found, steps) = Reading::matches(&mut self.lines, held, matcher, signature, asked);
        self.steps += steps;
        Some(found)
    }
}

/// Whether the piece of a signature may go on after a fragment of it, and how many bytes had to be read to say so.
fn goes_on(matcher: &Matcher, bytes: &[u8], hit: Hit, tail: Tail) -> (bool, usize) {
    let fragment = matcher.filter.fragment(hit.fragment);
    let signature = &matcher.signatures[fragment.signature];
    let start = hit.at + fragment.skip;
    let (mut at, mut new_line) = (start, false);
    let mut shown = signature.pieces[..fragment.piece].iter().map(|piece| piece.characters.len()).sum::<usize>();
    shown += fragment.first;
    for &expected in &signature.pieces[fragment.piece].characters[fragment.first..] {
        loop {
            // Near the end of what is there, an escape sequence may be cut.
            if at >= bytes.len() || (tail != Tail::Ended && at + 2 * counted::LONGEST_ESCAPE > bytes.len()) {
                return (true, at - start);
            }
            let (character, after) = counted::next(bytes, at);
            new_line |= bytes[at] == b'\n';
            at = after;
            match character {
                Some(character) if signature.fold(character) == expected => break,
                Some(character) => {
                    let cut = new_line || matches!(character, '…' | '.');
                    let enough = signature.least_shown().is_some_and(|least| shown >= least);
                    return (cut && enough, at - start);
                }
                None if at - start > MOST_BYTES => return (false, at - start),
                None => {}
            }
        }
        shown += 1;
    }
    (true, at - start)
}
