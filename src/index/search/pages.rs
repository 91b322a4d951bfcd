//! The pages of a site as the search sees them.

use super::parts::{Block, Outline, Section, parts};
use super::weigh::{Document, Text};
use super::write;
use crate::markdown;
use crate::matching;
use crate::model::{Body, Incident, Page, PageKind, Site, Translation};
use crate::output::Sink;
use crate::slug::slug;
use crate::source::{Spanned, Tree};
use pulldown_cmark::{Event, Tag, TagEnd};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// The files of an index by their names.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The index of a site.
///
/// # Panics
/// Never: no thread panics while it adds a file.
#[must_use]
pub fn of_site(site: &Site, tree: &Tree) -> Files {
    let documents = documents(site, tree, &searched(site));
    let languages = site.config.languages.iter().map(ToString::to_string).collect();
    let files = Mutex::new(Files::new());
    let searched = write::Site { languages, documents: &documents, glossary: &site.config.glossary };
    write::files(&searched, &|name, bytes| {
        files.lock().expect("no thread panics while it adds a file").insert(name.to_owned(), bytes);
    });
    files.into_inner().expect("no thread panics while it adds a file")
}

/// The name of a file of the index in an address of the site: `abc234` of `assets/search/abc234.bin`.
#[must_use]
pub fn name_in(path: &str) -> Option<&str> {
    path.strip_prefix(FOLDER)?.strip_suffix(EXTENSION)
}

/// Adds an index to the files of a site.
pub fn add(files: &Files, sink: &dyn Sink) {
    for (name, bytes) in files {
        sink.add(&format!("{FOLDER}{name}{EXTENSION}"), bytes.clone());
    }
}

const FOLDER: &str = "assets/search/";
const EXTENSION: &str = ".bin";

/// The incidents and the plain pages, in the order of their numbers.
pub fn searched(site: &Site) -> Vec<&Page> {
    let pages = site.pages.iter().map(AsRef::as_ref);
    pages.filter(|page| matches!(page.kind, PageKind::Plain | PageKind::Incident(_))).collect()
}

/// What each of the pages says.
pub fn documents(site: &Site, tree: &Tree, pages: &[&Page]) -> Vec<Document> {
    pages.par_iter().map(|page| document(site, tree, page)).collect()
}

fn document(site: &Site, tree: &Tree, page: &Page) -> Document {
    let incident = page.incident();
    let sections: Vec<_> = page.translations.iter().map(|shown| sections(tree, shown)).collect();
    let texts = page.translations.iter().zip(parts(&sections)).map(|(shown, (parts, outline))| {
        let languages = &site.config.languages;
        let title = markdown::plain(&shown.title.value);
        Text {
            language: languages.iter().position(|language| *language == shown.language).unwrap_or(0),
            row: row(page, &title, &outline),
            title,
            route: page.folder.clone(),
            names: names(incident, shown),
            parts,
        }
    });
    let tags = incident.into_iter().flat_map(|incident| &incident.tags).map(|tag| tag.value.clone());
    let signatures = incident.map_or_else(Vec::new, signatures);
    Document { texts: texts.collect(), facets: facets(page), tags: tags.collect(), signatures }
}

/// What a reader may call the page by.
fn names(incident: Option<&Incident>, shown: &Translation) -> Vec<String> {
    let of_incident = incident.into_iter().flat_map(|incident| {
        let signatures = incident.signatures.iter().flatten().map(|signature| literal(&signature.value));
        std::iter::once(incident.id.value.to_string()).chain(signatures)
    });
    of_incident.chain(shown.synonyms.iter().map(|synonym| synonym.value.clone())).collect()
}

/// What a page is called, where that is written, and in which of the site's languages it is looked for by it: titles
/// and synonyms in their own, ids, signatures and error codes in all that the page has.
pub fn called(site: &Site, page: &Page) -> Vec<(Spanned<String>, Vec<usize>)> {
    let number = |shown: &Translation| site.config.languages.iter().position(|language| *language == shown.language);
    let all: Vec<usize> = page.translations.iter().filter_map(number).collect();
    let mut called = Vec::new();
    for shown in &page.translations {
        let own: Vec<usize> = number(shown).into_iter().collect();
        called.push((Spanned::new(markdown::plain(&shown.title.value), shown.title.span), own.clone()));
        called.extend(shown.synonyms.iter().map(|synonym| (synonym.clone(), own.clone())));
    }
    if let Some(incident) = page.incident() {
        called.push((Spanned::new(incident.id.value.to_string(), incident.id.span), all.clone()));
        for signature in incident.signatures.iter().flatten() {
            let text = literal(&signature.value);
            let codes = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| is_code(word));
            called.extend(codes.map(|code| (Spanned::new(code.to_owned(), signature.span), all.clone())));
            called.push((Spanned::new(text.clone(), signature.span), all.clone()));
        }
    }
    called
}

