//! Functions over numbers, arrays and objects.

use super::super::value::{Map, Number, Val, product_size, read};
use super::{Entry, Failure, Given, array, count, native};
use std::rc::Rc;

pub(super) fn natives() -> Vec<Entry> {
    let mut all = literals();
    all.extend(arithmetic());
    all.extend(collections());
    all.extend(sorting());
    all
}

fn literals() -> Vec<Entry> {
    vec![
        native!("true", |_, _| Ok(Val::Bool(true))),
        native!("false", |_, _| Ok(Val::Bool(false))),
        native!("null", |_, _| Ok(Val::Null)),
        native!("nan", |_, _| Ok(Val::from(f64::NAN))),
        native!("infinite", |_, _| Ok(Val::from(f64::INFINITY))),
        native!("not", |_, value| Ok(Val::Bool(!value.is_true()))),
        native!("type", |_, value| Ok(Val::from(value.kind()))),
        native!("__key", |_, key| match key {
            Val::Text(_) => Ok(key),
            other => Err(format!("Cannot use {} as object key", other.describe()).into()),
        }),
    ]
}

fn arithmetic() -> Vec<Entry> {
    vec![
        // The right side comes first, because jq runs through its outputs in the outer loop.
        native!("__add", |meter, _, right, left| {
            meter.made(left.size().saturating_add(right.size()))?;
            Ok(left.plus(right)?)
        }),
        native!("__subtract", |_, _, right, left| Ok(left.minus(right)?)),
        native!("__multiply", |meter, _, right, left| {
            meter.made(product_size(&left, &right))?;
            Ok(left.times(right)?)
        }),
        native!("__divide", |_, _, right, left| Ok(left.divided(right)?)),
        native!("__remainder", |_, _, right, left| Ok(left.remainder(&right)?)),
        native!("add", |meter, value| {
            let items = items(&value)?;
            if let Some(texts) = items.iter().map(|item| item.as_text().map(|text| &**text)).collect::<Option<Vec<_>>>()
                && !texts.is_empty()
            {
                meter.made(texts.iter().map(|text| text.len()).fold(0, usize::saturating_add))?;
                return Ok(Val::from(texts.concat()));
            }
            let mut sum = Val::Null;
            for item in items {
                meter.made(item.size())?;
                sum = sum.plus(item)?;
            }
            Ok(sum)
        }),
        native!("floor", |_, value| double(&value, f64::floor)),
        native!("ceil", |_, value| double(&value, f64::ceil)),
        native!("round", |_, value| double(&value, f64::round)),
        native!("isnan", |_, value| Ok(Val::Bool(number(&value)?.is_nan()))),
        native!("isinfinite", |_, value| Ok(Val::Bool(number(&value)?.is_infinite()))),
        native!("isnormal", |_, value| Ok(Val::Bool(number(&value)?.is_normal()))),
        native!("tonumber", |_, value| match &value {
            Val::Number(_) => Ok(value),
            Val::Text(text) => parse_number(text).map(Val::Number),
            other => Err(format!("{} cannot be parsed as a number", other.describe()).into()),
        }),
    ]
}

fn number(value: &Val) -> Result<f64, Failure> {
    value.as_double().ok_or_else(|| Failure::Said(format!("{} number required", value.describe())))
}

fn double(value: &Val, function: fn(f64) -> f64) -> Given {
    Ok(Val::from(function(number(value)?)))
}

/// A number as JSON has them, space around it allowed, and the shorter forms that a program may use.
fn parse_number(text: &str) -> Result<Number, Failure> {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r']);
    let trimmed = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let starts = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if starts && trimmed.parse::<f64>().is_ok() {
        return Ok(Number::of_literal(trimmed));
    }
    Err(Failure::Said(format!("Invalid numeric literal (while parsing '{text}')")))
}

/// The items of an array or the values of an object.
pub(super) fn items(value: &Val) -> Result<Vec<Val>, Failure> {
    match value {
        Val::Array(items) => Ok(items.to_vec()),
        Val::Object(map) => Ok(map.values().cloned().collect()),
        Val::Null => Err(Failure::Said("Cannot iterate over null (null)".to_owned())),
        other => Err(Failure::Said(format!("Cannot iterate over {}", other.describe()))),
    }
}

