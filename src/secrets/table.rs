//! What secrets look like, read once from `formats.toml` into one automaton over all marks.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;
use std::sync::LazyLock;

/// The table of the program.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// What a mark in a text may be the sign of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    /// The beginning of a format.
    Begins(&'static Format),
    /// A part of the name that a value of a format is assigned to.
    Named(&'static Format),
    /// The name of a password.
    Password,
    /// The name of a token or key.
    Token,
    /// `bearer `
    Bearer,
    /// `basic `
    Basic,
    /// `curl `
    Curl,
    /// `://`
    Url,
    /// `-----BEGIN`
    Block,
    /// `@`
    At,
    /// `allow-secret`
    Allow,
}

/// A kind of value, as a row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    pub(super) name: String,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    pub(super) body: Class,
    pub(super) length: Length,
    pub(super) before: Option<Class>,
    #[serde(default)]
    pub(super) before_length: Length,
    #[serde(default)]
    pub(super) entropy: f64,
    #[serde(default)]
    pub(super) dots: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    begins: Vec<Format>,
    named: Vec<Format>,
    passwords: Vec<String>,
    tokens: Vec<String>,
    endings: Vec<String>,
    placeholders: Vec<String>,
    plain: Vec<String>,
    not_hosts: Vec<String>,
    not_people: Vec<String>,
    well_known: Vec<String>,
}

/// The rows, and the automaton that finds their marks.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) automaton: AhoCorasick,
    pub(super) marks: Vec<Mark>,
    rows: &'static Rows,
}

/// A set of bytes.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Class([bool; 256]);

/// How many characters: least and most.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(from = "OneOrTwo")]
pub(super) struct Length(usize, usize);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrTwo {
    One(usize),
    Two(usize, usize),
}

impl From<OneOrTwo> for Length {
    fn from(length: OneOrTwo) -> Self {
        match length {
            OneOrTwo::One(exactly) => Self(exactly, exactly),
            OneOrTwo::Two(least, most) => Self(least, most),
        }
    }
}

impl Length {
    pub(super) fn allows(self, length: usize) -> bool {
        (self.0..=self.1).contains(&length)
    }
}

impl From<String> for Class {
    fn from(ranges: String) -> Self {
        let mut class = [false; 256];
        let mut rest = ranges.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            let last = if let [b'-', last, ..] = after { *last } else { first };
            rest = if after.first() == Some(&b'-') && after.len() > 1 { &after[2..] } else { after };
            (first..=last).for_each(|byte| class[usize::from(byte)] = true);
        }
        Self(class)
    }
}

impl Class {
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// Whether it has no letter after `f`, so that a digest may be one of its values.
    pub(super) fn is_hex(&self) -> bool {
        !self.has(b'g') && !self.has(b'G')
    }

    /// How many bytes of it a text begins with.
    pub(super) fn run(&self, text: &[u8]) -> usize {
        text.iter().take_while(|byte| self.has(**byte)).count()
    }
}

impl Format {
    /// Its marks.
    pub(super) fn starts(&self) -> impl Iterator<Item = &str> {
        self.starts.iter().map(String::as_str)
    }
}

impl Table {
    fn new() -> Self {
        let rows: Rows = toml::from_str(include_str!("formats.toml")).expect("a test reads the table");
        // It lives as long as the program, as what is found refers to it.
        let rows: &'static Rows = Box::leak(Box::new(rows));
        let mut patterns: Vec<(&str, Mark)> = vec![
            ("bearer ", Mark::Bearer),
            ("basic ", Mark::Basic),
            ("curl ", Mark::Curl),
            ("://", Mark::Url),
            ("-----BEGIN", Mark::Block),
            ("@", Mark::At),
            (super::ALLOW, Mark::Allow),
        ];
        for format in &rows.begins {
            patterns.extend(format.starts.iter().map(|start| (start.as_str(), Mark::Begins(format))));
        }
        for format in &rows.named {
            patterns.extend(format.words.iter().map(|word| (word.as_str(), Mark::Named(format))));
        }
        patterns.extend(rows.passwords.iter().map(|word| (word.as_str(), Mark::Password)));
        patterns.extend(rows.tokens.iter().map(|word| (word.as_str(), Mark::Token)));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Every byte that an author writes goes through it.
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns.iter().map(|(pattern, _)| pattern))
            .expect("the marks are few and short");
        Self { automaton, marks: patterns.into_iter().map(|(_, mark)| mark).collect(), rows }
    }

    /// The length of what may follow the word in a name and belongs to it, the longest first.
    pub(super) fn endings(&self, after: &[u8]) -> impl Iterator<Item = usize> {
        let mut endings: Vec<usize> =
            self.rows.endings.iter().filter(|ending| begins(after, ending)).map(String::len).collect();
        endings.sort_unstable_by(|a, b| b.cmp(a));
        endings.into_iter()
    }

    /// Whether a value stands for another that is to be filled in.
    pub(super) fn is_placeholder(&self, value: &[u8]) -> bool {
        let lower = value.to_ascii_lowercase();
        let text = String::from_utf8_lossy(&lower);
        let few = lower.len() >= 12 && counts(&lower).iter().filter(|count| **count > 0).count() <= 4;
        few || self.rows.plain.iter().any(|plain| *plain == text)
            || self.rows.placeholders.iter().any(|part| text.contains(part.as_str()))
            || matches!(lower.first(), None | Some(b'$' | b'<' | b'{' | b'%' | b'['))
            || ["${", "$(", "{{", "env.", "env:", "environ", "file:", "vault:", "op://", "secretref", "/run/secrets"]
                .iter()
                .any(|part| text.contains(part))
    }

    /// Whether the name of a host, in small letters, is one of the world.
    pub(super) fn is_host(&self, host: &str) -> bool {
        let Some((domain, top)) = host.rsplit_once('.') else { return false };
        let label = domain.rsplit('.').next().unwrap_or(domain);
        top.len() >= 2
            && top.bytes().all(|byte| byte.is_ascii_lowercase())
            && !self.rows.not_hosts.iter().any(|end| end == top)
            && !(label == "example" && matches!(top, "com" | "org" | "net" | "edu"))
            && !self.is_placeholder(label.as_bytes())
    }

    /// Whether the part before the `@` may name a person.
    pub(super) fn is_person(&self, user: &str) -> bool {
        !self.rows.not_people.iter().any(|name| name == user)
    }

    /// Whether an address is that of a service everybody knows.
    pub(super) fn is_well_known(&self, address: &str) -> bool {
        self.rows.well_known.iter().any(|known| known == address)
    }
}

/// How often each byte is in a text.
pub(super) fn counts(text: &[u8]) -> [usize; 256] {
    let mut counts = [0; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

fn begins(text: &[u8], with: &str) -> bool {
    text.get(..with.len()).is_some_and(|text| text.eq_ignore_ascii_case(with.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        assert!(TABLE.rows.begins.len() + TABLE.rows.named.len() > 130);
        for format in &TABLE.rows.begins {
            assert!(!format.starts.is_empty() && format.words.is_empty(), "{}", format.name);
        }
        for format in &TABLE.rows.named {
            assert!(format.starts.is_empty() && !format.words.is_empty(), "{}", format.name);
        }
    }

    #[test]
    fn a_class_is_written_as_in_a_regular_expression() {
        let class = Class::from("a-f0-9_-".to_owned());
        assert!(b"af09_-".iter().all(|byte| class.has(*byte)));
        assert!(b"gG /".iter().all(|byte| !class.has(*byte)));
        assert!(class.is_hex());
    }
}
