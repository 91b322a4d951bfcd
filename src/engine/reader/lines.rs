//! Which lines of the files decide a finding.
//!
//! Found by trying: a line decides a finding if the check no longer gives it once the words of that line are others.
//! This needs no places from the readers of formats, holds for every one of them, and tells of a value that went
//! through regular expressions and sums as well as of one that was copied. Whole blocks are tried first, and halved
//! where something changes, so that a long file takes few trials.

use super::super::value::{Val, access};
use super::super::{CommandInput, Format};
use super::{Bench, Files, missing};
use ::serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// Trials of one question; what is not found by then stays unknown.
const TRIALS: usize = 400;

/// Lines told of a finding.
const SHOWN: usize = 3;

/// A line of a file, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Line {
    pub(super) path: String,
    #[serde(rename = "line")]
    pub(super) number: usize,
    /// Whether something is missing below it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) above: bool,
}

/// For each finding of the check the lines that decide it, those first that decide the fewest others. Where no line
/// alone does, because something is [`missing`], the line of the part that lacks it.
pub(super) fn deciding(bench: &Bench<'_>, files: &Files) -> Vec<Vec<Line>> {
    let check = &bench.run.check;
    let Ok(program) = bench.compile(check) else { return Vec::new() };
    let outputs = |files: &Files| -> Option<Vec<String>> {
        let outputs = bench.output(&program, check, files).ok()?;
        Some(outputs.iter().map(super::Value::to_json).collect())
    };
    let Some(findings) = outputs(files) else { return Vec::new() };
    let mut search = Search {
        outputs: &outputs,
        files,
        findings: &findings,
        trials: TRIALS,
        found: vec![Vec::new(); findings.len()],
    };
    for input in &check.inputs {
        if let Some(text) = files.get(&input.path) {
            search.block(&input.path, text, 0..text.split_inclusive('\n').count());
        }
    }
    let depths = depths(bench, files);
    let mut lines: Vec<Vec<Line>> = search.found.into_iter().map(|found| best(found, &depths)).collect();
    if lines.iter().any(Vec::is_empty) {
        missing::add(bench, &program, files, &findings, &mut lines);
    }
    lines
}

/// The lines of a text that decide the value at a route, from 0, each with whether a value is still there when the
/// words of the line are others; `read` gives the document.
pub(super) fn of_value(text: &str, route: &[Val], read: &dyn Fn(&str) -> Option<Val>) -> Vec<(usize, bool)> {
    let outputs = |files: &Files| -> Option<Vec<String>> {
        let document = read(files.values().next()?)?;
        Some(access::part(&document, route).map(Val::to_json).into_iter().collect())
    };
    let files = Files::from([(String::new(), text.to_owned())]);
    let Some(findings) = outputs(&files).filter(|findings| !findings.is_empty()) else { return Vec::new() };
    let mut search =
        Search { outputs: &outputs, files: &files, findings: &findings, trials: TRIALS, found: vec![Vec::new()] };
    search.block("", text, 0..text.split_inclusive('\n').count());
    search.found.into_iter().flatten().map(|(_, still, line)| (line.number - 1, still)).collect()
}

/// Of the lines that decide a value, the one that it begins on: its key's, which is the last without which there is
/// none, or the first of an item.
pub(super) fn own(lines: &[(usize, bool)], is_item: bool) -> Option<usize> {
    let key = lines.iter().rev().find(|(_, still)| !still);
    let first = lines.iter().find(|(_, still)| *still);
    if is_item { first.or(key) } else { key.or(first) }.map(|(line, _)| *line)
}

/// The lines that decide the fewest findings; of those the ones that take a finding away, where there are any, rather
/// than change its words. A line that only opens what another of them stands in is left out, and the deepest are kept;
/// in the place of one that opens a part stands the first line of that part that changes the finding's words.
fn best(mut found: Vec<(usize, bool, Line)>, depths: &BTreeMap<&str, Vec<Option<usize>>>) -> Vec<Line> {
    found.sort();
    let first = found.first().map(|(others, as_many, _)| (*others, *as_many));
    let is_alike = |(others, as_many, _): &(usize, bool, Line)| Some((*others, *as_many)) == first;
    let (alike, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_alike);
    let alike: Vec<Line> = alike.into_iter().map(|(.., line)| line).collect();
    let rewording: Vec<Line> = others.into_iter().filter(|(_, as_many, _)| *as_many).map(|(.., line)| line).collect();
    let depth = |line: &Line| depths.get(line.path.as_str())?.get(line.number - 1).copied()?;
    let holds = |outer: &Line, inner: &Line| {
        let within = || depths[outer.path.as_str()][outer.number..inner.number].iter().flatten();
        outer.path == inner.path
            && outer.number < inner.number
            && depth(outer).is_some_and(|depth| within().all(|inner| *inner > depth))
    };
    let mut best: Vec<&Line> = alike.iter().filter(|outer| !alike.iter().any(|inner| holds(outer, inner))).collect();
    best.sort_by_key(|line| Reverse((depth(line), *line)));
    best.truncate(SHOWN);
    let within =
        |outer| rewording.iter().filter(move |inner| holds(outer, inner)).min_by_key(|line| (depth(line), *line));
    let mut best: Vec<Line> = best.into_iter().map(|line| within(line).unwrap_or(line).clone()).collect();
    best.sort();
    best.dedup();
    best
}

