//! Styled text in lines of a given width.
//!
//! Takes pieces of text with a style each, gives lines. Lines break at spaces and, in Chinese and Japanese, between
//! characters, but never before a closing mark or after an opening one.

use annotate_snippets::renderer::Style;
use unicode_width::UnicodeWidthChar;

/// Text of one style.
pub(super) struct Piece {
    /// The text; any white space in it is a space.
    pub text: String,
    /// How it looks where there is colour.
    pub style: Style,
}

/// What no line break may part.
#[derive(Default)]
struct Word {
    characters: Vec<(char, Style)>,
    width: usize,
    /// Whether a space stands before it.
    spaced: bool,
}

/// The text in lines of at most `width` columns where its words allow it.
pub(super) fn wrap(pieces: &[Piece], width: usize, colour: bool) -> Vec<String> {
    let mut lines: Vec<Vec<(char, Style)>> = vec![Vec::new()];
    let mut used = 0;
    for word in words(pieces) {
        let space = usize::from(word.spaced && used > 0);
        if used > 0 && used + space + word.width > width {
            lines.push(Vec::new());
            used = 0;
        } else if space > 0 {
            let style = word.characters[0].1;
            let line = lines.last_mut().expect("there is a line from the start");
            let before = line.last().map_or(style, |&(_, before)| before);
            line.push((' ', if before == style { style } else { Style::new() }));
            used += 1;
        }
        used += word.width;
        lines.last_mut().expect("there is a line from the start").extend(word.characters);
    }
    lines.iter().map(|line| paint(line, colour)).collect()
}

fn words(pieces: &[Piece]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut spaced = false;
    let mut last = ' ';
    for (character, style) in pieces.iter().flat_map(|piece| piece.text.chars().map(|c| (c, piece.style))) {
        if character.is_whitespace() {
            spaced = true;
        } else {
            if words.is_empty() || spaced || may_break(last, character) {
                words.push(Word { spaced, ..Word::default() });
            }
            let word = words.last_mut().expect("one was just added or there was one");
            word.width += character.width().unwrap_or(0);
            word.characters.push((character, style));
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

fn paint(line: &[(char, Style)], colour: bool) -> String {
    let mut text = String::new();
    for run in line.chunk_by(|(_, one), (_, other)| one == other) {
        let characters: String = run.iter().map(|(character, _)| character).collect();
        text.push_str(&painted(&characters, run[0].1, colour));
    }
    text
}

/// The text in a style, or as it is.
pub(super) fn painted(text: &str, style: Style, colour: bool) -> String {
    if colour && !text.is_empty() && !style.is_plain() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, expected: &[&str]) {
        let piece = Piece { text: text.to_owned(), style: Style::new() };
        assert_eq!(wrap(&[piece], width, false), expected, "{text}");
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
}
