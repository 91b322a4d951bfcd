//! A signature as authors write it, taken apart.

use super::counted;
use std::fmt;

/// Fewest characters of its pieces that a cut signature must show (rule 6).
const LEAST_SHOWN: usize = 24;

/// What a signature begins with in which case does not count.
const ANY_CASE: &str = "(?i)";

/// Least weight of a signature's pieces in all, and of its longest word: a character of ASCII weighs 1, another 2.
const LEAST_WEIGHT: usize = 8;
const LEAST_WORD: usize = 4;

/// Text by which a log betrays an incident, with `{name}` parts.
#[derive(Debug, Clone)]
pub struct Signature {
    pub(super) insensitive: bool,
    pub(super) pieces: Vec<Piece>,
    /// The variable part before each piece, and the one after the last: between two pieces there always is one.
    pub(super) variables: Vec<Option<String>>,
}

/// A text between variable parts.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Its characters that count.
    pub(super) characters: Vec<char>,
    /// For each of them, where it begins in `literal`, and at the end the length of `literal`.
    pub(super) places: Vec<usize>,
    /// As written.
    pub(super) literal: String,
    /// For each length, the longest shorter beginning of the piece that ends there as well.
    borders: Vec<usize>,
}

/// Why a text cannot be a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `{a}{b}`: nothing says where the one ends
    Adjacent,
    /// Fewer than eight characters beside the variable parts
    Short,
    /// No word of four characters
    NoWord,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Adjacent => "two variable parts need text between them",
            Self::Short => "a signature needs eight characters beside its variable parts",
            Self::NoWord => "a signature needs a word of four letters or digits",
        })
    }
}

impl Signature {
    /// Reads a signature.
    ///
    /// # Errors
    /// When it could not tell one log from another.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let insensitive = text.starts_with(ANY_CASE);
        // One text more than names: what stands before, between and after them.
        let (mut literals, mut names) = (vec![String::new()], Vec::new());
        for part in parts(text) {
            match part {
                Part::Text(text) => literals.last_mut().expect("there is one from the beginning").push_str(text),
                Part::Variable(name) => {
                    names.push(name.to_owned());
                    literals.push(String::new());
                }
            }
        }
        let mut pieces: Vec<Piece> = literals.into_iter().map(|literal| Piece::new(literal, insensitive)).collect();
        let mut variables: Vec<Option<String>> = names.into_iter().map(Some).collect();
        let last = pieces.len() - 1;
        if last > 0 && pieces[1..last].iter().any(|piece| piece.characters.is_empty()) {
            return Err(Fault::Adjacent);
        }
        if last > 0 && pieces[last].characters.is_empty() {
            pieces.pop();
        } else {
            variables.push(None);
        }
        if pieces.len() > 1 && pieces[0].characters.is_empty() {
            pieces.remove(0);
        } else {
            variables.insert(0, None);
        }
        let signature = Self { insensitive, pieces, variables };
        if signature.pieces.iter().map(|piece| weight(&piece.characters)).sum::<usize>() < LEAST_WEIGHT {
            return Err(Fault::Short);
        }
        let words = signature.pieces.iter().flat_map(Piece::words);
        let longest = words.map(|(from, to, piece)| weight(&piece.characters[from..to]));
        if longest.max().unwrap_or(0) < LEAST_WORD {
            return Err(Fault::NoWord);
        }
        Ok(signature)
    }

    /// How many characters its pieces have.
    #[must_use]
    pub fn length(&self) -> usize {
        self.pieces.iter().map(|piece| piece.characters.len()).sum()
    }

    /// How many of them a cut match must show; `None` where the signature is too short to be cut.
    pub(super) fn least_shown(&self) -> Option<usize> {
        let length = self.length();
        (length > LEAST_SHOWN).then(|| LEAST_SHOWN.max((length * 6).div_ceil(10)))
    }

    /// `character` as it is compared.
    pub(super) fn fold(&self, character: char) -> char {
        if self.insensitive { character.to_ascii_lowercase() } else { character }
    }
}

