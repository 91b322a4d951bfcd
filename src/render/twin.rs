//! The Markdown twin of a page: its source for programs and for people who prefer it.
//!
//! The front matter becomes a readable head; the text stays as it was written, except that links carry the site's
//! address, because the twin may be read anywhere, and that a snippet placed by its name shows its code.

use super::stage::Stage;
use crate::link::Target;
use crate::markdown;
use crate::model::{Incident, Page, SectionKind, Translation};
use pulldown_cmark::Parser;
use std::fmt::Write;
use std::ops::Range;

/// The twin of a page in a language.
pub fn text(stage: &Stage<'_>, page: &Page, shown: &Translation) -> String {
    let mut text = format!("# {}\n\n", shown.title.value);
    if let Some(incident) = page.incident() {
        facts(stage, &mut text, incident, page, shown);
    }
    text.push_str(body(stage, page, shown).trim());
    text.push('\n');
    text
}

fn facts(stage: &Stage<'_>, text: &mut String, incident: &Incident, page: &Page, shown: &Translation) {
    let tongue = stage.tongues.iter().find(|tongue| *tongue.language == shown.language);
    let word = |key: &str| tongue.map_or("", |tongue| tongue.word(key));
    let mut fact = |key: &str, value: &str| writeln!(text, "- {}: {value}", word(key)).expect("a string takes all");
    fact(
        "permanent",
        &format!("{} <{}>", incident.id.value, stage.absolute(&stage.links.permanent(&incident.id.value))),
    );
    fact("severity", word(&format!("severity_{}", incident.severity.as_str())));
    for applies in &incident.applies_to {
        let versions = applies.versions.as_ref().map_or(String::new(), |versions| format!(" {}", versions.value));
        fact("applies_to", &format!("{}{versions}", applies.product.value));
    }
    for signature in incident.signatures.iter().flatten() {
        fact("signatures", &code_span(&signature.value));
    }
    if let Some(owner) = &incident.owner {
        fact("owner", &owner.value);
    }
    if let Some(words) = &shown.words {
        let lines = [
            (SectionKind::Symptom, &words.symptom),
            (SectionKind::RootCause, &words.root_cause),
            (SectionKind::Confirm, &words.confirm),
            (SectionKind::Fix, &words.fix),
        ];
        for (kind, line) in lines {
            fact(&kind.anchor().replace('-', "_"), &absolute_line(stage, page, shown, &line.value));
        }
    }
    text.push('\n');
}

/// Code that may hold backticks.
fn code_span(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{code}{space}{fence}")
}

fn body(stage: &Stage<'_>, page: &Page, shown: &Translation) -> String {
    let source = stage.tree.slice(shown.body.span);
    let base = shown.body.span.start as usize;
    let links = shown.body.links.iter().map(|link| (link.span, &link.destination));
    let images = shown.body.images.iter().map(|image| (image.span, &image.destination));
    let mut edits = Vec::new();
    let mut referred = false;
    // Links of the one-line fields stand before the body.
    for (span, destination) in links.chain(images).filter(|(span, _)| span.start as usize >= base) {
        let range = span.start as usize - base..span.end as usize - base;
        match destination_in(&source[range.clone()], destination) {
            Some(found) => {
                edits.extend(edit(stage, page, shown, range.start + found.start..range.start + found.end, destination));
            }
            None => referred = true,
        }
    }
    if referred {
        let parser = Parser::new_ext(&source, markdown::EXTENSIONS);
        for (_, definition) in parser.reference_definitions().iter() {
            let range = definition.span.clone();
            if let Some(found) = destination_in(&source[range.clone()], &definition.dest) {
                let range = range.start + found.start..range.start + found.end;
                edits.extend(edit(stage, page, shown, range, &definition.dest));
            }
        }
    }
    if let Some(incident) = page.incident() {
        for fence in
            shown.body.fences.iter().filter(|fence| fence.code.as_ref().is_some_and(|code| code.text.is_empty()))
        {
            let Some(snippet) = fence.snippet.as_deref().and_then(|name| incident.snippet(name)) else { continue };
            let line = source[fence.range.start - base..]
                .find('\n')
                .map_or(source.len(), |at| fence.range.start - base + at + 1);
            edits.push((line..line, snippet.code.text.clone()));
        }
    }
    apply(&source, edits)
}

/// The last place in a link where its destination stands as written.
fn destination_in(link: &str, destination: &str) -> Option<Range<usize>> {
    let at = link.rfind(destination).filter(|_| !destination.is_empty())?;
    Some(at..at + destination.len())
}

fn edit(
    stage: &Stage<'_>,
    page: &Page,
    shown: &Translation,
    range: Range<usize>,
    destination: &str,
) -> Option<(Range<usize>, String)> {
    match stage.links.target(page, &shown.language, destination) {
        Ok(Target::Inside(url)) => Some((range, stage.absolute(&url))),
        _ => None,
    }
}

fn apply(source: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
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

/// A one-line field with absolute links.
fn absolute_line(stage: &Stage<'_>, page: &Page, shown: &Translation, line: &str) -> String {
    if !line.contains("](") {
        return line.to_owned();
    }
    let edits = markdown::shown(line).into_iter().filter_map(|(event, range)| match event {
        pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
            let found = destination_in(&line[range.clone()], &dest_url)?;
            edit(stage, page, shown, range.start + found.start..range.start + found.end, &dest_url)
        }
        _ => None,
    });
    apply(line, edits.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_hold_backticks() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a `b`"), "`` a `b` ``");
    }

    #[test]
    fn edits_apply_in_order() {
        assert_eq!(apply("abcdef", vec![(4..5, "E".into()), (1..2, "BB".into())]), "aBBcdEf");
    }
}
