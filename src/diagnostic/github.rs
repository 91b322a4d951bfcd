//! Findings as workflow commands, which the forge shows beside the changed lines.
//!
//! Takes findings and the tree they point into, gives text. A step may show ten errors and ten warnings; the rest is
//! dropped without a word, so the last of ten says how many more there are, and where.

use super::{Diagnostic, Level};
use crate::source::{Span, Tree};
use std::collections::BTreeMap;

/// How many annotations of a level one step may make.
const LIMIT: usize = 10;
/// How many files the last annotation names.
const FILES: usize = 5;

/// At most ten errors, then at most ten warnings.
#[must_use]
pub fn render(findings: &[Diagnostic], tree: &Tree) -> String {
    let mut text = String::new();
    for level in [Level::Error, Level::Warning] {
        let mut findings: Vec<&Diagnostic> = findings.iter().filter(|finding| finding.level == level).collect();
        // What is wrong there may be why the rest is.
        findings.sort_by_key(|finding| tree.file(finding.span.file).path != "site.toml");
        let shown = if findings.len() > LIMIT { LIMIT - 1 } else { findings.len() };
        let (shown, rest) = findings.split_at(shown);
        for finding in shown {
            let title = format!("{} {}", finding.rule.code, finding.rule.name);
            text.push_str(&command(level, tree, finding.span, &title, &message(finding, tree)));
        }
        if let Some(next) = rest.first() {
            let title = format!("{} more {}s", rest.len(), level.as_str());
            text.push_str(&command(level, tree, next.span, &title, &more(rest, tree)));
        }
    }
    text
}

fn command(level: Level, tree: &Tree, span: Span, title: &str, message: &str) -> String {
    let source = tree.file(span.file);
    let (start, end) = (source.locate(span.start as usize), source.locate(span.end as usize));
    format!(
        "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}\n",
        level.as_str(),
        property(&source.path),
        start.line,
        start.column,
        end.line,
        end.column,
        property(title),
        data(message)
    )
}

/// All that the finding says.
fn message(finding: &Diagnostic, tree: &Tree) -> String {
    let mut lines = vec![finding.message.clone()];
    for note in &finding.notes {
        lines.push(match note.span {
            Some(span) => {
                let source = tree.file(span.file);
                format!("note: {}: {}:{}", note.text, source.path, source.locate(span.start as usize))
            }
            None => format!("note: {}", note.text),
        });
    }
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// How many findings each file has that are not shown.
fn more(rest: &[&Diagnostic], tree: &Tree) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in rest {
        *counts.entry(&tree.file(finding.span.file).path).or_default() += 1;
    }
    let mut lines: Vec<String> =
        counts.iter().take(FILES).map(|(path, count)| format!("{path}: {count} more")).collect();
    if counts.len() > FILES {
        lines.push(format!("and {} more files", counts.len() - FILES));
    }
    lines.push("`faultbook verify` lists them all".to_owned());
    lines.join("\n")
}

/// What stands after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands in `key=value`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{BAD_ID, UNKNOWN_FILE};
    use insta::assert_snapshot;

    fn tree(paths: &[&str]) -> Tree {
        let mut tree = Tree::default();
        for path in paths {
            tree.add(path, "ab\ncd\n");
        }
        tree
    }

    #[test]
    fn nothing_in_a_finding_ends_its_command() {
        let tree = tree(&["content/a,b:100%.md"]);
        let file = tree.iter().next().unwrap().0;
        let finding = BAD_ID
            .at(Span::new(file, 1..4), "50% of `a::b`\r\n::error::x")
            .note("plain")
            .note_at(Span::new(file, 3..4), "there")
            .help("type, this".to_owned());
        assert_snapshot!(render(&[finding], &tree), @"::error file=content/a%2Cb%3A100%25.md,line=1,col=2,endLine=2,endColumn=2,title=FB020 bad-id::50%25 of `a::b`%0D%0A::error::x%0Anote: plain%0Anote: there: content/a,b:100%25.md:2:1%0Ahelp: type, this");
    }

    #[test]
    fn what_is_wrong_with_the_whole_site_goes_first() {
        let tree = tree(&["content/a.md", "site.toml"]);
        let findings: Vec<Diagnostic> = tree.iter().map(|(file, _)| BAD_ID.at(Span::new(file, 0..2), "bad")).collect();
        assert!(render(&findings, &tree).starts_with("::error file=site.toml,"));
    }

    #[test]
    fn the_last_of_ten_says_how_many_more() {
        let paths: Vec<String> = (0..9).map(|number| format!("content/{number}.md")).collect();
        let tree = tree(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        let findings: Vec<Diagnostic> = tree
            .iter()
            .flat_map(|(file, _)| {
                [BAD_ID.at(Span::new(file, 0..2), "bad"), UNKNOWN_FILE.at(Span::start_of(file), "odd")]
            })
            .collect();
        assert_eq!(render(&findings, &tree).lines().count(), 18);

        let many: Vec<Diagnostic> = findings.iter().flat_map(|finding| [finding.clone(), finding.clone()]).collect();
        let text = render(&many, &tree);
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10);
        assert_eq!(text.lines().filter(|line| line.starts_with("::warning ")).count(), 10);
        assert_snapshot!(text.lines().nth(9).unwrap(), @"::error file=content/4.md,line=1,col=1,endLine=1,endColumn=3,title=9 more errors::content/4.md: 1 more%0Acontent/5.md: 2 more%0Acontent/6.md: 2 more%0Acontent/7.md: 2 more%0Acontent/8.md: 2 more%0A`faultbook verify` lists them all");
    }
}
