//! What travels between the build and the process that runs snippets: plain data, and nothing that names a page.

use crate::engine::Format;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One incident's snippets and fixtures.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Job {
    /// `let`: name and JSON text.
    pub constants: Vec<(String, String)>,
    /// The snippets; findings name them by their index.
    pub snippets: Vec<JobSnippet>,
    /// The fixtures; findings name them by their index.
    pub fixtures: Vec<JobFixture>,
    /// Mutants that had to be stopped, by snippet and number: they are caught.
    pub stopped: Vec<(usize, usize)>,
    /// Whether the report is to tell of every odd file that was tried.
    pub explain: bool,
}

/// A program and what it reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobSnippet {
    /// Its name.
    pub id: String,
    /// The program.
    pub code: String,
    /// Whether it is a unified diff, not jq.
    pub diff: bool,
    /// For a fix, the names of the checks that it must silence; `None` for a check.
    pub silences: Option<Vec<String>>,
    /// The files it reads.
    pub inputs: Vec<JobFile>,
    /// Not run, because it was killed before.
    pub skip: bool,
}

/// A file that a snippet reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobFile {
    /// The variable it is bound to; `None` for the program's `.`.
    pub name: Option<String>,
    /// The path on the reader's machine.
    pub path: String,
    /// How it is read.
    pub format: Format,
    /// Whether it may be absent.
    pub optional: bool,
}

/// A reader's machine: the files that some snippet reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobFixture {
    /// Its name.
    pub name: String,
    /// Whether checks must flag it.
    pub broken: bool,
    /// Path on the machine and text; a path that is not here is absent.
    pub files: Vec<(String, String)>,
    /// Edits that do no harm alone: path on the machine, and the update or the path within the document.
    pub harmless: Vec<(String, String)>,
}

/// What is being done: reported before it is begun, so that whoever kills the process knows what it was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Index of the snippet.
    pub snippet: usize,
    /// Index of the fixture; `None` while the program is compiled.
    pub fixture: Option<usize>,
    /// The mutant of the snippet that is being tried.
    pub mutant: Option<usize>,
}

/// What a job showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What did not hold, in the order found.
    pub breaches: Vec<Breach>,
    /// What the checks said of the fixtures.
    pub runs: Vec<CheckRun>,
    /// The single faults that the fixtures are made of.
    pub faults: Vec<SingleFault>,
    /// The mutants of the checks.
    pub mutants: Vec<Grown>,
    /// The odd files that make a difference, when the job asks for them.
    pub odd: Vec<OddFile>,
}

/// A fixture's file with a change that a careless hand makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddFile {
    /// Index of the check.
    pub snippet: usize,
    /// Index of the fixture.
    pub fixture: usize,
    /// The file, as a path on the machine.
    pub path: String,
    /// The change, as a jq update of the document.
    pub edit: String,
    /// What the check does.
    pub outcome: OddOutcome,
}

/// What a check does with an odd file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OddOutcome {
    /// It says something else: it reads what was changed.
    Read,
    /// It flags what was a healthy machine.
    Flagged,
    /// It ends in a run-time error.
    Failed,
}

/// What a check said of a fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRun {
    /// Index of the check.
    pub snippet: usize,
    /// Index of the fixture.
    pub fixture: usize,
    /// How many findings.
    pub findings: usize,
    /// The first, as JSON text.
    pub first: Option<String>,
}

/// A program that differs from a check by one token, or a `let` that lacks a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grown {
    /// Index of the check.
    pub snippet: usize,
    /// Index of the constant, for a part of a `let`.
    pub constant: Option<usize>,
    /// The bytes of the program that differ.
    pub at: Range<usize>,
    /// The change.
    pub change: String,
    /// The fixture that would catch it, when none does.
    pub missing: String,
    /// What became of it.
    pub outcome: MutantOutcome,
}

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MutantOutcome {
    /// Its verdict or its findings differ.
    Caught {
        /// The machine on which they do.
        by: String,
    },
    /// It says the same of every machine.
    Survived,
    /// It says the same, and its line says that it means the same.
    Excused,
}

