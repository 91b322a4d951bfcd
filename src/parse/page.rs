//! A folder to a page: its languages, its facts, its snippets.

use super::front_matter::{self, Parts};
use super::keys::{Of, names, optional};
use super::layout::{self, Folder};
use super::node::{Fields, Node};
use super::{markdown, snippet, text_of};
use crate::diagnostic::{
    BAD_VALUE, DUPLICATE_ROUTE, DUPLICATE_SNIPPET, Diagnostic, FACT_DISAGREES, MISSING_TRANSLATION,
};
use crate::model::{Body, Config, Language, Page, PageKind, Strings, Translation};
use crate::source::{FileId, Span, Spanned, Tree};
use std::collections::BTreeMap;

/// What a page is, as far as its front matter must know.
#[derive(Clone, Copy, PartialEq)]
enum Head {
    Incident,
    Other,
}

struct Opened<'a> {
    language: &'a Language,
    file: FileId,
    text: &'a str,
    parts: Parts,
}

/// Reads the page of a folder; `None` when the default language's page cannot be read.
pub(super) fn read(
    tree: &Tree,
    config: &Config,
    strings: &BTreeMap<Language, Strings>,
    folder: &Folder,
    findings: &mut Vec<Diagnostic>,
) -> Option<Page> {
    if let (Some((_, file)), Some((_, other))) = (folder.index.first(), folder.group.first()) {
        findings.push(
            DUPLICATE_ROUTE
                .at(Span::start_of(*file), "this folder has both a page and a group page")
                .note_at(Span::start_of(*other), "the group page")
                .help("a group is `_index.<language>.md` alone; move the page to a folder of its own".to_owned()),
        );
    }
    let is_group = !folder.group.is_empty();
    let files = if is_group { &folder.group } else { &folder.index };
    let opened = open(tree, config, files, findings);
    let default = config.default_language();
    if !files.iter().any(|(language, _)| language == default) {
        let name = if is_group { "_index" } else { "index" };
        let mut finding = MISSING_TRANSLATION
            .at(Span::start_of(files[0].1), format!("this page has no version in the default language `{default}`"))
            .help(format!("add `{name}.{default}.md` beside it"));
        finding.level = crate::diagnostic::Level::Error;
        findings.push(finding);
    }
    let owner = opened.iter().find(|page| page.language == default)?;
    let head = if !is_group && has_id(&owner.parts.front) { Head::Incident } else { Head::Other };
    let mut aliases = Vec::new();
    let mut draft = false;
    let mut incident = None;
    let mut translations = Vec::new();
    for page in &opened {
        let is_owner = std::ptr::eq(page, owner);
        let mut fields = Fields::new(&page.parts.front, page.parts.at, "front matter", findings);
        known_keys(&mut fields, head, is_owner, is_group);
        let translation = translation(&mut fields, page, head, &strings[page.language]);
        if is_owner {
            aliases = alias_routes(&mut fields);
            draft = fields.flag("draft");
            incident = (head == Head::Incident).then(|| front_matter::facts(&mut fields));
        } else {
            compare_facts(&mut fields, &owner.parts.front, head);
        }
        translations.push(translation);
    }
    // What is missing may stand within the code block.
    if translations.iter().any(|translation| translation.body.is_cut) {
        return None;
    }
    let kind = match incident {
        Some(incident) => {
            let mut incident = incident?;
            for because in incident.related.iter().filter_map(|related| related.because.as_ref()) {
                markdown::read_inline(because, &mut translations[0].body);
            }
            incident.snippets = snippets(tree, &translations[0].body, findings);
            incident.fixtures = layout::fixtures(tree, folder, findings);
            incident.samples = layout::samples(tree, folder, findings);
            PageKind::Incident(Box::new(incident))
        }
        None if folder.path.is_empty() => PageKind::Home,
        None if is_group => PageKind::Group,
        None => PageKind::Plain,
    };
    missing_languages(config, files, translations.first()?, findings);
    let (folder, attachments) = (folder.path.clone(), folder.attachments.clone());
    Some(Page { folder, kind, draft, aliases, translations, attachments })
}

/// The pages that have a readable head, in the order of the site's languages.
fn open<'a>(
    tree: &'a Tree,
    config: &'a Config,
    files: &[(Language, FileId)],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Opened<'a>> {
    let mut opened = Vec::new();
    for language in &config.languages {
        let Some((_, file)) = files.iter().find(|(tag, _)| tag == language) else { continue };
        let Some(text) = text_of(tree, *file, findings) else { continue };
        if let Some(parts) = front_matter::split(*file, tree.file(*file), text, findings) {
            opened.push(Opened { language, file: *file, text, parts });
        }
    }
    opened
}

fn has_id(front: &Node) -> bool {
    matches!(&front.kind, super::node::Kind::Map(entries) if entries.iter().any(|(key, _)| key.value == "id"))
}

