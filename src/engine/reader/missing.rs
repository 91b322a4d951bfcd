//! The part of a file in which something is missing.
//!
//! In: a check, the files and those of its findings that no line decides. Out: for each the line of a part that lacks
//! something. Found by trying too: what the check looks for is put in every part that has not got it, and where a
//! finding goes away, or has other words, the part that made the difference is found by halving.

use super::super::formats;
use super::super::value::{Map, Val, access};
use super::lines::{self, Line};
use super::{Bench, Files, Program, Value};
use std::ops::Range;
use std::rc::Rc;

/// Runs of the check; what is not found by then stays unknown.
const TRIALS: usize = 400;

/// Words of a program that may be keys.
const KEYS: usize = 20;

/// Adds the lines to those findings that have none.
pub(super) fn add(bench: &Bench<'_>, program: &Program, files: &Files, findings: &[String], lines: &mut [Vec<Line>]) {
    let check = &bench.run.check;
    let Ok(documents) = bench.documents(check, files) else { return };
    let mut trials = TRIALS;
    for (at, input) in check.inputs.iter().enumerate() {
        let Some(text) = files.get(&input.path) else { continue };
        let parts = parts(&documents[at].0);
        let mut reworded: Vec<Option<usize>> = vec![None; findings.len()];
        for (key, value) in additions(&check.code) {
            let mut lost = |range: Range<usize>| -> Option<(Vec<String>, bool)> {
                trials = trials.checked_sub(1)?;
                let mut changed = documents.clone();
                for route in &parts[range] {
                    let absent = access::part(&changed[at].0, route)
                        .is_some_and(|part| matches!(part, Val::Object(map) if !map.contains_key(key.as_str())));
                    let route: Vec<Val> = route.iter().cloned().chain([Val::from(key.as_str())]).collect();
                    if absent {
                        changed[at] = Value(changed[at].0.clone().set_path(&route, value.clone()).ok()?);
                    }
                }
                let outputs = bench.run(program, check, changed).ok()?;
                let outputs: Vec<String> = outputs.iter().map(Value::to_json).collect();
                let fewer = outputs.len() < findings.len();
                Some((outputs, fewer))
            };
            let Some((outputs, fewer)) = lost(0..parts.len()) else { continue };
            for finding in 0..findings.len() {
                let known = !lines[finding].is_empty() || (!fewer && reworded[finding].is_some());
                if known || outputs.contains(&findings[finding]) {
                    continue;
                }
                let mut is_lost = |range: Range<usize>| {
                    lost(range).is_some_and(|(outputs, less)| less == fewer && !outputs.contains(&findings[finding]))
                };
                let Some(part) = narrowed(0..parts.len(), &mut is_lost) else { continue };
                reworded[finding] = Some(part);
                if fewer {
                    lines[finding] = vec![line(bench, input, text, &parts[part])];
                }
            }
        }
        for (finding, part) in reworded.into_iter().enumerate() {
            if let Some(part) = part.filter(|_| lines[finding].is_empty()) {
                lines[finding] = vec![line(bench, input, text, &parts[part])];
            }
        }
    }
}

/// Where a part begins: on the line of its key, or at the top.
fn line(bench: &Bench<'_>, input: &super::CommandInput, text: &str, route: &[Val]) -> Line {
    let read = |text: &str| formats::read(input.format, text.as_bytes(), bench.limits).ok().map(|value| value.0);
    let is_item = matches!(route.last(), Some(Val::Number(_)));
    let own = lines::own(&lines::of_value(text, route, &read), is_item).filter(|_| !route.is_empty());
    Line { path: input.path.clone(), number: own.unwrap_or(0) + 1, above: true }
}

/// The one place of a range by which the finding is lost.
fn narrowed(mut range: Range<usize>, is_lost: &mut dyn FnMut(Range<usize>) -> bool) -> Option<usize> {
    while range.len() > 1 {
        let middle = range.start + range.len() / 2;
        if is_lost(range.start..middle) {
            range.end = middle;
        } else if is_lost(middle..range.end) {
            range.start = middle;
        } else {
            return None;
        }
    }
    range.next()
}

