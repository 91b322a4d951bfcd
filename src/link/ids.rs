//! An id is one page's: two cannot both live at `/e/ID/`.

use super::ledger::Ledger;
use crate::diagnostic::{DUPLICATE_ID, Diagnostic};
use crate::model::{Incident, IncidentId, Page, Site};
use crate::source::Tree;
use std::collections::BTreeMap;

pub(super) fn check(site: &Site, tree: &Tree) -> Vec<Diagnostic> {
    let mut holders: BTreeMap<&IncidentId, Vec<(&Page, &Incident)>> = BTreeMap::new();
    for (page, incident) in site.incidents() {
        holders.entry(&incident.id.value).or_default().push((page, incident));
    }
    holders.retain(|_, pages| pages.len() > 1);
    if holders.is_empty() {
        return Vec::new();
    }
    let ledger = Ledger::read(tree).0.unwrap_or_default();
    let mut findings = Vec::new();
    for (id, pages) in holders {
        // The one whose readers have its address already keeps the id.
        let published = pages.iter().position(|(page, _)| ledger.promises(id, &page.folder));
        let (_, owner) = pages[published.unwrap_or(0)];
        let first = if published.is_some() { "published for this page" } else { "first used here" };
        for (_, other) in pages.iter().filter(|(_, other)| !std::ptr::eq(*other, owner)) {
            findings.push(
                DUPLICATE_ID
                    .at(other.id.span, format!("the id `{id}` is taken"))
                    .note_at(owner.id.span, first)
                    .help(format!("the next free id is `{}`", ledger.next_id(site, id.prefix()))),
            );
        }
    }
    findings
}
