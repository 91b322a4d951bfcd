//! An id that is referred to exists.

use crate::diagnostic::{Diagnostic, UNKNOWN_INCIDENT, nearest};
use crate::model::{IncidentId, Site, Status};
use crate::source::Spanned;
use std::collections::BTreeSet;

pub(super) fn check(site: &Site, findings: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&IncidentId> = site.incidents().map(|(_, incident)| &incident.id.value).collect();
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

fn unknown(id: &Spanned<IncidentId>, known: &BTreeSet<&IncidentId>) -> Option<Diagnostic> {
    if known.contains(&id.value) {
        return None;
    }
    let same_prefix: Vec<String> =
        known.iter().filter(|other| other.prefix() == id.value.prefix()).map(ToString::to_string).collect();
    let text = id.value.to_string();
    let near = nearest(&text, same_prefix.iter().map(String::as_str));
    Some(
        UNKNOWN_INCIDENT
            .at(id.span, format!("no incident is called `{text}`"))
            .help(near.map(|near| format!("did you mean `{near}`?"))),
    )
}