/// The routes of all objects of a document.
fn parts(document: &Val) -> Vec<Vec<Val>> {
    fn collect(value: &Val, route: &mut Vec<Val>, parts: &mut Vec<Vec<Val>>) {
        if matches!(value, Val::Object(_)) {
            parts.push(route.clone());
        }
        let inner: Vec<(Val, &Val)> = match value {
            Val::Object(map) => map.iter().map(|(key, value)| (Val::Text(key.clone()), value)).collect(),
            Val::Array(items) => items.iter().enumerate().map(|(at, item)| (access::count(at), item)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in inner {
            route.push(key);
            collect(value, route, parts);
            route.pop();
        }
    }
    let mut parts = Vec::new();
    collect(document, &mut Vec::new(), &mut parts);
    parts
}

/// What may be missing: each word of the program that follows a dot or a quote as a key, alone or with the next ones
/// within it, for a truth or for a text of the program.
fn additions(code: &str) -> Vec<(String, Val)> {
    let mut keys: Vec<&str> = Vec::new();
    let named = |word: &Range<usize>| code[..word.start].ends_with(['.', '"']);
    for word in lines::words(code).into_iter().filter(named).map(|word| &code[word]) {
        if !keys.contains(&word) && keys.len() < KEYS {
            keys.push(word);
        }
    }
    let texts = code.split('"').skip(1).step_by(2).filter(|text| !text.contains('\\')).take(4).map(Val::from);
    let values: Vec<Val> = [Val::Bool(true)].into_iter().chain(texts).collect();
    let mut additions = Vec::new();
    for depth in 1..=3 {
        for chain in keys.windows(depth) {
            for value in &values {
                let within = |value: Val, key: &&str| Val::Object(Rc::new(Map::from_iter([(Rc::from(*key), value)])));
                additions.push((chain[0].to_owned(), chain[1..].iter().rev().fold(value.clone(), within)));
            }
        }
    }
    additions
}

#[cfg(test)]
mod tests {
    use super::super::super::{CommandInput, Format, Limits, Probe};
    use super::super::{Run, RunSnippet, lines::deciding};
    use super::*;

    struct Still;

    impl Probe for Still {
        fn elapsed(&self) -> std::time::Duration {
            std::time::Duration::ZERO
        }

        fn memory(&self) -> usize {
            0
        }
    }

    /// The lines of each finding, those above what is missing with a `+`.
    fn check(format: Format, code: &str, text: &str, expected: &[&str]) {
        let input = CommandInput { name: None, path: "f".to_owned(), format, optional: false };
        let check = RunSnippet { code: code.to_owned(), diff: false, inputs: vec![input] };
        let run = Run { check, fixes: Vec::new(), constants: Vec::new(), message: None, known: Vec::new() };
        let bench = Bench { run: &run, limits: &Limits::default(), probe: &Still };
        let lines = deciding(&bench, &Files::from([("f".to_owned(), text.to_owned())]));
        let told = |line: &Line| format!("{}{}", line.number, if line.above { "+" } else { "" });
        let told: Vec<String> = lines.iter().map(|lines| lines.iter().map(told).collect()).collect();
        assert_eq!(told, expected, "{code} {text}");
    }

    #[test]
    fn the_part_that_lacks_something_is_told() {
        let mode = r#".gateway | select(.mode != "local") | "mode""#;
        check(Format::Json, mode, "{\n \"a\": {},\n \"gateway\": {\n  \"port\": 1\n }\n}", &["3+"]);
        check(Format::Yaml, mode, "# x\na: {}\ngateway:\n  port: 1\n", &["3+"]);
        check(Format::Toml, mode, "a = 1\n[gateway]\nport = 1\n", &["2+"]);
        check(Format::Json, mode, "{}", &["1+"]);
        let jobs = ".jobs[] | select(.auth.kind == null) | \"no kind\"";
        let text = "{\"jobs\": [\n {\"id\": 1, \"auth\": {\"kind\": 2}},\n {\"id\": 3},\n]}";
        check(Format::Json5, jobs, text, &["3+"]);
    }

    #[test]
    fn what_no_addition_takes_away_has_no_line() {
        check(Format::Json, "\"always\"", "{\n\"a\": 1\n}", &[""]);
    }
}
