//! The commands of a site's pages, run as a reader runs them: in a shell with every jq of this machine.
//!
//! In: a site that was proven. Out: findings for what differs from the engine, and on the proofs the versions of jq with
//! which nothing did. It takes processes, so `verify` does it and keeps the results by the digest of all that they
//! depend on; `build` only looks them up.

use crate::diagnostic::Diagnostic;
use crate::disk::{self, Error, Results, Sandbox};
use crate::model::Page;
use crate::pipeline::Checked;
use crate::process::{Jq, Workers, find, jqs, run};
use crate::prove::{self, Difference, Job, JobFixture, JobSnippet, Outcome, Pasted, Seen};
use crate::source::Tree;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the commands of a page call beside jq, and the program behind it.
const TOOLS: [(&str, &str); 5] =
    [("jc", "jc"), ("npx", "json5"), ("patch", "patch"), ("python3", "python3"), ("yq", "yq")];

/// The part of the user's cache that has the results.
const CACHE: &str = "pasted";

/// How many pages a run tries that were not tried before: a page takes about half a second of processor time.
const MOST: usize = 500;

/// What trying the commands of an incident showed.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Tried {
    differences: Vec<Difference>,
    pasted: Pasted,
}

/// What was not tried.
#[derive(Default)]
pub(super) struct Left {
    /// How many pages a next run will try.
    pub(super) more: usize,
    /// The tools that some command calls and that are not installed.
    pub(super) missing: BTreeSet<&'static str>,
}

/// The jqs and the tools of this machine, and what was tried with them before.
pub(super) struct Bench {
    jqs: Vec<Jq>,
    tools: Vec<(&'static str, PathBuf)>,
    cache: Results,
}

/// Notes on the proofs what is known already.
pub(super) fn look_up(checked: &mut Checked, tree: &Tree) {
    if !Results::of_user(CACHE).is_new() {
        let bench = Bench::of_machine();
        bench.each(checked, tree, |_| true, |key, _| serde_json::from_slice(&bench.cache.get(key)?).ok());
    }
}

impl Bench {
    pub(super) fn of_machine() -> Self {
        let tools = TOOLS.into_iter().filter_map(|(name, program)| Some((name, find(program)?)));
        Self { jqs: jqs(), tools: tools.collect(), cache: Results::of_user(CACHE) }
    }

    /// Whether there is a jq to try anything with.
    pub(super) fn is_empty(&self) -> bool {
        self.jqs.is_empty()
    }

