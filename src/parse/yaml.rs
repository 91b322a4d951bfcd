//! YAML text to a [`Node`]: the only user of the YAML library.

use super::node::{Kind, Node};
use crate::diagnostic::{ALIAS_BOMB, Diagnostic, YAML_SYNTAX};
use crate::source::{FileId, LineColumn, Source, Span, Spanned};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_yaml::{Location, Options};
use std::fmt;
use std::ops::Range;

/// Reads the YAML that stands in `range` of a file. A finding says where it stops being YAML.
pub(super) fn read(file: FileId, source: &Source, text: &str, range: Range<usize>) -> Result<Node, Diagnostic> {
    let yaml = &text[range.clone()];
    match serde_yaml::from_str_with_options::<Raw>(yaml, options()) {
        Ok(raw) => Ok(raw.into_node(file, yaml, range.start)),
        Err(error) => Err(fault(file, source, yaml, range.start, error.without_snippet())),
    }
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: 24, max_nodes: 20_000, max_aliases: 64, max_documents: 1 },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn fault(file: FileId, source: &Source, yaml: &str, base: usize, error: &serde_yaml::Error) -> Diagnostic {
    let span = error.location().map_or(Span::new(file, base..base), |location| {
        let before = source.locate(base);
        let line = before.line + usize::try_from(location.line()).unwrap_or(1).max(1) - 1;
        let column = usize::try_from(location.column()).unwrap_or(1).max(1);
        let told = source.offset(LineColumn { line, column }).clamp(base, base + yaml.len());
        let start = indenting_tab(&yaml[told - base..]).map_or(told, |tab| told + tab);
        let rest = &yaml[start - base..];
        let length = rest
            .chars()
            .next()
            .filter(|character| *character == '\t' || !character.is_control())
            .map_or(0, char::len_utf8);
        Span::new(file, start..start + length)
    });
    // Within a repeated value the library wraps what went wrong.
    let cause = if let serde_yaml::Error::AliasError { error, .. } = error { error } else { error };
    match cause {
        serde_yaml::Error::Budget { .. }
        | serde_yaml::Error::AliasExpansionLimitExceeded { .. }
        | serde_yaml::Error::AliasReplayLimitExceeded { .. }
        | serde_yaml::Error::AliasReplayStackDepthExceeded { .. } => ALIAS_BOMB
            .at(span, "the front matter unfolds to more than it may")
            .label("too much from here on")
            .help("at most 20,000 values, 64 aliases and 24 levels; write the values out, or fewer of them".to_owned()),
        serde_yaml::Error::DuplicateMappingKey { key: Some(key), .. } => {
            let start = span.start as usize;
            let at = Span::new(file, start..start + key.len());
            let at =
                if yaml.get(start - base..).is_some_and(|rest| rest.starts_with(key.as_str())) { at } else { span };
            let finding = YAML_SYNTAX
                .at(at, format!("the key `{key}` is there twice"))
                .help("keep one of the two lines".to_owned());
            match twin(yaml, start - base, key) {
                Some(first) => {
                    finding.note_at(Span::new(file, base + first..base + first + key.len()), "first written here")
                }
                None => finding,
            }
        }
        _ => {
            let message = plain(&cause.to_string());
            YAML_SYNTAX.at(span, format!("this is not YAML: {message}")).help(advice(yaml, span, base))
        }
    }
}

/// Where a key is first written: in the last line before `at` that begins with it, as far from the margin.
fn twin(yaml: &str, at: usize, key: &str) -> Option<usize> {
    let indent = at - yaml[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let starts = yaml[..at].match_indices(key).map(|(start, _)| start);
    let begins_a_line = |start: &usize| {
        let line = yaml[..*start].rfind('\n').map_or(0, |newline| newline + 1);
        start - line == indent && yaml[line..*start].trim().is_empty() && yaml[start + key.len()..].starts_with(':')
    };
    starts.filter(begins_a_line).last()
}

/// The tab that indents the line after the one that `rest` begins in: the library then points at the line before.
fn indenting_tab(rest: &str) -> Option<usize> {
    let next = rest.find('\n')? + 1;
    rest[next..].starts_with('\t').then_some(next)
}

/// The library's message without the place, which the finding shows itself.
fn plain(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(": line ").next().unwrap_or(message);
    let message = message.lines().next().unwrap_or(message).trim_end_matches(['.', ':', ' ']);
    let mut characters = message.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// What is usually meant when YAML fails at a place.
fn advice(yaml: &str, span: Span, base: usize) -> String {
    let at = (span.start as usize - base).min(yaml.len());
    let start = yaml[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = yaml[start..].lines().next().unwrap_or_default();
    if line.starts_with('\t') {
        return "YAML is indented by spaces, not tabs".to_owned();
    }
    let general = "text with `: ` or ` #` in it, or with one of ``[]{}*&!|>%@` `` at its start, needs quotes";
    let Some((key, value)) = line.split_once(':') else { return general.to_owned() };
    let value = value.trim();
    let quoted = value.starts_with(['"', '\'', '[', '{', '|', '>']);
    if !quoted && (value.contains(": ") || value.starts_with(['`', '@', '%', '&', '*', '!'])) {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("quote the value: `{}: \"{escaped}\"`", key.trim());
    }
    general.to_owned()
}

/// A value as the library gives it.
struct Raw {
    at: Range<usize>,
    kind: RawKind,
}

enum RawKind {
    Null,
    Scalar(Value),
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(String, Range<usize>, Raw)>),
}

impl Raw {
    fn into_node(self, file: FileId, yaml: &str, base: usize) -> Node {
        let span = |at: Range<usize>| Span::new(file, at.start + base..at.end + base);
        let kind = match self.kind {
            RawKind::Null => Kind::Null,
            RawKind::Scalar(value) => {
                let written =
                    yaml.get(self.at.clone()).map_or_else(|| value.to_string(), |text| text.trim().to_owned());
                Kind::Scalar(value, written)
            }
            RawKind::Text(text) => Kind::Text(text),
            RawKind::List(items) => {
                Kind::List(items.into_iter().map(|item| item.into_node(file, yaml, base)).collect())
            }
            RawKind::Map(entries) => Kind::Map(
                entries
                    .into_iter()
                    .map(|(key, at, value)| (Spanned::new(key, span(at)), value.into_node(file, yaml, base)))
                    .collect(),
            ),
        };
        Node { span: span(self.at), kind }
    }
}

fn bytes(location: Location) -> Range<usize> {
    let place = location.span();
    let start = place.byte_offset().and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let length = place.byte_len().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    start..start + length
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<RawKind>::deserialize(deserializer)?;
        Ok(Self { at: bytes(spanned.referenced), kind: spanned.value })
    }
}

impl<'de> Deserialize<'de> for RawKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<RawKind, E> {
        Ok(RawKind::Scalar(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<RawKind, E> {
        Ok(RawKind::Scalar(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<RawKind, E> {
        Ok(RawKind::Scalar(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<RawKind, E> {
        Ok(RawKind::Scalar(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<RawKind, E> {
        Ok(RawKind::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<RawKind, E> {
        Ok(RawKind::Text(value))
    }

    fn visit_unit<E: Error>(self) -> Result<RawKind, E> {
        Ok(RawKind::Null)
    }

    fn visit_none<E: Error>(self) -> Result<RawKind, E> {
        Ok(RawKind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawKind, D::Error> {
        RawKind::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawKind, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(RawKind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawKind, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<serde_yaml::Spanned<String>>()? {
            map.push((key.value, bytes(key.referenced), entries.next_value()?));
        }
        Ok(RawKind::Map(map))
    }
}
