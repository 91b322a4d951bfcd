//! A value to JSON text, as `jq -c` and `jq .` print it.
//!
//! Values share their parts, so a small one can have a text without end: every writer takes a limit.

use super::Val;
use std::fmt::Write;

/// More text than the limit allows.
#[derive(Debug)]
pub(crate) struct TooLong;

/// Appends `value` as `jq -c` prints it.
pub(crate) fn compact(value: &Val, out: &mut String, limit: usize) -> Result<(), TooLong> {
    if out.len() > limit {
        return Err(TooLong);
    }
    match value {
        Val::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                compact(item, out, limit)?;
            }
            out.push(']');
        }
        Val::Object(map) => {
            out.push('{');
            for (at, (key, item)) in map.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                compact(item, out, limit)?;
            }
            out.push('}');
        }
        scalar => write_scalar(scalar, out),
    }
    Ok(())
}

/// Appends `value` as `jq .` prints it, without the newline at the end.
pub(crate) fn pretty(value: &Val, out: &mut String, indent: usize) {
    let line = |out: &mut String, indent: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", indent));
    };
    match value {
        Val::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, indent + 1);
                pretty(item, out, indent + 1);
            }
            line(out, indent);
            out.push(']');
        }
        Val::Object(map) if !map.is_empty() => {
            out.push('{');
            for (at, (key, item)) in map.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, indent + 1);
                string(key, out);
                out.push_str(": ");
                pretty(item, out, indent + 1);
            }
            line(out, indent);
            out.push('}');
        }
        Val::Array(_) => out.push_str("[]"),
        Val::Object(_) => out.push_str("{}"),
        scalar => write_scalar(scalar, out),
    }
}

fn write_scalar(value: &Val, out: &mut String) {
    match value {
        Val::Bool(true) => out.push_str("true"),
        Val::Bool(false) => out.push_str("false"),
        Val::Number(number) => out.push_str(&number.print()),
        Val::Text(text) => string(text, out),
        Val::Null | Val::Array(_) | Val::Object(_) => out.push_str("null"),
    }
}

/// Appends `text` in double quotes, escaped as jq does.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..'\u{20}' | '\u{7f}' => drop(write!(out, "\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}
