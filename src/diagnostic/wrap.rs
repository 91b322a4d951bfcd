//! Styled text in lines of a given width.
//!
//! Takes pieces of text with a style each, gives lines. Lines break at spaces and, in Chinese and Japanese, between
//! characters, but never before a closing mark or after an opening one.

use super::explain::Look;
use annotate_snippets::renderer::Style;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// Text of one style.
#[derive(Default)]
pub(super) struct Piece {
    /// The text; any white space in it is a space.
    pub text: String,
    /// How it looks where there is colour.
    pub style: Style,
    /// Where it leads, where the terminal takes links.
    pub link: Option<String>,
}

/// A character, and which piece it is from; a space between two pieces is from none.
type Character = (char, Option<usize>);

/// What no line break may part.
#[derive(Default)]
struct Word {
    characters: Vec<Character>,
    width: usize,
    /// Whether a space stands before it.
    spaced: bool,
}

/// The text in lines of at most `width` columns where its words allow it.
pub(super) fn wrap(pieces: &[Piece], width: usize, look: Look) -> Vec<String> {
    let mut lines: Vec<Vec<Character>> = vec![Vec::new()];
    let mut used = 0;
    for word in words(pieces) {
        let space = usize::from(word.spaced && used > 0);
        if used > 0 && used + space + word.width > width {
            lines.push(Vec::new());
            used = 0;
        } else if space > 0 {
            let piece = word.characters[0].1;
            let line = lines.last_mut().expect("there is a line from the start");
            let before = line.last().map_or(piece, |&(_, before)| before);
            line.push((' ', piece.filter(|_| before == piece)));
            used += 1;
        }
        used += word.width;
        lines.last_mut().expect("there is a line from the start").extend(word.characters);
    }
    lines.iter().map(|line| paint(line, pieces, look)).collect()
}

fn words(pieces: &[Piece]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut spaced = false;
    let mut last = ' ';
    let characters = pieces.iter().enumerate().flat_map(|(at, piece)| piece.text.chars().map(move |c| (c, Some(at))));
    for (character, piece) in characters {
        if character.is_whitespace() {
            spaced = true;
        } else {
            if words.is_empty() || spaced || may_break(last, character) {
                words.push(Word { spaced, ..Word::default() });
            }
            let word = words.last_mut().expect("one was just added or there was one");
            word.width += character.width().unwrap_or(0);
            word.characters.push((character, piece));
            spaced = false;
        }
        last = character;
    }
    words
}

/// Whether a line may end between two characters without a space.
fn may_break(before: char, after: char) -> bool {
    let wide = |character: char| character.width() == Some(2);
    (wide(before) || wide(after))
        && !matches!(before, '（' | '「' | '『' | '【' | '《' | '(' | '[' | '`' | '<')
        && !matches!(after, '、' | '。' | '，' | '：' | '；' | '！' | '？' | '）' | '」' | '』' | '】' | '》')
        && !matches!(after, ',' | '.' | ':' | ';' | '!' | '?' | ')' | ']' | '`' | '>')
}

fn paint(line: &[Character], pieces: &[Piece], look: Look) -> String {
    let mut text = String::new();
    for run in line.chunk_by(|(_, one), (_, other)| one == other) {
        let characters: String = run.iter().map(|(character, _)| character).collect();
        let Some(piece) = run[0].1.and_then(|at| pieces.get(at)) else {
            text.push_str(&characters);
            continue;
        };
        let painted = painted(&characters, piece.style, look);
        match piece.link.as_ref().filter(|_| look.links) {
            Some(address) => text.push_str(&linked(&painted, address)),
            None => text.push_str(&painted),
        }
    }
    text
}

/// The text in a style, or as it is.
pub(super) fn painted(text: &str, style: Style, look: Look) -> String {
    let plain = !look.colour || text.is_empty() || style.is_plain();
    if plain { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

/// The text as a link that a terminal can open (OSC 8); an address is made of printable ASCII alone there.
fn linked(text: &str, address: &str) -> String {
    let mut url = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("a string takes every text");
        }
    }
    format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, expected: &[&str]) {
        let piece = Piece { text: text.to_owned(), ..Piece::default() };
        assert_eq!(wrap(&[piece], width, Look::plain(width)), expected, "{text}");
    }

    #[test]
    fn lines_break_where_a_reader_expects_it() {
        check("one two three", 7, &["one two", "three"]);
        check("one\n  two", 20, &["one two"]);
        check("unbreakable", 4, &["unbreakable"]);
        check("网关连接失败。", 8, &["网关连接", "失败。"]);
        check("网关连接。失败", 8, &["网关连", "接。失败"]);
        check("看 `jq` 的输出", 8, &["看 `jq`", "的输出"]);
        check("", 8, &[""]);
    }

    #[test]
    fn a_link_is_closed_at_the_end_of_each_line() {
        let link = Some("https://example.org/网".to_owned());
        let pieces = [Piece { text: "a link".to_owned(), link, ..Piece::default() }];
        let look = Look { links: true, ..Look::plain(4) };
        let (open, close) = ("\u{1b}]8;;https://example.org/%E7%BD%91\u{1b}\\", "\u{1b}]8;;\u{1b}\\");
        assert_eq!(wrap(&pieces, 4, look), [format!("{open}a{close}"), format!("{open}link{close}")]);
    }
}
