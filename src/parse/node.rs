//! A document whose every value knows its place, and the reading of one mapping of it.
//!
//! YAML front matter and TOML files both become a [`Node`], so that keys are checked, types are compared and near
//! misses are suggested in one place for both.

use crate::diagnostic::{Diagnostic, EMPTY_KEY, MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE, nearest};
use crate::source::{Span, Spanned};
use serde_json::Value;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    /// A boolean or a number, and how it is written.
    Scalar(Value, String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// The value without its places.
    pub(super) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Scalar(value, _) => value.clone(),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => {
                Value::Object(entries.iter().map(|(key, node)| (key.value.clone(), node.to_json())).collect())
            }
        }
    }

    /// In words, for a finding about its type.
    fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Scalar(Value::Bool(_), _) => "a boolean",
            Kind::Scalar(..) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// The entries of a mapping, read key by key; what is wrong with them goes to `findings`.
pub(super) struct Fields<'a> {
    entries: &'a [(Spanned<String>, Node)],
    /// Where to point when a key is missing.
    at: Span,
    /// How a key and its value are written in this file: `key: value`, or `key = value`.
    join: &'static str,
    findings: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads `node`, which must be a mapping (nothing counts as an empty one).
    pub(super) fn new(node: &'a Node, at: Span, what: &str, findings: &'a mut Vec<Diagnostic>) -> Self {
        let entries = match &node.kind {
            Kind::Map(entries) => entries.as_slice(),
            Kind::Null => &[],
            _ => {
                findings.push(
                    WRONG_TYPE
                        .at(node.span, format!("{what} takes a mapping, not {}", node.describe()))
                        .help(format!("write {what} as lines of `key: value`")),
                );
                &[]
            }
        };
        Self { entries, at, join: ": ", findings }
    }

    /// The same of a TOML file.
    pub(super) fn of_toml(node: &'a Node, at: Span, what: &str, findings: &'a mut Vec<Diagnostic>) -> Self {
        Self { join: " = ", ..Self::new(node, at, what, findings) }
    }

    /// A line to type.
    fn line(&self, key: &str, value: &str) -> String {
        format!("{key}{}{value}", self.join)
    }

    /// Where to point when a key is missing.
    pub(super) fn at(&self) -> Span {
        self.at
    }

    pub(super) fn extend(&mut self, findings: Vec<Diagnostic>) {
        self.findings.extend(findings);
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Reports every key that is neither in `known` nor explained by `elsewhere`.
    pub(super) fn known(&mut self, known: &[&str], elsewhere: impl Fn(&str) -> Option<String>) {
        for (key, _) in self.entries {
            if known.contains(&key.value.as_str()) {
                continue;
            }
            let finding = UNKNOWN_KEY.at(key.span, format!("unknown key `{}`", key.value));
            let meant = nearest(&key.value, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let list =
                || format!("known keys: {}", known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", "));
            let help = elsewhere(&key.value).or(meant).unwrap_or_else(list);
            self.findings.push(finding.label("nothing reads this").help(help));
        }
    }

    /// Reports the keys of `optional` that are there and have no value.
    pub(super) fn filled(&mut self, optional: &[&str]) {
        for (key, node) in self.entries {
            if matches!(node.kind, Kind::Null) && optional.contains(&key.value.as_str()) {
                let finding = EMPTY_KEY.at(key.span, format!("`{}` has no value", key.value));
                self.findings.push(finding.help("write one, or remove the line".to_owned()));
            }
        }
    }

    /// The value of a key; a key without a value counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|(_, node)| node).filter(|node| !matches!(node.kind, Kind::Null))
    }

    pub(super) fn entry(&self, key: &str) -> Option<&'a (Spanned<String>, Node)> {
        self.entries.iter().find(|(name, _)| name.value == key)
    }

    /// A text that may be absent. A number or boolean is not taken for text: YAML would have changed it.
    pub(super) fn text(&mut self, key: &str) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        self.as_text(key, node)
    }

    /// A text that must be there; `why` says what the reader misses without it.
    pub(super) fn required_text(&mut self, key: &str, why: &str) -> Option<Spanned<String>> {
        if self.get(key).is_none() {
            let finding = match self.entry(key) {
                Some((name, _)) => missing(name.span, key, &format!("empty: {why}")).help(FILL.to_owned()),
                None => {
                    let value = if self.join == ": " { "…" } else { "\"…\"" };
                    missing(self.at, key, why).help(format!("add `{}`", self.line(key, value)))
                }
            };
            self.findings.push(finding);
            return None;
        }
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            let finding = missing(text.span, key, "empty");
            self.findings.push(finding.help("write it between the quotes".to_owned()));
            return None;
        }
        Some(text)
    }

    /// A boolean; `false` when the key is absent.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(Node { kind: Kind::Scalar(Value::Bool(flag), _), .. }) => *flag,
            Some(node) => {
                self.findings.push(wrong_type(node, key, "`true` or `false`", &self.line(key, "true")));
                false
            }
        }
    }

    /// A list of texts; `None` when the key is absent.
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<Spanned<String>>> {
        let node = self.get(key)?;
        let Kind::List(items) = &node.kind else {
            self.findings.push(wrong_type(node, key, "a list of texts", &self.line(key, "[\"…\", \"…\"]")));
            return Some(Vec::new());
        };
        Some(items.iter().filter_map(|item| self.as_text(key, item)).collect())
    }

    /// A mapping of texts to nodes; empty when the key is absent.
    pub(super) fn map(&mut self, key: &str) -> &'a [(Spanned<String>, Node)] {
        match self.get(key).map(|node| (node, &node.kind)) {
            None | Some((_, Kind::Null)) => &[],
            Some((_, Kind::Map(entries))) => entries,
            Some((node, _)) => {
                self.findings.push(wrong_type(
                    node,
                    key,
                    "a mapping",
                    &self.line(key, &format!("{{{}}}", self.line("name", "\"…\""))),
                ));
                &[]
            }
        }
    }

    /// A mapping of names to texts; empty when the key is absent.
    pub(super) fn text_map(&mut self, key: &str) -> Vec<(Spanned<String>, Spanned<String>)> {
        let entries = self.map(key);
        entries
            .iter()
            .filter_map(|(name, node)| {
                let text = self.typed_text(&format!("{key}.{}", name.value), &name.value, node)?;
                Some((name.clone(), text))
            })
            .collect()
    }

    pub(super) fn as_text(&mut self, key: &str, node: &Node) -> Option<Spanned<String>> {
        self.typed_text(key, key, node)
    }

    /// The text of `key`, in whose line it is called `name`.
    fn typed_text(&mut self, key: &str, name: &str, node: &Node) -> Option<Spanned<String>> {
        match &node.kind {
            Kind::Text(text) => Some(Spanned::new(text.clone(), node.span)),
            // Not as it was read: of the version 2026.10 that is 2026.1.
            Kind::Scalar(_, written) => {
                self.findings.push(wrong_type(node, key, "text", &format!("\"{written}\"")));
                None
            }
            _ => {
                self.findings.push(wrong_type(node, key, "text", &self.line(name, "\"…\"")));
                None
            }
        }
    }
}

/// What to do about a key without a value; to add the key would be to write it twice.
const FILL: &str = "write its value after the colon";

fn missing(at: Span, key: &str, label: &str) -> Diagnostic {
    MISSING_KEY.at(at, format!("`{key}` is missing")).label(label)
}

pub(super) fn wrong_type(node: &Node, key: &str, wanted: &str, example: &str) -> Diagnostic {
    WRONG_TYPE
        .at(node.span, format!("`{key}` takes {wanted}, not {}", node.describe()))
        .label(format!("this is {}", node.describe()))
        .help(format!("write `{example}`"))
}
