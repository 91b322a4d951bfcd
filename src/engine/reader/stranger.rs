//! Whether a text is the file that it was given as.
//!
//! In: the keys that a site's examples of a file have, and what a reader gave. A check that finds nothing in a file of
//! another program has said nothing about the machine; what shares no key with any example is such a stranger.

use super::super::value::Val;
use super::super::{Format, Limits, formats};
use ::serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Keys of a level; with more, a file is not told by them.
const MOST: usize = 64;

/// The keys that the examples of a file have, at the top and one level below: where the top is a map from ids, as of
/// devices, only the level below is the same on every machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    path: String,
    keys: [BTreeSet<String>; 2],
    /// Whether an example has no key at all.
    bare: bool,
}

impl Known {
    /// Of the examples of a file, or nothing where they do not tell it.
    #[must_use]
    pub fn new<'a>(path: &str, format: Format, examples: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut known = Self { path: path.to_owned(), ..Self::default() };
        for example in examples {
            let keys = keys(&formats::read(format, example, &Limits::default()).ok()?.0);
            known.bare |= keys.iter().all(BTreeSet::is_empty);
            for (known, keys) in known.keys.iter_mut().zip(keys) {
                known.extend(keys);
            }
        }
        let told = known.keys.iter().all(|keys| keys.len() <= MOST) && known.keys.iter().any(|keys| !keys.is_empty());
        told.then_some(known)
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether a document has nothing of the examples.
    pub(super) fn is_stranger(&self, document: &Val) -> bool {
        let keys = keys(document);
        if keys.iter().all(BTreeSet::is_empty) {
            return !self.bare;
        }
        self.keys.iter().zip(&keys).all(|(known, keys)| known.is_disjoint(keys))
    }
}

/// The keys at the top and one level below; of lines the first words.
fn keys(document: &Val) -> [BTreeSet<String>; 2] {
    let mut keys = [BTreeSet::new(), BTreeSet::new()];
    match document {
        Val::Object(map) => {
            for (key, value) in map.iter() {
                keys[0].insert(key.to_string());
                add(&mut keys[1], value);
            }
        }
        Val::Array(items) => {
            for item in items.iter() {
                add(&mut keys[0], item);
                keys[0].extend(first_word(item));
            }
        }
        _ => {}
    }
    keys
}

fn add(keys: &mut BTreeSet<String>, value: &Val) {
    if let Val::Object(map) = value {
        keys.extend(map.iter().map(|(key, _)| key.to_string()));
    }
}

/// The first word of a line, unless it is a comment.
fn first_word(line: &Val) -> Option<String> {
    let Val::Text(line) = line else { return None };
    let line = line.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '#');
    let end = line.find(|character: char| !(character.is_alphanumeric() || "_-.".contains(character)));
    let word = &line[..end.unwrap_or(line.len())];
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, examples: &[&str], text: &str, expected: bool) {
        let known = Known::new("f", format, examples.iter().map(|text| text.as_bytes()));
        let document = formats::read(format, text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(known.is_some_and(|known| known.is_stranger(&document.0)), expected, "{examples:?} {text}");
    }

    #[test]
    fn what_shares_no_key_is_a_stranger() {
        let json = &["{\"a\": 1}", "{\"b\": {\"c\": 1}}"];
        check(Format::Json, json, "{\"b\": 2, \"x\": 1}", false);
        check(Format::Json, json, "{\"x\": 1}", true);
        check(Format::Json, json, "{\"x\": {\"c\": 2}}", false);
        check(Format::Json, json, "{\"c\": 2}", true);
        check(Format::Json, json, "null", true);
        check(Format::Json, json, "{}", true);
        check(Format::Json, &["{\"a\": 1}", "{}"], "{}", false);
        check(Format::Json, &["{}"], "{\"x\": 1}", false);
        check(Format::Yaml, &["global:\n  scrape_interval: 15s\n"], "Nov 27 11:00:00 host prometheus[1]: err", true);
    }

    #[test]
    fn lines_are_known_by_their_first_words() {
        let unit = &["# a comment\n[Service]\nExecStart=/usr/bin/dockerd\n"];
        check(Format::Lines, unit, "[Unit]\nExecStart=/bin/x\n", false);
        check(Format::Lines, unit, "hello\n", true);
        check(Format::Lines, unit, "# hello\n", true);
    }
}
