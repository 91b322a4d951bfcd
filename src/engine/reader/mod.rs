//! A check on the files of a reader: what a page asks of the engine, and what it is told.
//!
//! In: a [`Question`] as JSON, with the files as text. Out: an answer as JSON: the verdict with its findings in words,
//! the [`lines`] of the files that decide them, or the files as the fixes heal them ([`heal`]). The same code answers
//! in the browser, where it is the only WebAssembly, and in the tests that compare the two.

mod edit;
mod heal;
mod lines;
mod missing;
mod stranger;
mod words;
mod yaml;

pub use self::stranger::Known;

use super::command::CommandInput;
use super::{Fault, FaultKind, Format, Limits, Probe, Program, Value, formats};
use ::serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A check with all that a run of it needs but the files; a page carries it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// The check.
    pub check: RunSnippet,
    /// The fixes that name it, in the order of the page.
    pub fixes: Vec<RunSnippet>,
    /// `let`: name and JSON text.
    pub constants: Vec<(String, String)>,
    /// The words for a finding.
    pub message: Option<String>,
    /// By what its files are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Known>,
}

/// A program and the files that it reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunSnippet {
    /// The program.
    pub code: String,
    /// Whether it is a unified diff, not jq.
    pub diff: bool,
    /// The files.
    pub inputs: Vec<CommandInput>,
}

/// The reader's files: path on the machine and text. One that is not here is absent.
type Files = BTreeMap<String, String>;

/// What a page asks.
#[derive(Deserialize)]
struct Question {
    task: Task,
    run: Run,
    files: Files,
}

/// What is to be done.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Task {
    /// Run the check.
    Check,
    /// Find the lines that decide its findings.
    Lines,
    /// Apply the fixes, and run the check again.
    Heal,
}

/// What a check says of the files.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
enum Verdict {
    Present { findings: Vec<Finding> },
    Absent,
    Unknown(Unknown),
}

/// One problem.
#[derive(Debug, PartialEq, Serialize)]
struct Finding {
    /// The incident's words for it, filled in.
    words: Option<String>,
    /// As the check gives it: JSON.
    data: String,
}

/// Why there is no verdict. Lines and columns count from 1, columns in characters.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "lowercase")]
enum Unknown {
    /// A file that the check needs is not there.
    Missing { path: String },
    /// The check finds nothing, and a file is of another shape than is known of it, or fits another one better.
    Stranger { path: String },
    /// A file is too large.
    Large { path: String, size: usize, limit: usize },
    /// A file is not of its format.
    Unreadable { path: String, format: Format, message: String, line: Option<usize>, column: Option<usize> },
    /// The program ended with an error.
    Failed { message: String },
    /// A budget ran out.
    Overrun { message: String },
}

/// Answers a question; both are JSON.
///
/// # Errors
/// When the question cannot be read, which a page never sends.
pub fn answer(question: &str, limits: &Limits, probe: &dyn Probe) -> Result<String, serde_json::Error> {
    let Question { task, run, files } = serde_json::from_str(question)?;
    let bench = Bench { run: &run, limits, probe };
    match task {
        Task::Check => serde_json::to_string(&bench.doubted(&files)),
        Task::Lines => serde_json::to_string(&lines::deciding(&bench, &files)),
        Task::Heal => serde_json::to_string(&heal::healed(&bench, &files)),
    }
}

/// Where the snippets of a page are run.
struct Bench<'a> {
    run: &'a Run,
    limits: &'a Limits,
    probe: &'a dyn Probe,
}

impl Bench<'_> {
    fn verdict(&self, files: &Files) -> Verdict {
        match self.findings(files) {
            Ok(findings) if findings.is_empty() => Verdict::Absent,
            Ok(findings) => {
                let words = |finding: &Value| Some(words::filled(self.run.message.as_deref()?, finding));
                let finding = |finding: Value| Finding { words: words(&finding), data: finding.to_json() };
                Verdict::Present { findings: findings.into_iter().map(finding).collect() }
            }
            Err(unknown) => Verdict::Unknown(unknown),
        }
    }

    /// The verdict, unless the check finds nothing and a file is not the one that it was given as.
    fn doubted(&self, files: &Files) -> Verdict {
        let verdict = self.verdict(files);
        let is_stranger = |input: &&CommandInput| {
            let known = self.run.known.iter().find(|known| known.path() == input.path);
            let known = known.filter(|_| files.contains_key(&input.path));
            known.is_some_and(|known| {
                self.document(input, files).is_ok_and(|document| known.is_stranger(&document.0, &self.run.known))
            })
        };
        match self.run.check.inputs.iter().find(is_stranger) {
            Some(input) if verdict == Verdict::Absent => {
                Verdict::Unknown(Unknown::Stranger { path: input.path.clone() })
            }
            _ => verdict,
        }
    }

    fn findings(&self, files: &Files) -> Result<Vec<Value>, Unknown> {
        self.output(&self.compile(&self.run.check)?, &self.run.check, files)
    }

    fn compile(&self, snippet: &RunSnippet) -> Result<Program, Unknown> {
        let constants = self.run.constants.iter().map(|(name, _)| name.as_str());
        let variables = snippet.inputs.iter().filter_map(|input| input.name.as_deref());
        let variables: Vec<&str> = constants.chain(variables).collect();
        Program::compile(&snippet.code, &variables).map_err(failed)
    }

    fn output(&self, program: &Program, snippet: &RunSnippet, files: &Files) -> Result<Vec<Value>, Unknown> {
        self.run(program, snippet, self.documents(snippet, files)?)
    }

    /// What the inputs of a snippet hold.
    fn documents(&self, snippet: &RunSnippet, files: &Files) -> Result<Vec<Value>, Unknown> {
        snippet.inputs.iter().map(|input| self.document(input, files)).collect()
    }

    fn run(&self, program: &Program, snippet: &RunSnippet, documents: Vec<Value>) -> Result<Vec<Value>, Unknown> {
        let constants = self.run.constants.iter().map(|(_, json)| Value::parse(json).unwrap_or_else(Value::null));
        let (mut document, mut variables) = (Value::null(), constants.collect::<Vec<_>>());
        for (input, value) in snippet.inputs.iter().zip(documents) {
            match input.name {
                Some(_) => variables.push(value),
                None => document = value,
            }
        }
        program.run(document, variables, self.limits, self.probe).map_err(|fault| match fault.kind {
            FaultKind::Budget => Unknown::Overrun { message: fault.message },
            _ => Unknown::Failed { message: fault.message },
        })
    }

    fn document(&self, input: &CommandInput, files: &Files) -> Result<Value, Unknown> {
        let path = input.path.clone();
        let Some(text) = files.get(&path) else {
            return if input.optional { Ok(Value::null()) } else { Err(Unknown::Missing { path }) };
        };
        let (size, limit) = (text.len(), self.limits.input);
        if size > limit {
            return Err(Unknown::Large { path, size, limit });
        }
        let format = input.format;
        formats::read(format, text.as_bytes(), self.limits).map_err(|unreadable| {
            let before = unreadable.offset.and_then(|offset| text.get(..offset));
            let line = before.map(|before| before.matches('\n').count() + 1);
            let column = before.map(|before| before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
            Unknown::Unreadable { path, format, message: unreadable.message, line, column }
        })
    }
}

/// What to say of a program or diff that cannot be used; the build reads every one that a page carries.
fn failed(faults: Vec<Fault>) -> Unknown {
    Unknown::Failed { message: faults.into_iter().next().map_or_else(String::new, |fault| fault.message) }
}
