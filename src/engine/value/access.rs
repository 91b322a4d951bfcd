//! Looking into values and changing them, by key and by path.
//!
//! A path is a list of keys: strings into objects, numbers into arrays, `{start, end}` into slices. Errors are jq's
//! sentences.

use super::{Map, Number, Val};
use std::ops::Range;
use std::rc::Rc;

impl Val {
    /// `.[key]`
    pub(crate) fn get(&self, key: &Self) -> Result<Self, String> {
        Ok(match (self, key) {
            (Self::Object(map), Self::Text(key)) => map.get(key).cloned().unwrap_or(Self::Null),
            (Self::Array(items), Self::Number(index)) => {
                index_of(index.double(), items.len()).and_then(|at| items.get(at).cloned()).unwrap_or(Self::Null)
            }
            (Self::Array(items), Self::Object(range)) => {
                let range = slice(range, items.len())?;
                Self::Array(Rc::new(items[range].to_vec()))
            }
            (Self::Text(text), Self::Object(range)) => {
                let range = slice(range, text.chars().count())?;
                Self::Text(text.chars().skip(range.start).take(range.len()).collect::<String>().into())
            }
            (Self::Array(items), Self::Array(part)) => positions(items, part),
            (Self::Null, Self::Object(range)) => {
                slice(range, 0)?;
                Self::Null
            }
            (Self::Null, Self::Text(_) | Self::Number(_)) => Self::Null,
            _ => return Err(cannot_index(self, key)),
        })
    }

    /// The value with `value` at `key`; null becomes what the key asks for, an array is filled up with nulls.
    fn with(self, key: &Self, value: Self) -> Result<Self, String> {
        match (self, key) {
            (Self::Null, Self::Text(key)) => Ok(Self::Object(Rc::new(Map::from_iter([(key.clone(), value)])))),
            (Self::Object(mut map), Self::Text(key)) => {
                Rc::make_mut(&mut map).insert(key.clone(), value);
                Ok(Self::Object(map))
            }
            (Self::Null, Self::Number(_) | Self::Object(_)) => Self::Array(Rc::default()).with(key, value),
            (Self::Array(mut items), Self::Number(index)) => {
                let at = index_of(index.double(), items.len()).ok_or("Out of bounds negative array index")?;
                let list = Rc::make_mut(&mut items);
                if at >= list.len() {
                    list.resize(at + 1, Self::Null);
                }
                list[at] = value;
                Ok(Self::Array(items))
            }
            (Self::Array(mut items), Self::Object(range)) => {
                let Self::Array(part) = value else {
                    return Err("A slice of an array can only be assigned another array".to_owned());
                };
                let range = slice(range, items.len())?;
                Rc::make_mut(&mut items).splice(range, part.iter().cloned());
                Ok(Self::Array(items))
            }
            (Self::Text(_), Self::Object(_)) => Err("Cannot update string slices".to_owned()),
            (other, Self::Object(_)) => Err(format!("Cannot update field at object index of {}", other.kind())),
            (other, key) => Err(cannot_index(&other, key)),
        }
    }

    /// Takes the value at `key` out, leaving null, so that it can be changed without a copy.
    fn take(&mut self, key: &Self) -> Result<Self, String> {
        match (self, key) {
            (Self::Object(map), Self::Text(key)) => {
                Ok(Rc::make_mut(map).get_mut(key).map_or(Self::Null, |slot| std::mem::replace(slot, Self::Null)))
            }
            (Self::Array(items), Self::Number(index)) => {
                let at = index_of(index.double(), items.len());
                let slot = at.and_then(|at| Rc::make_mut(items).get_mut(at));
                Ok(slot.map_or(Self::Null, |slot| std::mem::replace(slot, Self::Null)))
            }
            (value, key) => value.get(key),
        }
    }

    /// `getpath(path)`: null where the path ends early.
    pub(crate) fn get_path(&self, path: &[Self]) -> Result<Self, String> {
        match path {
            [] => Ok(self.clone()),
            _ if matches!(self, Self::Null) => Ok(Self::Null),
            [key, rest @ ..] => self.get(key)?.get_path(rest),
        }
    }

