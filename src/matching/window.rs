//! A part of a log as the rules see it: its characters that count, its line breaks, and where it may be cut.

use super::counted;
use std::ops::Range;

/// Longest line, in characters, that may have been wrapped.
const WIDEST: usize = 400;
/// Most breaks that a variable part holds.
const MOST_BREAKS: usize = 2;
/// How many characters of a line may hold the date or time that begins an entry.
const HEAD: usize = 40;

/// Some lines of a log.
#[derive(Debug)]
pub(super) struct Window {
    /// The characters that count.
    pub(super) characters: Vec<char>,
    /// The bytes of each.
    pub(super) places: Vec<Range<u32>>,
    /// Before which characters the log may break off: at an ellipsis, at the end of a line, at its own end.
    pub(super) marks: Vec<usize>,
    breaks: Vec<Break>,
    length: u32,
}

/// The end of a line.
#[derive(Debug)]
struct Break {
    /// The character that is the first after it.
    at: usize,
    /// Whether a variable part may go on in the next line, and up to which byte of it: the one where a date begins.
    until: Option<u32>,
}

impl Window {
    /// Reads bytes that begin at the beginning of a line, or so far before what is looked for that it does not matter.
    pub(super) fn read(bytes: &[u8], ends_log: bool) -> Self {
        let (mut characters, mut places) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
        let (mut breaks, mut line, mut at) = (Vec::new(), 0, 0);
        while at < bytes.len() {
            let (character, after) = counted::next(bytes, at);
            if let Some(character) = character {
                characters.push(character);
                places.push(offset(at)..offset(after));
            } else if bytes[at] == b'\n' {
                let until = wrapped(&bytes[line..at], &bytes[after..]).map(|until| offset(after + until));
                breaks.push(Break { at: characters.len(), until });
                line = after;
            }
            at = after;
        }
        let marks = marks(&characters, &breaks, ends_log);
        Self { characters, places, marks, breaks, length: offset(bytes.len()) }
    }

    /// Whether a variable part may reach from the character `from` up to the character `to`. The break right before
    /// `to` is a part of it unless the log is cut there.
    pub(super) fn may_span(&self, from: usize, to: usize, cut: bool) -> bool {
        let first = self.breaks.partition_point(|wrap| wrap.at < from);
        let end = self.places.get(to).map_or(self.length, |place| place.start);
        let inside = self.breaks[first..].iter().take_while(|wrap| wrap.at < to || (wrap.at == to && !cut));
        let mut count = 0;
        for wrap in inside {
            count += 1;
            if count > MOST_BREAKS || wrap.until.is_none_or(|until| until < end) {
                return false;
            }
        }
        true
    }

    /// How many line ends lie inside a range of characters.
    pub(super) fn breaks_in(&self, range: &Range<usize>) -> usize {
        let before = |at: usize| self.breaks.partition_point(|wrap| wrap.at < at);
        before(range.end) - before(range.start + 1)
    }

    /// The bytes of a range of characters.
    pub(super) fn bytes_of(&self, range: &Range<usize>) -> Range<usize> {
        self.places[range.start].start as usize..self.places[range.end - 1].end as usize
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a window is far smaller than 4 GiB")
}

fn marks(characters: &[char], breaks: &[Break], ends_log: bool) -> Vec<usize> {
    let dots = |at: usize| characters[at..].starts_with(&['.', '.', '.']) && (at == 0 || characters[at - 1] != '.');
    let ellipses = (0..characters.len()).filter(|&at| characters[at] == '…' || dots(at));
    let mut marks: Vec<usize> = ellipses.chain(breaks.iter().map(|wrap| wrap.at)).collect();
    marks.extend(ends_log.then_some(characters.len()));
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// Up to which byte of what follows a line a variable part may go on from it, if it may at all (rule 5).
fn wrapped(line: &[u8], following: &[u8]) -> Option<usize> {
    let short = |line: &[u8]| line.iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count() <= WIDEST;
    let next = following.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let (before, after) = (first_word(line), first_word(next));
    let wrapped = short(line) && !after.is_empty() && before != after;
    wrapped.then(|| time(&next[..next.len().min(HEAD)]).unwrap_or(following.len()))
}

/// The first run of characters that count, of those among the first of a line.
fn first_word(line: &[u8]) -> Vec<char> {
    let (mut word, mut at) = (Vec::new(), 0);
    while at < line.len() && word.len() < HEAD {
        let (character, after) = counted::next(line, at);
        match character {
            Some(character) => word.push(character),
            None if !word.is_empty() => break,
            None => {}
        }
        at = after;
    }
    word
}

/// Where a date or a time of day stands in the head of a line.
fn time(head: &[u8]) -> Option<usize> {
    let digits = |text: &[u8], pattern: &[u8]| {
        let same = |(byte, form): (&u8, &u8)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        };
        text.len() == pattern.len() && text.iter().zip(pattern).all(same)
    };
    [&b"0000-00-00"[..], b"0000/00/00", b"00:00"]
        .iter()
        .filter_map(|pattern| head.windows(pattern.len()).position(|text| digits(text, pattern)))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, second: &str, wraps: bool) {
        // What goes on after a second line stands at its end.
        let until = wrapped(first.as_bytes(), second.as_bytes());
        assert_eq!(until.is_some_and(|until| until >= second.len()), wraps, "{first:?}, {second:?}");
    }

    #[test]
    fn a_line_that_begins_an_entry_continues_none() {
        check("from flag: [fd://], from file:", "[tcp://127.0.0.1:2376])", true);
        check("> from flag: [fd://], from", "> file: [tcp://127.0.0.1:2376])", true);
        for entry in [
            "2026-04-16T06:15:03.402+08:00 info",
            "2026/06/14 [emerg]",
            "Jun 14 01:22:09 edge2 nginx[30112]:",
            "openclaw-1  | {\"ts\": \"2026-04-16\"}",
            "E0512 10:00:00.000001 1 main.go:12] x",
            "\u{1b}[90m06:15:03\u{1b}[0m x",
        ] {
            check("model a", entry, false);
        }
        check("nginx: [warn] a", "nginx: [emerg] b", false);
        check("a", "", false);
        check("a", " \nb", false);
        check("token a", "expired at a time in a far land, not before 12:00", true);
        check(&"x ".repeat(200), "b", true);
        check(&"x ".repeat(201), "b", false);
    }

    #[test]
    fn a_log_may_be_cut_at_an_ellipsis_and_at_every_end() {
        let window = Window::read("ab…c\nd....\ne".as_bytes(), true);
        assert_eq!(window.marks, [2, 4, 5, 9, 10]);
        assert_eq!(Window::read(b"a\n", true).marks, [1]);
        assert_eq!(Window::read(b"a\nb", false).marks, [1]);
    }
}
