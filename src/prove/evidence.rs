//! What an incident must bring before anything can be proven: a check or the reason why there is none, fixtures of
//! both kinds, signatures, and samples.

use crate::diagnostic::{Diagnostic, UNPROVEN};
use crate::model::{Expected, Incident, Page, Polarity, SnippetKind};
use crate::source::Tree;

pub(super) fn check(page: &Page, incident: &Incident, tree: &Tree) -> Vec<Diagnostic> {
    if !incident.is_active() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let folder = format!("content/{}", page.folder);
    let mut missing = |message: String, help: String| {
        findings.push(UNPROVEN.at(incident.id.span, message).help(help));
    };
    let id = &incident.id.value;
    let has_check = incident.snippets.iter().any(|snippet| snippet.kind == SnippetKind::Check);
    if has_check {
        for (expected, name) in [(Expected::Present, "broken"), (Expected::Absent, "healthy")] {
            if incident.fixtures.iter().all(|fixture| fixture.expected != expected) {
                missing(
                    format!("{id} has no {name} fixture"),
                    format!("add the files that its checks read below `{folder}/fixtures/{name}/home/` or `…/root/`"),
                );
            }
        }
    } else if incident.unchecked.is_none() {
        missing(
            format!("{id} has no check"),
            "add a fence ```` ```jq check #name file=… ````, or say why not: `unchecked: no file shows it`".to_owned(),
        );
    }
    match &incident.signatures {
        None => missing(
            format!("{id} has no signatures"),
            "add `signatures:` with the error text as users see it, or `signatures: []` if there is none".to_owned(),
        ),
        Some(signatures) => {
            let samples = || incident.samples.iter().filter(|sample| sample.polarity == Polarity::Match);
            if !signatures.is_empty() && samples().next().is_none() {
                missing(
                    format!("{id} has signatures but no log that shows them"),
                    format!("add a log excerpt as `{folder}/samples/match-NAME.log`"),
                );
            }
        }
    }
    let empty = incident.samples.iter().filter(|sample| {
        let file = tree.file(sample.file);
        file.unread().is_none() && file.bytes().iter().all(u8::is_ascii_whitespace)
    });
    for sample in empty {
        findings.push(
            UNPROVEN
                .at(crate::source::Span::start_of(sample.file), format!("the sample `{}` is empty", sample.name))
                .help("put the log lines around the error into it".to_owned()),
        );
    }
    findings
}
