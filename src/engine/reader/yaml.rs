//! A YAML document changed in its own text, so that comments, layout and order stay.
//!
//! In: the text, what it says, what it should say. Out: the text with one line after the other changed, each change
//! held by reading the text again. What cannot be done so, such as a change within `[a, b]` or of a text over several
//! lines, gives nothing, and the caller writes the document anew.

use super::super::value::{Val, Value, access};
use super::super::{Format, Limits, formats};
use super::lines::{of_value, own};

/// Longer texts are written anew: each change reads them some dozen times.
const LONGEST: usize = 1 << 16;

/// The text with the changes from `before` to `after`.
pub(super) fn edited(text: &str, before: &Value, after: &Value, limits: &Limits) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut edits = Edits { text: text.to_owned(), now: before.0.clone(), limits };
    edits.change(&mut Vec::new(), &before.0, &after.0)?;
    Some(edits.text)
}

struct Edits<'l> {
    text: String,
    /// What the text says.
    now: Val,
    limits: &'l Limits,
}

impl Edits<'_> {
    fn change(&mut self, route: &mut Vec<Val>, before: &Val, after: &Val) -> Option<()> {
        match (before, after) {
            _ if before == after => Some(()),
            (Val::Object(old), Val::Object(new)) => {
                for (key, value) in old.iter() {
                    route.push(Val::Text(key.clone()));
                    match new.get(key) {
                        Some(new) => self.change(route, value, new)?,
                        None => self.delete(route)?,
                    }
                    route.pop();
                }
                for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                    let last = access::part(&self.now, route).and_then(|part| match part {
                        Val::Object(map) => map.keys().last().cloned(),
                        _ => None,
                    });
                    self.add(route, Val::Text(last?), Val::Text(key.clone()), value)?;
                }
                Some(())
            }
            (Val::Array(old), Val::Array(new)) if new.len() >= old.len() => {
                for (at, (old, new)) in old.iter().zip(new.iter()).enumerate() {
                    route.push(access::count(at));
                    self.change(route, old, new)?;
                    route.pop();
                }
                for (at, value) in new.iter().enumerate().skip(old.len()) {
                    self.add(route, access::count(at.checked_sub(1)?), access::count(at), value)?;
                }
                Some(())
            }
            (Val::Array(old), Val::Array(new)) => {
                let mut wanted = new.iter().rev().peekable();
                for (at, item) in old.iter().enumerate().rev() {
                    if wanted.next_if_eq(&item).is_none() {
                        route.push(access::count(at));
                        self.delete(route)?;
                        route.pop();
                    }
                }
                wanted.next().is_none().then_some(())
            }
            _ => self.set(route, before, after),
        }
    }

    /// The lines of what stands at a route: its own, and the last.
    fn lines(&self, route: &[Val]) -> Option<(usize, usize)> {
        let lines = of_value(&self.text, route, &|text| self.read(text));
        let own = own(&lines, matches!(route.last(), Some(Val::Number(_))))?;
        Some((own, lines.iter().map(|(line, _)| *line).max()?))
    }

    fn read(&self, text: &str) -> Option<Val> {
        formats::read(Format::Yaml, text.as_bytes(), self.limits).ok().map(|value| value.0)
    }

    /// Puts another text on some lines, if it says then what it should.
    fn put(&mut self, (first, end): (usize, usize), new: &str, says: &Val) -> Option<()> {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut text = lines[..first].concat();
        if !new.is_empty() && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(new);
        text.push_str(&lines[end..].concat());
        (self.read(&text)? == *says).then(|| {
            self.text = text;
            self.now = says.clone();
        })
    }

    /// Another scalar in the place of one, in the same quotes.
    fn set(&mut self, route: &[Val], before: &Val, after: &Val) -> Option<()> {
        let says = self.now.clone().set_path(route, after.clone()).ok()?;
        let (at, _) = self.lines(route)?;
        let line = self.text.split_inclusive('\n').nth(at)?.to_owned();
        let double = |value: &Val| value.as_text().map(|_| value.to_json());
        let single = |value: &Val| Some(format!("'{}'", value.as_text()?.replace('\'', "''")));
        let plain = |value: &Val| Some(value.as_text().map_or_else(|| value.to_json(), ToString::to_string));
        let bare = scalar(after, self.limits);
        [double, single, plain].into_iter().find_map(|form: fn(&Val) -> Option<String>| {
            let old = form(before).filter(|old| !old.is_empty())?;
            let start = line.rfind(&old)?;
            let new = if old.starts_with(['"', '\'']) { form(after).unwrap_or(bare.clone()) } else { bare.clone() };
            let line = format!("{}{new}{}", &line[..start], &line[start + old.len()..]);
            self.put((at, at + 1), &line, &says)
        })
    }

    fn delete(&mut self, route: &[Val]) -> Option<()> {
        let says = self.now.clone().delete_paths(vec![std::rc::Rc::new(route.to_vec())]).ok()?;
        let (own, last) = self.lines(route)?;
        self.put((own, last + 1), "", &says)
    }

    /// A new entry after the last one of a part.
    fn add(&mut self, route: &[Val], after: Val, key: Val, value: &Val) -> Option<()> {
        let at = |key| route.iter().cloned().chain([key]).collect::<Vec<Val>>();
        let (own, last) = self.lines(&at(after))?;
        let line = self.text.split_inclusive('\n').nth(own)?;
        let mut indent = line.len() - line.trim_start().len();
        let entry = match &key {
            Val::Text(key) => {
                // The first key of an item stands behind its dash.
                indent += line[indent..].len() - line[indent..].trim_start_matches(['-', ' ']).len();
                let object = Val::Object(std::rc::Rc::new([(key.clone(), value.clone())].into_iter().collect()));
                block(&object, indent, self.limits)
            }
            _ => block(&Val::Array(std::rc::Rc::new(vec![value.clone()])), indent, self.limits),
        };
        let says = self.now.clone().set_path(&at(key), value.clone()).ok()?;
        self.put((last + 1, last + 1), &entry, &says)
    }
}

