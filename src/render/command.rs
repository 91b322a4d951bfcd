//! The command that a reader pastes.

use crate::model::{Incident, Snippet, SnippetKind};

/// The command of a snippet, for a shell.
#[must_use]
pub fn of(incident: &Incident, snippet: &Snippet) -> String {
    let constants = incident.constants.iter();
    let arguments = constants.map(|(name, value)| format!("--argjson {} {} ", name.value, quoted(&value.to_string())));
    let inputs = snippet
        .inputs
        .iter()
        .filter_map(|input| Some(format!("--slurpfile {} {} ", input.name.as_ref()?, input.path.value)));
    let flags = match snippet.kind {
        SnippetKind::Check => "-c ",
        SnippetKind::Fix { .. } => "",
    };
    let file = snippet.file().map_or("-n", |input| input.path.value.as_str());
    let arguments: String = arguments.chain(inputs).collect();
    let program = quoted(snippet.code.text.trim_end());
    format!("jq {flags}{arguments}{program} {file}")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
