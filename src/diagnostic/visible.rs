//! Text that a terminal may be given: what comes from a file is shown, never obeyed.
//!
//! Takes any text and gives it with control characters, escape sequences and characters that reorder or hide others
//! spelled out, as `\u{1b}`.

use std::borrow::Cow;

/// The text with every character that acts on a terminal spelled out; line ends and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    spell_out(text, |character| is_hidden(character) && !matches!(character, '\n' | '\t'))
}

/// The same for a text that must stay on one line, such as a path.
#[must_use]
pub fn visible_line(text: &str) -> Cow<'_, str> {
    spell_out(text, is_hidden)
}

/// Whether a terminal acts on the character, or shows nothing where it stands.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // marks, embeddings, overrides and isolates of direction
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // line ends that are none to most programs
            | '\u{2028}' | '\u{2029}'
            // without width: zero-width space, invisible operators, byte-order mark, annotations, tags
            | '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

fn spell_out(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if hidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_spelled_out() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(visible("\u{9b}0m \u{202e}x\u{7f}"), "\\u{9b}0m \\u{202e}x\\u{7f}");
        assert_eq!(visible("网关\n\t🦀"), "网关\n\t🦀");
        assert_eq!(visible_line("a\nb\r"), "a\\u{a}b\\u{d}");
    }
}
