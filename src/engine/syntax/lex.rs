//! The text of a program to tokens.
//!
//! A string is one token whose text includes its quotes; the parser reads its pieces, so that an interpolation may
//! hold any program.

use super::SyntaxFault;
use std::ops::Range;

/// A token and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub(super) sort: Sort,
    pub(super) text: &'s str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// `map`, `if`
    Word,
    /// `.name`
    Field,
    /// `$name`
    Variable,
    /// `@name`
    Format,
    Number,
    /// From quote to quote.
    Text,
    /// Operators, brackets and other marks.
    Mark,
    /// The end of the text.
    End,
}

/// Marks, the longest first.
const MARKS: [&str; 34] = [
    "?//", "//=", "!=", "==", "//", "|=", "+=", "-=", "*=", "/=", "%=", "<=", ">=", "..", ".", "?", "=", ";", ",", ":",
    "|", "+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]", "{", "}",
];

/// The tokens of `text`, which begins at `base` of the program, with one for the end.
pub(super) fn tokens<'s>(text: &'s str, base: usize, faults: &mut Vec<SyntaxFault>) -> Vec<Token<'s>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some((sort, length)) = token(rest) else {
            let character = rest.chars().next().map_or(1, char::len_utf8);
            if !rest.starts_with(char::is_whitespace) {
                faults.push(unexpected(&rest[..character], base + at));
            }
            at += character;
            continue;
        };
        if let Some(sort) = sort {
            tokens.push(Token { sort, text: &rest[..length], start: base + at });
        }
        at += length;
    }
    tokens.push(Token { sort: Sort::End, text: "", start: base + text.len() });
    tokens
}

fn unexpected(character: &str, start: usize) -> SyntaxFault {
    let help = match character {
        "'" => Some("strings stand in double quotes: `\"…\"`".to_owned()),
        "!" => Some("not equal is `!=`; the opposite of a condition is `… | not`".to_owned()),
        "@" | "`" | "\\" | "^" | "~" => None,
        _ if !character.is_ascii() => Some("outside strings and comments a program is plain ASCII".to_owned()),
        _ => None,
    };
    let at = start..start + character.len();
    SyntaxFault { message: format!("`{character}` means nothing in jq"), at, help, refused: false }
}

/// The token at the start of `rest` and its length; no sort for space and comments, nothing for what is no token.
fn token(rest: &str) -> Option<(Option<Sort>, usize)> {
    let first = rest.chars().next()?;
    let from =
        |start: usize, more: fn(u8) -> bool| start + rest.bytes().skip(start).take_while(|byte| more(*byte)).count();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let names = |at: usize| rest.as_bytes().get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let digit = |at: usize| rest.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    Some(match first {
        ' ' | '\t' | '\n' | '\r' => (None, from(1, |byte| byte.is_ascii_whitespace())),
        '#' => (None, rest.find('\n').unwrap_or(rest.len())),
        '"' => (Some(Sort::Text), string(rest)),
        _ if names(0) => {
            let mut end = from(1, word);
            while rest[end..].starts_with("::") && names(end + 2) {
                end = from(end + 2, word);
            }
            (Some(Sort::Word), end)
        }
        '0'..='9' => (Some(Sort::Number), number(rest)),
        '.' if digit(1) => (Some(Sort::Number), number(rest)),
        '.' if names(1) => (Some(Sort::Field), from(1, word)),
        '$' if names(1) => (Some(Sort::Variable), from(1, word)),
        '@' if names(1) => (Some(Sort::Format), from(1, word)),
        _ => {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
            (Some(Sort::Mark), mark.len())
        }
    })
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    // `1..2` is no number followed by a number, but `..` is never part of one.
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// The length of the string at the start of `rest`, interpolations with strings of their own included; all of `rest`
/// when it does not end.
fn string(rest: &str) -> usize {
    // One entry for each open interpolation: how many parentheses are open within it.
    let mut open: Vec<usize> = Vec::new();
    let mut inside = true;
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match (inside, byte) {
            (true, b'\\') => {
                if let Some((_, b'(')) = bytes.next() {
                    open.push(0);
                    inside = false;
                }
            }
            (true, b'"') if open.is_empty() => return at + 1,
            (_, b'"') => inside = !inside,
            (false, b'(') => *open.last_mut().expect("code within a string is an interpolation") += 1,
            (false, b')') => match open.last_mut() {
                Some(0) => {
                    open.pop();
                    inside = true;
                }
                Some(depth) => *depth -= 1,
                None => {}
            },
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut faults = Vec::new();
        let tokens = tokens(text, 0, &mut faults);
        let texts: Vec<&str> = tokens.iter().map(|token| token.text).filter(|text| !text.is_empty()).collect();
        assert_eq!(texts, expected, "{text}");
        assert_eq!(faults, [], "{text}");
    }

    #[test]
    fn tokens_are_those_of_jq() {
        check(".a.b[0]|=1//2", &[".a", ".b", "[", "0", "]", "|=", "1", "//", "2"]);
        check("1.5e3 .5 1. 2e", &["1.5e3", ".5", "1.", "2", "e"]);
        check("a::b $x @json ..", &["a::b", "$x", "@json", ".."]);
        check("\"a\\(\"b\\(1)\"+(2))c\" + 1 # \"", &["\"a\\(\"b\\(1)\"+(2))c\"", "+", "1"]);
        check(".a?//1", &[".a", "?//", "1"]);
        check("\"\\\"\" 1", &["\"\\\"\"", "1"]);
    }

    #[test]
    fn what_is_no_token_is_told_with_its_bytes() {
        let mut faults = Vec::new();
        tokens("'a' & §", 5, &mut faults);
        let places: Vec<_> = faults.iter().map(|fault| fault.at.clone()).collect();
        assert_eq!(places, [5..6, 7..8, 9..10, 11..13]);
    }
}
