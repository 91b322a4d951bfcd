//! What each snippet does on each fixture, for those who compare it with the real tools.

use super::contracts::Run;
use super::job::{Job, Step};
use crate::engine::{Limits, Probe, Value};
use serde::{Deserialize, Serialize};

/// What a snippet does on a fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Index of the snippet.
    pub snippet: usize,
    /// Index of the fixture.
    pub fixture: usize,
    /// What it gives.
    pub gives: Gives,
}

/// What a snippet gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gives {
    /// A check: its findings as JSON.
    Findings(Vec<String>),
    /// A fix: the text of the file.
    Healed(String),
    /// A diff that does not fit: the file stays.
    Nothing,
}

/// Runs a job that proves, snippet by snippet; what has no verdict is left out.
pub fn outcomes(job: &Job, limits: &Limits, probe: &dyn Probe, begin: &mut dyn FnMut(Step)) -> Vec<Outcome> {
    let mut run = Run::new(job, limits, probe, begin);
    let mut outcomes = Vec::new();
    for fixture in run.fixtures() {
        let machine = std::rc::Rc::clone(&run.machines[fixture]);
        for (snippet, of) in job.snippets.iter().enumerate() {
            let gives = if of.silences.is_none() {
                let findings = run.findings(snippet, fixture, &machine);
                findings.map(|findings| Gives::Findings(findings.iter().map(Value::to_json).collect()))
            } else {
                let view = run.file(snippet).and_then(|file| run.view(file));
                run.healed(snippet, fixture, &machine).zip(view).map(|((after, misfit), view)| match misfit {
                    Some(_) => Gives::Nothing,
                    None => Gives::Healed(after.text(&run.views, view).to_string()),
                })
            };
            outcomes.extend(gives.map(|gives| Outcome { snippet, fixture, gives }));
        }
    }
    outcomes
}