fn weight(characters: &[char]) -> usize {
    characters.iter().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

/// A part of a signature as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stands for itself
    Text(&'a str),
    /// `{name}`
    Variable(&'a str),
}

/// The parts of a signature; `(?i)` at its beginning is none.
#[must_use]
pub fn parts(signature: &str) -> Vec<Part<'_>> {
    let mut rest = signature.strip_prefix(ANY_CASE).unwrap_or(signature);
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(at) = rest[from..].find('{').map(|at| from + at) {
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('{') {
            parts.push(Part::Text(&rest[..=at]));
            (rest, from) = (after, 0);
        } else if let Some(name) = variable(after) {
            parts.extend((at > 0).then(|| Part::Text(&rest[..at])));
            parts.push(Part::Variable(name));
            (rest, from) = (&after[name.len() + 1..], 0);
        } else {
            from = at + 1;
        }
    }
    parts.extend((!rest.is_empty()).then_some(Part::Text(rest)));
    parts
}

/// The name at the beginning of `name}…`.
fn variable(text: &str) -> Option<&str> {
    let name = &text[..text.find('}')?];
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    good.then_some(name)
}

impl Piece {
    fn new(literal: String, insensitive: bool) -> Self {
        let (mut characters, mut places, mut at) = (Vec::new(), Vec::new(), 0);
        while at < literal.len() {
            let (character, after) = counted::next(literal.as_bytes(), at);
            if let Some(character) = character {
                characters.push(if insensitive { character.to_ascii_lowercase() } else { character });
                places.push(at);
            }
            at = after;
        }
        places.push(literal.len());
        let borders = borders(&characters);
        Self { characters, places, literal, borders }
    }

    /// How much of the piece stands before a character, if `state` of it stood before the one before it.
    pub(super) fn step(&self, mut state: usize, character: char) -> usize {
        if state == self.characters.len() {
            state = self.borders[state];
        }
        while self.characters[state] != character {
            if state == 0 {
                return 0;
            }
            state = self.borders[state];
        }
        state + 1
    }

    /// The longest part of the piece, but not all of it, that stands where `state` of it stands.
    pub(super) fn begun(&self, state: usize) -> usize {
        if state == self.characters.len() { self.borders[state] } else { state }
    }

    /// Its words: runs of letters, digits, `_`, `-` and `.` that stand in it as they count, as `(from, to, piece)`.
    pub(super) fn words(&self) -> impl Iterator<Item = (usize, usize, &Self)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.characters.len() && !self.is_plain(at) {
                at += 1;
            }
            let from = at;
            while at < self.characters.len() && self.is_plain(at) && (at == from || self.joins(at)) {
                at += 1;
            }
            (at > from).then_some((from, at, self))
        })
    }

    /// Whether a character is of a word and is written as itself.
    fn is_plain(&self, at: usize) -> bool {
        let character = self.characters[at];
        let written = self.literal[self.places[at]..].chars().next();
        let same = written.is_some_and(|written| written.eq_ignore_ascii_case(&character));
        same && (character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
    }

    /// Whether nothing stands between a character and the one before it.
    fn joins(&self, at: usize) -> bool {
        self.places[at - 1] + self.characters[at - 1].len_utf8() == self.places[at]
    }
}

/// The table of Knuth, Morris and Pratt.
fn borders(characters: &[char]) -> Vec<usize> {
    let mut borders = vec![0; characters.len() + 1];
    let mut border = 0;
    for (at, &character) in characters.iter().enumerate().skip(1) {
        while border > 0 && characters[border] != character {
            border = borders[border];
        }
        if characters[border] == character {
            border += 1;
        }
        borders[at + 1] = border;
    }
    borders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let signature = Signature::parse(text).unwrap();
        let mut parts = Vec::new();
        for (at, variable) in signature.variables.iter().enumerate() {
            parts.extend(variable.iter().map(|name| format!("{{{name}}}")));
            parts.extend(signature.pieces.get(at).map(|piece| piece.characters.iter().collect()));
        }
        assert_eq!(parts, expected, "{text}");
    }

    #[test]
    fn variable_parts_are_told_from_braces() {
        check("job {job} failed at {time}", &["job", "{job}", "failedat", "{time}"]);
        check("{unit}: refusing it", &["{unit}", ":refusingit"]);
        check("{{name} is {name} here", &["{name}is", "{name}", "here"]);
        check("{\"error\": {Code} {}}", &["{\"error\":{Code}{}}"]);
        check("(?i)Model Not Allowed", &["modelnotallowed"]);
    }

    #[test]
    fn what_fits_everything_is_no_signature() {
        let fault = |text: &str| Signature::parse(text).unwrap_err();
        assert_eq!(fault("failed {a}{b} here"), Fault::Adjacent);
        assert_eq!(fault("failed {a} {b} here"), Fault::Adjacent);
        assert_eq!(fault("error: {message}"), Fault::Short);
        assert_eq!(fault("{a}"), Fault::Short);
        assert_eq!(fault(""), Fault::Short);
        assert_eq!(fault("a b c d e f g h"), Fault::NoWord);
        assert!(Signature::parse("网关未启动").is_ok());
    }

    #[test]
    fn words_are_what_a_log_shows_byte_by_byte() {
        let words = |text: &str| {
            let signature = Signature::parse(text).unwrap();
            let words = signature.pieces.iter().flat_map(Piece::words);
            words.map(|(from, to, piece)| piece.characters[from..to].iter().collect()).collect::<Vec<String>>()
        };
        assert_eq!(words("unknown \"a_b\" variable"), ["unknown", "a_b", "variable"]);
        assert_eq!(words(r"C:\new\folder denied"), ["C", "ew", "folder", "denied"]);
        assert_eq!(words(r"caf\u00e9 closed"), ["caf", "closed"]);
    }
}