    /// Tries what is not known, of the pages that are wanted; says what is left, because a run tries only so
    /// many, and not without the tools.
    pub(super) fn prove(&self, checked: &mut Checked, tree: &Tree, wanted: impl Fn(&Page) -> bool + Sync) -> Left {
        if self.is_empty() {
            return Left::default();
        }
        let (workers, new, missing) = (Workers::new(), AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
        let prove = |key: &str, job: &Job| {
            let known = self.cache.get(key).and_then(|bytes| serde_json::from_slice(&bytes).ok());
            known.or_else(|| {
                let lacking: Vec<&str> = job.snippets.iter().flat_map(|snippet| self.lacking(snippet)).collect();
                if !lacking.is_empty() {
                    missing.lock().expect("no thread panics with it").extend(lacking);
                    return None;
                }
                if new.fetch_add(1, Ordering::Relaxed) >= MOST {
                    return None;
                }
                let tried = self.try_all(job, &workers)?;
                self.cache.put(key, &serde_json::to_vec(&tried).expect("plain data is JSON"));
                Some(tried)
            })
        };
        self.each(checked, tree, wanted, prove);
        let missing = missing.into_inner().expect("no thread panicked with it");
        Left { more: new.into_inner().saturating_sub(MOST), missing }
    }

    fn each(
        &self,
        checked: &mut Checked,
        tree: &Tree,
        wanted: impl Fn(&Page) -> bool + Sync,
        tried: impl Fn(&str, &Job) -> Option<Tried> + Sync,
    ) {
        let one = |page: &Page| {
            let incident = page.incident().filter(|_| wanted(page))?;
            checked.proofs.of(&page.folder)?;
            let job = prove::incident_job(incident, tree);
            let tried = tried(&self.key(&job), &job)?;
            let finding = |difference| prove::paste_differs(incident, tree, difference);
            let findings: Vec<Diagnostic> = tried.differences.iter().map(finding).collect();
            Some((page.folder.clone(), tried.pasted, findings))
        };
        let all: Vec<_> = checked.site.pages.par_iter().filter_map(|page| one(page)).collect();
        for (folder, pasted, findings) in all {
            if findings.is_empty() {
                checked.proofs.paste(&folder, pasted);
            }
            checked.findings.extend(findings);
        }
        crate::diagnostic::sort(&mut checked.findings);
    }

    /// The digest of all that the result depends on.
    fn key(&self, job: &Job) -> String {
        let programs = self.jqs.iter().map(|jq| &jq.program).chain(self.tools.iter().map(|(_, program)| program));
        let programs: Vec<_> = programs.map(|program| (program, disk::stamp(program))).collect();
        let what = (env!("CARGO_PKG_VERSION"), job, programs);
        let versions: Vec<&str> = self.jqs.iter().map(|jq| jq.version.as_str()).collect();
        let bytes = serde_json::to_vec(&(what, versions)).expect("plain data is JSON");
        let mut key = String::new();
        for byte in Sha256::digest(bytes) {
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }

    /// The tools that a snippet's command calls and that are not here.
    fn lacking(&self, snippet: &JobSnippet) -> Vec<&'static str> {
        let is_here = |tool: &&str| self.tools.iter().any(|(name, _)| name == tool);
        prove::tools(snippet).into_iter().filter(|tool| !is_here(tool)).collect()
    }

    /// Tries every command of an incident; nothing where the machine fails.
    fn try_all(&self, job: &Job, workers: &Workers) -> Option<Tried> {
        let outcomes = workers.outcomes(job).ok()?;
        let mut tried = Tried::default();
        let mut versions = Vec::new();
        for jq in &self.jqs {
            let differences = self.try_with(jq, job, &outcomes).ok()?;
            if differences.is_empty() {
                versions.push(jq.version.clone());
            }
            tried.differences.extend(differences);
        }
        tried.pasted = Pasted::new(versions);
        Some(tried)
    }

    fn try_with(&self, jq: &Jq, job: &Job, outcomes: &[Outcome]) -> Result<Vec<Difference>, Error> {
        let tools: Vec<(&str, &Path)> = self.tools.iter().map(|(name, program)| (*name, program.as_path())).collect();
        let with = |jq: &Path| Sandbox::new(&[&tools[..], &[("jq", jq)]].concat());
        let (sandbox, failing) = (with(&jq.program)?, with(Path::new("/bin/false"))?);
        let mut differences = Vec::new();
        let mut failed = vec![false; job.snippets.len()];
        for outcome in outcomes {
            let (snippet, fixture) = (&job.snippets[outcome.snippet], &job.fixtures[outcome.fixture]);
            let seen = paste(&sandbox, job, outcome)?;
            let mut wrong = prove::judge(snippet, fixture, outcome, &seen);
            // Once for each fix: a jq that fails.
            let is_fix = snippet.silences.is_some() && !snippet.diff;
            if is_fix && !std::mem::replace(&mut failed[outcome.snippet], true) {
                let nothing = Outcome { gives: prove::Gives::Nothing, ..*outcome };
                wrong = wrong.or(prove::judge(snippet, fixture, &nothing, &paste(&failing, job, &nothing)?));
            }
            differences.extend(wrong.map(|(expected, actual)| Difference {
                snippet: outcome.snippet,
                fixture: outcome.fixture,
                version: jq.version.clone(),
                expected,
                actual,
            }));
        }
        Ok(differences)
    }
}

/// Puts a fixture on a machine, runs the command of a snippet there, and looks.
fn paste(sandbox: &Sandbox, job: &Job, outcome: &Outcome) -> Result<Seen, Error> {
    let snippet = &job.snippets[outcome.snippet];
    let JobFixture { files, .. } = &job.fixtures[outcome.fixture];
    for input in &snippet.inputs {
        match files.iter().find(|(path, _)| *path == input.path) {
            Some((path, text)) => sandbox.put(path, text)?,
            None => sandbox.remove(&input.path)?,
        }
    }
    let command = prove::pasted_command(job, snippet, &sandbox.path("root").to_string_lossy());
    let (succeeded, printed) = run(&command, &sandbox.path("home"), &sandbox.path("bin"));
    let mut seen = Seen { succeeded, printed, ..Seen::default() };
    if let Some(file) = snippet.inputs.iter().find(|input| input.name.is_none()) {
        seen.file = sandbox.text(&file.path);
        seen.beside = sandbox.beside(&file.path);
        seen.kept = sandbox.is_kept(&file.path);
    }
    Ok(seen)
}
