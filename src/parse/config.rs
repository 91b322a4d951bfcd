//! site.toml: bytes in, the checked [`Config`] and the words that it overrides out.

use super::keys::{Of, names};
use super::node::{Fields, Node};
use super::{text_of, toml};
use crate::diagnostic::{BAD_VALUE, Diagnostic, MISSING_KEY};
use crate::model::{Config, ExternalLinks, Language};
use crate::source::{Span, Tree};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Reads site.toml. What is missing or wrong is a finding and gets a value that lets the rest be checked. The words are
/// `None` when nothing of it could be read.
pub(super) fn read(tree: &Tree, findings: &mut Vec<Diagnostic>) -> (Config, Option<Vec<(Language, Node)>>) {
    let Some(file) = tree.find("site.toml") else {
        return (fallback(Span::start_of(super::any_file(tree)), languages_of_files(tree, None)), None);
    };
    let start = Span::start_of(file);
    let Some(text) = text_of(tree, file, findings) else {
        return (fallback(start, languages_of_files(tree, None)), None);
    };
    let (root, faults) = toml::read(file, text);
    let readable = faults.is_empty();
    findings.extend(faults);
    if !readable {
        // One mistake here must not become one in every file: what can be read of the rest still counts.
        let default = Fields::new(&root, start, "site.toml", &mut Vec::new()).text("default_language");
        let languages = languages_of_files(tree, default.as_ref().map(|default| default.value.as_str()));
        return (fallback(start, languages), None);
    }
    let mut fields = Fields::of_toml(&root, start, "site.toml", findings);
    fields.known(&names(Of::Site), |_| None);
    let base_url = base_url(&mut fields);
    let (languages, languages_span) = languages(&mut fields, start, tree);
    let glossary = glossary(&mut fields);
    let config = Config {
        base_url,
        glossary,
        title: per_language("title", &mut fields, &languages, true),
        description: per_language("description", &mut fields, &languages, false),
        links: ExternalLinks {
            edit: web_address("edit_url", &mut fields),
            report: web_address("report_url", &mut fields),
            source: web_address("source_url", &mut fields),
        },
        offline: fields.get("offline").is_none() || fields.flag("offline"),
        languages_span,
        languages,
    };
    let strings = fields.map("strings").to_vec();
    let strings = strings
        .into_iter()
        .filter_map(|(tag, node)| {
            let language = config.languages.iter().find(|language| language.as_str() == tag.value).cloned();
            if language.is_none() {
                fields.push(unlisted("strings", &tag.value, tag.span, &config.languages));
            }
            Some((language?, node))
        })
        .collect();
    (config, Some(strings))
}

/// The languages that pages are written in: first the default, if it is known, else the one of most pages.
fn languages_of_files(tree: &Tree, default: Option<&str>) -> Vec<Language> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, source) in tree.under("content/") {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".md").unwrap_or_default();
        if let Some(tag) = stem.strip_prefix("index.").or_else(|| stem.strip_prefix("_index.")) {
            *counts.entry(tag).or_default() += 1;
        }
    }
    let mut tags: Vec<_> = counts.into_iter().filter(|(tag, _)| Language::parse(tag).is_some()).collect();
    tags.sort_by_key(|(tag, count)| (Some(*tag) != default, Reverse(*count), *tag != "en"));
    let tags = if tags.is_empty() { vec![("en", 0)] } else { tags };
    tags.into_iter().filter_map(|(tag, _)| Language::parse(tag)).collect()
}

fn fallback(at: Span, languages: Vec<Language>) -> Config {
    Config {
        base_url: "http://localhost/".to_owned(),
        languages,
        title: BTreeMap::new(),
        description: BTreeMap::new(),
        links: ExternalLinks::default(),
        offline: true,
        glossary: vec![],
        languages_span: at,
    }
}

/// What a thing is called in one language, and in another.
fn glossary(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let entries = fields.text_map("glossary");
    let (named, nameless): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(one, other)| [one, other].iter().all(|word| !word.value.trim().is_empty()));
    for (one, other) in nameless {
        let (span, word) =
            if other.value.trim().is_empty() { (other.span, one.value) } else { (one.span, other.value) };
        let message = format!("the glossary does not say what `{word}` is called in another language");
        fields.push(BAD_VALUE.at(span, message).label("this is empty").help(format!("write it, or take `{word}` out")));
    }
    named.into_iter().map(|(one, other)| (one.value, other.value)).collect()
}