/// A healthy machine with one edit of what makes another one broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleFault {
    /// Index of the broken fixture.
    pub fixture: usize,
    /// Index of the healthy fixture that differs least from it.
    pub healthy: usize,
    /// The file, as a path on the machine.
    pub path: String,
    /// The edit, as a jq update of the document.
    pub update: String,
    /// What the checks say of it.
    pub verdict: FaultVerdict,
}

/// What the checks say of a single fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultVerdict {
    /// Some check flags it.
    Flagged,
    /// No check does.
    Missed,
    /// The fixture says that it does no harm alone.
    Harmless {
        /// Index of what says so.
        excuse: usize,
    },
}

/// A contract that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Which contract, and what was seen.
    pub contract: Contract,
    /// Index of the snippet.
    pub snippet: usize,
    /// Index of the fixture, where one is involved.
    pub fixture: Option<usize>,
    /// The part of the program to point at.
    pub at: Range<usize>,
}

/// What can fail. Findings and values are JSON texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contract {
    /// The program does not compile.
    Syntax {
        /// Why.
        message: String,
        /// What to type instead.
        help: Option<String>,
    },
    /// The program names a function that looks outside its input.
    Refused {
        /// Why.
        message: String,
        /// What to type instead.
        help: Option<String>,
    },
    /// A check is silent on a broken fixture.
    Missed,
    /// No check flags a healthy fixture with one edit of the difference to a broken one.
    MissedSingle {
        /// Name of the healthy fixture.
        healthy: String,
        /// For each such edit: the file as a path on the machine, the edit as a jq update, and the run-time error of
        /// the check, if there was one.
        missed: Vec<(String, String, Option<String>)>,
    },
    /// A check flags a healthy fixture.
    FalseAlarm {
        /// How many findings, and the first.
        count: usize,
        /// The first.
        first: String,
    },
    /// A finding carries a secret of the fixture.
    Leak {
        /// The file, as a path on the machine.
        file: String,
        /// The path of the secret within the document.
        path: String,
    },
    /// A check fails on a file that is not quite as a fixture has it.
    Crashes {
        /// The changes, and what the program said.
        changes: Vec<(String, String)>,
    },
    /// A run-time error.
    Failed {
        /// What the program said.
        message: String,
    },
    /// A budget ran out.
    Budget {
        /// Which.
        message: String,
    },
    /// A file cannot be read in its format.
    Unreadable {
        /// Path on the machine.
        path: String,
        /// Why.
        message: String,
        /// The byte, where it is known.
        offset: Option<usize>,
    },
    /// A file that the snippet needs is absent.
    Absent {
        /// Path on the machine.
        path: String,
    },
    /// A fix leaves findings.
    Unhealed {
        /// Name of the check.
        check: String,
        /// How many findings.
        count: usize,
        /// The first.
        first: String,
        /// The single fault that was to be healed; `None` for the fixture itself.
        fault: Option<String>,
    },
    /// A fix changes what need not be changed.
    Collateral {
        /// Name of the healthy fixture by which that is told; `None` where it follows from the change itself.
        healthy: Option<String>,
        /// The change.
        change: String,
    },
    /// A fix changes more when it is applied twice.
    NotIdempotent {
        /// The path that changed.
        path: String,
    },
    /// A fix changes a healthy fixture.
    ChangesHealthy {
        /// The path that changed.
        path: String,
    },
    /// A fix leaves a file that cannot be read as it or a check reads it.
    Garbles {
        /// Path on the machine.
        path: String,
        /// How it is read.
        format: Format,
        /// Why.
        message: String,
    },
    /// A diff does not fit a broken fixture that nothing else heals.
    DoesNotApply {
        /// What stands there instead.
        message: String,
    },
    /// A fix does not output exactly one document.
    Outputs {
        /// How many it did.
        count: usize,
    },
}

/// The process that ran a job was stopped from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Killed {
    /// What it was doing.
    pub step: Step,
    /// Why it was stopped: `ran out of time`, `ran out of memory`, …
    pub reason: String,
}

/// Runs jobs where they can do no harm. Several threads may ask at once.
pub trait Prover: Sync {
    /// Runs a job.
    ///
    /// # Errors
    /// When it had to be stopped; the same job with that snippet skipped may be asked again.
    fn prove(&self, job: &Job) -> Result<Report, Killed>;
}
