//! Whether a text is the file that it was given as.
//!
//! In: the keys that a site's examples of a file have, and what a reader gave. A check that finds nothing in a file of
//! another program has said nothing about the machine. What is of another shape than every example is such a stranger,
//! lines that share no first word with any, and a map that shares more keys with the examples of another file of the page;
//! but a map with keys of its own may well be the right file, for no page knows them all.

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
    /// Whether an example is a map, and whether one is a list.
    shapes: [bool; 2],
}

impl Known {
    /// Of the examples of a file, or nothing where they do not tell it.
    #[must_use]
    pub fn new<'a>(path: &str, format: Format, examples: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut known = Self { path: path.to_owned(), ..Self::default() };
        for example in examples {
            let document = formats::read(format, example, &Limits::default()).ok()?.0;
            let [map, list] = &mut known.shapes;
            *map |= matches!(document, Val::Object(_));
            *list |= matches!(document, Val::Array(_));
            for (known, keys) in known.keys.iter_mut().zip(keys(&document)) {
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

    /// Whether a document is not this file; `others` are those of the page.
    pub(super) fn is_stranger(&self, document: &Val, others: &[Self]) -> bool {
        let (keys, [map, list]) = (keys(document), self.shapes);
        let own = self.shared(&keys);
        match document {
            Val::Object(_) => !map || others.iter().any(|other| other.shared(&keys) > own),
            Val::Array(_) => !list || (own == 0 && keys.iter().any(|keys| !keys.is_empty())),
            _ => true,
        }
    }

    /// How many keys are those of an example.
    fn shared(&self, keys: &[BTreeSet<String>; 2]) -> usize {
        self.keys.iter().zip(keys).map(|(known, keys)| known.intersection(keys).count()).sum()
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

    fn known(format: Format, examples: &[&str]) -> Known {
        Known::new("f", format, examples.iter().map(|text| text.as_bytes())).unwrap()
    }

    fn is_stranger(known: &Known, format: Format, text: &str, others: &[Known]) -> bool {
        known.is_stranger(&formats::read(format, text.as_bytes(), &Limits::default()).unwrap().0, others)
    }

    #[test]
    fn what_is_of_another_shape_is_a_stranger() {
        let json = known(Format::Json, &["{\"a\": 1}", "{\"b\": {\"c\": 1}}"]);
        for (text, expected) in
            [("{\"x\": 1}", false), ("{}", false), ("null", true), ("[\"a\"]", true), ("\"hello\"", true)]
        {
            assert_eq!(is_stranger(&json, Format::Json, text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn what_fits_another_file_better_is_a_stranger() {
        let device = known(Format::Json, &["{\"version\": 1, \"deviceId\": 2, \"publicKey\": 3}"]);
        let token = known(Format::Json, &["{\"version\": 1, \"deviceId\": 2, \"tokens\": {\"operator\": {}}}"]);
        let paired = known(Format::Json, &["{\"f1\": {\"deviceId\": 2, \"tokens\": {}}}"]);
        let others = [device.clone(), token.clone(), paired.clone()];
        let text = "{\"version\": 1, \"deviceId\": 7, \"publicKey\": 8}";
        assert_eq!(
            [&device, &token, &paired].map(|file| is_stranger(file, Format::Json, text, &others)),
            [false, true, true]
        );
        assert!(!is_stranger(&paired, Format::Json, "{\"e5\": {\"deviceId\": 7, \"tokens\": {}}}", &others));
        assert!(!is_stranger(&paired, Format::Json, "{}", &others));
    }

    #[test]
    fn lines_are_known_by_their_first_words() {
        let unit = known(Format::Lines, &["# a comment\n[Service]\nExecStart=/usr/bin/dockerd\n"]);
        for (text, expected) in [("[Unit]\nExecStart=/bin/x\n", false), ("hello\n", true), ("# hello\n", false)] {
            assert_eq!(is_stranger(&unit, Format::Lines, text, &[]), expected, "{text}");
        }
    }
}
