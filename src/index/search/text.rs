//! Text into terms: the same function for pages and for what a reader types, and the same in `terms.js`.
//!
//! In comes any text, out come terms one by one in the order of the text, each with its [`Kind`]. The steps are rules 1
//! to 5 of the [format](super).

use super::fold::fold;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word, or one of the words that an identifier is made of.
    Word,
    /// An identifier as a whole.
    Whole,
    /// A number of at most five digits, or a version.
    Number,
    /// Two characters of a script without spaces, next to one another.
    Pair,
    /// A character of such a script that stands alone.
    Single,
}

/// The longest term in bytes; longer ones are no terms.
const LONGEST: usize = 48;

/// Calls `term` for every term of a text.
pub fn terms(text: &str, term: &mut impl FnMut(&str, Kind)) {
    let text = normal(text);
    let mut scanner = Scanner { term, small: String::new() };
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let length = if is_ideographic(first) {
            let length = rest.find(|c| !is_ideographic(c)).unwrap_or(rest.len());
            scanner.run(&rest[..length]);
            length
        } else if is_chunk(first) {
            let length = chunk_length(rest);
            scanner.chunk(&rest[..length]);
            length
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
}

/// Calls `term` for every character of a text that is of a script without spaces and has a neighbour of it: titles are
/// found by one character, too.
pub fn singles(text: &str, term: &mut impl FnMut(&str, Kind)) {
    let text = normal(text);
    for run in text.split(|c| !is_ideographic(c)).filter(|run| run.chars().nth(1).is_some()) {
        let mut buffer = [0; 4];
        run.chars().for_each(|c| term(c.encode_utf8(&mut buffer), Kind::Single));
    }
}

/// The text in compatibility form, in which full-width letters are the usual ones, and in simplified characters.
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    // The sign of a negative number, as a word processor writes it.
    let fold = |c: char| if c == '\u{2212}' { '-' } else { fold(c) };
    let is_normal = is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    if is_normal && text.chars().all(|c| fold(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().map(fold).collect())
}

/// A character of a script that is written without spaces.
pub fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
 | '\u{20000}'..='\u{3ffff}')
}

fn is_joint(c: char) -> bool {
    matches!(c, '_' | '.' | '-' | ':' | '/' | '@' | '\\')
}

fn is_chunk(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || is_joint(c)
    } else {
        c.is_alphanumeric() && !is_ideographic(c) && !('\u{e000}'..='\u{ffff}').contains(&c)
    }
}

/// Where the run of letters, digits and joints that a text begins with ends: `://` and `..` end it, too.
fn chunk_length(text: &str) -> usize {
    let end = text.find(|c| !is_chunk(c)).unwrap_or(text.len());
    let chunk = &text[..end];
    let cut = |mark: &str| chunk.find(mark).map(|at| at + mark.len());
    let cuts = [cut("://"), cut("..")];
    cuts.into_iter().flatten().min().unwrap_or(end)
}

struct Scanner<'t, F> {
    term: &'t mut F,
    small: String,
}

impl<F: FnMut(&str, Kind)> Scanner<'_, F> {
    /// A run of ideographs: its pairs, or the one that it is.
    fn run(&mut self, run: &str) {
        let mut starts = run.char_indices().map(|(at, _)| at);
        let mut before = starts.next().unwrap_or(0);
        let Some(mut at) = starts.next() else { return (self.term)(run, Kind::Single) };
        loop {
            let next = starts.next();
            (self.term)(&run[before..next.unwrap_or(run.len())], Kind::Pair);
            let Some(next) = next else { return };
            (before, at) = (at, next);
        }
    }

    fn chunk(&mut self, chunk: &str) {
        let start = chunk.len() - chunk.trim_start_matches(is_joint).len();
        let negative = chunk[..start].ends_with('-');
        let chunk = chunk[start..].trim_end_matches(is_joint);
        if chunk.is_empty() || is_moment(chunk) {
            return;
        }
        let code = error_code(chunk, negative);
        if code.is_some() {
            return self.code(code);
        }
        if chunk.bytes().all(|b| b.is_ascii_digit() || b == b'.') && chunk.contains('.') {
            // A version; four parts or more are an address.
            if chunk.split('.').count() < 4 && chunk.len() <= 12 {
                (self.term)(chunk, Kind::Number);
            }
            return;
        }
        let mut pieces = 0;
        let mut plain = true;
        let mut before = "";
        for segment in chunk.split(['/', ':', '@', '\\']) {
            // The port of a host, the line in a file.
            let is_place = before.contains('.') && !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit());
            before = segment;
            let bare = segment.trim_start_matches(is_joint);
            let negative = segment[..segment.len() - bare.len()].ends_with('-');
            let code = if is_place { None } else { error_code(bare.trim_end_matches(is_joint), negative) };
            if is_place || code.is_some() {
                self.code(code);
                plain = false;
                continue;
            }
            let mut inner = 0;
            for part in segment.split(['_', '.', '-']).filter(|part| !part.is_empty()) {
                let code = hexadecimal(part);
                if code.is_some() || is_variable(part) {
                    self.code(code);
                    plain = false;
                    continue;
                }
                let mut rest = part;
                let mut humps = 0;
                while !rest.is_empty() {
                    let (hump, after) = rest.split_at(hump_length(rest));
                    self.word(hump);
                    humps += 1;
                    rest = after;
                }
                if humps > 1 && part.len() < segment.len() {
                    self.whole(part);
                }
                inner += humps;
            }
            if inner > 1 && segment.len() < chunk.len() && plain {
                self.whole(segment);
            }
            pieces += inner;
        }
        if pieces > 1 && plain {
            self.whole(chunk);
        }
    }

    fn code(&mut self, code: Option<u32>) {
        if let Some(code) = code {
            (self.term)(&format!("0x{code:08x}"), Kind::Word);
        }
    }

    fn word(&mut self, word: &str) {
        let kind = if word.bytes().all(|b| b.is_ascii_digit()) { Kind::Number } else { Kind::Word };
        self.emit(word, kind);
    }

    fn whole(&mut self, whole: &str) {
        self.emit(whole, Kind::Whole);
    }

    fn emit(&mut self, text: &str, kind: Kind) {
        self.small.clear();
        if text.is_ascii() {
            self.small.push_str(text);
            self.small.make_ascii_lowercase();
        } else {
            self.small.push_str(&text.to_lowercase());
        }
        if self.small.len() <= LONGEST {
            stem(&mut self.small);
            (self.term)(&self.small, kind);
        }
    }
}

