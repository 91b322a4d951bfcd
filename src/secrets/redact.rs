//! Made-up values in the place of those that nobody should see.

use super::{Found, Kind, find};
use std::collections::BTreeMap;

/// Homes of users: what stands before the name.
const HOMES: [&str; 4] = ["/home/", "/Users/", "\\Users\\", "/export/home/"];

/// Puts made-up values in the place of others: of the same form and length, and the same for what is the same, so that
/// what a configuration and a log have in common stays so.
#[derive(Debug, Default)]
pub struct Redactor {
    known: BTreeMap<Vec<u8>, Vec<u8>>,
    /// How many of a kind there are.
    counts: BTreeMap<&'static str, usize>,
    /// How many values were replaced, by what they are.
    pub replaced: BTreeMap<&'static str, usize>,
}

impl Redactor {
    /// The text with nothing in it that opens something or names somebody.
    pub fn redact(&mut self, text: &[u8]) -> Vec<u8> {
        let (mut found, _) = find::all(text);
        found.extend(homes(text));
        found.sort_by_key(|found| found.range.start);
        let (mut redacted, mut from) = (Vec::with_capacity(text.len()), 0);
        for found in found.iter().filter(|found| !found.range.is_empty()) {
            if found.range.start < from {
                continue;
            }
            redacted.extend_from_slice(&text[from..found.range.start]);
            redacted.extend(self.made_up(&text[found.range.clone()], found));
            *self.replaced.entry(found.what).or_default() += 1;
            from = found.range.end;
        }
        redacted.extend_from_slice(&text[from..]);
        redacted
    }

    fn made_up(&mut self, value: &[u8], found: &Found) -> Vec<u8> {
        if let Some(known) = self.known.get(value) {
            return known.clone();
        }
        let count = self.counts.entry(if found.kind == Kind::Secret { "secret" } else { found.what }).or_default();
        *count += 1;
        let number = *count;
        let further = if number == 1 { String::new() } else { number.to_string() };
        let made = match found.what {
            "e-mail address" => format!("user{further}@example.org").into_bytes(),
            USER => format!("user{further}").into_bytes(),
            "public address" if value.contains(&b':') => format!("2001:db8::{number:x}").into_bytes(),
            "public address" => documentation(number).into_bytes(),
            _ => of_its_form(value, found.shown, number),
        };
        self.known.insert(value.to_vec(), made.clone());
        made
    }
}

/// What the name of a user's home is called.
const USER: &str = "user's name";

fn homes(text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    for home in HOMES {
        let starts = text.windows(home.len()).enumerate().filter(|(_, part)| *part == home.as_bytes());
        for (at, _) in starts {
            let start = at + home.len();
            let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte) || **byte >= 0x80;
            let end = start + text[start..].iter().take_while(of_name).count();
            if !matches!(&text[start..end], b"user" | b"") {
                found.push(Found { range: start..end, what: USER, kind: Kind::Address, shown: 0 });
            }
        }
    }
    found
}

/// An address that is kept for examples.
fn documentation(number: usize) -> String {
    let networks = ["192.0.2", "198.51.100", "203.0.113"];
    let last = number - 1;
    format!("{}.{}", networks[last / 254 % networks.len()], last % 254 + 1)
}

/// The same beginning, the same length, and nothing else of the value.
fn of_its_form(value: &[u8], shown: usize, number: usize) -> Vec<u8> {
    let shown = if shown > 1 { shown.min(value.len() / 4) } else { 0 };
    let mut made = value[..shown].to_vec();
    let (word, number) = (b"redacted", number.to_string());
    let fits = value.len() - shown >= word.len() + number.len();
    made.extend_from_slice(if fits { word } else { b"" });
    let filled = value.len().saturating_sub(number.len());
    while made.len() < filled {
        let byte = value[made.len()];
        made.push(if byte.is_ascii_whitespace() { byte } else { b'x' });
    }
    if value.last().is_some_and(u8::is_ascii_whitespace) {
        made.extend_from_slice(&value[made.len()..]);
    } else {
        made.extend(number.bytes());
    }
    made
}

#[cfg(test)]
mod tests {
    use super::super::review;
    use super::*;

    fn check(text: &str, expected: &str) {
        let redacted = Redactor::default().redact(text.as_bytes());
        assert_eq!(String::from_utf8_lossy(&redacted), expected);
        assert_eq!(review(&redacted).found, [], "{expected}");
    }

    #[test]
    fn what_is_the_same_stays_the_same() {
        check("a 80.91.220.17 b 80.91.220.18 c 80.91.220.17", "a 192.0.2.1 b 192.0.2.2 c 192.0.2.1");
        check("ann@acme.io, bob@acme.io, ann@acme.io", "user@example.org, user2@example.org, user@example.org");
        check("2a02:8071::17f2", "2001:db8::1");
        check("/home/ann/x /home/bob/x /home/user/x", "/home/user/x /home/user2/x /home/user/x");
    }

    #[test]
    fn the_form_stays() {
        check("{\"password\": \"Tr0ub4dor&3\"}", "{\"password\": \"redactedxx1\"}");
        check("pwd=x9!k2z", "pwd=xxxxx1");
        check("url: redis://:Qx7-pLm2@10.0.0.5:6379", "url: redis://:xxxxxxx1@10.0.0.5:6379");
    }
}