/// `E0382`, `AUTH_SCOPE_MISMATCH`, `0x80070005`: capitals with digits or `_`, or a number in hexadecimal digits.
fn is_code(word: &str) -> bool {
    let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mixed = word.contains(|c: char| c.is_ascii_uppercase()) && word.contains(|c: char| !c.is_ascii_uppercase());
    word.len() >= 5 && (word.starts_with("0x") || mixed && word.chars().all(is_capital))
}

/// A signature without its variable parts.
fn literal(signature: &str) -> String {
    let parts = matching::parts(signature);
    parts.iter().map(|part| if let matching::Part::Text(text) = part { text } else { " " }).collect()
}

fn signatures(incident: &Incident) -> Vec<(String, String)> {
    let id = incident.id.value.to_string();
    incident.signatures.iter().flatten().map(|signature| (id.clone(), signature.value.clone())).collect()
}

fn facets(page: &Page) -> Vec<String> {
    let parent = page.parent();
    let ends = parent.match_indices('/').map(|(at, _)| at).chain((!parent.is_empty()).then_some(parent.len()));
    let groups = ends.map(|end| format!("#group/{}", &parent[..end]));
    let incident = page.incident().into_iter().flat_map(|incident| {
        // Two spellings of a tag are one, as in its address.
        let tags: BTreeSet<String> = incident.tags.iter().map(|tag| format!("#tag/{}", slug(&tag.value))).collect();
        std::iter::once(format!("#severity/{}", incident.severity.as_str())).chain(tags)
    });
    groups.chain(incident).collect()
}

/// What the list of results shows of the page in a language.
fn row(page: &Page, title: &str, outline: &Outline) -> Value {
    let mut row = json!({ "title": title, "route": page.folder });
    if !outline.is_empty() {
        row["outline"] = json!(outline);
    }
    if let Some(incident) = page.incident() {
        row["id"] = json!(incident.id.value.to_string());
        row["severity"] = json!(incident.severity.as_str());
    }
    row
}

/// The text of a translation by its headings. The four lines of an incident stand before the first.
fn sections(tree: &Tree, shown: &Translation) -> Vec<Section> {
    let mut first = Section::default();
    if let Some(words) = &shown.words {
        for line in [&words.symptom, &words.root_cause, &words.confirm, &words.fix] {
            first.blocks.push(Block { text: markdown::plain(&line.value), is_code: false });
        }
    }
    blocks(&tree.slice(shown.body.span), &shown.body, first)
}

/// Reads the text block by block.
fn blocks(text: &str, body: &Body, first: Section) -> Vec<Section> {
    let mut sections = vec![first];
    let mut headings = body.headings.iter();
    let mut block = String::new();
    let mut in_heading = false;
    for (event, _) in markdown::events(text) {
        let is_code = matches!(event, Event::End(TagEnd::CodeBlock));
        match event {
            Event::Start(Tag::Heading { .. }) => {
                end(&mut sections, &mut block, false);
                in_heading = true;
                let heading = headings.next();
                sections.push(Section {
                    anchor: heading.map_or_else(String::new, |heading| heading.anchor.clone()),
                    heading: heading.map_or_else(String::new, |heading| heading.text.clone()),
                    blocks: Vec::new(),
                });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(part) | Event::Code(part) if !in_heading => block.push_str(&part),
            Event::SoftBreak | Event::HardBreak if !in_heading => block.push('\n'),
            Event::End(TagEnd::TableCell) => block.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead | TagEnd::CodeBlock)
            | Event::Start(Tag::List(_) | Tag::CodeBlock(_)) => end(&mut sections, &mut block, is_code),
            _ => {}
        }
    }
    end(&mut sections, &mut block, false);
    sections
}

fn end(sections: &mut [Section], block: &mut String, is_code: bool) {
    if !block.trim().is_empty() {
        let last = sections.last_mut().expect("there is a section from the beginning on");
        last.blocks.push(Block { text: std::mem::take(block), is_code });
    }
    block.clear();
}
