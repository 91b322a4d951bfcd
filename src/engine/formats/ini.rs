//! INI files, systemd units and `.env` files in the shape of `jc --ini-dup`: every value an array of strings, sections
//! as objects, keys before the first section at the top.

use super::super::value::{Map, Val};
use super::Unreadable;
use std::rc::Rc;

/// INI files, and `KEY=value` lines, which are those without a section.
pub(super) fn ini(text: &str) -> Result<Val, Unreadable> {
    sections(text)
}

/// Systemd units: a line may stand at any depth, and a backslash at its end joins it with the next that is no comment.
pub(super) fn unit(text: &str) -> Result<Val, Unreadable> {
    let mut joined = String::with_capacity(text.len());
    let lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with(['#', ';']));
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        match line.strip_suffix('\\').filter(|_| lines.peek().is_some()) {
            Some(line) => joined.extend([line, " "]),
            None => joined.extend([line, "\n"]),
        }
    }
    // Lines have moved, so that a fault has no place.
    sections(&joined).map_err(|fault| Unreadable { offset: None, ..fault })
}

fn sections(text: &str) -> Result<Val, Unreadable> {
    let mut top = Map::default();
    let mut sections: Vec<(Rc<str>, Map)> = Vec::new();
    let mut current: Option<usize> = None;
    let mut key: Option<Rc<str>> = None;
    // A line that stands deeper than the key before it goes on with its value; an empty line ends that.
    let mut indent = usize::MAX;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let value = line.trim();
        if value.is_empty() || value.starts_with(['#', ';']) {
            indent = usize::MAX;
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let map = match current {
            Some(at) => &mut sections[at].1,
            None => &mut top,
        };
        if let Some(key) = key.as_ref().filter(|_| depth > indent) {
            push(map, key, value);
            continue;
        }
        indent = depth;
        if let Some(name) = section(value) {
            key = None;
            let known = sections.iter().position(|(known, _)| &**known == name);
            current = Some(known.unwrap_or(sections.len()));
            if known.is_none() {
                sections.push((name.into(), Map::default()));
            }
            continue;
        }
        let (name, value) = value.split_once(['=', ':']).unwrap_or((value, ""));
        if name.trim_end().is_empty() {
            return Err(Unreadable::at("a key is missing before the sign", start + depth));
        }
        let name: Rc<str> = name.trim_end().into();
        push(map, &name, value.trim());
        key = Some(name);
    }
    top.extend(sections.into_iter().map(|(name, map)| (name, Val::Object(Rc::new(map)))));
    Ok(Val::Object(Rc::new(top)))
}

/// The name in `[name]`, whatever follows.
fn section(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

fn push(map: &mut Map, key: &Rc<str>, value: &str) {
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        if value == "\"" || value == "'" { Some("") } else { value.strip_prefix(quote)?.strip_suffix(quote) }
    });
    let value = Val::from(quoted.unwrap_or(value));
    match map.get_mut(key) {
        Some(Val::Array(values)) => Rc::make_mut(values).push(value),
        _ => drop(map.insert(key.clone(), Val::Array(Rc::new(vec![value])))),
    }
}
