//! What is wrong with a template, as findings.
//!
//! An error of the template engine comes in; a finding with its place in the site's file goes out, or, for a built-in
//! template that one of the site broke, a finding at the start of site.toml that names the template.

use crate::diagnostic::{Diagnostic, TEMPLATE_ERROR, nearest};
use crate::source::{FileId, LineColumn, Span, Tree};
use std::collections::BTreeMap;
use std::ops::Range;
use tera::ErrorKind;

/// The findings of an error; `own` are the site's templates by name. None in a tree without a file to point at.
pub fn of(error: &tera::Error, tree: &Tree, own: &BTreeMap<String, FileId>) -> Vec<Diagnostic> {
    let at = |name: &str, range: Range<usize>| place(tree, own, name, range);
    let finding = |name: &str, range: Range<usize>, message: &str| Some(finding(at(name, range)?, name, own, message));
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            finding(report.filename(), report.span().range.clone(), report.message()).into_iter().collect()
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("the template `{parent}` is not there");
            finding(current, mention(tree, own, current, parent), &message).into_iter().collect()
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let message = format!("this template leads back to itself: {}", chain.join(" → "));
            finding(tpl, 0..0, &message).into_iter().collect()
        }
        ErrorKind::Msg(reports) if reports.starts_with("error: ") => {
            let reports = reports.split("\n\n").filter_map(|report| read_report(report));
            reports
                .filter_map(|(message, name, place)| {
                    let range = own.get(name).map_or(0..0, |file| word_at(tree, *file, place));
                    finding(name, range, message)
                })
                .collect()
        }
        other => {
            let message = other.to_string();
            let named = own.keys().find(|name| message.contains(&format!("`{name}`")));
            let name = named.or_else(|| own.keys().next()).map_or("", String::as_str);
            finding(name, 0..0, &message).into_iter().collect()
        }
    }
}

fn finding(span: Span, name: &str, own: &BTreeMap<String, FileId>, message: &str) -> Diagnostic {
    // "Field `titel` is not defined. Available fields: body, title": the second sentence is the help.
    let (what, known) = message.split_once(". Available ").unwrap_or((message, ""));
    let what = lower_first(what.trim_end_matches('.'));
    let known: Vec<&str> = known.split_once(": ").map_or(vec![], |(_, names)| names.split(", ").collect());
    let typed = what.split('`').nth(1).unwrap_or_default();
    let help = match nearest(typed, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("there are {}", known.join(", "))),
    };
    let what = if own.contains_key(name) { what } else { format!("the built-in template `{name}`: {what}") };
    TEMPLATE_ERROR.at(span, what).help(help)
}

fn place(tree: &Tree, own: &BTreeMap<String, FileId>, name: &str, range: Range<usize>) -> Option<Span> {
    match own.get(name) {
        Some(file) => Some(Span::new(*file, range)),
        None => tree.find("site.toml").or_else(|| Some(tree.iter().next()?.0)).map(Span::start_of),
    }
}

/// Where a template names another.
fn mention(tree: &Tree, own: &BTreeMap<String, FileId>, name: &str, other: &str) -> Range<usize> {
    let text = own.get(name).and_then(|file| tree.file(*file).text().ok()).unwrap_or_default();
    text.find(other).map_or(0..0, |at| at..at + other.len())
}

/// Message, template and place of a report that the engine has already put into words:
/// `error: MESSAGE`, then ` --> NAME:LINE:COLUMN`.
fn read_report(report: &str) -> Option<(&str, &str, LineColumn)> {
    let mut lines = report.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let place = lines.next()?.trim_start().strip_prefix("--> ")?;
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((message, parts.next()?, LineColumn { line, column }))
}

fn word_at(tree: &Tree, file: FileId, place: LineColumn) -> Range<usize> {
    let source = tree.file(file);
    let start = source.offset(place);
    let rest = source.text().ok().and_then(|text| text.get(start..)).unwrap_or_default();
    let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '/'))).unwrap_or(rest.len());
    start..start + length
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
