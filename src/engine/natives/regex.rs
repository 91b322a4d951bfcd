//! Regular expressions, in linear time: no look-around and no references back, which jq's own library has.

use super::super::budget::Meter;
use super::super::value::{Map, Val};
use super::{Entry, Failure, Given, count, native};
use regex_bites::{Regex, RegexBuilder};
use std::rc::Rc;

pub(super) fn natives() -> Vec<Entry> {
    vec![
        // An array of matches, or with `$test` whether there is one.
        native!("__match", |meter, value, pattern, flags, test| {
            let Val::Text(text) = &value else {
                return Err(format!("{} cannot be matched, as it is not a string", value.describe()).into());
            };
            let Val::Text(pattern) = &pattern else {
                return Err(format!("{} cannot be matched, as it is not a string", pattern.describe()).into());
            };
            let (regex, global, skip_empty) = compile(pattern, &flags)?;
            if test.is_true() {
                return Ok(Val::Bool(regex.is_match(text)));
            }
            matches(meter, &regex, text, global, skip_empty)
        }),
        native!("__named", |_, found| {
            let captures = found.get(&Val::from("captures"))?;
            let mut map = Map::default();
            for capture in captures.as_array().into_iter().flat_map(|captures| captures.iter()) {
                if let Val::Text(name) = capture.get(&Val::from("name"))? {
                    map.insert(name, capture.get(&Val::from("string"))?);
                }
            }
            Ok(Val::Object(Rc::new(map)))
        }),
    ]
}

/// The expression, and the flags that do not belong to it: all matches, empty ones left out.
fn compile(pattern: &str, flags: &Val) -> Result<(Regex, bool, bool), Failure> {
    let flags = match flags {
        Val::Null => "",
        Val::Text(flags) => flags,
        other => return Err(Failure::Said(format!("{} is not a string", other.describe()))),
    };
    let mut builder = RegexBuilder::new(pattern);
    let (mut global, mut skip_empty) = (false, false);
    for flag in flags.chars() {
        match flag {
            'g' => global = true,
            'n' => skip_empty = true,
            'i' => drop(builder.case_insensitive(true)),
            'x' => drop(builder.ignore_whitespace(true)),
            // `.` matches a newline; `s` and `p` have their names from Oniguruma.
            's' | 'p' => drop(builder.dot_matches_new_line(true)),
            'l' => {}
            _ => return Err(Failure::Said(format!("{flags} is not a valid modifier string"))),
        }
    }
    match builder.build() {
        Ok(regex) => Ok((regex, global, skip_empty)),
        Err(error) if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|part| pattern.contains(part)) => {
            Err(Failure::Said(format!("look-around is not run here: {error}")))
        }
        Err(error) => Err(Failure::Said(format!("Regex failure: {error}"))),
    }
}

fn matches(meter: &Meter<'_>, regex: &Regex, text: &str, global: bool, skip_empty: bool) -> Given {
    let names: Vec<_> = regex.capture_names().skip(1).collect();
    let mut matches = Vec::new();
    // Offsets count characters; matches come in order, so counting goes on from the last one.
    let (mut byte, mut characters) = (0, 0);
    for found in regex.captures_iter(text) {
        let whole = found.get(0).expect("a match has itself as its first group");
        meter.tick()?;
        if skip_empty && whole.is_empty() {
            continue;
        }
        characters += text[byte..whole.start()].chars().count();
        byte = whole.start();
        let groups = names.iter().enumerate().map(|(at, name)| {
            let group = found.get(at + 1).map(|group| {
                let offset =
                    text[byte..].get(..group.start().saturating_sub(byte)).map_or(0, |before| before.chars().count());
                (characters + offset, group.as_str())
            });
            entry(group, Some(name.map_or(Val::Null, Val::from)), None)
        });
        let captures = groups.collect();
        matches.push(entry(Some((characters, whole.as_str())), None, Some(captures)));
        if !global {
            break;
        }
    }
    Ok(Val::Array(Rc::new(matches)))
}

/// A match or a group; a group that took no part has offset -1 and no string.
fn entry(found: Option<(usize, &str)>, name: Option<Val>, captures: Option<Val>) -> Val {
    let offset = found.map_or(Val::from(-1.0), |(offset, _)| count(offset));
    let length = count(found.map_or(0, |(_, text)| text.chars().count()));
    let string = found.map_or(Val::Null, |(_, text)| Val::from(text));
    let mut map = Map::from_iter([("offset".into(), offset), ("length".into(), length), ("string".into(), string)]);
    map.extend(captures.map(|captures| ("captures".into(), captures)));
    map.extend(name.map(|name| ("name".into(), name)));
    Val::Object(Rc::new(map))
}
