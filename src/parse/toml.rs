//! TOML text to a [`Node`]: the only user of the TOML library here.

use super::node::{Kind, Node};
use crate::diagnostic::{Diagnostic, TOML_SYNTAX};
use crate::source::{FileId, Span, Spanned};
use serde_json::Value;
use toml::de::{DeTable, DeValue};

/// Reads a TOML file. Its first fault is a finding: what the parser finds after that mostly follows from it.
pub(super) fn read(file: FileId, text: &str) -> (Node, Vec<Diagnostic>) {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let (table, errors) = DeTable::parse_recoverable(&text[mark..]);
    let findings = errors
        .iter()
        .map(|error| {
            let at = error.span().unwrap_or(0..0);
            let message = error.message().lines().next().unwrap_or("unreadable");
            TOML_SYNTAX.at(Span::new(file, at.start + mark..at.end + mark), format!("this is not TOML: {message}"))
        })
        .min_by_key(|finding: &Diagnostic| finding.span)
        .into_iter()
        .collect();
    (node(file, mark, table.span(), &Kind::from(file, text, mark, table.get_ref())), findings)
}

fn node(file: FileId, mark: usize, at: std::ops::Range<usize>, kind: &Kind) -> Node {
    Node { span: Span::new(file, at.start + mark..at.end + mark), kind: kind.clone() }
}

impl Kind {
    fn from(file: FileId, text: &str, mark: usize, table: &DeTable<'_>) -> Self {
        let mut entries: Vec<(Spanned<String>, Node)> = table
            .iter()
            .map(|(key, value)| {
                let at = key.span();
                let span = Span::new(file, at.start + mark..at.end + mark);
                (Spanned::new(key.get_ref().to_string(), span), value_node(file, text, mark, value))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span);
        Self::Map(entries)
    }
}

fn value_node(file: FileId, text: &str, mark: usize, value: &toml::Spanned<DeValue<'_>>) -> Node {
    let at = value.span();
    let written = || text[at.start + mark..at.end + mark].to_owned();
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(value) => Kind::Scalar((*value).into(), written()),
        DeValue::Integer(number) => Kind::Scalar(
            i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Value::String(number.to_string()), Value::from),
            written(),
        ),
        DeValue::Float(number) => {
            Kind::Scalar(number.as_str().parse::<f64>().map_or_else(|_| Value::Null, Value::from), written())
        }
        DeValue::Datetime(time) => Kind::Text(time.to_string()),
        DeValue::Array(items) => Kind::List(items.iter().map(|item| value_node(file, text, mark, item)).collect()),
        DeValue::Table(table) => Kind::from(file, text, mark, table),
    };
    node(file, mark, value.span(), &kind)
}
