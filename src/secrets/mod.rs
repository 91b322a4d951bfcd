//! What nobody should see: text in; keys, tokens, passwords, private keys, and addresses of people and machines out.
//!
//! [`review`] finds them, by the table in `formats.toml`: by how a value begins, or by the name that it is assigned to
//! together with how it looks; never by how random a text is alone. [`mask`] hides them where text is kept, [`Redactor`]
//! puts made-up ones of the same form in their place where text is to be published. A line that says
//! `allow-secret: why` lets through what is in it and in the line after it.

mod address;
mod find;
mod redact;
mod table;

pub use redact::Redactor;

use std::ops::Range;

/// What allows a value, before a colon and the reason.
pub(crate) const ALLOW: &str = "allow-secret";

/// Least length of a reason in UTF-8, where a Chinese character counts as three.
const SHORTEST_REASON: usize = 8;

/// Something that nobody should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub range: Range<usize>,
    /// What it is, in words.
    pub what: &'static str,
    /// Whether it opens something, or names somebody.
    pub kind: Kind,
    /// How many of its first bytes tell nothing but what it is.
    pub shown: usize,
}

/// What harm a value can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It opens something
    Secret,
    /// It names a person or a machine of the world
    Address,
}

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// What nobody should see and nothing allows, in order.
    pub found: Vec<Found>,
    /// Where something is allowed for no reason, or where nothing is that would have to be allowed.
    pub idle: Vec<Range<usize>>,
}

/// Looks through a text.
#[must_use]
pub fn review(text: &[u8]) -> Review {
    let (mut found, allows) = find::all(text);
    let mut idle = Vec::new();
    for at in allows {
        let line = at..end_of_line(text, at);
        let reason = text[line.clone()][ALLOW.len()..].strip_prefix(b":").unwrap_or_default();
        let reason = String::from_utf8_lossy(reason);
        let reason = reason.trim_matches(|character: char| character.is_whitespace() || "\"',*/-.".contains(character));
        let first = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let last = end_of_line(text, (line.end + 1).min(text.len()));
        let before = found.len();
        if reason.len() >= SHORTEST_REASON {
            found.retain(|found| !(first..last).contains(&found.range.start));
        }
        if found.len() == before {
            idle.push(line.start..line.start + ALLOW.len());
        }
    }
    Review { found, idle }
}

fn end_of_line(text: &[u8], at: usize) -> usize {
    text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| at + end)
}

/// Puts `*` in the place of what was found, so that lines, columns and what it was stay.
pub fn mask(text: &mut [u8], found: &[Found]) {
    for found in found {
        let inside = |at: usize, text: &[u8]| text.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
        let (mut shown, mut end) = (found.range.start + found.shown.min(found.range.len() / 4).max(1), found.range.end);
        // No character is cut in two.
        while inside(shown, text) {
            shown -= 1;
        }
        while inside(end, text) {
            end += 1;
        }
        for byte in &mut text[shown..end] {
            if !byte.is_ascii_whitespace() {
                *byte = b'*';
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut masked = text.as_bytes().to_vec();
        mask(&mut masked, &review(text.as_bytes()).found);
        assert_eq!(String::from_utf8(masked).unwrap(), expected);
    }

    #[test]
    fn only_the_beginning_is_left() {
        check("password = 'Tr0ub4dor&3x'", "password = 'T***********'");
        check("password: 網關-Qx7p", "password: ***********");
        check("password=Zx8,1q&Lm;2, user=app", "password=Z**********, user=app");
        check("GET /?password=Zx81qLm2&user=app", "GET /?password=Z*******&user=app");
        check("see postgres://app:s3cr3tpw@db/x", "see postgres://app:s*******@db/x");
        check("from 80.91.220.17 by ann@acme.io", "from 8*********** by a**********");
        check("192.0.2.7 v80.91.220.17 ann@example.org", "192.0.2.7 v80.91.220.17 ann@example.org");
    }

    #[test]
    fn a_reason_lets_a_value_through() {
        let check = |text: &str, found: usize, idle: usize| {
            let review = review(text.as_bytes());
            assert_eq!((review.found.len(), review.idle.len()), (found, idle), "{text}");
        };
        check("password: Tr0ub4dor&3", 1, 0);
        check("password: Tr0ub4dor&3 # allow-secret: a comic strip made it known", 0, 0);
        check("# allow-secret: a comic strip made it known\npassword: Tr0ub4dor&3", 0, 0);
        check("# allow-secret: a comic strip made it known\n\npassword: Tr0ub4dor&3", 1, 1);
        check("# allow-secret:\npassword: Tr0ub4dor&3", 1, 1);
        check("{\"//\": \"allow-secret: a comic strip made it known\",\n\"password\": \"Tr0ub4dor&3\"}", 0, 0);
    }
}
