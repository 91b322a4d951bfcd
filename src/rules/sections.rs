//! An incident has the sections that a reader on call looks for, in every language.

use crate::diagnostic::{Diagnostic, MISSING_SECTION};
use crate::model::{Page, SectionKind};
use crate::source::{Span, Tree};

pub(super) fn check(page: &Page, _: &Tree, findings: &mut Vec<Diagnostic>) {
    if page.incident().is_none_or(|incident| !incident.is_active()) {
        return;
    }
    for translation in &page.translations {
        let body = &translation.body;
        let at = Span { end: body.span.start, ..body.span };
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
                None => finding.help(format!(
                    "add a level-2 heading that names it in `{}`, such as `## {}` in English",
                    translation.language,
                    english(kind)
                )),
            });
        }
    }
}

fn english(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Summary => "Summary",
        SectionKind::Symptom => "Symptom",
        SectionKind::RootCause => "Root cause",
        SectionKind::Confirm => "Confirm",
        SectionKind::Fix => "Fix",
        SectionKind::Lesson => "Lesson",
    }
}

/// The word of a heading that may be meant.
fn words(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::RootCause => "cause",
        kind => kind.anchor(),
    }
}
