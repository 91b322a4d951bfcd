//! The part of a file that a finding shows: the marked lines, made safe and short.
//!
//! Takes a file and a range of its bytes, gives text and the range of that text to underline. Whatever the file
//! holds (no UTF-8, escape sequences, a line of a megabyte), the text is a few short lines that a terminal may be
//! given.

use super::visible::{is_hidden, visible};
use crate::source::Source;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// How wide a line may be before it is cut.
const WIDTH: usize = 120;
/// What is kept before the mark in a line that is cut.
const BEFORE: usize = 30;
/// No character of a line is looked at that is farther from the mark than this many bytes: a character has up to
/// four, and some have no width.
const REACH: usize = 8 * WIDTH;

/// Lines of a file, and what to underline in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The number of the first line.
    pub first_line: usize,
    /// The lines, without a line end after the last.
    pub text: String,
    /// The range of `text` to underline; empty for a place between two characters.
    pub mark: Range<usize>,
}

impl Excerpt {
    /// The lines that `range` touches. A line end at the range's end is not part of it.
    pub fn new(source: &Source, range: Range<usize>) -> Self {
        let bytes = source.bytes();
        let text_start = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let start = range.start.clamp(text_start, bytes.len());
        let mut end = range.end.clamp(start, bytes.len());
        while end > start && matches!(bytes[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        let from = bytes[..start].iter().rposition(|&byte| byte == b'\n').map_or(text_start, |at| at + 1);
        let to = bytes[end..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| end + at);

        let mut excerpt = Self { first_line: source.locate(start).line, text: String::new(), mark: 0..0 };
        let mut at = from;
        for line in bytes[from..to].split(|&byte| byte == b'\n') {
            let line_end = at + line.len();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (first, last) = (at == from, line_end == to);
            if !first {
                excerpt.text.push('\n');
            }
            let marked_from = if first { start - at } else { 0 };
            let marked_to = if last { end - at } else { line.len() };
            let focus = if first { marked_from } else { marked_to };
            let shown = excerpt.push_line(line, focus.min(line.len()), marked_from..marked_to);
            if first {
                excerpt.mark.start = shown.start;
            }
            excerpt.mark.end = shown.end.max(excerpt.mark.start);
            at = line_end + 1;
        }
        excerpt
    }

    /// Adds a line, cut around `focus` when it is long; gives where `marked` of the line is in the text.
    fn push_line(&mut self, line: &[u8], focus: usize, marked: Range<usize>) -> Range<usize> {
        let from = boundary(line, focus.saturating_sub(REACH));
        let to = boundary(line, (focus + REACH).min(line.len()));
        let pieces = pieces(line, from, to);
        let middle = pieces.partition_point(|piece| piece.at < focus);

        let mut shown = 0..pieces.len();
        if from > 0 || to < line.len() || width(&pieces) > WIDTH {
            let room_after = WIDTH - width(&pieces[..middle]).min(BEFORE);
            shown.end = middle + fitting(pieces[middle..].iter(), room_after);
            let room_before = WIDTH - width(&pieces[middle..shown.end]);
            shown.start = middle - fitting(pieces[..middle].iter().rev(), room_before);
        }

        let mut place = self.text.len()..self.text.len();
        if from > 0 || shown.start > 0 {
            self.text.push('…');
        }
        place.start = self.text.len();
        for piece in &pieces[shown.clone()] {
            if piece.at < marked.start {
                place.start += piece.text.len();
            }
            self.text.push_str(&piece.text);
            if piece.at < marked.end {
                place.end = self.text.len();
            }
        }
        if to < line.len() || shown.end < pieces.len() {
            self.text.push('…');
        }
        place.start..place.end.max(place.start)
    }
}

/// A character of a line as it is shown.
struct Piece {
    /// Where it begins in the line.
    at: usize,
    text: String,
    width: usize,
}

fn pieces(line: &[u8], from: usize, to: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = from;
    for chunk in line[from..to].utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let text = visible(character.encode_utf8(&mut buffer)).into_owned();
            let width = match character {
                '\t' => 4,
                _ if is_hidden(character) => text.len(),
                _ => character.width().unwrap_or(1),
            };
            pieces.push(Piece { at, text, width });
            at += character.len_utf8();
        }
        if !chunk.invalid().is_empty() {
            pieces.push(Piece { at, text: '\u{fffd}'.to_string(), width: 1 });
            at += chunk.invalid().len();
        }
    }
    pieces
}

fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.width).sum()
}

/// How many of the pieces fit into `room`.
fn fitting<'a>(pieces: impl Iterator<Item = &'a Piece>, room: usize) -> usize {
    pieces
        .scan(0, |used, piece| {
            *used += piece.width;
            (*used <= room).then_some(())
        })
        .count()
}

/// The start of the character that `offset` is in.
fn boundary(line: &[u8], offset: usize) -> usize {
    let continues = |at: usize| at < line.len() && line[at] & 0b1100_0000 == 0b1000_0000;
    (offset.saturating_sub(3)..=offset).rev().find(|&at| !continues(at)).unwrap_or(offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    fn check(bytes: &[u8], range: Range<usize>, expected: (usize, &str, &str)) {
        let mut tree = Tree::default();
        tree.add("a", bytes);
        let excerpt = Excerpt::new(tree.file(tree.find("a").unwrap()), range);
        let marked = &excerpt.text[excerpt.mark.clone()];
        assert_eq!((excerpt.first_line, excerpt.text.as_str(), marked), expected, "{bytes:?}");
    }

    #[test]
    fn only_the_marked_lines_are_shown() {
        check(b"", 0..0, (1, "", ""));
        check(b"ab\ncd\nef", 3..4, (2, "cd", "c"));
        check(b"ab\r\ncd\r\n", 4..8, (2, "cd", "cd"));
        check(b"ab\r\ncd", 2..3, (1, "ab", ""));
        check(b"ab\n", 3..3, (2, "", ""));
        check(b"ab\ncd\nef", 1..7, (1, "ab\ncd\nef", "b\ncd\ne"));
        check(b"ab\n", 70..90, (2, "", ""));
        check("\u{feff}ab".as_bytes(), 0..4, (1, "ab", "a"));
        check("网关 x".as_bytes(), 3..6, (1, "网关 x", "关"));
        check(b"\n\n\n", 1..3, (2, "", ""));
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        check(b"a\x1b[2Jb", 1..2, (1, "a\\u{1b}[2Jb", "\\u{1b}"));
        check(b"a\xff\xfeb", 1..2, (1, "a\u{fffd}\u{fffd}b", "\u{fffd}"));
        check("a\u{202e}b".as_bytes(), 4..5, (1, "a\\u{202e}b", "b"));
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let line = format!("{}MARK{}", "a".repeat(1_000_000), "b".repeat(1_000_000));
        let shown = format!("…{}MARK{}…", "a".repeat(30), "b".repeat(86));
        check(line.as_bytes(), 1_000_000..1_000_004, (1, &shown, "MARK"));

        let line = "网".repeat(1000);
        let shown = format!("{}…", "网".repeat(60));
        check(line.as_bytes(), 0..3000, (1, &shown, &"网".repeat(60)));

        let line = format!("{}x", "a".repeat(500));
        let shown = format!("…{}x", "a".repeat(119));
        check(line.as_bytes(), 500..501, (1, &shown, "x"));
    }
}
