//! What an incident must bring before anything can be proven: a check or the reason why there is none, fixtures of
//! both kinds, signatures, and samples.

use crate::diagnostic::{Diagnostic, UNPROVEN};
use crate::model::{Expected, Incident, Page, Polarity, SectionKind, SnippetKind};
use crate::source::{Span, Tree};

pub(super) fn check(page: &Page, incident: &Incident, tree: &Tree) -> Vec<Diagnostic> {
    if !incident.is_active() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let folder = format!("content/{}", page.folder);
    // Where the author would write it: a check below Confirm, all else by the id.
    let headings = page.translations.iter().take(1).flat_map(|translation| &translation.body.headings);
    let confirm =
        headings.filter(|heading| heading.kind == Some(SectionKind::Confirm)).map(|heading| heading.span).next();
    let confirm = confirm.unwrap_or(incident.id.span);
    let mut missing = |span: Span, message: String, help: String| findings.push(UNPROVEN.at(span, message).help(help));
    let id = &incident.id.value;
    let has_check = incident.snippets.iter().any(|snippet| snippet.kind == SnippetKind::Check);
    if has_check || incident.unchecked.is_none() {
        for (expected, name) in [(Expected::Present, "broken"), (Expected::Absent, "healthy")] {
            if incident.fixtures.iter().all(|fixture| fixture.expected != expected) {
                missing(
                    confirm,
                    format!("{id} has no {name} fixture"),
                    format!("add the files that its checks read below `{folder}/fixtures/{name}/home/` or `…/root/`"),
                );
            }
        }
    }
    if !has_check && incident.unchecked.is_none() {
        let file = machine_file(incident, tree).unwrap_or_else(|| "…".to_owned());
        missing(
            confirm,
            format!("{id} has no check"),
            format!(
                "add a fence ```` ```jq check #name file={file} ````, or say why not: `unchecked: no file shows it`"
            ),
        );
    }
    match &incident.signatures {
        None => missing(
            incident.id.span,
            format!("{id} has no signatures"),
            "add `signatures:` with the error text as users see it, or `signatures: []` if there is none".to_owned(),
        ),
        Some(signatures) => {
            let samples = || incident.samples.iter().filter(|sample| sample.polarity == Polarity::Match);
            if !signatures.is_empty() && samples().next().is_none() {
                missing(
                    incident.id.span,
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
                .at(Span::start_of(sample.file), format!("the sample `{}` is empty", sample.name))
                .help("put the log lines around the error into it".to_owned()),
        );
    }
    findings
}

/// The first file of a broken machine, as its reader would name it.
fn machine_file(incident: &Incident, tree: &Tree) -> Option<String> {
    let broken = incident.fixtures.iter().find(|fixture| fixture.expected == Expected::Present)?;
    let path = tree.file(*broken.files.first()?).path.strip_prefix(broken.folder.as_str())?;
    let home = path.strip_prefix("/home/").map(|rest| format!("~/{rest}"));
    home.or_else(|| Some(format!("/{}", path.strip_prefix("/root/")?)))
}
