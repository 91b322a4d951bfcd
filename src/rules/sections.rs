//! An incident has the sections that a reader on call looks for, in every language.

use crate::diagnostic::{Diagnostic, EMPTY_SECTION, MISSING_SECTION, nearest};
use crate::model::{Page, SectionKind, Site, SnippetKind, Translation};
use crate::source::{Span, Tree};

pub(super) fn check(site: &Site, page: &Page, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    let Some(incident) = page.incident().filter(|incident| incident.is_active()) else { return };
    // That there is no check is told by another rule, in the same place.
    let proven =
        incident.unchecked.is_some() || incident.snippets.iter().any(|snippet| snippet.kind == SnippetKind::Check);
    for (at, translation) in page.translations.iter().enumerate() {
        let owns_facts = at == 0;
        let body = &translation.body;
        let at = Span { end: body.span.start, ..body.span };
        for section in &body.sections {
            let Some(heading) = section.heading.map(|at| &body.headings[at]) else { continue };
            let Some(kind) = heading.kind.filter(|kind| SectionKind::REQUIRED.contains(kind)) else { continue };
            let text = tree.slice(Span { start: heading.span.end.min(section.span.end), ..section.span });
            let told = owns_facts && kind == SectionKind::Confirm && !proven;
            if text.trim().is_empty() && !told {
                findings.push(
                    EMPTY_SECTION
                        .at(heading.span, format!("the section `{}` says nothing", kind.anchor()))
                        .help(asks(kind, owns_facts).to_owned()),
                );
            }
        }
        for kind in SectionKind::REQUIRED {
            if body.headings.iter().any(|heading| heading.kind == Some(kind)) {
                continue;
            }
            let deeper = body.headings.iter().find(|heading| {
                heading.level != 2 && heading.anchor == kind.anchor()
                    || heading.text.to_lowercase().contains(words(kind))
            });
            let finding = MISSING_SECTION.at(at, format!("the section `{}` is missing", kind.anchor()));
            findings.push(match deeper {
                Some(heading) => finding
                    .note_at(heading.span, "meant by this?")
                    .help("a section is a level-2 heading (`##`) with one of its known words".to_owned()),
                None => match near(site, translation, kind) {
                    Some((heading, word)) => {
                        finding.note_at(heading, "meant by this?").help(format!("did you mean `## {word}`?"))
                    }
                    None => finding.help(format!("add a heading `## {}`", name(site, translation, kind))),
                },
            });
        }
    }
}

/// What the interface calls a section in the language of a text.
fn name<'s>(site: &'s Site, translation: &Translation, kind: SectionKind) -> &'s str {
    let key = kind.anchor().replace('-', "_");
    let strings = site.strings.get(&translation.language);
    strings.and_then(|strings| strings.ui.get(&key)).map_or(kind.anchor(), String::as_str)
}

/// A heading whose words are near those of a section, with what it may have been meant to say.
fn near<'s>(site: &'s Site, translation: &Translation, kind: SectionKind) -> Option<(Span, &'s str)> {
    let known = &site.strings.get(&translation.language)?.headings;
    let of_kind = || known.iter().filter(|(_, anchor)| *anchor == kind.anchor()).map(|(word, _)| word.as_str());
    let free = translation.body.headings.iter().filter(|heading| heading.level == 2 && heading.kind.is_none());
    let mut near = free.filter_map(|heading| Some((heading.span, nearest(heading.text.trim(), of_kind())?)));
    let (span, word) = near.next()?;
    let shown = name(site, translation, kind);
    Some((span, if shown.to_lowercase() == word { shown } else { word }))
}

/// What a reader looks for in a section.
fn asks(kind: SectionKind, owns_facts: bool) -> &'static str {
    match kind {
        _ if !owns_facts => "say it in this language; place each snippet by a fence with its info string and no code",
        SectionKind::Summary => "say in two sentences what happens and to whom",
        SectionKind::Symptom => "say what users see, with the error text as it is shown, and where",
        SectionKind::RootCause => "say why it happens, and why it was not seen before",
        SectionKind::Confirm => "give the check that tells it from others: a fence ```` ```jq check #name file=… ````",
        SectionKind::Fix => "give the fix, ```` ```jq fix #name for=… file=… ````, and how to see that it worked",
        SectionKind::Lesson => "say what would have prevented it",
    }
}

/// The word of a heading that may be meant.
fn words(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::RootCause => "cause",
        kind => kind.anchor(),
    }
}
