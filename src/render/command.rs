//! The command that a reader pastes.

use crate::engine::{CommandInput, check_command, fix_command};
use crate::model::{Incident, Snippet, SnippetKind};

/// The command of a snippet, for a shell.
#[must_use]
pub fn of(incident: &Incident, snippet: &Snippet) -> String {
    let constants: Vec<(String, String)> =
        incident.constants.iter().map(|(name, value)| (name.value.clone(), value.to_string())).collect();
    let inputs = snippet.inputs.iter().map(|input| CommandInput {
        name: input.name.clone(),
        path: input.path.value.clone(),
        format: input.format,
        optional: input.optional,
    });
    let inputs: Vec<CommandInput> = inputs.collect();
    let code = snippet.code.text.trim_end();
    match snippet.kind {
        SnippetKind::Check => check_command(code, &inputs, &constants),
        SnippetKind::Fix { .. } => fix_command(code, &inputs, &constants),
    }
}
