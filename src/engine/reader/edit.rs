//! A document changed in its own text, JSON or JSON5, so that comments, layout and order stay.
//!
//! In: the text, what was read from it, what it should say. Out: the text with as little as possible replaced. It is
//! the caller who reads it again and falls back on writing the document anew, so what is not worth the trouble here
//! (a key given twice, keys in another order) is not done.

use super::super::value::{Val, Value, write};
use super::super::{Format, Limits, formats};
use std::ops::Range;

/// The text with the changes from `before` to `after`; nothing where the format is another.
pub(super) fn edited(format: Format, text: &str, before: &Value, after: &Value) -> Option<String> {
    if !matches!(format, Format::Json | Format::Json5) {
        return None;
    }
    let node = Scanner { text, at: 0 }.value()?;
    let mut edits = Edits { text, made: Vec::new() };
    edits.change(&node, &before.0, &after.0);
    edits.made.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut edited, mut done) = (String::with_capacity(text.len() + 256), 0);
    for (range, new) in edits.made {
        edited.push_str(text.get(done..range.start)?);
        edited.push_str(&new);
        done = range.end;
    }
    Some(edited + text.get(done..)?)
}

/// A value in the text.
struct Node {
    at: Range<usize>,
    /// The key of an entry and the place where the entry begins; of an item there is no key.
    parts: Vec<(Option<String>, usize, Node)>,
}

/// Finds the values of a text that is known to be well formed.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn value(&mut self) -> Option<Node> {
        self.space();
        let start = self.at;
        let (close, keyed) = match self.peek()? {
            '{' => ('}', true),
            '[' => (']', false),
            _ => {
                self.word()?;
                return Some(Node { at: start..self.at, parts: Vec::new() });
            }
        };
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            self.space();
            if self.peek()? == close {
                self.at += 1;
                return Some(Node { at: start..self.at, parts });
            }
            let (start, mut key) = (self.at, None);
            if keyed {
                let word = self.word()?;
                key = Some(key_of(word)?);
                self.space();
                self.at += 1;
            }
            parts.push((key, start, self.value()?));
            self.space();
            self.at += usize::from(self.peek()? == ',');
        }
    }

    /// A string, or what goes on to the next sign.
    fn word(&mut self) -> Option<&str> {
        let start = self.at;
        let rest = &self.text[start..];
        let quote = self.peek()?;
        let mut characters = rest.char_indices();
        let length = if matches!(quote, '"' | '\'') {
            characters.next();
            loop {
                match characters.next()? {
                    (_, '\\') => drop(characters.next()?),
                    (at, character) if character == quote => break at + 1,
                    _ => {}
                }
            }
        } else {
            rest.find(|character: char| character.is_whitespace() || ",:/[]{}".contains(character))
                .unwrap_or(rest.len())
        };
        self.at += length;
        (length > 0).then(|| &self.text[start..start + length])
    }

    /// Goes past white space and comments.
    fn space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let bare = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
            let end = match bare {
                bare if bare.starts_with("//") => bare.find('\n').unwrap_or(bare.len()),
                bare if bare.starts_with("/*") => bare.find("*/").map_or(bare.len(), |end| end + 2),
                _ => 0,
            };
            self.at += rest.len() - bare.len() + end;
            if end == 0 {
                return;
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }
}

fn key_of(word: &str) -> Option<String> {
    if !word.starts_with(['"', '\'']) {
        return Some(word.to_owned());
    }
    let read = formats::read(Format::Json5, word.as_bytes(), &Limits::default()).ok()?;
    Some(read.0.as_text()?.to_string())
}

struct Edits<'t> {
    text: &'t str,
    made: Vec<(Range<usize>, String)>,
}

