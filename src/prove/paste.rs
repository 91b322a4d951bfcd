//! Contract 9: the text that a reader copies does, in a shell with the real jq, what the engine did.
//!
//! In: a job, its [`Outcome`]s and what each command did ([`Seen`]). Out: what differs, and [`Pasted`], which the page
//! shows. Who runs the commands, and where, is left to others.

use super::job::{Job, JobFixture, JobSnippet};
use super::outcomes::{Gives, Outcome};
use crate::engine::{CommandInput, Diff, Format, Limits, Value, check_command, diff_command, fix_command, read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// With which versions of jq every command of an incident did what the engine did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pasted {
    pub(super) versions: Vec<String>,
}

impl Pasted {
    /// What was tried with these versions, without a difference.
    #[must_use]
    pub fn new(versions: Vec<String>) -> Self {
        Self { versions }
    }
}

/// What the command of a snippet did on a fixture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The exit status was 0.
    pub succeeded: bool,
    /// Standard output.
    pub printed: String,
    /// The file of a fix afterwards.
    pub file: Option<String>,
    /// What stands beside it that was not there, and its text.
    pub beside: Vec<(String, String)>,
    /// Owner and mode of the file, and of the copy that was kept, are as they were.
    pub kept: bool,
}

/// A command of a snippet that differs from the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Index of the snippet.
    pub snippet: usize,
    /// Index of the fixture.
    pub fixture: usize,
    /// The version of jq.
    pub version: String,
    /// What was expected of the command, and what it did.
    pub expected: String,
    /// What it did.
    pub actual: String,
}

/// The command of a snippet; a path such as `/etc/x` is put below `root`, one in `~` stays as it is shown.
#[must_use]
pub fn pasted_command(job: &Job, snippet: &JobSnippet, root: &str) -> String {
    let inputs = snippet.inputs.iter().map(|input| CommandInput {
        name: input.name.clone(),
        path: if input.path.starts_with('/') { format!("{root}{}", input.path) } else { input.path.clone() },
        format: input.format,
        optional: input.optional,
    });
    let inputs: Vec<CommandInput> = inputs.collect();
    let (code, file) = (snippet.code.trim_end(), file(snippet).and_then(|at| inputs.get(at)));
    match (&snippet.silences, file.filter(|_| snippet.diff)) {
        (Some(_), Some(file)) => {
            Diff::parse(code).map_or_else(|_| String::new(), |diff| diff_command(&diff, &file.path))
        }
        (Some(_), None) => fix_command(code, &inputs, &job.constants),
        (None, _) => check_command(code, &inputs, &job.constants),
    }
}

/// The input that is the file of a fix.
fn file(snippet: &JobSnippet) -> Option<usize> {
    snippet.inputs.iter().position(|input| input.name.is_none())
}

/// The tools that the command of a snippet calls beside jq.
#[must_use]
pub fn tools(snippet: &JobSnippet) -> BTreeSet<&'static str> {
    let of = |format| match format {
        Format::Json | Format::Lines => None,
        Format::Json5 => Some("npx"),
        Format::Yaml => Some("yq"),
        Format::Toml => Some("python3"),
        Format::Ini | Format::Systemd | Format::Env => Some("jc"),
    };
    if snippet.diff { ["patch"].into() } else { snippet.inputs.iter().filter_map(|input| of(input.format)).collect() }
}

/// What is wrong with what a command did: what was expected, and what came.
#[must_use]
pub fn judge(snippet: &JobSnippet, fixture: &JobFixture, outcome: &Outcome, seen: &Seen) -> Option<(String, String)> {
    let input = file(snippet).map(|at| &snippet.inputs[at]);
    let old = input.and_then(|input| fixture.files.iter().find(|(path, _)| *path == input.path));
    let old = old.map_or("", |(_, text)| text.as_str());
    let failed = || if seen.succeeded { seen.printed.trim_end().to_owned() } else { "the command failed".to_owned() };
    match &outcome.gives {
        Gives::Findings(findings) => {
            let parse = |line: &str| Value::parse(line);
            let same = seen.succeeded
                && seen.printed.lines().count() == findings.len()
                && seen.printed.lines().zip(findings).all(|(theirs, ours)| {
                    parse(theirs).zip(parse(ours)).is_some_and(|(theirs, ours)| theirs.difference(&ours).is_none())
                });
            (!same).then(|| (shown(&findings.join("\n")), shown(&failed())))
        }
        Gives::Nothing if seen.succeeded || seen.file.as_deref() != Some(old) || !seen.beside.is_empty() => {
            Some(("the command to fail and to leave the file alone".to_owned(), "it changed something".to_owned()))
        }
        Gives::Nothing => None,
        Gives::Healed(text) => {
            let format = if snippet.diff { Format::Lines } else { input.map_or(Format::Json, |input| input.format) };
            let value = |text: &str| read(format, text.as_bytes(), &Limits::default()).ok();
            let new = seen.file.as_deref().unwrap_or_default();
            let same = value(new).zip(value(text)).is_some_and(|(theirs, ours)| theirs.difference(&ours).is_none());
            if !seen.succeeded || !same {
                return Some((shown(text), if seen.succeeded { shown(new) } else { failed() }));
            }
            let backup = [(".bak".to_owned(), old.to_owned())];
            let backups: &[(String, String)] = if new == old { &[] } else { &backup };
            let wrong = if seen.beside != backups {
                "another set of files beside it"
            } else if !seen.kept {
                "another owner or mode"
            } else {
                return None;
            };
            Some(("owner and mode as they were, and the old text in a `.bak`".to_owned(), wrong.to_owned()))
        }
    }
}

/// The start of a text, on one line.
fn shown(text: &str) -> String {
    const SHOWN: usize = 200;
    let text = text.trim_end().replace('\n', "⏎");
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None if text.is_empty() => "nothing".to_owned(),
        None => text,
    }
}