    /// `setpath(path; value)`
    pub(crate) fn set_path(mut self, path: &[Self], value: Self) -> Result<Self, String> {
        let Some((key, rest)) = path.split_first() else { return Ok(value) };
        let inner = if rest.is_empty() { Self::Null } else { self.take(key)? };
        let inner = inner.set_path(rest, value)?;
        self.with(key, inner)
    }

    /// `delpaths(paths)`: all at once, so that no deletion moves what another one means.
    pub(crate) fn delete_paths(self, mut paths: Vec<Rc<Vec<Self>>>) -> Result<Self, String> {
        paths.sort();
        match paths.first() {
            None => Ok(self),
            Some(path) if path.is_empty() => Ok(Self::Null),
            Some(_) => self.delete_sorted(&paths, 0),
        }
    }

    fn delete_sorted(mut self, paths: &[Rc<Vec<Self>>], level: usize) -> Result<Self, String> {
        let mut keys = Vec::new();
        for group in paths.chunk_by(|left, right| left[level] == right[level]) {
            let key = &group[0][level];
            if group[0].len() == level + 1 {
                // The whole goes; deletions within it no longer matter.
                keys.push(key);
                continue;
            }
            let inner = self.get(key)?;
            if !matches!(inner, Self::Null) {
                let inner = inner.delete_sorted(group, level + 1)?;
                self = self.with(key, inner)?;
            }
        }
        self.without(&keys)
    }

    fn without(self, keys: &[&Self]) -> Result<Self, String> {
        if keys.is_empty() {
            return Ok(self);
        }
        match self {
            Self::Null => Ok(Self::Null),
            Self::Object(mut map) => {
                let entries = Rc::make_mut(&mut map);
                for key in keys {
                    let Self::Text(key) = key else {
                        return Err(format!("Cannot delete {} field of object", key.kind()));
                    };
                    entries.shift_remove(key);
                }
                Ok(Self::Object(map))
            }
            Self::Array(items) => {
                let mut doomed = vec![false; items.len()];
                for key in keys {
                    let range = match key {
                        Self::Number(index) => index_of(index.double(), items.len()).map(|at| at..at + 1),
                        Self::Object(range) => Some(slice(range, items.len())?),
                        _ => return Err(format!("Cannot delete {} element of array", key.kind())),
                    };
                    range.and_then(|range| doomed.get_mut(range)).into_iter().flatten().for_each(|doom| *doom = true);
                }
                let kept = items.iter().zip(doomed).filter(|(_, doomed)| !doomed).map(|(item, _)| item.clone());
                Ok(Self::Array(Rc::new(kept.collect())))
            }
            other => Err(format!("Cannot delete fields from {}", other.kind())),
        }
    }

    /// `has(key)`
    pub(crate) fn has(&self, key: &Self) -> Result<bool, String> {
        match (self, key) {
            (Self::Object(map), Self::Text(key)) => Ok(map.contains_key(key)),
            (Self::Array(items), Self::Number(index)) => {
                #[expect(clippy::cast_precision_loss, reason = "no array is that long")]
                let length = items.len() as f64;
                Ok(index.double() >= 0.0 && index.double() < length)
            }
            _ => Err(format!("Cannot check whether {} has a {} key", self.kind(), key.kind())),
        }
    }

