//! How a translation stands to the text that it was made from.
//!
//! A page, its translation and the tree come in; the parts of the source that are not as they were when the translation
//! was made go out. A translation records a digest of each part: the words of the front matter, what stands before the
//! first heading, and every section. Only words count, neither marks nor white space nor the code of a snippet, which a
//! translation takes from its source. Who writes the record, and when, is left to `faultbook translated`.

use crate::markdown::events;
use crate::model::{Page, Translation};
use crate::source::Tree;
use pulldown_cmark::{Event, Tag, TagEnd};
use sha2::{Digest, Sha256};

/// The part that is the words of the front matter; no anchor has a space in it.
pub const FRONT_MATTER: &str = "front matter";

/// The part that stands before the first heading.
pub const OPENING: &str = "opening text";

/// A part of a text that is translated as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// [`FRONT_MATTER`], [`OPENING`] or the anchor of a section.
    pub name: String,
    /// What it says, as written.
    pub text: String,
    /// A digest of its words.
    pub digest: String,
}

/// What became of a part of the source since it was translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It says something else.
    Changed,
    /// It was not there.
    New,
    /// It is no longer there.
    Gone,
}

impl Change {
    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// The parts of a page's source, in order.
#[must_use]
pub fn parts(page: &Page, tree: &Tree) -> Vec<Part> {
    let Some(source) = page.translations.first() else { return Vec::new() };
    let body = &source.body;
    let sections = body.sections.iter().filter_map(|section| {
        let text = format!("{}\n", tree.slice(section.span).trim_end());
        let is_snippet = |at: usize| {
            let at = at + section.span.start as usize;
            body.fences.iter().any(|fence| fence.range.start == at && fence.snippet.is_some())
        };
        let words = words(&text, is_snippet);
        let name = body.anchor(section).unwrap_or(OPENING).to_owned();
        (!words.is_empty()).then(|| Part { name, text, digest: digest(&words) })
    });
    let front = front_matter(page, source);
    let digest = digest(&words(&front, |_| false));
    std::iter::once(Part { name: FRONT_MATTER.to_owned(), text: front, digest }).chain(sections).collect()
}

/// The parts of the source that a translation is behind with; none where it recorded nothing.
#[must_use]
pub fn stale(page: &Page, translation: &Translation, tree: &Tree) -> Vec<(String, Change)> {
    let recorded = &translation.translated_from;
    if recorded.is_empty() {
        return Vec::new();
    }
    let parts = parts(page, tree);
    let gone = recorded.iter().filter(|(name, _)| parts.iter().all(|part| part.name != name.value));
    let gone: Vec<_> = gone.map(|(name, _)| (name.value.clone(), Change::Gone)).collect();
    let behind = parts.into_iter().filter_map(|part| {
        let change = match recorded.iter().find(|(name, _)| name.value == part.name) {
            Some((_, digest)) if digest.value == part.digest => return None,
            Some(_) => Change::Changed,
            None => Change::New,
        };
        Some((part.name, change))
    });
    behind.chain(gone).collect()
}

/// The record of a translation that was made from these parts, as a line of front matter.
#[must_use]
pub fn record<'p>(parts: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let entry = |(name, digest): (&str, &str)| {
        if is_plain(name) { format!("{name}: \"{digest}\"") } else { format!("{name:?}: \"{digest}\"") }
    };
    format!("translated_from: {{{}}}\n", parts.into_iter().map(entry).collect::<Vec<_>>().join(", "))
}

/// A page's text with another record: in the place of the old one, else at the end of the front matter.
#[must_use]
pub fn with_record(text: &str, record: &str) -> String {
    let mut lines = text.split_inclusive('\n');
    let mut fresh: String = lines.next().unwrap_or_default().to_owned();
    let mut written = false;
    let mut in_record = false;
    for line in lines.by_ref() {
        let ends = matches!(line.trim_end(), "---" | "...");
        in_record = line.starts_with("translated_from:") || in_record && line.starts_with([' ', '\t']);
        if !written && (in_record || ends) {
            fresh.push_str(record);
            written = true;
        }
        if !in_record {
            fresh.push_str(line);
        }
        if ends {
            break;
        }
    }
    fresh.extend(lines);
    fresh
}

/// The words of a page's head, a line each.
fn front_matter(page: &Page, source: &Translation) -> String {
    let words = source.words.iter().flat_map(|words| {
        [
            ("symptom", &words.symptom),
            ("root_cause", &words.root_cause),
            ("confirm", &words.confirm),
            ("fix", &words.fix),
        ]
    });
    let lines = std::iter::once(("title", &source.title)).chain(words);
    let lines = lines.map(|(key, text)| (key.to_owned(), text));
    let messages = source.messages.iter().map(|(name, text)| (format!("messages.{}", name.value), text));
    let related = page.incident().into_iter().flat_map(|incident| &incident.related);
    let because =
        related.filter_map(|related| Some((format!("related {}", related.id.value), related.because.as_ref()?)));
    let all = lines.chain(messages).chain(because);
    all.map(|(key, text)| [&key, ": ", text.value.as_str(), "\n\n"].concat()).collect()
}

/// What a text says, without marks and white space.
fn words(markdown: &str, is_snippet: impl Fn(usize) -> bool) -> String {
    let mut words = String::with_capacity(markdown.len());
    let mut silent = false;
    for (event, place) in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => silent = is_snippet(place.start),
            Event::End(TagEnd::CodeBlock) => silent = false,
            Event::Text(part) | Event::Code(part) if !silent => {
                words.extend(part.chars().filter(|character| !character.is_whitespace()));
            }
            _ => {}
        }
    }
    words
}

/// Enough of a digest to tell two versions of a text apart.
fn digest(words: &str) -> String {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(words).into();
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_white_space_say_nothing() {
        let check = |a: &str, b: &str, same: bool| {
            assert_eq!(words(a, |_| false) == words(b, |_| false), same, "{a:?} and {b:?}");
        };
        check("Stop the **gateway**\nnow.", "Stop the _gateway_ now.\n", true);
        check("- one\n- two\n", "* one\n\n* two\n", true);
        check("| a | b |\n|---|---|\n| 1 | 2 |\n", "|a|b|\n|:-|-:|\n|1|2|\n", true);
        check("Run `jq`", "Run jq", true);
        check("Stop the gateway.", "Start the gateway.", false);
    }

    #[test]
    fn a_record_takes_the_place_of_the_old_one() {
        let check =
            |text: &str, expected: &str| assert_eq!(with_record(text, "translated_from: {b: \"2\"}\n"), expected);
        check("---\ntitle: x\n---\n\n---\n", "---\ntitle: x\ntranslated_from: {b: \"2\"}\n---\n\n---\n");
        check(
            "---\ntranslated_from:\n  a: \"1\"\ntitle: x\n---\ntranslated_from: y\n",
            "---\ntranslated_from: {b: \"2\"}\ntitle: x\n---\ntranslated_from: y\n",
        );
    }

    #[test]
    fn a_name_that_yaml_would_misread_is_quoted() {
        assert_eq!(
            record([("front matter", "1e23"), ("a:b", "0")]),
            "translated_from: {front matter: \"1e23\", \"a:b\": \"0\"}\n"
        );
    }
}
