//! `fixtures/NAME/harmless.yaml`: differences from a healthy machine that do no harm alone, each with its reason.
//!
//! A mapping of files on the reader's machine to mappings of edits to reasons. An edit is written as the jq update
//! that the finding shows, or as the path of what differs.

use super::node::{Fields, Kind, wrong_type};
use super::yaml;
use crate::diagnostic::{BAD_VALUE, Diagnostic};
use crate::model::Harmless;
use crate::source::{FileId, Span, Tree};

/// The name of the file in a fixture's folder.
pub(super) const NAME: &str = "harmless.yaml";

pub(super) fn read(tree: &Tree, file: FileId, findings: &mut Vec<Diagnostic>) -> Vec<Harmless> {
    let source = tree.file(file);
    // A file that was not read or is not UTF-8 has been reported.
    let Ok(text) = source.text() else { return Vec::new() };
    let node = match yaml::read(file, source, text, 0..text.len()) {
        Ok(node) => node,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let Kind::Map(files) = &node.kind else {
        findings.push(wrong_type(&node, NAME, "a mapping", "~/.demo/config.json: {.version: \"…\"}"));
        return Vec::new();
    };
    let mut harmless = Vec::new();
    for (path, _) in files {
        let mut fields = Fields::new(&node, Span::start_of(file), NAME, findings);
        for (edit, because) in fields.text_map(&path.value) {
            if because.value.trim().is_empty() {
                fields.push(
                    BAD_VALUE.at(edit.span, "this excuse has no reason").help("say why it does no harm".to_owned()),
                );
            }
            harmless.push(Harmless { path: path.value.clone(), edit, because: because.value });
        }
    }
    harmless
}
