//! Findings for people, as rustc would print them.
//!
//! Takes findings and the tree they point into, gives text. Whatever the files hold, the text is safe for a terminal,
//! and the line and column that it names are those of [`Source::locate`](crate::source::Source::locate).

use super::excerpt::Excerpt;
use super::visible::{visible, visible_line};
use super::{Diagnostic, Level, Note};
use crate::source::{Span, Tree};
use annotate_snippets::{AnnotationKind, Element, Group, Origin, Padding, Renderer, Snippet};
use std::fmt::Write;

/// Stands for a place until the finding is drawn. The renderer would count columns in the excerpt, in which
/// characters are spelled out and long lines cut; no text that it is given has this character.
const PLACE: &str = "\u{1}";

/// Every finding with the lines that it is about, and a last line that counts them; nothing when there is none.
#[must_use]
pub fn render(findings: &[Diagnostic], tree: &Tree, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for finding in findings {
        text.push_str(&finding_text(finding, tree, &renderer));
        text.push_str("\n\n");
    }
    if let Some(summary) = summary(findings) {
        text.push_str(&renderer.render(&[Group::with_title(summary)]));
        text.push('\n');
    }
    text
}

fn finding_text(finding: &Diagnostic, tree: &Tree, renderer: &Renderer) -> String {
    let title = level(finding.level).primary_title(visible(&finding.message)).id(finding.rule.code);
    let mut group = title.elements(place(tree, finding.span, finding.label.as_deref()));
    let mut groups = Vec::new();
    let mut places = vec![finding.span];
    for Note { span, text } in &finding.notes {
        match span {
            None => group = group.element(annotate_snippets::Level::NOTE.message(visible(text))),
            Some(span) => {
                let title = annotate_snippets::Level::NOTE.secondary_title(visible(text));
                groups.push(title.elements(place(tree, *span, None)));
                places.push(*span);
            }
        }
    }
    if let Some(help) = &finding.help {
        group = group.element(annotate_snippets::Level::HELP.message(visible(help)));
    }
    let docs = annotate_snippets::Level::NOTE.with_name("docs");
    group = group.element(docs.message(format!("faultbook explain {}", finding.rule.code)));
    groups.insert(0, group);
    fill_in(&renderer.render(&groups), tree, &places)
}

/// The lines of a place; only its name when the file was not read.
fn place<'a>(tree: &Tree, span: Span, label: Option<&'a str>) -> Vec<Element<'a>> {
    let source = tree.file(span.file);
    if source.unread().is_some() {
        return vec![Origin::path(PLACE).into(), Padding.into()];
    }
    let Excerpt { first_line, text, mark } = Excerpt::new(source, span.range());
    let mark = AnnotationKind::Primary.span(mark).label(label.map(visible));
    vec![Snippet::source(text).path(PLACE).line_start(first_line).annotation(mark).into()]
}

/// Puts the places where they are stood for, in their order.
fn fill_in(rendered: &str, tree: &Tree, places: &[Span]) -> String {
    let mut pieces = rendered.split(PLACE);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (piece, span) in pieces.zip(places) {
        let source = tree.file(span.file);
        let path = visible_line(&source.path);
        write!(text, "{path}:{}", source.locate(span.start as usize)).expect("a string takes every text");
        text.push_str(piece.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()));
    }
    text
}

/// `3 errors, 1 warning`, said at the level of the gravest.
fn summary<'a>(findings: &[Diagnostic]) -> Option<annotate_snippets::Title<'a>> {
    let gravest = findings.iter().map(|finding| finding.level).min()?;
    let count = |level: Level| {
        let count = findings.iter().filter(|finding| finding.level == level).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", level.as_str()))
    };
    let counts: Vec<String> = [Level::Error, Level::Warning].into_iter().filter_map(count).collect();
    Some(level(gravest).primary_title(counts.join(", ")))
}

