//! The head of a page: where it ends, and what its keys say.

use super::node::{Fields, Kind, Node, wrong_type};
use super::yaml;
use crate::diagnostic::{BAD_ID, BAD_VALUE, Diagnostic, MISSING_KEY, NO_FRONT_MATTER, nearest};
use crate::model::{AppliesTo, Incident, IncidentId, Related, Severity, Status, Words};
use crate::source::{FileId, Source, Span, Spanned};
use serde_json::Value;
use std::ops::Range;

/// A page taken apart: its front matter, and where its body is.
pub(super) struct Parts {
    pub(super) front: Node,
    pub(super) body: Range<usize>,
    /// The line of the opening `---`, for findings about what is missing.
    pub(super) at: Span,
}

/// Splits a page at the lines of three hyphens.
pub(super) fn split(file: FileId, source: &Source, text: &str, findings: &mut Vec<Diagnostic>) -> Option<Parts> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut lines = lines(text, start);
    let example = "begin the page with\n---\ntitle: …\n---";
    let first = lines.next().filter(|line| text[line.clone()].trim_end() == "---");
    let Some(first) = first else {
        let end = start + text[start..].lines().next().map_or(0, str::len);
        findings.push(
            NO_FRONT_MATTER
                .at(Span::new(file, start..end), "this page has no front matter")
                .label("`---` is expected here")
                .help(example.to_owned()),
        );
        return None;
    };
    let at = Span::new(file, first.start..first.start + 3);
    let Some(last) = lines.find(|line| matches!(text[line.clone()].trim_end(), "---" | "...")) else {
        findings.push(
            NO_FRONT_MATTER
                .at(at, "the front matter does not end")
                .label("opened here")
                .help("add a line `---` after its last key".to_owned()),
        );
        return None;
    };
    match yaml::read(file, source, text, first.end..last.start) {
        Ok(front) => Some(Parts { front, body: last.end..text.len(), at }),
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

/// The lines of `text` from byte `start` on, each with its end.
fn lines(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let range = at..at + line.len();
        at = range.end;
        range
    })
}

/// The four lines of an incident.
pub(super) fn words(fields: &mut Fields<'_>) -> Words {
    let mut line = |key: &str, why: &str| {
        let at = fields.at();
        let text = fields.required_text(key, why).unwrap_or_else(|| Spanned::new(String::new(), at));
        if text.value.trim().contains('\n') {
            fields.push(
                BAD_VALUE
                    .at(text.span, format!("`{key}` has several lines"))
                    .help("say it in one line; the section of this name has room for more".to_owned()),
            );
        }
        text
    };
    Words {
        symptom: line("symptom", "what the reader sees, in one line"),
        root_cause: line("root_cause", "why it happens, in one line"),
        confirm: line("confirm", "how to be sure, in one line"),
        fix: line("fix", "what to do, in one line"),
    }
}

/// The facts of an incident, without what stands in its body and its folder. `None` when the id cannot be read.
pub(super) fn facts(fields: &mut Fields<'_>) -> Option<Incident> {
    let id = fields.text("id").and_then(|id| incident_id(fields, &id));
    let severity = severity(fields);
    let status = status(fields);
    let applies_to = applies_to(fields);
    let tags = fields.texts("tags").unwrap_or_default();
    for tag in tags.iter().filter(|tag| crate::slug::slug(&tag.value).is_empty()) {
        fields.push(BAD_VALUE.at(tag.span, "a tag needs a letter or a digit"));
    }
    let signatures = fields.texts("signatures");
    for signature in signatures.iter().flatten() {
        if signature.value.trim().is_empty() || signature.value.contains('\n') {
            fields.push(
                BAD_VALUE
                    .at(signature.span, "a signature is one line of error text")
                    .help("write one signature for each line".to_owned()),
            );
        }
    }
    let related = related(fields);
    let sources = fields.texts("sources").unwrap_or_default();
    for source in &sources {
        if !(source.value.starts_with("https://") || source.value.starts_with("http://")) {
            fields.push(
                BAD_VALUE.at(source.span, "a source is a web address").help("it starts with `https://`".to_owned()),
            );
        }
    }
    Some(Incident {
        severity,
        status,
        owner: fields.text("owner"),
        applies_to,
        tags,
        signatures,
        related,
        sources,
        constants: constants(fields),
        unchecked: fields.text("unchecked"),
        snippets: Vec::new(),
        fixtures: Vec::new(),
        samples: Vec::new(),
        id: id?,
    })
}

