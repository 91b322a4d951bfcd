//! The Markdown twin of a page: its source for programs and for people who prefer it.
//!
//! The front matter becomes a readable head; the text stays as it was written, except that links carry the site's
//! address, because the twin may be read anywhere, and that a snippet placed by its name shows its code.

use super::stage::Stage;
use crate::model::{Incident, Page, SectionKind, Translation};
use crate::portable::Portable;
use std::fmt::Write;

/// The twin of a page in a language.
pub fn text(stage: &Stage<'_>, page: &Page, shown: &Translation) -> String {
    let mut text = format!("# {}\n\n", shown.title.value);
    if let Some(incident) = page.incident() {
        facts(stage, &mut text, incident, page, shown);
    }
    let portable = Portable { site: stage.site, tree: stage.tree, links: stage.links };
    text.push_str(portable.text(page, shown, shown.body.span.range()).trim());
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
        let portable = Portable { site: stage.site, tree: stage.tree, links: stage.links };
        let lines = [
            (SectionKind::Symptom, &words.symptom),
            (SectionKind::RootCause, &words.root_cause),
            (SectionKind::Confirm, &words.confirm),
            (SectionKind::Fix, &words.fix),
        ];
        for (kind, line) in lines {
            fact(&kind.anchor().replace('-', "_"), &portable.line(page, shown, &line.value));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_hold_backticks() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a `b`"), "`` a `b` ``");
    }
}