fn base_url(fields: &mut Fields<'_>) -> String {
    let Some(url) = fields.required_text("base_url", "needed for feeds, the sitemap and permanent links") else {
        return fallback_url();
    };
    match check_base_url(&url.value) {
        Ok(good) => good,
        Err(why) => {
            fields.push(
                BAD_VALUE
                    .at(url.span, format!("`{}` cannot be the site's address", url.value))
                    .label(why)
                    .help("write `https://host/` or `https://host/folder/`".to_owned()),
            );
            fallback_url()
        }
    }
}

fn fallback_url() -> String {
    "http://localhost/".to_owned()
}

/// Checks an address for a site and gives it a slash at its end.
///
/// # Errors
/// Why it cannot be one, in a few words.
pub fn check_base_url(url: &str) -> Result<String, &'static str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("it starts with neither `https://` nor `http://`")?;
    if url.chars().any(|character| {
        character.is_whitespace() || character.is_control() || matches!(character, '"' | '<' | '>' | '?' | '#' | '\\')
    }) {
        return Err("it has a query, a fragment, a space or a character that no address has");
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() || host.contains('@') {
        return Err("it has no plain host");
    }
    if path.split('/').any(|part| part == "..") || path.contains("//") {
        return Err("its path has an empty or a `..` part");
    }
    Ok(if url.ends_with('/') { url.to_owned() } else { format!("{url}/") })
}

fn languages(fields: &mut Fields<'_>, start: Span, tree: &Tree) -> (Vec<Language>, Span) {
    let default = fields.required_text("default_language", "the language that owns the facts");
    let span = fields.get("languages").map_or(start, |node| node.span);
    let listed = fields.texts("languages");
    if listed.as_ref().is_none_or(Vec::is_empty) {
        fields.push(
            MISSING_KEY
                .at(span, "`languages` is missing")
                .label("the languages of the site")
                .help("add `languages = [\"en\"]`".to_owned()),
        );
    }
    let mut languages: Vec<Language> = Vec::new();
    for tag in listed.unwrap_or_default() {
        match Language::parse(&tag.value) {
            None => fields.push(
                BAD_VALUE
                    .at(tag.span, format!("`{}` is not a language tag", tag.value))
                    .help("write a BCP 47 tag such as `en`, `zh` or `pt-BR`".to_owned()),
            ),
            Some(language) if languages.contains(&language) => {
                fields.push(BAD_VALUE.at(tag.span, format!("`{language}` is listed twice")));
            }
            Some(language) => languages.push(language),
        }
    }
    if let Some(default) = &default {
        match languages.iter().position(|language| language.as_str() == default.value) {
            Some(at) => languages[..=at].rotate_right(1),
            None if languages.is_empty() => {}
            None => fields.push(unlisted("default_language", &default.value, default.span, &languages)),
        }
    }
    if languages.is_empty() {
        languages = languages_of_files(tree, default.as_ref().map(|default| default.value.as_str()));
    }
    (languages, span)
}

fn unlisted(key: &str, tag: &str, span: Span, languages: &[Language]) -> Diagnostic {
    let list = languages.iter().map(|language| format!("`{language}`")).collect::<Vec<_>>().join(", ");
    BAD_VALUE
        .at(span, format!("`{key}` names `{tag}`, which `languages` does not list"))
        .help(format!("the site's languages: {list}"))
}

fn per_language(
    key: &str,
    fields: &mut Fields<'_>,
    languages: &[Language],
    required: bool,
) -> BTreeMap<Language, String> {
    let entries = fields.text_map(key);
    let mut texts = BTreeMap::new();
    for (tag, text) in entries {
        match languages.iter().find(|language| language.as_str() == tag.value) {
            Some(language) => {
                texts.insert(language.clone(), text.value);
            }
            None => fields.push(unlisted(key, &tag.value, tag.span, languages)),
        }
    }
    for language in languages.iter().filter(|_| required) {
        if !texts.contains_key(language) {
            let at = fields.entry(key).map_or_else(|| fields.at(), |(key, _)| key.span);
            fields.push(
                MISSING_KEY
                    .at(at, format!("`{key}.{language}` is missing"))
                    .help(format!("add `{language} = \"…\"` under `[{key}]`")),
            );
        }
    }
    texts
}

fn web_address(key: &str, fields: &mut Fields<'_>) -> Option<String> {
    let url = fields.text(key)?;
    if url.value.starts_with("https://") || url.value.starts_with("http://") || url.value.starts_with("mailto:") {
        return Some(url.value);
    }
    fields.push(
        BAD_VALUE
            .at(url.span, format!("`{key}` is not a web address"))
            .help("it starts with `https://`, `http://` or `mailto:`".to_owned()),
    );
    None
}