/// How long the first hump of `CamelCase` is: a new one begins at a capital after a small letter or digit, and at the
/// last of several capitals when a small letter follows.
fn hump_length(part: &str) -> usize {
    let bytes = part.as_bytes();
    for at in 1..bytes.len() {
        let (before, here) = (bytes[at - 1], bytes[at]);
        let next_is_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let begins = here.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_digit() || before.is_ascii_uppercase() && next_is_small);
        if begins {
            return at;
        }
    }
    part.len()
}

/// A date, a time of day, or a number with more than one point: what differs from log to log.
fn is_moment(chunk: &str) -> bool {
    let b = chunk.as_bytes();
    let digits = |range: std::ops::Range<usize>| b.get(range).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let date =
        digits(0..4) && digits(5..7) && digits(8..10) && matches!(b.get(4), Some(b'-' | b'/')) && b.get(7) == b.get(4);
    let time = |from: usize| digits(from..from + 2) && b.get(from + 2) == Some(&b':') && digits(from + 3..from + 5);
    let address = chunk
        .split([':', '/'])
        .next()
        .is_some_and(|host| host.split('.').count() == 4 && host.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    date || time(0) || address
}

/// Digits that differ from log to log: long numbers, hexadecimal digits of both kinds.
fn is_variable(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let hex = part.bytes().all(|b| b.is_ascii_hexdigit());
    (digits == part.len() && digits > 5)
        || (hex && part.len() >= 8 && digits > 0)
        || (part.starts_with("0x") && part.len() > 6 && part[2..].bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A code of 32 bits whose highest bit is set: `0x80070005`, `80070005`, `2147942405`, `-2147024891`.
fn error_code(chunk: &str, negative: bool) -> Option<u32> {
    let value = match chunk.len() {
        8 if matches!(chunk.as_bytes()[0], b'8' | b'c' | b'C') && chunk.as_bytes()[1] == b'0' => {
            u32::from_str_radix(chunk, 16).ok()?
        }
        9 | 10 if chunk.bytes().all(|b| b.is_ascii_digit()) => {
            let number: i64 = chunk.parse().ok()?;
            u32::try_from(if negative { (1 << 32) - number } else { number }).ok()?
        }
        _ => return hexadecimal(chunk),
    };
    (value >= 1 << 31).then_some(value)
}

/// Such a code in the form `0x80070005`.
fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    let is_code = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|value| is_code && *value >= 1 << 31)
}

/// Takes the endings off an English word of small ASCII letters: `s`, `es`, `ing`, `ed`, `e`.
fn stem(word: &mut String) {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let cut = |word: &mut String, n: usize| word.truncate(word.len() - n);
    if word.ends_with("ies") && word.len() > 4 {
        cut(word, 3);
        word.push('y');
    } else if word.ends_with("sses") {
        cut(word, 2);
    } else if word.ends_with('s') && !(word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) {
        cut(word, 1);
    }
    for (ending, least) in [("ing", 6), ("ed", 5), ("ion", 7)] {
        if word.ends_with(ending) && word.len() >= least {
            cut(word, ending.len());
            let b = word.as_bytes();
            let last = b[b.len() - 1];
            if last == b[b.len() - 2] && !matches!(last, b'l' | b's' | b'z' | b'e' | b'o') {
                cut(word, 1);
            }
            break;
        }
    }
    if word.ends_with('e') && word.len() > 4 {
        cut(word, 1);
    }
}