fn collections() -> Vec<Entry> {
    vec![
        native!("length", |_, value| Ok(match &value {
            Val::Null => count(0),
            Val::Bool(_) => return Err(format!("{} has no length", value.describe()).into()),
            Val::Number(number) => Val::from(number.double().abs()),
            Val::Text(text) => count(text.chars().count()),
            Val::Array(items) => count(items.len()),
            Val::Object(map) => count(map.len()),
        })),
        native!("keys", |_, value| {
            let mut keys = keys(&value)?;
            keys.sort();
            Ok(keys.into_iter().collect())
        }),
        native!("keys_unsorted", |_, value| Ok(keys(&value)?.into_iter().collect())),
        native!("has", |_, value, key| Ok(Val::Bool(value.has(&key)?))),
        native!("contains", |_, value, part| Ok(Val::Bool(value.contains(&part)?))),
        native!("indices", |_, value, part| Ok(value.indices(&part)?)),
        native!("reverse", |_, value| Ok(match value {
            Val::Null => Val::Array(Rc::default()),
            other => indexed(&other)?.iter().rev().cloned().collect(),
        })),
        native!("flatten", |_, value, depth| {
            let depth = number(&depth)?;
            if depth < 0.0 {
                return Err("flatten depth must not be negative".to_owned().into());
            }
            let mut flat = Vec::new();
            flatten(items(&value)?, depth, &mut flat);
            Ok(Val::Array(Rc::new(flat)))
        }),
        native!("to_entries", |_, value| {
            let keys = keys(&value)?;
            let entry =
                |(key, value)| Val::Object(Rc::new(Map::from_iter([("key".into(), key), ("value".into(), value)])));
            Ok(keys.into_iter().zip(items(&value)?).map(entry).collect())
        }),
        native!("from_entries", |_, value| from_entries(&items(&value)?)),
        native!("transpose", |meter, value| {
            let rows = items(&value)?;
            let mut width = 0;
            for row in &rows {
                width = width.max(indexed(row)?.len());
            }
            meter.made(width.saturating_mul(rows.len()).saturating_mul(size_of::<Val>()))?;
            let cell = |row: &Val, at: usize| row.as_array().and_then(|row| row.get(at).cloned()).unwrap_or(Val::Null);
            Ok((0..width).map(|at| rows.iter().map(|row| cell(row, at)).collect()).collect())
        }),
        native!("tojson", |meter, value| super::text::json(meter, &value)),
        native!("fromjson", |_, value| {
            let Val::Text(text) = &value else {
                return Err(format!("{} cannot be parsed as JSON", value.describe()).into());
            };
            let parsed = read::document(text, 256);
            parsed.map_err(|fault| format!("{} (while parsing '{text}')", fault.message).into())
        }),
    ]
}

/// The items of an array; of other values jq's words for an index into them.
fn indexed(value: &Val) -> Result<&Rc<Vec<Val>>, Failure> {
    value.as_array().ok_or_else(|| Failure::Said(format!("Cannot index {} with number", value.kind())))
}

fn keys(value: &Val) -> Result<Vec<Val>, Failure> {
    match value {
        Val::Array(items) => Ok((0..items.len()).map(count).collect()),
        Val::Object(map) => Ok(map.keys().map(|key| Val::Text(key.clone())).collect()),
        other => Err(Failure::Said(format!("{} has no keys", other.describe()))),
    }
}

fn flatten(items: Vec<Val>, depth: f64, flat: &mut Vec<Val>) {
    for item in items {
        match item {
            Val::Array(inner) if depth > 0.0 => flatten(inner.to_vec(), depth - 1.0, flat),
            Val::Array(inner) if depth == 0.0 => flat.push(Val::Array(inner)),
            other => flat.push(other),
        }
    }
}

fn from_entries(entries: &[Val]) -> Given {
    let mut map = Map::default();
    for entry in entries {
        let field = |name: &str| entry.get(&Val::from(name));
        let mut key = Val::Null;
        for name in ["key", "name", "Name", "Key"] {
            key = field(name)?;
            if key.is_true() {
                break;
            }
        }
        let Val::Text(key) = key else {
            let key = if key.is_true() { key } else { Val::Null };
            return Err(format!("Cannot use {} as object key", key.describe()).into());
        };
        let name = if entry.has(&Val::from("value")).unwrap_or(false) { "value" } else { "Value" };
        let value = field(name)?;
        map.insert(key, value);
    }
    Ok(Val::Object(Rc::new(map)))
}

fn sorting() -> Vec<Entry> {
    const SORTED: &str = "cannot be sorted, as it is not an array";
    vec![
        native!("sort", |_, value| {
            let mut sorted = array(&value, SORTED)?.to_vec();
            sorted.sort();
            Ok(sorted.into_iter().collect())
        }),
        // Those by a key take the array of keys that the prelude has made.
        native!("__sort_by", |_, value, keys| {
            Ok(keyed(&value, &keys, SORTED)?.into_iter().map(|(_, item)| item).collect())
        }),
        native!("__group_by", |_, value, keys| {
            let sorted = keyed(&value, &keys, "cannot be grouped, as it is not an array")?;
            let groups = sorted.chunk_by(|left, right| left.0 == right.0);
            Ok(groups.map(|group| group.iter().map(|(_, item)| item.clone()).collect()).collect())
        }),
        native!("__unique_by", |_, value, keys| {
            let mut sorted = keyed(&value, &keys, "cannot be grouped, as it is not an array")?;
            sorted.dedup_by(|right, left| left.0 == right.0);
            Ok(sorted.into_iter().map(|(_, item)| item).collect())
        }),
        native!("__min_by", |_, value, keys| {
            let pairs = paired(&value, &keys)?;
            // Of equals the first.
            Ok(pairs
                .into_iter()
                .reduce(|least, next| if next.0 < least.0 { next } else { least })
                .map_or(Val::Null, |(_, item)| item))
        }),
        native!("__max_by", |_, value, keys| {
            let pairs = paired(&value, &keys)?;
            // Of equals the last.
            Ok(pairs
                .into_iter()
                .reduce(|most, next| if next.0 < most.0 { most } else { next })
                .map_or(Val::Null, |(_, item)| item))
        }),
    ]
}

fn keyed(value: &Val, keys: &Val, complaint: &str) -> Result<Vec<(Val, Val)>, Failure> {
    let items = array(value, complaint)?;
    let keys = array(keys, complaint)?;
    let mut pairs: Vec<_> = keys.iter().cloned().zip(items.iter().cloned()).collect();
    pairs.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(pairs)
}

fn paired(value: &Val, keys: &Val) -> Result<Vec<(Val, Val)>, Failure> {
    const COMPLAINT: &str = "cannot be iterated over";
    let (items, keys) = (array(value, COMPLAINT)?, array(keys, COMPLAINT)?);
    Ok(keys.iter().cloned().zip(items.iter().cloned()).collect())
}