fn level(level: Level) -> annotate_snippets::Level<'static> {
    match level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{BAD_ID, DEAD_ANCHOR, DUPLICATE_ID, FILE_TOO_LARGE, UNKNOWN_FILE};
    use crate::source::Unread;
    use insta::assert_snapshot;

    fn tree(bytes: impl Into<Vec<u8>>) -> Tree {
        let mut tree = Tree::default();
        tree.add("content/a/index.en.md", bytes);
        tree
    }

    fn span(tree: &Tree, range: std::ops::Range<usize>) -> Span {
        Span::new(tree.find("content/a/index.en.md").unwrap(), range)
    }

    /// One finding at the first occurrence of `mark`.
    fn check(text: &str, mark: &str) -> String {
        let tree = tree(text);
        let at = text.find(mark).unwrap();
        let finding = BAD_ID.at(span(&tree, at..at + mark.len()), "an id of the wrong form").label("here");
        render(&[finding], &tree, false)
    }

    #[test]
    fn a_finding_has_a_place_a_label_a_help_and_its_rule() {
        let text = "one\n\n\n\n\nSee [above](#reset-the-token) and [below](#reset-token).\n";
        let tree = tree(text);
        let finding = DEAD_ANCHOR
            .at(span(&tree, 42..63), "no heading `#reset-token` on this page")
            .label("leads nowhere")
            .help("did you mean `#reset-the-token`?".to_owned());
        assert_snapshot!(render(&[finding], &tree, false), @"
        error[FB061]: no heading `#reset-token` on this page
         --> content/a/index.en.md:6:35
          |
        6 | See [above](#reset-the-token) and [below](#reset-token).
          |                                   ^^^^^^^^^^^^^^^^^^^^^ leads nowhere
          |
          = help: did you mean `#reset-the-token`?
          = docs: faultbook explain FB061

        error: 1 error
        ");
    }

    #[test]
    fn a_second_place_is_a_note() {
        let mut tree = tree("id: DEMO-1\n");
        tree.add("content/b/index.en.md", "---\nid: DEMO-1\n");
        let other = Span::new(tree.find("content/b/index.en.md").unwrap(), 8..14);
        let finding = DUPLICATE_ID
            .at(span(&tree, 4..10), "`DEMO-1` is already taken")
            .note_at(other, "first used here")
            .note("an id is never used again")
            .help("the next free one is `DEMO-2`".to_owned());
        assert_snapshot!(render(&[finding], &tree, false), @"
        error[FB021]: `DEMO-1` is already taken
         --> content/a/index.en.md:1:5
          |
        1 | id: DEMO-1
          |     ^^^^^^
          |
          = note: an id is never used again
          = help: the next free one is `DEMO-2`
          = docs: faultbook explain FB021
        note: first used here
         --> content/b/index.en.md:2:5
          |
        2 | id: DEMO-1
          |     ^^^^^^

        error: 1 error
        ");
    }

    #[test]
    fn the_last_line_counts_the_findings() {
        let tree = tree("ab");
        let error = BAD_ID.at(span(&tree, 0..1), "x");
        let warning = UNKNOWN_FILE.at(span(&tree, 0..1), "x");
        let last = |findings: &[Diagnostic]| render(findings, &tree, false).lines().last().map(str::to_owned);
        assert_eq!(last(&[]), None);
        assert_eq!(last(std::slice::from_ref(&warning)).unwrap(), "warning: 1 warning");
        assert_eq!(last(&[warning, error.clone(), error]).unwrap(), "error: 2 errors, 1 warning");
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_mark_below_the_text() {
        assert_snapshot!(check("title: 网关连接失败，bad 了\n", "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:15
          |
        1 | title: 网关连接失败，bad 了
          |                      ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
        assert_snapshot!(check("\tkey:\tbad\n", "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:7
          |
        1 |     key:    bad
          |             ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
        assert_snapshot!(check("🦀 bad", "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:3
          |
        1 | 🦀 bad
          |    ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_take_no_column() {
        assert_snapshot!(check("\u{feff}bad\r\nx\r\n", "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:1
          |
        1 | bad
          | ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
        assert_snapshot!(check("a\r\nbad\r\nx\r\n", "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:2:1
          |
        2 | bad
          | ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file_have_a_place() {
        assert_snapshot!(check("", ""), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:1
          |
        1 |
          | ^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
        let tree = tree("id: X\n");
        assert_snapshot!(render(&[BAD_ID.at(span(&tree, 6..6), "ends too soon")], &tree, false), @"
        error[FB020]: ends too soon
         --> content/a/index.en.md:2:1
          |
        2 |
          | ^
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn a_mark_may_cover_several_lines() {
        assert_snapshot!(check("a: [1,\n  2,\n  3]\nb: 1\n", "[1,\n  2,\n  3]"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:4
          |
        1 |   a: [1,
          |  ____^
        2 | |   2,
        3 | |   3]
          | |____^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
        assert_snapshot!(check("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\ne\nf\ng\nh\n"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:1
          |
        1 | / a
        2 | | b
        3 | | c
        4 | | d
        ... |
        7 | | g
        8 | | h
          | |_^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn a_long_line_is_cut_but_its_column_is_true() {
        let text = format!("{}bad{}", "a".repeat(1_000_000), "b".repeat(1_000_000));
        assert_snapshot!(check(&text, "bad"), @"
        error[FB020]: an id of the wrong form
         --> content/a/index.en.md:1:1000001
          |
        1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabadbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
          |                                ^^^ here
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
        let mut tree = Tree::default();
        tree.add("content/\u{1b}[31m\n.md", "a \u{1b}]0;title\u{7} \u{202e}b\n");
        let file = tree.iter().next().unwrap().0;
        let finding = BAD_ID
            .at(Span::new(file, 13..16), "not an id: `\u{1b}[2J`")
            .label("\u{9b}1m")
            .note_at(Span::new(file, 0..1), "note \u{7}")
            .note("a \u{1}")
            .help("help \u{202e}".to_owned());
        assert_snapshot!(render(&[finding], &tree, false), @r"
        error[FB020]: not an id: `\u{1b}[2J`
         --> content/\u{1b}[31m\u{a}.md:1:14
          |
        1 | a \u{1b}]0;title\u{7} \u{202e}b
          |                       ^^^^^^^^ \u{9b}1m
          |
          = note: a \u{1}
          = help: help \u{202e}
          = docs: faultbook explain FB020
        note: note \u{7}
         --> content/\u{1b}[31m\u{a}.md:1:1
          |
        1 | a \u{1b}]0;title\u{7} \u{202e}b
          | ^

        error: 1 error
        ");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_such() {
        let tree = tree(b"id: \xff\xfe DEMO\n".to_vec());
        assert_snapshot!(render(&[BAD_ID.at(span(&tree, 4..5), "not UTF-8")], &tree, false), @"
        error[FB020]: not UTF-8
         --> content/a/index.en.md:1:5
          |
        1 | id: �� DEMO
          |     ^
          |
          = docs: faultbook explain FB020

        error: 1 error
        ");
    }

    #[test]
    fn a_file_that_was_not_read_has_a_name_but_no_line() {
        let unread = Err(Unread::TooLarge { size: 9, limit: 5 });
        let tree = Tree::new([("content/a/index.en.md".to_owned(), unread)]);
        let finding = FILE_TOO_LARGE.at(span(&tree, 0..0), "9 bytes, 5 are allowed").help("split it".to_owned());
        assert_snapshot!(render(&[finding], &tree, false), @"
        error[FB002]: 9 bytes, 5 are allowed
        --> content/a/index.en.md:1:1
         |
         = help: split it
         = docs: faultbook explain FB002

        error: 1 error
        ");
    }

    #[test]
    fn colour_adds_and_changes_nothing() {
        let tree = tree("id: demo\n");
        let finding = BAD_ID.at(span(&tree, 4..8), "x").label("y").help("z".to_owned());
        let findings = [finding];
        let coloured = render(&findings, &tree, true);
        assert_ne!(coloured, render(&findings, &tree, false));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), render(&findings, &tree, false));
    }
}
