//! What is named exists: a snippet in `for=` and in `messages`, an incident in `related_because`. A variable has one
//! meaning.

use crate::diagnostic::{BAD_ATTRIBUTE, Diagnostic, UNKNOWN_INCIDENT, UNKNOWN_SNIPPET, nearest};
use crate::model::{Incident, Page, SnippetKind};
use crate::source::{Spanned, Tree};

pub(super) fn check(page: &Page, _: &Tree, findings: &mut Vec<Diagnostic>) {
    let Some(incident) = page.incident() else { return };
    for snippet in &incident.snippets {
        if let SnippetKind::Fix { silences } = &snippet.kind {
            findings.extend(silences.iter().filter_map(|name| unknown_check(incident, name)));
        }
        for input in &snippet.inputs {
            let Some(name) = &input.name else { continue };
            if let Some((constant, _)) = incident.constants.iter().find(|(constant, _)| constant.value == *name) {
                findings.push(
                    BAD_ATTRIBUTE
                        .at(input.path.span, format!("`${name}` is a constant already"))
                        .note_at(constant.span, "the constant")
                        .help(format!("call the input something else: `in.{name}_file=`")),
                );
            }
        }
    }
    for translation in &page.translations {
        let names = translation.messages.iter().map(|(name, _)| name);
        findings.extend(names.filter_map(|name| unknown_check(incident, name)));
        let others = translation.related_because.iter().map(|(id, _)| id);
        findings.extend(others.filter_map(|id| unrelated(incident, id)));
    }
}

/// A reason that belongs to no entry of `related`.
fn unrelated(incident: &Incident, id: &Spanned<String>) -> Option<Diagnostic> {
    let known: Vec<String> = incident.related.iter().map(|related| related.id.value.to_string()).collect();
    if known.contains(&id.value) {
        return None;
    }
    let near = nearest(&id.value, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| "add it to `related` on the default language's page".to_owned());
    Some(UNKNOWN_INCIDENT.at(id.span, format!("`{}` is not among the `related` incidents", id.value)).help(help))
}

fn unknown_check(incident: &Incident, name: &Spanned<String>) -> Option<Diagnostic> {
    let checks = || {
        let checks = incident.snippets.iter().filter(|snippet| snippet.kind == SnippetKind::Check);
        checks.map(|snippet| snippet.id.value.as_str())
    };
    if checks().any(|check| check == name.value) {
        return None;
    }
    let near = nearest(&name.value, checks());
    let list = || match checks().map(|check| format!("`{check}`")).collect::<Vec<_>>().join(", ") {
        list if list.is_empty() => "the page has no check".to_owned(),
        list => format!("the page's checks: {list}"),
    };
    Some(
        UNKNOWN_SNIPPET
            .at(name.span, format!("no check of this page is called `{}`", name.value))
            .help(near.map_or_else(list, |near| format!("did you mean `{near}`?"))),
    )
}
