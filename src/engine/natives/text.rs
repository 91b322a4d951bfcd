//! Functions over strings, and the formats (`@json`, `@csv`, …).

use super::super::budget::Meter;
use super::super::value::{Val, write};
use super::{Entry, Failure, Given, array, count, native};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::fmt::Write;
use std::rc::Rc;

pub(super) fn natives() -> Vec<Entry> {
    let mut all = strings();
    all.extend(formats());
    all
}

/// The text of a value as `jq -c` prints it.
pub(super) fn json(meter: &Meter<'_>, value: &Val) -> Given {
    let mut text = String::new();
    write::compact(value, &mut text, meter.room()).map_err(|write::TooLong| meter.overflow())?;
    meter.made(text.len())?;
    Ok(Val::from(text))
}

/// A string as it is, other values as JSON.
fn string(meter: &Meter<'_>, value: Val) -> Given {
    match value {
        Val::Text(_) => Ok(value),
        other => json(meter, &other),
    }
}

/// The string, or a sentence.
fn text<'v>(value: &'v Val, complaint: &str) -> Result<&'v Rc<str>, Failure> {
    value.as_text().ok_or_else(|| Failure::Said(complaint.to_owned()))
}

fn strings() -> Vec<Entry> {
    const EXPLODE: &str = "explode input must be a string";
    const SPLIT: &str = "split input and separator must be strings";
    vec![
        native!("tostring", |meter, value| string(meter, value)),
        native!("utf8bytelength", |_, value| match &value {
            Val::Text(text) => Ok(count(text.len())),
            other => Err(format!("{} only strings have UTF-8 byte length", other.describe()).into()),
        }),
        native!("ascii_downcase", |_, value| Ok(Val::from(text(&value, EXPLODE)?.to_ascii_lowercase()))),
        native!("ascii_upcase", |_, value| Ok(Val::from(text(&value, EXPLODE)?.to_ascii_uppercase()))),
        native!("explode", |_, value| {
            Ok(text(&value, EXPLODE)?.chars().map(|character| Val::from(f64::from(u32::from(character)))).collect())
        }),
        native!("implode", |_, value| {
            let points = value.as_array().ok_or_else(|| Failure::Said("implode input must be an array".to_owned()))?;
            let point = |point: &Val| {
                let double =
                    point.as_double().ok_or_else(|| Failure::Said("Unicode codepoint must be numeric".to_owned()))?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "saturates; checked by from_u32"
                )]
                let code = double as u32;
                let valid = double >= 0.0;
                Ok(Some(code).filter(|_| valid).and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER))
            };
            Ok(Val::from(points.iter().map(point).collect::<Result<String, Failure>>()?))
        }),
        native!("startswith", |_, value, part| {
            const COMPLAINT: &str = "startswith() requires string inputs";
            Ok(Val::Bool(text(&value, COMPLAINT)?.starts_with(&**text(&part, COMPLAINT)?)))
        }),
        native!("endswith", |_, value, part| {
            const COMPLAINT: &str = "endswith() requires string inputs";
            Ok(Val::Bool(text(&value, COMPLAINT)?.ends_with(&**text(&part, COMPLAINT)?)))
        }),
        // What is no string, or does not begin so, stays as it is.
        native!("ltrimstr", |_, value, part| Ok(match (&value, &part) {
            (Val::Text(text), Val::Text(part)) => text.strip_prefix(&**part).map_or(value.clone(), Val::from),
            _ => value,
        })),
        native!("rtrimstr", |_, value, part| Ok(match (&value, &part) {
            (Val::Text(text), Val::Text(part)) => text.strip_suffix(&**part).map_or(value.clone(), Val::from),
            _ => value,
        })),
        native!("split", |_, value, separator| {
            text(&value, SPLIT)?;
            text(&separator, SPLIT)?;
            Ok(value.divided(separator)?)
        }),
        native!("join", |meter, value, separator| join(meter, &value, &separator)),
    ]
}