    /// `contains(other)`: strings by part, arrays and objects item by item.
    pub(crate) fn contains(&self, other: &Self) -> Result<bool, String> {
        match (self, other) {
            (Self::Object(map), Self::Object(part)) => {
                for (key, value) in part.iter() {
                    match map.get(key) {
                        Some(own) if own.contains(value)? => {}
                        _ => return Ok(false),
                    }
                }
                Ok(true)
            }
            (Self::Array(items), Self::Array(part)) => {
                for value in part.iter() {
                    let mut found = false;
                    for item in items.iter().filter(|item| item.kind() == value.kind()) {
                        found = found || item.contains(value)?;
                    }
                    if !found {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Self::Text(text), Self::Text(part)) => Ok(text.contains(&**part)),
            _ if self.kind() == other.kind() => Ok(self == other),
            _ => Err(format!("{} and {} cannot have their containment checked", self.describe(), other.describe())),
        }
    }

    /// `indices(part)`: where an array or a string has an item, a run of items, or a text; counted in characters.
    pub(crate) fn indices(&self, part: &Self) -> Result<Self, String> {
        match (self, part) {
            (Self::Null, _) => Ok(Self::Null),
            (Self::Array(items), Self::Array(part)) => Ok(positions(items, part)),
            (Self::Array(items), item) => Ok(positions(items, std::slice::from_ref(item))),
            (Self::Text(text), Self::Text(part)) if part.is_empty() || text.is_empty() => Ok(Self::Null),
            (Self::Text(text), Self::Text(part)) => {
                let starts =
                    text.char_indices().enumerate().filter(|(_, (byte, _))| text[*byte..].starts_with(&**part));
                Ok(Self::Array(Rc::new(starts.map(|(at, _)| count(at)).collect())))
            }
            _ => self.get(part),
        }
    }
}

/// What stands at a path, if anything does.
pub(crate) fn part<'v>(value: &'v Val, path: &[Val]) -> Option<&'v Val> {
    path.iter().try_fold(value, |value, key| match (value, key) {
        (Val::Object(map), Val::Text(key)) => map.get(key),
        (Val::Array(items), Val::Number(at)) => items.get(index_of(at.double(), items.len())?),
        _ => None,
    })
}

/// A count as a number.
pub(crate) fn count(count: usize) -> Val {
    #[expect(clippy::cast_precision_loss, reason = "nothing in memory is counted past 2^53")]
    let double = count as f64;
    Val::Number(Number::from(double))
}

/// Appends the step to a key to a jq path.
pub(crate) fn field(path: &mut String, key: &str) {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str(if path.is_empty() { ".[" } else { "[" });
        super::write::string(key, path);
        path.push(']');
    }
}

fn cannot_index(value: &Val, key: &Val) -> String {
    match key {
        Val::Text(key) => format!("Cannot index {} with string \"{key}\"", value.kind()),
        Val::Object(_) if matches!(value, Val::Array(_) | Val::Text(_)) => {
            "Start and end indices of an array slice must be numbers".to_owned()
        }
        key => format!("Cannot index {} with {}", value.kind(), key.kind()),
    }
}

/// The position that an index means, counted from the end when negative; `None` before the start.
fn index_of(index: f64, length: usize) -> Option<usize> {
    if index.is_nan() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floored, not negative, saturates")]
    let position = |double: f64| double as usize;
    let index = index.floor();
    if index < 0.0 { length.checked_sub(position(-index)) } else { Some(position(index)) }
}

/// The range that `{start, end}` means in a sequence of `length`.
fn slice(range: &Map, length: usize) -> Result<Range<usize>, String> {
    let bound = |name: &str, default: usize, round: fn(f64) -> f64| match range.get(name) {
        None | Some(Val::Null) => Ok(default),
        Some(Val::Number(number)) => {
            let double = round(number.double());
            Ok(index_of(double, length).unwrap_or(0).min(length))
        }
        Some(_) => Err("Start and end indices of an array slice must be numbers".to_owned()),
    };
    let start = bound("start", 0, f64::floor)?;
    let end = bound("end", length, f64::ceil)?;
    Ok(start..end.max(start))
}

/// Where `part` begins in `items`; null when it is empty.
fn positions(items: &[Val], part: &[Val]) -> Val {
    if part.is_empty() {
        return if items.is_empty() { Val::Array(Rc::default()) } else { Val::Null };
    }
    let found = items.windows(part.len()).enumerate().filter(|(_, window)| *window == part);
    Val::Array(Rc::new(found.map(|(at, _)| count(at)).collect()))
}