/// A document, a line for each of its scalars.
pub(super) fn written(value: &Value, limits: &Limits) -> String {
    block(&value.0, 0, limits)
}

fn block(value: &Val, indent: usize, limits: &Limits) -> String {
    let space = " ".repeat(indent);
    let mut text = String::new();
    match value {
        Val::Object(map) if !map.is_empty() => {
            for (key, value) in map.iter() {
                let lines = block(value, indent + 2, limits);
                let key = scalar(&Val::Text(key.clone()), limits);
                let is_part = match value {
                    Val::Array(items) => !items.is_empty(),
                    Val::Object(map) => !map.is_empty(),
                    _ => false,
                };
                let within = if is_part { format!("\n{lines}") } else { format!(" {}", lines.trim_start()) };
                text.extend([&space, &key, ":", &within]);
            }
        }
        Val::Array(items) if !items.is_empty() => {
            for item in items.iter() {
                // What an item holds begins behind its dash.
                text.extend([&space, "- ", block(item, indent + 2, limits).trim_start()]);
            }
        }
        other => text.extend([&space, &scalar(other, limits), "\n"]),
    }
    text
}

/// A text without quotes where every reader of YAML takes it for that text; all else as JSON, which YAML contains.
fn scalar(value: &Val, limits: &Limits) -> String {
    let is_plain = |text: &str| {
        let truths = ["y", "n", "yes", "no", "on", "off"];
        // `10s`, but not `0x1`.
        let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let is_span = !unit.starts_with('x') && unit.chars().all(|letter| letter.is_ascii_alphabetic());
        (text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/') || is_span)
            && !truths.contains(&text.to_ascii_lowercase().as_str())
            && !text.contains([',', '[', ']', '{', '}'])
            && formats::read(Format::Yaml, text.as_bytes(), limits).is_ok_and(|read| read.0 == Val::from(text))
    };
    match value.as_text().filter(|text| is_plain(text)) {
        Some(text) => text.to_string(),
        None => value.to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, after: &str, expected: Option<&str>) {
        let limits = Limits::default();
        let before = formats::read(Format::Yaml, text.as_bytes(), &limits).unwrap();
        assert_eq!(edited(text, &before, &Value::parse(after).unwrap(), &limits).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_scalar_is_replaced_where_it_stands() {
        let text = "# why\na:\n  b: 5s # short\n  c: 'it''s'\nd: [1, 2]\n";
        check(
            text,
            r#"{"a":{"b":"10s","c":"it's"},"d":[1,2]}"#,
            Some("# why\na:\n  b: 10s # short\n  c: 'it''s'\nd: [1, 2]\n"),
        );
        check(
            text,
            r#"{"a":{"b":"5s","c":"don't"},"d":[1,3]}"#,
            Some("# why\na:\n  b: 5s # short\n  c: 'don''t'\nd: [1, 3]\n"),
        );
        check("a: |\n  x\n", r#"{"a":"y"}"#, None);
    }

    #[test]
    fn entries_come_and_go_with_their_lines() {
        let text = "jobs:\n  - name: a\n    every: 1m\n  # the other\n  - name: b\nlast: true";
        check(
            text,
            r#"{"jobs":[{"name":"a","every":"1m"},{"name":"b","wait":{"for":["no","x y"]}}],"last":true}"#,
            Some(
                "jobs:\n  - name: a\n    every: 1m\n  # the other\n  - name: b\n    wait:\n      for:\n        - \"no\"\n        - x y\nlast: true",
            ),
        );
        check(
            text,
            r#"{"jobs":[{"name":"a"},{"name":"b"},{"name":"c"}],"last":true,"new":1}"#,
            Some("jobs:\n  - name: a\n  # the other\n  - name: b\n  - name: c\nlast: true\nnew: 1\n"),
        );
        check(text, r#"{"jobs":[{"name":"b"}],"last":true}"#, Some("jobs:\n  # the other\n  - name: b\nlast: true"));
        check("a: {}\n", r#"{"a":{"b":1}}"#, None);
    }

    #[test]
    fn a_document_is_written_as_it_is_read() {
        for (json, yaml) in [
            (
                r#"{"a":{"b":[{"c":1,"d":[]},["x"]]},"e":"12","f":null}"#,
                "a:\n  b:\n    - c: 1\n      d: []\n    - - x\ne: \"12\"\nf: null\n",
            ),
            (r#"["a: b","/x #y","2020-01-01"]"#, "- \"a: b\"\n- \"/x #y\"\n- \"2020-01-01\"\n"),
            ("{}", "{}\n"),
        ] {
            let value = Value::parse(json).unwrap();
            assert_eq!(written(&value, &Limits::default()), yaml);
            assert_eq!(formats::read(Format::Yaml, yaml.as_bytes(), &Limits::default()).unwrap().to_json(), json);
        }
    }
}
