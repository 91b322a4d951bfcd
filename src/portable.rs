//! An author's Markdown as it may be read anywhere: in a twin, in the catalog, in a terminal.
//!
//! In comes a part of a page, out goes its text as it was written, except that links carry the site's address and that
//! a snippet placed by its name shows its code.

use crate::link::{Links, Target};
use crate::markdown;
use crate::model::{Page, Site, Translation};
use crate::source::{Span, Tree};
use pulldown_cmark::{Event, Parser, Tag};
use std::ops::Range;

/// What the text of a page refers to.
#[derive(Debug, Clone, Copy)]
pub struct Portable<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its files.
    pub tree: &'a Tree,
    /// Where its links lead.
    pub links: &'a Links<'a>,
}

/// A piece of text, as a range, and what stands there instead.
type Edit = (Range<usize>, String);

impl Portable<'_> {
    /// A part of the body of a page, given as bytes of its file.
    #[must_use]
    pub fn text(&self, page: &Page, shown: &Translation, part: Range<usize>) -> String {
        let source = self.tree.slice(Span::new(shown.body.span.file, part.clone()));
        let inside = |range: &Range<usize>| part.start <= range.start && range.end <= part.end;
        let edits = self.edits(page, shown).into_iter().filter(|(range, _)| inside(range));
        let edits = edits.map(|(range, text)| (range.start - part.start..range.end - part.start, text));
        apply(&source, edits.collect())
    }

    /// A one-line field of a page.
    #[must_use]
    pub fn line(&self, page: &Page, shown: &Translation, line: &str) -> String {
        if !line.contains("](") {
            return line.to_owned();
        }
        let edits = markdown::events(line).filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let found = destination_in(&line[range.clone()], &dest_url)?;
                self.edit(page, shown, range.start + found.start..range.start + found.end, &dest_url)
            }
            _ => None,
        });
        apply(line, edits.collect())
    }

    /// What stands otherwise in the body, as ranges of the file.
    fn edits(&self, page: &Page, shown: &Translation) -> Vec<Edit> {
        let base = shown.body.span.start as usize;
        let source = self.tree.slice(shown.body.span);
        let links = shown.body.links.iter().map(|link| (link.span, &link.destination));
        let images = shown.body.images.iter().map(|image| (image.span, &image.destination));
        let mut edits = Vec::new();
        let mut referred = false;
        // Links of the one-line fields stand before the body.
        for (span, destination) in links.chain(images).filter(|(span, _)| span.start as usize >= base) {
            let range = span.range();
            match destination_in(&source[range.start - base..range.end - base], destination) {
                Some(found) => {
                    let place = range.start + found.start..range.start + found.end;
                    edits.extend(self.edit(page, shown, place, destination));
                }
                None => referred = true,
            }
        }
        if referred {
            let parser = Parser::new_ext(&source, markdown::EXTENSIONS);
            for (_, definition) in parser.reference_definitions().iter() {
                let range = definition.span.clone();
                if let Some(found) = destination_in(&source[range.clone()], &definition.dest) {
                    let start = base + range.start;
                    let place = start + found.start..start + found.end;
                    edits.extend(self.edit(page, shown, place, &definition.dest));
                }
            }
        }
        edits.extend(placed_snippets(page, shown, &source, base));
        edits
    }

    fn edit(&self, page: &Page, shown: &Translation, range: Range<usize>, destination: &str) -> Option<Edit> {
        match self.links.target(page, &shown.language, destination) {
            Ok(Target::Inside(url)) => Some((range, format!("{}{url}", self.site.config.origin()))),
            _ => None,
        }
    }
}

/// The code of the snippets that a translation places by their names, behind the first line of each fence.
fn placed_snippets<'a>(
    page: &'a Page,
    shown: &'a Translation,
    source: &'a str,
    base: usize,
) -> impl Iterator<Item = Edit> + 'a {
    let fences = page.incident().into_iter().flat_map(|incident| shown.body.fences.iter().map(move |f| (incident, f)));
    let empty = fences.filter(|(_, fence)| fence.code.as_ref().is_some_and(|code| code.text.is_empty()));
    empty.filter_map(move |(incident, fence)| {
        let snippet = incident.snippet(fence.snippet.as_deref()?)?;
        let from = fence.range.start - base;
        let line = base + source[from..].find('\n').map_or(source.len(), |at| from + at + 1);
        Some((line..line, snippet.code.text.clone()))
    })
}

/// The last place in a link where its destination stands as written.
fn destination_in(link: &str, destination: &str) -> Option<Range<usize>> {
    let at = link.rfind(destination).filter(|_| !destination.is_empty())?;
    Some(at..at + destination.len())
}

fn apply(source: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(source.len() + edits.len() * 32);
    let mut from = 0;
    for (range, replacement) in edits.into_iter().filter(|(range, _)| range.end <= source.len()) {
        if range.start >= from {
            text.push_str(&source[from..range.start]);
            text.push_str(&replacement);
            from = range.end;
        }
    }
    text.push_str(&source[from..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_order() {
        assert_eq!(apply("abcdef", vec![(4..5, "E".into()), (1..2, "BB".into())]), "aBBcdEf");
    }
}
