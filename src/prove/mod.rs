//! Runs every check and fix on every fixture, and every signature on every log, and says what that showed.
//!
//! [`site`] turns each incident into a [`Job`], hands it to a [`Prover`] (a process that can be killed; in tests the
//! same thread) and turns the [`Report`] into findings with their places, and into a [`Proof`] that nothing else can
//! construct.

mod cache;
mod canary;
mod contracts;
mod evidence;
mod examine;
mod explain;
mod faults;
mod findings;
mod job;
mod machine;
mod mutants;
mod odd;
mod outcomes;
mod paste;
mod proof;
mod samples;

pub use cache::Cache;
pub use contracts::run;
pub use examine::{Examined, examine};
pub use job::{
    Breach, CheckRun, Contract, FaultVerdict, Grown, Job, JobFile, JobFixture, JobSnippet, Killed, MutantOutcome,
    OddFile, OddOutcome, Prover, Report, SingleFault, Step,
};
pub use outcomes::{Gives, Outcome, outcomes};
pub use paste::{Difference, Pasted, Seen, judge, pasted_command, tools};

pub use proof::{MutantCount, Proof};

use crate::diagnostic::{Diagnostic, Level, NOT_UTF8};
use crate::model::{Expected, Incident, Learned, Page, Site, SnippetKind, SnippetLanguage};
use crate::source::{Span, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the runs showed, by the folder of the incident's page.
#[derive(Debug, Default)]
pub struct Proofs {
    proofs: BTreeMap<String, Arc<Proof>>,
}

impl Proofs {
    /// The proof of an incident, if it has a check and all of its contracts hold.
    #[must_use]
    pub fn of(&self, folder: &str) -> Option<&Proof> {
        self.proofs.get(folder).map(AsRef::as_ref)
    }

    /// Adds to the proof of an incident with which versions of jq its commands did what the engine did.
    pub fn paste(&mut self, folder: &str, pasted: Pasted) {
        if let Some(proof) = self.proofs.get_mut(folder) {
            Arc::make_mut(proof).pasted = pasted;
        }
    }
}

/// What was proven before, so that an incident none of whose files has changed is not proven again.
#[derive(Default)]
pub struct Memory {
    proven: Learned<(Option<Arc<Proof>>, Vec<Diagnostic>)>,
    samples: samples::Memory,
    cache: Cache,
}

/// Proves every incident of the site.
#[must_use]
pub fn site(site: &Site, tree: &Tree, prover: &dyn Prover) -> (Proofs, Vec<Diagnostic>) {
    Memory::default().site(site, tree, prover)
}

/// All that can be tried of an incident, laid out in text; nothing of it is kept.
#[must_use]
pub fn explain(incident: &Incident, tree: &Tree, prover: &dyn Prover) -> String {
    // What is wrong with it is told by whoever proves the site.
    let mut job = Job { explain: true, ..job(incident, tree, &mut Vec::new()) };
    let report = proven(&mut job, incident, prover, &mut Vec::new());
    explain::text(incident, &report)
}

impl Memory {
    /// A memory that also knows what was proven by an earlier process.
    #[must_use]
    pub fn with_cache(cache: Cache) -> Self {
        Self { cache, ..Self::default() }
    }

    /// What the next process should know.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Proves every incident whose page is not the very one that was proven before.
    pub fn site(&mut self, site: &Site, tree: &Tree, prover: &dyn Prover) -> (Proofs, Vec<Diagnostic>) {
        let cache = &self.cache;
        self.proven.renew(&site.pages, |page| {
            let Some(incident) = page.incident() else { return (None, Vec::new()) };
            let (proof, findings) = incident_proof(page, incident, tree, prover, cache);
            (proof.map(Arc::new), findings)
        });
        let mut proofs = BTreeMap::new();
        let mut findings = Vec::new();
        for (folder, (proof, found)) in self.proven.iter() {
            findings.extend_from_slice(found);
            proofs.extend(proof.clone().map(|proof| (folder.to_owned(), proof)));
        }
        findings.extend(self.samples.check(site, tree));
        (Proofs { proofs }, findings)
    }
}

fn incident_proof(
    page: &Page,
    incident: &Incident,
    tree: &Tree,
    prover: &dyn Prover,
    cache: &Cache,
) -> (Option<Proof>, Vec<Diagnostic>) {
    let mut found = evidence::check(page, incident, tree);
    let mut job = job(incident, tree, &mut found);
    let count = |checks: bool| job.snippets.iter().filter(|snippet| snippet.silences.is_none() == checks).count();
    let fixtures = |broken: bool| job.fixtures.iter().filter(|fixture| fixture.broken == broken).count();
    let mut proof = Proof {
        checks: count(true),
        fixes: count(false),
        broken: fixtures(true),
        healthy: fixtures(false),
        report: Report::default(),
        pasted: Pasted::default(),
    };
    let is_sound = incident.snippets.iter().all(|snippet| snippet.is_sound);
    if !job.snippets.is_empty() {
        let key = cache.key(&job);
        let report = cache.get(&key).unwrap_or_else(|| {
            let report = proven(&mut job, incident, prover, &mut found);
            if job.stopped.is_empty() && job.snippets.iter().all(|snippet| !snippet.skip) {
                cache.put(key, &report);
            }
            report
        });
        let is_crash = |breach: &&Breach| matches!(breach.contract, Contract::Crashes { .. });
        let breaches = || report.breaches.iter().filter(|breach| !is_unread(incident, tree, breach));
        let finding = |breach| findings::breach(incident, tree, breach);
        found.extend(breaches().filter(|breach| !is_crash(breach)).map(finding));
        found.extend(findings::needless(incident, &report));
        // What a check that is wrong anyway says of odd files, and its mutants, tell nothing.
        if found.iter().all(|finding| finding.level != Level::Error) {
            found.extend(breaches().filter(is_crash).map(finding));
            found.extend(findings::survivors(incident, &report));
            found.extend(findings::idle(incident, &report));
        }
        proof.report = report;
    }
    let holds =
        is_sound && proof.checks > 0 && proof.broken > 0 && found.iter().all(|finding| finding.level != Level::Error);
    (holds.then_some(proof), found)
}

/// Has a job run, as often as something of it must be stopped.
fn proven(job: &mut Job, incident: &Incident, prover: &dyn Prover, found: &mut Vec<Diagnostic>) -> Report {
    loop {
        match prover.prove(job) {
            Ok(report) => return report,
            Err(Killed { step: Step { snippet, mutant: Some(mutant), .. }, .. }) => {
                job.stopped.push((snippet, mutant));
            }
            Err(killed) => {
                found.push(findings::killed(incident, &killed));
                if std::mem::replace(&mut job.snippets[killed.step.snippet].skip, true) {
                    return Report::default();
                }
            }
        }
    }
}

/// Whether a breach says that a file is absent which is there and was not read: that has been reported.
fn is_unread(incident: &Incident, tree: &Tree, breach: &Breach) -> bool {
    let (Contract::Absent { path }, Some(fixture)) = (&breach.contract, breach.fixture) else { return false };
    tree.find(&incident.fixtures[fixture].path_of(path)).is_some()
}

/// What travels to the worker. A file that cannot travel is a finding.
fn job(incident: &Incident, tree: &Tree, findings: &mut Vec<Diagnostic>) -> Job {
    let constants = incident.constants.iter().map(|(name, value)| (name.value.clone(), value.to_string())).collect();
    let snippets: Vec<JobSnippet> = incident.snippets.iter().map(job_snippet).collect();
    let mut fixtures = Vec::new();
    for fixture in &incident.fixtures {
        let mut files: Vec<(String, String)> = Vec::new();
        let paths = snippets.iter().flat_map(|snippet| &snippet.inputs).map(|input| &input.path);
        for path in paths {
            let file = tree.find(&fixture.path_of(path)).filter(|_| files.iter().all(|(known, _)| known != path));
            let Some(file) = file.filter(|file| tree.file(*file).unread().is_none()) else { continue };
            match tree.file(file).text() {
                Ok(text) => files.push((path.clone(), text.to_owned())),
                Err(error) => {
                    let at = error.valid_up_to();
                    findings.push(
                        NOT_UTF8
                            .at(Span::new(file, at..at + 1), "this file is not UTF-8")
                            .help("a snippet reads text; save the file as UTF-8".to_owned()),
                    );
                }
            }
        }
        let harmless = fixture.harmless.iter().map(|harmless| (harmless.path.clone(), harmless.edit.value.clone()));
        fixtures.push(JobFixture {
            name: fixture.name.clone(),
            broken: fixture.expected == Expected::Present,
            files,
            harmless: harmless.collect(),
        });
    }
    Job { constants, snippets, fixtures, stopped: Vec::new(), explain: false }
}

/// What travels to the worker to prove an incident; that a file cannot travel has been found before.
#[must_use]
pub fn incident_job(incident: &Incident, tree: &Tree) -> Job {
    job(incident, tree, &mut Vec::new())
}

/// The finding of a command that differs from the engine.
#[must_use]
pub fn paste_differs(incident: &Incident, tree: &Tree, difference: &Difference) -> Diagnostic {
    findings::paste(incident, tree, difference)
}

/// What travels to the worker to examine a machine: these files of it, by path.
#[must_use]
pub fn machine_job(incident: &Incident, files: Vec<(String, String)>) -> Job {
    let constants = incident.constants.iter().map(|(name, value)| (name.value.clone(), value.to_string())).collect();
    let machine = JobFixture { name: String::new(), broken: true, files, harmless: Vec::new() };
    let snippets = incident.snippets.iter().map(job_snippet).collect();
    Job { constants, snippets, fixtures: vec![machine], ..Job::default() }
}

fn job_snippet(snippet: &crate::model::Snippet) -> JobSnippet {
    let inputs = snippet.inputs.iter().map(|input| JobFile {
        name: input.name.clone(),
        path: input.path.value.clone(),
        format: input.format,
        optional: input.optional,
    });
    JobSnippet {
        id: snippet.id.value.clone(),
        code: snippet.code.text.clone(),
        silences: match &snippet.kind {
            SnippetKind::Check => None,
            SnippetKind::Fix { silences } => Some(silences.iter().map(|name| name.value.clone()).collect()),
        },
        inputs: inputs.collect(),
        diff: snippet.language == SnippetLanguage::Diff,
        // What reads the wrong files, or none, shows nothing.
        skip: !snippet.is_sound,
    }
}