fn known_keys(fields: &mut Fields<'_>, head: Head, is_owner: bool, is_group: bool) {
    fields.filled(&optional());
    let of_incidents = [names(Of::Word), names(Of::Fact)].concat();
    match head {
        Head::Incident => fields.known(&of_incidents, |_| None),
        Head::Other => fields.known(&names(Of::Plain), |key| {
            (of_incidents.contains(&key) && is_owner && !is_group)
                .then(|| format!("`{key}` belongs to an incident; add `id: …` if this page is one"))
        }),
    }
}

fn translation(fields: &mut Fields<'_>, page: &Opened<'_>, head: Head, strings: &Strings) -> Translation {
    let at = fields.at();
    let title = fields.required_text("title", "the page's title").unwrap_or_else(|| Spanned::new(String::new(), at));
    let words = (head == Head::Incident).then(|| front_matter::words(fields));
    let synonyms = fields.texts("synonyms").unwrap_or_default();
    let messages = fields.text_map("messages");
    let unchecked = fields.text("unchecked");
    let related_because = fields.text_map("related_because");
    let translated_from = fields.text_map("translated_from");
    let mut found = Vec::new();
    let mut body = markdown::read(page.file, page.text, page.parts.body.clone(), strings, &mut found);
    fields.extend(found);
    let lines = words.iter().flat_map(|words| [&words.symptom, &words.root_cause, &words.confirm, &words.fix]);
    for field in lines.chain([&title]).chain(related_because.iter().map(|(_, text)| text)) {
        markdown::read_inline(field, &mut body);
    }
    Translation {
        language: page.language.clone(),
        file: page.file,
        title,
        words,
        synonyms,
        messages,
        unchecked,
        related_because,
        translated_from,
        body,
    }
}

fn alias_routes(fields: &mut Fields<'_>) -> Vec<Spanned<String>> {
    let aliases = fields.texts("aliases").unwrap_or_default();
    for alias in &aliases {
        let good = alias.value.starts_with('/')
            && alias.value.len() > 1
            && !alias.value.contains("//")
            && !alias.value.split('/').any(|part| matches!(part, "." | ".."))
            && !alias.value.contains(|character: char| {
                character.is_whitespace()
                    || character.is_control()
                    || matches!(character, '?' | '#' | '\\' | '"' | '<' | '>')
            });
        if !good {
            fields.push(
                BAD_VALUE
                    .at(alias.span, format!("`{}` is not an old address of this site", alias.value))
                    .help("an alias is a path from the site's root, such as `/wiki/old-page.html`".to_owned()),
            );
        }
    }
    aliases
}

/// A translation that repeats a fact must agree with the default language's page.
fn compare_facts(fields: &mut Fields<'_>, owner: &Node, head: Head) {
    let facts = if head == Head::Incident { names(Of::Fact) } else { vec!["aliases", "draft"] };
    let super::node::Kind::Map(originals) = &owner.kind else { return };
    for fact in facts {
        let Some((key, value)) = fields.entry(fact) else { continue };
        match originals.iter().find(|(name, _)| name.value == fact) {
            Some((_, original)) if original.to_json() == value.to_json() => {}
            Some((name, original)) => fields.push(
                FACT_DISAGREES
                    .at(value.span, format!("`{fact}` is not what the default language's page says"))
                    .note_at(
                        if original.span.start == original.span.end { name.span } else { original.span },
                        "the fact is owned by this page",
                    )
                    .help(format!("remove `{fact}` here, or make the two agree")),
            ),
            None => fields.push(
                FACT_DISAGREES
                    .at(key.span, format!("`{fact}` is not stated by the default language's page"))
                    .help(format!("move `{fact}` to the default language's page, which owns the facts")),
            ),
        }
    }
}

fn snippets(tree: &Tree, body: &Body, findings: &mut Vec<Diagnostic>) -> Vec<crate::model::Snippet> {
    let mut snippets: Vec<crate::model::Snippet> = Vec::new();
    for fence in &body.fences {
        let info = tree.slice(fence.info.span);
        let Some(snippet) = snippet::read(fence, &info, findings) else { continue };
        match snippets.iter().find(|known| known.id.value == snippet.id.value) {
            Some(known) => findings.push(
                DUPLICATE_SNIPPET
                    .at(snippet.id.span, format!("another snippet is called `{}`", snippet.id.value))
                    .note_at(known.id.span, "first used here")
                    .help("give it a name of its own".to_owned()),
            ),
            None => snippets.push(snippet),
        }
    }
    snippets
}

fn missing_languages(
    config: &Config,
    files: &[(Language, FileId)],
    owner: &Translation,
    findings: &mut Vec<Diagnostic>,
) {
    for language in &config.languages {
        if files.iter().all(|(tag, _)| tag != language) {
            findings.push(
                MISSING_TRANSLATION
                    .at(owner.title.span, format!("this page is not there in `{language}`"))
                    .help(format!("add a file for `{language}` beside it")),
            );
        }
    }
}