impl Edits<'_> {
    fn change(&mut self, node: &Node, before: &Val, after: &Val) {
        if before == after {
            return;
        }
        match (before, after) {
            (Val::Object(old), Val::Object(new)) if old.len() == node.parts.len() => {
                let kept = |(key, ..): &&(Option<String>, usize, Node)| {
                    key.as_deref().is_some_and(|key| new.contains_key(key))
                };
                let stays: Vec<bool> = node.parts.iter().map(|part| kept(&part)).collect();
                for (key, _, part) in node.parts.iter().filter(kept) {
                    let Some(key) = key.as_deref() else { continue };
                    if let (Some(old), Some(new)) = (old.get(key), new.get(key)) {
                        self.change(part, old, new);
                    }
                }
                let added =
                    new.iter().filter(|(key, _)| !old.contains_key(*key)).map(|(key, value)| (Some(&**key), value));
                self.list(node, &stays, &added.collect::<Vec<_>>(), after);
            }
            (Val::Array(old), Val::Array(new)) if old.len() == node.parts.len() => {
                // What stands at the end of the new list and not in the old one is added; else items are taken away.
                if new.len() >= old.len() {
                    for ((_, _, part), (old, new)) in node.parts.iter().zip(old.iter().zip(new.iter())) {
                        self.change(part, old, new);
                    }
                    let added: Vec<_> = new[old.len()..].iter().map(|value| (None, value)).collect();
                    return self.list(node, &vec![true; old.len()], &added, after);
                }
                let mut wanted = new.iter().peekable();
                let stays: Vec<bool> = old.iter().map(|old| wanted.next_if_eq(&old).is_some()).collect();
                if wanted.peek().is_some() {
                    return self.replace(node, after);
                }
                self.list(node, &stays, &[], after);
            }
            _ => self.replace(node, after),
        }
    }

    /// Takes parts of a list away and adds others at its end.
    fn list(&mut self, node: &Node, stays: &[bool], added: &[(Option<&str>, &Val)], after: &Val) {
        let last = stays.iter().rposition(|stays| *stays);
        let Some(last) = last else {
            if !added.is_empty() || !stays.is_empty() {
                self.replace(node, after);
            }
            return;
        };
        for (at, _) in stays[..last].iter().enumerate().filter(|(_, stays)| !**stays) {
            self.made.push((node.parts[at].1..node.parts[at + 1].1, String::new()));
        }
        let end = node.parts[last].2.at.end;
        if last + 1 < stays.len() {
            self.made.push((end..node.parts[stays.len() - 1].2.at.end, String::new()));
        }
        let start = node.parts[last].1;
        let before = &self.text[..start];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        // Parts on lines of their own are followed by such; on one line they stay on it.
        let own_line = line.trim().is_empty() && before.contains('\n');
        for (key, value) in added {
            let mut text = if own_line { format!(",\n{line}") } else { ", ".to_owned() };
            if let Some(key) = key {
                write::string(key, &mut text);
                text.push_str(": ");
            }
            text.push_str(&self.laid_out(value, if own_line { line } else { "" }, own_line));
            self.made.push((end..end, text));
        }
    }

    fn replace(&mut self, node: &Node, after: &Val) {
        let before = &self.text[..node.at.start];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let indent = &line[..line.len() - line.trim_start().len()];
        let text = self.laid_out(after, indent, self.text[node.at.clone()].contains('\n'));
        self.made.push((node.at.clone(), text));
    }

    /// A value on several lines, each after the first behind `indent`, or on one.
    fn laid_out(&self, value: &Val, indent: &str, lines: bool) -> String {
        let mut text = String::new();
        write::pretty(value, &mut text, 0);
        let step = self.step();
        let mut laid = String::with_capacity(text.len());
        for line in text.lines() {
            let bare = line.trim_start();
            if lines && !laid.is_empty() {
                laid.push('\n');
                laid.push_str(indent);
                laid.push_str(&step.repeat((line.len() - bare.len()) / 2));
            } else if laid.ends_with(',') {
                laid.push(' ');
            }
            laid.push_str(bare);
        }
        laid
    }

    /// What the text indents by: the white space before its first line that has some.
    fn step(&self) -> String {
        let first = self.text.lines().find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
        first.map_or("  ".to_owned(), |line| line[..line.len() - line.trim_start().len()].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, after: &str, expected: &str) {
        let limits = Limits::default();
        let before = formats::read(Format::Json5, text.as_bytes(), &limits).unwrap();
        let edited = edited(Format::Json5, text, &before, &Value::parse(after).unwrap()).unwrap();
        assert_eq!(edited, expected);
        assert_eq!(formats::read(Format::Json5, edited.as_bytes(), &limits).unwrap().to_json(), after);
    }

    #[test]
    fn only_what_changes_is_replaced() {
        check(
            "{\n  // why\n  a: 'x', b: [1,2],\n}\n",
            r#"{"a":"y","b":[1,2]}"#,
            "{\n  // why\n  a: \"y\", b: [1,2],\n}\n",
        );
        check("{\"a\": {\"b\": 1}}", r#"{"a":{"b":[2,{}]}}"#, "{\"a\": {\"b\": [2, {}]}}");
        check("[1, /* two */ 2, 3]", "[1,9,3]", "[1, /* two */ 9, 3]");
    }

    #[test]
    fn what_is_added_follows_the_layout() {
        check(
            "{\n    \"a\": 1, // one\n    \"b\": {}\n}\n",
            r#"{"a":1,"b":{},"c":{"d":[1]}}"#,
            "{\n    \"a\": 1, // one\n    \"b\": {},\n    \"c\": {\n        \"d\": [\n            1\n        ]\n    }\n}\n",
        );
        check("{a: [1]}", r#"{"a":[1,"b,c"],"d":null}"#, "{a: [1, \"b,c\"], \"d\": null}");
        check("{\n\t\"a\": []\n}", r#"{"a":[1,2]}"#, "{\n\t\"a\": [1, 2]\n}");
        check("{\n  a: [\n    1,\n  ],\n}", r#"{"a":[1,2]}"#, "{\n  a: [\n    1,\n    2,\n  ],\n}");
    }

    #[test]
    fn what_is_taken_away_leaves_no_comma_too_many() {
        check("{\"a\": 1, \"b\": 2, \"c\": 3}", r#"{"a":1,"c":3}"#, "{\"a\": 1, \"c\": 3}");
        check("{\"a\": 1, \"b\": 2, \"c\": 3}", r#"{"a":1}"#, "{\"a\": 1}");
        check("{\"a\": 1, \"b\": 2}", "{}", "{}");
        check("[1, 2, 3, 4]", "[2,4]", "[2, 4]");
        check("[1,2]", "[3]", "[3]");
    }
}
