//! A translation places the default language's snippets, each once, and changes none.

use crate::diagnostic::{Diagnostic, SNIPPET_DIFFERS, UNKNOWN_SNIPPET, nearest};
use crate::model::{Fence, Incident, Page, Snippet, Translation};
use crate::source::Tree;

pub(super) fn check(page: &Page, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    let Some((default, others)) = page.translations.split_first() else { return };
    match page.incident() {
        Some(incident) => {
            for translation in others {
                placed(incident, translation, tree, findings);
            }
        }
        None => {
            let fences = default.body.fences.iter().chain(others.iter().flat_map(|other| &other.body.fences));
            for fence in fences.filter(|fence| fence.snippet.is_some()) {
                findings.push(
                    UNKNOWN_SNIPPET.at(fence.info.span, "only an incident has snippets that are run").help(
                        "write the fence as plain code, `jq` alone, or add `id: …` to the front matter".to_owned(),
                    ),
                );
            }
        }
    }
}

fn placed(incident: &Incident, translation: &Translation, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    let fences = || translation.body.fences.iter().filter_map(|fence| Some((fence.snippet.as_deref()?, fence)));
    for (name, fence) in fences() {
        match incident.snippet(name) {
            Some(snippet) => findings.extend(difference(snippet, fence, tree)),
            None => {
                let near = nearest(name, incident.snippets.iter().map(|snippet| snippet.id.value.as_str()));
                findings.push(
                    UNKNOWN_SNIPPET
                        .at(fence.info.span, format!("the default language's page defines no snippet `{name}`"))
                        .help(
                            near.map_or(
                                "a snippet is defined there; a translation only places it".to_owned(),
                                |near| format!("did you mean `{near}`?"),
                            ),
                        ),
                );
            }
        }
    }
    for snippet in &incident.snippets {
        let mut places = fences().filter(|(name, _)| *name == snippet.id.value);
        match (places.next(), places.next()) {
            (None, _) => findings.push(
                SNIPPET_DIFFERS
                    .at(translation.title.span, format!("the snippet `{}` is not on this page", snippet.id.value))
                    .note_at(snippet.info.span, "defined here")
                    .help(format!("place it by an empty fence: ```` ```{} ````", tree.slice(snippet.info.span))),
            ),
            (Some((_, first)), Some((_, second))) => findings.push(
                SNIPPET_DIFFERS
                    .at(second.info.span, format!("the snippet `{}` is placed twice", snippet.id.value))
                    .note_at(first.info.span, "first placed here"),
            ),
            _ => {}
        }
    }
}

fn difference(snippet: &Snippet, fence: &Fence, tree: &Tree) -> Option<Diagnostic> {
    if !snippet.is_sound {
        // To copy what is wrong is no help.
        return None;
    }
    if snippet.info.value != fence.info.value {
        return Some(
            SNIPPET_DIFFERS
                .at(fence.info.span, format!("the info string of `{}` differs between languages", snippet.id.value))
                .note_at(snippet.info.span, "the default language's page says this")
                .help(format!("write `{}`", tree.slice(snippet.info.span))),
        );
    }
    let code = fence.code.as_ref()?;
    if code.text.trim().is_empty() || code.text == snippet.code.text {
        return None;
    }
    let same = code.text.bytes().zip(snippet.code.text.bytes()).take_while(|(a, b)| a == b).count();
    let same = (0..=same).rev().find(|at| code.text.is_char_boundary(*at) && snippet.code.text.is_char_boundary(*at));
    let same = same.unwrap_or(0);
    let line_end = |text: &str| same + text[same..].find('\n').unwrap_or(text.len() - same);
    Some(
        SNIPPET_DIFFERS
            .at(
                code.locate(same..line_end(&code.text)),
                format!("the code of `{}` differs between languages", snippet.id.value),
            )
            .label("from here on")
            .note_at(snippet.code.locate(same..line_end(&snippet.code.text)), "the default language's page says this")
            .help("empty the fence; the code is taken from the default language's page".to_owned()),
    )
}
