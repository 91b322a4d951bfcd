//! Findings for programs: a JSON object a line.
//!
//! Takes findings and the tree they point into, gives text. Lines and columns count from 1, columns count characters;
//! the end is one past the last character; files are relative to the site. Fields are added, never removed.

use super::{Diagnostic, Note};
use crate::source::{Span, Tree};
use serde::Serialize;

/// Every finding as an object on a line of its own.
#[must_use]
pub fn render(findings: &[Diagnostic], tree: &Tree) -> String {
    let mut text = String::new();
    for finding in findings {
        let line = serde_json::to_string(&Line::new(finding, tree)).expect("a struct of texts and numbers is JSON");
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    name: &'a str,
    level: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    help: Option<&'a str>,
    notes: Vec<NoteLine<'a>>,
}

#[derive(Serialize)]
struct NoteLine<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> Line<'a> {
    fn new(finding: &'a Diagnostic, tree: &'a Tree) -> Self {
        Self {
            code: finding.rule.code,
            name: finding.rule.name,
            level: finding.level.as_str(),
            message: &finding.message,
            place: Place::new(finding.span, tree),
            help: finding.help.as_deref(),
            notes: finding.notes.iter().map(|note| NoteLine::new(note, tree)).collect(),
        }
    }
}

impl<'a> NoteLine<'a> {
    fn new(note: &'a Note, tree: &'a Tree) -> Self {
        Self { message: &note.text, place: note.span.map(|span| Place::new(span, tree)) }
    }
}

impl<'a> Place<'a> {
    fn new(span: Span, tree: &'a Tree) -> Self {
        let source = tree.file(span.file);
        let (start, end) = (source.locate(span.start as usize), source.locate(span.end as usize));
        Self { file: &source.path, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::DUPLICATE_ID;

    #[test]
    fn a_finding_is_an_object_on_a_line() {
        let mut tree = Tree::default();
        tree.add("content/a/index.en.md", "id: 网关\n\u{2028}");
        tree.add("content/b/index.en.md", "x");
        let at = |path: &str, range| Span::new(tree.find(path).unwrap(), range);
        let finding = DUPLICATE_ID
            .at(at("content/a/index.en.md", 7..11), "`\"\u{1b}\n` is taken")
            .note_at(at("content/b/index.en.md", 0..1), "first used here")
            .note("ids are permanent");
        let plain = DUPLICATE_ID.at(at("content/b/index.en.md", 0..0), "x").help("y".to_owned());
        insta::assert_snapshot!(render(&[finding, plain], &tree), @r#"
        {"code":"FB021","name":"duplicate-id","level":"error","message":"`\"\u001b\n` is taken","file":"content/a/index.en.md","line":1,"column":6,"end_line":2,"end_column":1,"help":null,"notes":[{"message":"first used here","file":"content/b/index.en.md","line":1,"column":1,"end_line":1,"end_column":2},{"message":"ids are permanent"}]}
        {"code":"FB021","name":"duplicate-id","level":"error","message":"x","file":"content/b/index.en.md","line":1,"column":1,"end_line":1,"end_column":1,"help":"y","notes":[]}
        "#);
    }
}
