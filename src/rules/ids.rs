//! Ids are unique, and an id that is referred to exists.

use crate::diagnostic::{DUPLICATE_ID, Diagnostic, UNKNOWN_INCIDENT, nearest};
use crate::model::{IncidentId, Site, Status};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

pub(super) fn check(site: &Site, findings: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<&IncidentId, Span> = BTreeMap::new();
    for (_, incident) in site.incidents() {
        match known.get(&incident.id.value) {
            None => {
                known.insert(&incident.id.value, incident.id.span);
            }
            Some(first) => findings.push(
                DUPLICATE_ID
                    .at(incident.id.span, format!("the id `{}` is taken", incident.id.value))
                    .note_at(*first, "first used here")
                    .help(format!("the next free id is `{}`", next(site, incident.id.value.prefix()))),
            ),
        }
    }
    for (_, incident) in site.incidents() {
        let merged = match &incident.status {
            Status::Merged(into) => Some(into),
            Status::Active | Status::Retired => None,
        };
        for id in incident.related.iter().map(|related| &related.id).chain(merged) {
            findings.extend(unknown(id, &known));
        }
    }
}

fn unknown(id: &Spanned<IncidentId>, known: &BTreeMap<&IncidentId, Span>) -> Option<Diagnostic> {
    if known.contains_key(&id.value) {
        return None;
    }
    let same_prefix: Vec<String> =
        known.keys().filter(|other| other.prefix() == id.value.prefix()).map(ToString::to_string).collect();
    let text = id.value.to_string();
    let near = nearest(&text, same_prefix.iter().map(String::as_str));
    Some(
        UNKNOWN_INCIDENT
            .at(id.span, format!("no incident is called `{text}`"))
            .help(near.map(|near| format!("did you mean `{near}`?"))),
    )
}

/// The first id of a prefix that is larger than all in use.
fn next(site: &Site, prefix: &str) -> String {
    let used = site.incidents().map(|(_, incident)| &incident.id.value).filter(|id| id.prefix() == prefix);
    format!("{prefix}-{}", used.map(IncidentId::number).max().unwrap_or(0) + 1)
}