fn join(meter: &Meter<'_>, value: &Val, separator: &Val) -> Given {
    let items = super::data::items(value)?;
    let mut joined = String::new();
    let cannot_add = |joined: String, other: &Val| {
        let joined = Val::from(joined).describe();
        Failure::Said(format!("{joined} and {} cannot be added", other.describe()))
    };
    for (at, item) in items.iter().enumerate() {
        match separator {
            _ if at == 0 => {}
            Val::Text(separator) => joined.push_str(separator),
            Val::Null => {}
            other => return Err(cannot_add(joined, other)),
        }
        match item {
            Val::Null => {}
            Val::Text(text) => joined.push_str(text),
            Val::Bool(_) | Val::Number(_) => joined.push_str(&item.to_json()),
            other => return Err(cannot_add(joined, other)),
        }
        if joined.len() > meter.room() {
            return Err(meter.overflow().into());
        }
    }
    meter.made(joined.len())?;
    Ok(Val::from(joined))
}

fn formats() -> Vec<Entry> {
    vec![
        native!("@text", |meter, value| string(meter, value)),
        native!("@json", |meter, value| json(meter, &value)),
        native!("@html", |meter, value| {
            Ok(escape(&string(meter, value)?, |character, out| match character {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                '\'' => out.push_str("&apos;"),
                '"' => out.push_str("&quot;"),
                other => out.push(other),
            }))
        }),
        native!("@uri", |meter, value| {
            Ok(escape(&string(meter, value)?, |character, out| {
                if character.is_ascii_alphanumeric() || "-_.~".contains(character) {
                    out.push(character);
                } else {
                    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                        // Writing to a string cannot fail.
                        let _ = write!(out, "%{byte:02X}");
                    }
                }
            }))
        }),
        native!("@csv", |meter, value| {
            let items = array(&value, "cannot be csv-formatted, only an array can be")?;
            let cell = |item: &Val| match item {
                Val::Text(text) => Ok(format!("\"{}\"", text.replace('"', "\"\""))),
                other => cell(other, "csv"),
            };
            let cells = items.iter().map(cell).collect::<Result<Vec<_>, Failure>>()?.join(",");
            meter.made(cells.len())?;
            Ok(Val::from(cells))
        }),
        native!("@tsv", |meter, value| {
            let items = array(&value, "cannot be tsv-formatted, only an array can be")?;
            let cell = |item: &Val| match item {
                Val::Text(text) => {
                    Ok(text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"))
                }
                other => cell(other, "tsv"),
            };
            let cells = items.iter().map(cell).collect::<Result<Vec<_>, Failure>>()?.join("\t");
            meter.made(cells.len())?;
            Ok(Val::from(cells))
        }),
        native!("@sh", |_, value| {
            let items = match &value {
                Val::Array(items) => items.to_vec(),
                other => vec![other.clone()],
            };
            let word = |item: &Val| match item {
                Val::Text(text) => Ok(format!("'{}'", text.replace('\'', "'\\''"))),
                Val::Array(_) | Val::Object(_) => {
                    Err(Failure::Said(format!("{} can not be escaped for shell", item.describe())))
                }
                scalar => Ok(scalar.to_json()),
            };
            Ok(Val::from(items.iter().map(word).collect::<Result<Vec<_>, Failure>>()?.join(" ")))
        }),
        native!("@base64", |meter, value| Ok(match string(meter, value)? {
            Val::Text(text) => Val::from(STANDARD.encode(text.as_bytes())),
            other => other,
        })),
        native!("@base64d", |meter, value| {
            let Val::Text(text) = string(meter, value)? else { return Ok(Val::Null) };
            match STANDARD_NO_PAD.decode(text.trim_end_matches('=')) {
                Ok(bytes) => Ok(Val::from(&*String::from_utf8_lossy(&bytes))),
                Err(_) => Err(format!("{} is not valid base64 data", Val::Text(text).describe()).into()),
            }
        }),
    ]
}

/// A string with each character replaced.
fn escape(value: &Val, replace: fn(char, &mut String)) -> Val {
    let mut out = String::new();
    for character in value.as_text().map_or("", |text| text).chars() {
        replace(character, &mut out);
    }
    Val::from(out)
}

/// A cell of a row that is no string.
fn cell(item: &Val, format: &str) -> Result<String, Failure> {
    match item {
        Val::Null => Ok(String::new()),
        Val::Bool(_) | Val::Number(_) => Ok(item.to_json()),
        other => Err(Failure::Said(format!("{} is not valid in a {format} row", other.describe()))),
    }
}
