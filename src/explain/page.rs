//! An incident as Markdown for a terminal: what a reader on call needs first, then the text.

use crate::index::catalog::{Document, Entry, Purpose, SectionEntry, SnippetEntry, State};
use crate::markdown;
use pulldown_cmark::{CodeBlockKind, Event, Tag};
use std::fmt::Write;

/// The incident in a language, else in the first that it has. `related` are the look-alikes that are known.
#[must_use]
pub fn page(document: &Document, related: &[&Entry], language: &str) -> String {
    let incident = &document.incident;
    let language = if incident.title.contains_key(language) {
        language
    } else {
        incident.title.keys().next().map_or(language, String::as_str)
    };
    let empty = Vec::new();
    let sections = document.sections.get(language).unwrap_or(&empty);
    let mut page = Page(String::new());
    page.head(incident, language);
    page.words(incident, sections, language);
    for kind in [Purpose::Check, Purpose::Fix] {
        for snippet in document.snippets.iter().filter(|snippet| snippet.kind == kind) {
            page.fence(&format!("sh command #{}", snippet.name), &snippet.command);
        }
    }
    for section in sections.iter().filter(|section| !section.markdown.is_empty()) {
        page.section(section, &document.snippets);
    }
    page.links(document, related, language);
    page.0
}

/// The Markdown so far.
struct Page(String);

impl Page {
    fn block(&mut self, text: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{text}\n").expect("a string takes every text");
    }

    fn head(&mut self, incident: &Entry, language: &str) {
        let severity = serde_json::to_value(incident.severity).expect("a severity is a word");
        let status = match (incident.status, &incident.merged_into) {
            (State::Active, _) => String::new(),
            (State::Merged, Some(into)) => format!(", merged into {into}"),
            (State::Merged, None) => ", merged".to_owned(),
            (State::Retired, _) => ", retired".to_owned(),
        };
        self.block(format_args!("# {} ({}{status})", incident.id, severity.as_str().unwrap_or_default()));
        self.block(format_args!("**{}**", plain(text_of(&incident.title, language))));
        let products = incident.applies_to.iter().map(|product| match &product.versions {
            Some(versions) => plain(&format!("{} {versions}", product.product)),
            None => plain(&product.product),
        });
        let facts: Vec<String> = products.chain(incident.owner.as_deref().map(plain)).collect();
        if !facts.is_empty() {
            self.block(format_args!("{}", facts.join(" · ")));
        }
        if !incident.signatures.is_empty() {
            self.fence("text", &incident.signatures.join("\n"));
        }
    }

    /// The four lines, called by the words that the sections of the page have in its language.
    fn words(&mut self, incident: &Entry, sections: &[SectionEntry], language: &str) {
        let lines = [
            ("symptom", &incident.symptom),
            ("root-cause", &incident.root_cause),
            ("confirm", &incident.confirm),
            ("fix", &incident.fix),
        ];
        for (anchor, line) in lines {
            let section = sections.iter().find(|section| section.anchor.as_deref() == Some(anchor));
            let label = section.and_then(|section| section.heading.as_deref()).unwrap_or(anchor);
            // Full-width letters are followed by a full-width colon.
            let colon = if label.ends_with(|last: char| last.is_ascii()) { "\\: " } else { "：" };
            self.block(format_args!("**{}**{colon}{}", plain(label), plain(text_of(line, language))));
        }
    }

    fn section(&mut self, section: &SectionEntry, snippets: &[SnippetEntry]) {
        if let Some(heading) = &section.heading {
            self.block(format_args!("## {}", plain(heading)));
        }
        self.block(format_args!("{}", without_snippets(&section.markdown, snippets)));
    }

    fn links(&mut self, document: &Document, related: &[&Entry], language: &str) {
        let incident = &document.incident;
        let mut link = |address: &str, words: &str| {
            let words = if words.is_empty() { plain(address) } else { plain(words) };
            writeln!(self.0, "- [{words}](<{address}>)").expect("a string takes every text");
        };
        link(text_of(&incident.url, language), "");
        link(&incident.permalink, "");
        document.sources.iter().for_each(|source| link(source, ""));
        for other in related {
            link(&other.permalink, &format!("{} {}", other.id, text_of(&other.title, language)));
        }
    }

    /// A block of code, fenced by more backticks than it has.
    fn fence(&mut self, info: &str, code: &str) {
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.block(format_args!("{fence}{info}\n{}\n{fence}", code.trim_end()));
    }
}

/// The text in the language, else in any.
fn text_of<'t>(texts: &'t std::collections::BTreeMap<String, String>, language: &str) -> &'t str {
    texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
}

/// Text of which no character is a mark of Markdown.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The Markdown with each check and fix replaced by its name: its command is shown above.
fn without_snippets(text: &str, snippets: &[SnippetEntry]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for (event, range) in markdown::events(text) {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else { continue };
        let name = info.split_whitespace().find_map(|word| word.strip_prefix('#'));
        let Some(name) = name.filter(|name| snippets.iter().any(|snippet| snippet.name == *name)) else { continue };
        shown.push_str(&text[from..range.start]);
        write!(shown, "↑ `#{name}`").expect("a string takes every text");
        from = range.end;
    }
    shown.push_str(&text[from..]);
    shown
}
