//! The characters of a text that count (rules 2 and 3), each with its place.
//!
//! Bytes of any kind come in; what goes out is one character at a time, or nothing where bytes do not count.

/// A sequence that sets colours or moves the cursor does not have more bytes than this after its `[`.
const LONGEST_CONTROL: usize = 32;
/// A sequence that carries text, such as the address of a link, is not longer than this.
pub(super) const LONGEST_ESCAPE: usize = 1024;

const ESCAPE: char = '\u{1b}';

/// What stands at `at`: the character if it counts, and where the next one begins.
pub(super) fn next(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    match bytes[at] {
        0x1b => (None, after_escape(bytes, at + 1)),
        b'\\' => after_backslashes(bytes, at),
        byte @ (b'!'..=b'=' | b'?'..=b'{' | b'}' | b'~') => (Some(char::from(byte)), at + 1),
        0x80.. => {
            let (character, length) = decode(bytes, at);
            (counts(character), at + length)
        }
        _ => (None, at + 1),
    }
}

/// The character that `character` counts as, if it counts.
fn counts(character: char) -> Option<char> {
    match character {
        '|'
        | '>'
        | '\\'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{2500}'..='\u{257f}'
        | '\u{feff}' => None,
        '“' | '”' => Some('"'),
        '‘' | '’' => Some('\''),
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff5e}' => {
            let narrow = char::from_u32(u32::from(character) - 0xfee0).expect("full-width forms mirror ASCII");
            counts(narrow)
        }
        _ => (!character.is_whitespace() && !character.is_control()).then_some(character),
    }
}

/// The character at `at` and its length in bytes.
fn decode(bytes: &[u8], at: usize) -> (char, usize) {
    let length = match bytes[at] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let text = bytes.get(at..at + length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.and_then(|text| text.chars().next()).map_or((char::REPLACEMENT_CHARACTER, 1), |character| (character, length))
}

/// Where a terminal escape sequence ends whose `ESC` ends at `at`; `at` itself where none follows.
pub(super) fn after_escape(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..bytes.len().min(at + LONGEST_ESCAPE)];
    let length = match rest {
        [b'[', parameters @ ..] => {
            let middle = parameters.iter().take(LONGEST_CONTROL).position(|byte| !(0x20..=0x3f).contains(byte));
            middle.filter(|&end| (0x40..=0x7e).contains(&parameters[end])).map(|end| end + 2)
        }
        [b']', text @ ..] => {
            let end = text.iter().position(|byte| matches!(byte, 0x07 | 0x1b | b'\n'));
            end.and_then(|end| match &text[end..] {
                [0x07, ..] => Some(end + 2),
                [0x1b, b'\\', ..] => Some(end + 3),
                _ => None,
            })
        }
        [b'(' | b')', _, ..] => Some(2),
        _ => None,
    };
    at + length.unwrap_or(0)
}

/// Whether the characters before `at` can be `expected`, the last of them first. Escapes are read from their beginning,
/// so where there may be one, nobody can tell, and the answer is yes.
pub(super) fn can_end(bytes: &[u8], mut at: usize, expected: impl Iterator<Item = char>) -> bool {
    for expected in expected {
        loop {
            let Some(before) = at.checked_sub(1) else { return true };
            match bytes[before] {
                b' ' | b'\t' | b'\r' | b'\n' | b'|' | b'>' => at = before,
                byte if char::from(byte) == expected && byte.is_ascii() => {
                    at = before;
                    break;
                }
                b'!'..=b'~' => {
                    // The byte may belong to an escape that begins before it: `\\u001b[…m`.
                    let nearby = at.checked_sub(LONGEST_CONTROL + 8).map(|from| &bytes[from..at]);
                    return nearby.is_none_or(|nearby| nearby.iter().any(|byte| matches!(byte, 0x1b | b'\\')));
                }
                _ => return true,
            }
        }
    }
    true
}

/// What a run of backslashes stands for together with what follows it.
fn after_backslashes(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    match numbered(bytes, at) {
        Some((ESCAPE, after)) => (None, after_escape(bytes, after)),
        Some((character, after)) => (counts(character), after),
        None => {
            let after = at + backslashes(bytes, at);
            let is_space = matches!(bytes.get(after), Some(b'n' | b'r' | b't'));
            (None, after + usize::from(is_space))
        }
    }
}

/// How many backslashes stand at `at`.
pub(super) fn backslashes(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|&&byte| byte == b'\\').count()
}

/// The character whose number follows a run of backslashes at `at`, and where the next one begins.
pub(super) fn numbered(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let (unit, after) = unit(bytes, at)?;
    if let 0xd800..=0xdbff = unit {
        let low = self::unit(bytes, after).filter(|(low, _)| (0xdc00..=0xdfff).contains(low));
        if let Some((low, after)) = low {
            let character = char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
            return Some((character.expect("two surrogates are a character"), after));
        }
    }
    Some((char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), after))
}

/// The number after a run of backslashes, and where it ends.
fn unit(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let run = bytes.get(at..).map_or(0, |_| backslashes(bytes, at));
    let start = at + run + 1;
    let digits = match bytes.get(at + run) {
        Some(b'u') if run > 0 => 4,
        Some(b'x') if run > 0 => 2,
        _ => return None,
    };
    Some((number(bytes, start, digits)?, start + digits))
}

fn number(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    let text = bytes.get(at..at + digits)?;
    text.iter().try_fold(0, |number, &byte| Some(number * 16 + char::from(byte).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: impl AsRef<[u8]>, expected: &str) {
        let (bytes, mut at, mut counted) = (text.as_ref(), 0, String::new());
        while at < bytes.len() {
            let (character, after) = next(bytes, at);
            assert!(after > at, "{at} of {bytes:?}");
            counted.extend(character);
            at = after;
        }
        assert_eq!(counted, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn white_space_quoting_and_frames_do_not_count() {
        check("a b\tc\r\nd\u{a0}e\u{3000}f\0g", "abcdefg");
        check("> > a | b\n│ c │", "abc");
        check("a\u{200b}b\u{feff}c\u{ad}d", "abcd");
    }

    #[test]
    fn escape_sequences_do_not_count() {
        check("\x1b[31mred\x1b[0m\x1b(B", "red");
        check("\x1b]8;;https://example.org\x07link\x1b]8;;\x1b\\!", "link!");
        check("\\u001b[1;31mred\\x1b[0m", "red");
        check("\x1b[31", "[31");
        check("\x1b]8;;never ends\nx", "]8;;neverendsx");
    }

    #[test]
    fn escapes_of_any_depth_are_one_text() {
        for text in [r#"a "b" \c"#, r#"a \"b\" \\c"#, r#"a \\\"b\\\" \\\\c"#] {
            check(text, r#"a"b"c"#);
        }
        check(r"a\nb\\tc\\\\rd", "abcd");
        check(r"\u7f51\u5173 \u003c\\u003c \x22", "网关<<\"");
        check(r"\ud83e\udd80 \ud83e \u12", "🦀\u{fffd}u12");
    }

    #[test]
    fn wide_punctuation_and_curly_quotes_are_plain() {
        check("（１）：“ａ”‘b’｜", "(１):\"ａ\"'b'");
    }

    #[test]
    fn bytes_that_are_no_text_count_as_one_character() {
        check(b"a\xffb\xe7\xbd", "a\u{fffd}b\u{fffd}\u{fffd}");
    }
}
