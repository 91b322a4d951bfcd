//! The words of the user interface: a table per language, the built-in one first, then the site's file
//! `templates/strings/<language>.toml`, then `[strings.<language>]` of site.toml.

use super::node::{Fields, Kind, Node};
use super::{text_of, toml};
use crate::diagnostic::{BAD_VALUE, Diagnostic, MISSING_STRING, nearest};
use crate::model::{Config, Language, SectionKind, Strings};
use crate::source::{FileId, Span, Tree};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const BUILT_IN: &[(&str, &str)] =
    &[("en", include_str!("../../templates/strings/en.toml")), ("zh", include_str!("../../templates/strings/zh.toml"))];

static TABLES: LazyLock<BTreeMap<&str, Strings>> = LazyLock::new(|| {
    let table = |text| {
        let mut tree = Tree::default();
        tree.add("strings", text);
        let file = tree.find("strings").expect("the file was just added");
        let mut findings = Vec::new();
        let mut strings = Strings::default();
        merge(&toml::read(file, text).0, Span::start_of(file), &mut strings, None, &mut findings);
        strings
    };
    BUILT_IN.iter().map(|(tag, text)| (*tag, table(text))).collect()
});

/// The words of every language of the site; a word that is missing is a finding.
pub(super) fn read(
    tree: &Tree,
    config: &Config,
    overrides: &[(Language, Node)],
    findings: &mut Vec<Diagnostic>,
) -> BTreeMap<Language, Strings> {
    let english = &TABLES["en"];
    let read = |language: &Language, findings: &mut Vec<Diagnostic>| {
        let mut strings = TABLES.get(language.as_str()).cloned().unwrap_or_default();
        let file = tree.find(&format!("templates/strings/{language}.toml"));
        if let Some((file, text)) = file.and_then(|file| Some((file, text_of(tree, file, findings)?))) {
            let (node, faults) = toml::read(file, text);
            let readable = faults.is_empty();
            findings.extend(faults);
            if readable {
                merge(&node, Span::start_of(file), &mut strings, Some(english), findings);
            }
        }
        for (_, node) in overrides.iter().filter(|(tag, _)| tag == language) {
            let entries = Node {
                span: node.span,
                kind: Kind::Map(vec![(crate::source::Spanned::new("ui".into(), node.span), node.clone())]),
            };
            merge(&entries, node.span, &mut strings, Some(english), findings);
        }
        complete(language, &mut strings, english, file, config, findings);
        strings
    };
    config.languages.iter().map(|language| (language.clone(), read(language, findings))).collect()
}

/// Adds a table's words to `strings`. `known` has the keys that exist; the built-in table itself knows none.
fn merge(node: &Node, at: Span, strings: &mut Strings, known: Option<&Strings>, findings: &mut Vec<Diagnostic>) {
    let mut fields = Fields::of_toml(node, at, "a table of strings", findings);
    fields.known(&["ui", "headings"], |_| None);
    for (key, text) in fields.text_map("ui") {
        if known.is_some_and(|known| !known.ui.contains_key(&key.value)) {
            let meant = known.and_then(|known| nearest(&key.value, known.ui.keys().map(String::as_str)));
            fields.push(
                BAD_VALUE
                    .at(key.span, format!("no text of the user interface is called `{}`", key.value))
                    .help(meant.map(|near| format!("did you mean `{near}`?"))),
            );
        }
        strings.ui.insert(key.value, text.value);
    }
    for (anchor, node) in fields.map("headings") {
        if SectionKind::from_anchor(&anchor.value).is_none() {
            let anchors = SectionKind::ALL.map(SectionKind::anchor);
            fields.push(
                BAD_VALUE
                    .at(anchor.span, format!("no section is called `{}`", anchor.value))
                    .help(format!("the sections are {}", anchors.map(|anchor| format!("`{anchor}`")).join(", "))),
            );
        }
        let words = match &node.kind {
            Kind::List(words) => words.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for word in words {
            if let Some(word) = fields.as_text("headings", word) {
                strings.headings.insert(word.value.to_lowercase(), anchor.value.clone());
            }
        }
    }
}

/// Fills what is missing from English, and says so.
fn complete(
    language: &Language,
    strings: &mut Strings,
    english: &Strings,
    file: Option<FileId>,
    config: &Config,
    findings: &mut Vec<Diagnostic>,
) {
    let missing: Vec<&String> = english.ui.keys().filter(|key| !strings.ui.contains_key(*key)).collect();
    let sections: Vec<&str> = SectionKind::ALL
        .into_iter()
        .map(SectionKind::anchor)
        .filter(|anchor| !strings.headings.values().any(|known| known == anchor))
        .collect();
    let at = file.map_or(config.languages_span, Span::start_of);
    if let Some(first) = missing.first() {
        let more = if missing.len() > 1 { format!(" and {} more", missing.len() - 1) } else { String::new() };
        findings.push(
            MISSING_STRING
                .at(at, format!("`{language}` has no text for `{first}`{more}"))
                .note(format!("in English: \"{}\"", english.ui[*first]))
                .help(format!("add them to `templates/strings/{language}.toml` under `[ui]`")),
        );
    }
    if let Some(first) = sections.first() {
        findings.push(
            MISSING_STRING
                .at(at, format!("`{language}` has no word for the section `{first}`"))
                .help(format!("add `{first} = [\"…\"]` to `templates/strings/{language}.toml` under `[headings]`")),
        );
    }
    for (key, text) in &english.ui {
        strings.ui.entry(key.clone()).or_insert_with(|| text.clone());
    }
    for (word, anchor) in &english.headings {
        if sections.contains(&anchor.as_str()) {
            strings.headings.entry(word.clone()).or_insert_with(|| anchor.clone());
        }
    }
}
