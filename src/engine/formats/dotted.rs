//! TOML; dates and times become strings as Python's `isoformat` writes them, because the reader's command has them so.

use super::super::value::{Map, Number, Val};
use super::Unreadable;
use std::rc::Rc;

pub(super) fn toml(text: &str, depth: usize) -> Result<Val, Unreadable> {
    super::serde::deep(text, depth, &["#"])?;
    let table: toml::Table = toml::from_str(text).map_err(|error| Unreadable {
        message: error.message().trim().replace('\n', ", "),
        offset: error.span().map(|span| span.start),
    })?;
    value(toml::Value::Table(table))
}

fn value(found: toml::Value) -> Result<Val, Unreadable> {
    Ok(match found {
        toml::Value::String(text) => Val::from(text),
        toml::Value::Integer(integer) => Val::Number(Number::of_literal(&integer.to_string())),
        toml::Value::Float(double) if double.is_finite() => Val::Number(Number::of_literal(&format!("{double:?}"))),
        toml::Value::Float(double) => {
            return Err(Unreadable { message: format!("JSON has no number `{double}`"), offset: None });
        }
        toml::Value::Boolean(boolean) => Val::Bool(boolean),
        toml::Value::Datetime(moment) => Val::from(isoformat(&moment)),
        toml::Value::Array(items) => Val::Array(Rc::new(items.into_iter().map(value).collect::<Result<_, _>>()?)),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, found)| Ok((key.into(), value(found)?)));
            Val::Object(Rc::new(entries.collect::<Result<Map, _>>()?))
        }
    })
}

/// As Python: fractions in microseconds, `+00:00` for `Z`.
fn isoformat(moment: &toml::value::Datetime) -> String {
    let mut parts = Vec::new();
    parts.extend(moment.date.map(|date| date.to_string()));
    parts.extend(moment.time.map(|time| {
        let second = time.second.unwrap_or(0);
        let fraction = match time.nanosecond.unwrap_or(0) / 1000 {
            0 => String::new(),
            microseconds => format!(".{microseconds:06}"),
        };
        format!("{:02}:{:02}:{second:02}{fraction}", time.hour, time.minute)
    }));
    let offset = match moment.offset {
        None => String::new(),
        Some(toml::value::Offset::Z) => "+00:00".to_owned(),
        Some(offset @ toml::value::Offset::Custom { .. }) => offset.to_string(),
    };
    parts.join("T") + &offset
}