fn incident_id(fields: &mut Fields<'_>, text: &Spanned<String>) -> Option<Spanned<IncidentId>> {
    if let Some(id) = IncidentId::parse(&text.value) {
        return Some(Spanned::new(id, text.span));
    }
    let upper = text.value.to_uppercase().replace([' ', '_'], "-");
    let near = upper.rsplit_once('-').map(|(prefix, number)| format!("{prefix}-{}", number.trim_start_matches('0')));
    let near = near.filter(|near| IncidentId::parse(near).is_some());
    fields.push(
        BAD_ID
            .at(text.span, format!("`{}` is not an incident id", text.value))
            .label("2 to 16 capital letters or digits, `-`, a number")
            .help(near.map_or("write it like `OPENCLAW-1`".to_owned(), |near| format!("write `{near}`"))),
    );
    None
}

fn severity(fields: &mut Fields<'_>) -> Severity {
    let Some(text) = fields.required_text("severity", "`low`, `medium`, `high` or `critical`") else {
        return Severity::Medium;
    };
    Severity::parse(&text.value).unwrap_or_else(|| {
        unknown_word(fields, "severity", &text, &Severity::ALL.map(Severity::as_str));
        Severity::Medium
    })
}

fn status(fields: &mut Fields<'_>) -> Status {
    let merged_into = fields.text("merged_into");
    let into = merged_into.as_ref().and_then(|id| incident_id(fields, id));
    let Some(text) = fields.text("status") else {
        if let Some(id) = &merged_into {
            fields.push(
                MISSING_KEY
                    .at(id.span, "`merged_into` without `status: merged`")
                    .help("add `status: merged`".to_owned()),
            );
        }
        return Status::Active;
    };
    match (text.value.as_str(), into) {
        ("active", _) => Status::Active,
        ("retired", _) => Status::Retired,
        ("merged", Some(into)) => Status::Merged(into),
        ("merged", None) => {
            if merged_into.is_none() {
                fields.push(
                    MISSING_KEY
                        .at(text.span, "`merged_into` is missing")
                        .label("merged into which incident?")
                        .help("add `merged_into: ID`".to_owned()),
                );
            }
            Status::Retired
        }
        _ => {
            unknown_word(fields, "status", &text, &["active", "retired", "merged"]);
            Status::Active
        }
    }
}

fn unknown_word(fields: &mut Fields<'_>, key: &str, text: &Spanned<String>, known: &[&str]) {
    let list = || known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let help = nearest(&text.value, known.iter().copied())
        .map_or_else(|| format!("one of {}", list()), |near| format!("did you mean `{near}`?"));
    fields.push(BAD_VALUE.at(text.span, format!("unknown {key} `{}`", text.value)).help(help));
}

fn applies_to(fields: &mut Fields<'_>) -> Vec<AppliesTo> {
    let Some(node) = fields.get("applies_to") else { return Vec::new() };
    let example = "applies_to: [{product: \"…\", versions: \"…\"}]";
    let Kind::List(items) = &node.kind else {
        fields.push(wrong_type(node, "applies_to", "a list", example));
        return Vec::new();
    };
    let mut applies_to = Vec::new();
    let mut findings = Vec::new();
    for item in items {
        let mut item_fields = Fields::new(item, item.span, "an entry of `applies_to`", &mut findings);
        item_fields.known(&["product", "versions"], |_| None);
        let product = item_fields.required_text("product", "the product's name");
        let versions = item_fields.text("versions");
        applies_to.extend(product.map(|product| AppliesTo { product, versions }));
    }
    fields.extend(findings);
    applies_to
}

/// The entries of `related`: an id alone, or an id and what tells it apart.
fn related(fields: &mut Fields<'_>) -> Vec<Related> {
    let Some(node) = fields.get("related") else { return Vec::new() };
    let example = "related: [{id: OPENCLAW-2, because: \"…\"}]";
    let Kind::List(items) = &node.kind else {
        fields.push(wrong_type(node, "related", "a list", example));
        return Vec::new();
    };
    let mut related = Vec::new();
    let mut findings = Vec::new();
    for item in items {
        let (id, because) = if matches!(item.kind, Kind::Map(_)) {
            let mut entry = Fields::new(item, item.span, "an entry of `related`", &mut findings);
            entry.known(&["id", "because"], |_| None);
            (entry.required_text("id", "which incident?"), entry.text("because"))
        } else {
            (fields.as_text("related", item), None)
        };
        let id = id.and_then(|id| incident_id(fields, &id));
        related.extend(id.map(|id| Related { id, because }));
        findings.drain(..).for_each(|finding| fields.push(finding));
    }
    related
}

fn constants(fields: &mut Fields<'_>) -> Vec<(Spanned<String>, Value)> {
    let mut constants = Vec::new();
    for (name, node) in fields.map("let") {
        let good = name.value.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !matches!(name.value.as_str(), "ENV" | "__loc__" | "__prog_args");
        if !good {
            fields.push(
                BAD_VALUE
                    .at(name.span, format!("`{}` cannot name a constant", name.value))
                    .help("a constant is bound as `$name`: letters, digits and `_`, no digit first".to_owned()),
            );
        }
        constants.push((name.clone(), node.to_json()));
    }
    constants
}
