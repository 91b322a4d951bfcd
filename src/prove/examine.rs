//! Runs an incident's checks on a machine that is not a fixture, and its fixes on a copy of what was read.

use super::contracts::Run;
use super::job::{Breach, Job, Step};
use crate::engine::{Limits, Probe};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// What a machine shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examined {
    /// For each check, by the index of its snippet, the findings as JSON; `None` where there is no verdict.
    pub checks: Vec<(usize, Option<Vec<String>>)>,
    /// What the fixes make of files: path on the machine and text.
    pub healed: Vec<(String, String)>,
    /// Why there is no verdict, or why a fix was not applied.
    pub breaches: Vec<Breach>,
}

/// Examines the only machine of a job; what the fixes of checks with findings make of it is told, too.
pub fn examine(job: &Job, limits: &Limits, probe: &dyn Probe, begin: &mut dyn FnMut(Step)) -> Examined {
    let mut run = Run::new(job, limits, probe, begin);
    let mut machine = Rc::unwrap_or_clone(Rc::clone(&run.machines[0]));
    let mut examined = Examined::default();
    let mut wrong = Vec::new();
    for check in run.all_checks() {
        let findings = run.findings(check, 0, &machine);
        if findings.as_ref().is_some_and(|findings| !findings.is_empty()) {
            wrong.push(&job.snippets[check].id);
        }
        let findings = findings.map(|findings| findings.iter().map(crate::engine::Value::to_json).collect());
        examined.checks.push((check, findings));
    }
    for (fix, snippet) in job.snippets.iter().enumerate() {
        let names = snippet.silences.as_deref().unwrap_or_default();
        if !wrong.iter().any(|check| names.contains(check)) {
            continue;
        }
        match run.healed(fix, 0, &machine) {
            Some((_, Some(fault))) => run.misfit(fault, fix, 0),
            Some((after, None)) => {
                if let Some(file) = run.file(fix) {
                    let view = run.view(file).expect("every file that is read is a view");
                    examined.healed.retain(|(path, _)| *path != file.path);
                    examined.healed.push((file.path.clone(), after.text(&run.views, view).to_string()));
                }
                machine = after;
            }
            None => {}
        }
    }
    examined.breaches = run.breaches;
    examined
}
