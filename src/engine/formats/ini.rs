//! INI files, systemd units and `.env` files in the shape of `jc --ini-dup`: every value an array of strings, sections
//! as objects, keys before the first section at the top.

use super::super::value::{Map, Val};
use super::Unreadable;
use std::rc::Rc;

/// INI and systemd units; a backslash before the end of a line joins it with the next, as systemd does.
pub(super) fn ini(text: &str) -> Result<Val, Unreadable> {
    if text.contains("\\\n") {
        // One space for both characters would move offsets; faults are rare enough to have none then.
        let joined = text.replace("\\\n", " ");
        return sections(&joined).map_err(|fault| Unreadable { offset: None, ..fault });
    }
    sections(text)
}

/// `KEY=value` lines.
pub(super) fn env(text: &str) -> Result<Val, Unreadable> {
    sections(text)
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
