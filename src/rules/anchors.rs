//! Every heading of a page has an anchor of its own.

use crate::diagnostic::{BAD_VALUE, DUPLICATE_ANCHOR, Diagnostic};
use crate::model::{Heading, Page};
use crate::source::Tree;
use std::collections::BTreeMap;

pub(super) fn check(page: &Page, _: &Tree, findings: &mut Vec<Diagnostic>) {
    for translation in &page.translations {
        let mut seen: BTreeMap<&str, &Heading> = BTreeMap::new();
        for heading in &translation.body.headings {
            if heading.anchor.is_empty() {
                findings.push(
                    BAD_VALUE
                        .at(heading.span, "this heading has no letter to make an anchor of")
                        .help(format!("give it one: `{} {{#name}}`", heading.text.trim())),
                );
                continue;
            }
            match seen.get(heading.anchor.as_str()) {
                None => {
                    seen.insert(&heading.anchor, heading);
                }
                Some(first) => findings.push(
                    DUPLICATE_ANCHOR
                        .at(heading.span, format!("another heading has the anchor `#{}`", heading.anchor))
                        .note_at(first.span, "first used here")
                        .help(format!("give this one its own: `{} {{#{}-2}}`", heading.text.trim(), heading.anchor)),
                ),
            }
        }
    }
}
