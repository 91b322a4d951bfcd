//! What a check does with a file that is not quite as a fixture has it.
//!
//! Each key is taken out, each value altered, made null or emptied, one at a time, in the first fixture of either kind.
//! What changes the findings is what the check reads. Where it fails, a reader with an odd file would get an error
//! instead of a verdict; where it flags a healthy machine, it may cry wolf.

use super::contracts::Run;
use super::job::{Contract, OddFile, OddOutcome};
use crate::engine::{Fault, FaultKind, Format, Value};
use std::ops::Range;
use std::rc::Rc;

/// The part of a check that fails, the changes on which it does and what it says, and the first fixture.
type Crash = (Range<usize>, Vec<(String, String)>, usize);

/// How many changes are tried of a document.
const MOST: usize = 400;

impl Run<'_> {
    pub(super) fn odd_files(&mut self) {
        let first = |broken: bool| self.fixtures().find(|&fixture| self.job.fixtures[fixture].broken == broken);
        let mut fixtures: Vec<usize> = first(true).into_iter().chain(first(false)).collect();
        if self.job.explain {
            fixtures = self.fixtures().collect();
        }
        for check in self.all_checks() {
            let mut crashes: Vec<Crash> = Vec::new();
            for &fixture in &fixtures {
                self.odd_fixture(check, fixture, &mut crashes);
            }
            for (at, changes, fixture) in crashes {
                self.breach(Contract::Crashes { changes }, check, Some(fixture), Some(at));
            }
        }
    }

    fn odd_fixture(&mut self, check: usize, fixture: usize, crashes: &mut Vec<Crash>) {
        let machine = Rc::clone(&self.machines[fixture]);
        let Some(usual) = self.usual(check, fixture) else { return };
        let broken = self.job.fixtures[fixture].broken;
        for file in &self.job.snippets[check].inputs {
            let Some(view) = self.view(file) else { continue };
            let value = machine.value(view);
            // No line is null.
            let lines = file.format == Format::Lines;
            let oddities = value.oddities().into_iter().filter(|edit| !(lines && edit.makes_null()));
            for edit in oddities.take(MOST) {
                let other = machine.with(view, value.with_edit(&edit));
                let Some(inputs) = self.inputs(check, fixture, &other) else { continue };
                let outcome = match self.try_output(check, fixture, inputs) {
                    Some(Ok(findings)) if findings == usual => continue,
                    Some(Ok(findings)) if !broken && !findings.is_empty() => OddOutcome::Flagged,
                    Some(Ok(_)) => OddOutcome::Read,
                    Some(Err(Fault { kind: FaultKind::Failed, message, at, .. })) => {
                        let change = (format!("`{}` in {}", edit.update(), file.path), message);
                        match crashes.iter_mut().find(|(place, ..)| *place == at) {
                            Some((_, changes, _)) if changes.contains(&change) => {}
                            Some((_, changes, _)) => changes.push(change),
                            None => crashes.push((at, vec![change], fixture)),
                        }
                        OddOutcome::Failed
                    }
                    Some(Err(_)) | None => return,
                };
                if self.job.explain {
                    let (path, edit) = (file.path.clone(), edit.update());
                    self.odd.push(OddFile { snippet: check, fixture, path, edit, outcome });
                }
            }
        }
    }

    fn usual(&mut self, check: usize, fixture: usize) -> Option<Vec<Value>> {
        let machine = Rc::clone(&self.machines[fixture]);
        let inputs = self.inputs(check, fixture, &machine)?;
        self.try_output(check, fixture, inputs)?.ok()
    }
}