/// How far in each line of the check's files stands; nothing for one that is empty or a comment. An item of a list is as
/// far in as what stands in it, and what follows the head of a section is below it.
fn depths<'a>(bench: &Bench<'_>, files: &'a Files) -> BTreeMap<&'a str, Vec<Option<usize>>> {
    let of_input = |input: &CommandInput| {
        let (path, text) = files.get_key_value(&input.path)?;
        let sections = matches!(input.format, Format::Ini | Format::Systemd | Format::Toml);
        let depth = |line: &str| {
            let inner = line.trim_start_matches([' ', '\t']);
            let is_comment = ["#", "//", ";"].iter().any(|mark| inner.starts_with(mark));
            let item = inner.trim_start_matches(['-', ' ']);
            let below = sections && !inner.starts_with('[');
            let indent = if inner.starts_with("- ") { item } else { inner };
            (!inner.trim_end().is_empty() && !is_comment).then(|| line.len() - indent.len() + usize::from(below))
        };
        Some((path.as_str(), text.lines().map(depth).collect()))
    };
    bench.run.check.inputs.iter().filter_map(of_input).collect()
}

struct Search<'a> {
    outputs: &'a dyn Fn(&Files) -> Option<Vec<String>>,
    files: &'a Files,
    findings: &'a [String],
    trials: usize,
    /// For each finding: how many a line decides, whether as many findings remain, and the line.
    found: Vec<Vec<(usize, bool, Line)>>,
}

impl Search<'_> {
    fn block(&mut self, path: &str, text: &str, lines: Range<usize>) {
        let lost = self.trial(path, altered(text, &lines, None));
        if lost.as_ref().is_some_and(|(lost, _)| lost.is_empty()) || lines.is_empty() {
            return;
        }
        if lines.len() > 1 {
            let middle = lines.start + lines.len() / 2;
            self.block(path, text, lines.start..middle);
            return self.block(path, text, middle..lines.end);
        }
        let (lost, as_many) = lost.unwrap_or_else(|| self.words(path, text, &lines));
        for &finding in &lost {
            let line = Line { path: path.to_owned(), number: lines.start + 1, above: false };
            self.found[finding].push((lost.len(), as_many, line));
        }
    }

    /// Where a line cannot have all of its words changed at once: what each of them decides.
    fn words(&mut self, path: &str, text: &str, line: &Range<usize>) -> (Vec<usize>, bool) {
        let (mut all, mut as_many) = (Vec::new(), true);
        let count = text.split_inclusive('\n').nth(line.start).map_or(0, |line| words(line).len());
        for word in 0..count {
            if let Some((lost, same)) = self.trial(path, altered(text, line, Some(word))) {
                as_many &= same;
                all.extend(lost);
            }
        }
        all.sort_unstable();
        all.dedup();
        (all, as_many)
    }

    /// The findings that are not there with another text of a file, and whether there are as many as before; nothing
    /// where there is no verdict then.
    fn trial(&mut self, path: &str, text: String) -> Option<(Vec<usize>, bool)> {
        self.trials = self.trials.checked_sub(1)?;
        let mut files = self.files.clone();
        files.insert(path.to_owned(), text);
        let outputs = (self.outputs)(&files)?;
        let is_lost = |&finding: &usize| !outputs.contains(&self.findings[finding]);
        let lost = (0..self.findings.len()).filter(is_lost).collect();
        Some((lost, outputs.len() >= self.findings.len()))
    }
}

/// The text with other words on some lines: with all of them others, or the one of that number.
fn altered(text: &str, lines: &Range<usize>, only: Option<usize>) -> String {
    let mut altered = String::with_capacity(text.len() + 256);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut done = 0;
        for (at, word) in words(line).into_iter().enumerate() {
            if lines.contains(&number) && only.is_none_or(|only| only == at) {
                altered.push_str(&line[done..word.start]);
                altered.push_str(&other(&line[word.clone()]));
                done = word.end;
            }
        }
        altered.push_str(&line[done..]);
    }
    altered
}

/// Where letters, digits and `_` stand together.
pub(super) fn words(line: &str) -> Vec<Range<usize>> {
    let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, character) in line.char_indices().filter(|(_, character)| is_in_word(*character)) {
        let end = at + character.len_utf8();
        match words.last_mut() {
            Some(word) if word.end == at => word.end = end,
            _ => words.push(at..end),
        }
    }
    words
}

/// Another word that is as good in every format: truth for falsehood, the next digit, or one letter more.
fn other(word: &str) -> String {
    match word {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        "null" => "0".to_owned(),
        _ if word.bytes().all(|byte| byte.is_ascii_digit()) => {
            let (rest, last) = word.split_at(word.len() - 1);
            let next = last.bytes().next().map_or(0, |digit| (digit - b'0' + 1) % 10);
            format!("{rest}{next}")
        }
        _ => format!("{word}x"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_word_is_as_good_as_the_first() {
        let check = |text: &str, expected: &str| assert_eq!(altered(text, &(1..2), None), expected);
        check("a\n\"b-c\": \"d\\n\", 9\nb", "a\n\"bx-cx\": \"dx\\nx\", 0\nb");
        check("a\n[true, null, 1.05] # 网关\n", "a\n[false, 0, 2.06] # 网关x\n");
        check("a\n\n", "a\n\n");
        assert_eq!(altered("a b c", &(0..1), Some(1)), "a bx c");
    }
}
