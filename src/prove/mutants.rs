//! Whether the fixtures tell a check from its mutants: contract 6.
//!
//! Every check is compiled once more, together with all the programs that differ from it by one token. Each must give
//! another verdict or another finding on some fixture or on some single fault. So must the check with one element of a
//! `let` left out. A line that ends in [`EXCUSE`] says that its survivors mean the same as the check.

use super::contracts::Run;
use super::job::{Grown, MutantOutcome, Step};
use super::machine::Machine;
use crate::engine::{Mutant, Program, Value};
use std::rc::Rc;

/// What a line of a check ends in, a reason after it or not, when its survivors mean the same.
pub(super) const EXCUSE: &str = "# faultbook: equivalent";

/// What a check says of a machine.
struct Sample {
    machine: Rc<Machine>,
    /// How the machine is called.
    label: String,
    fixture: usize,
    findings: Vec<Value>,
}

impl Run<'_> {
    pub(super) fn mutants(&mut self) {
        for check in self.all_checks() {
            let samples = self.samples(check);
            let code = &self.job.snippets[check].code;
            if samples.is_empty() {
                continue;
            }
            let Ok((program, mutants)) = Program::with_mutants(code, &self.variables(check)) else { continue };
            let mut order: Vec<usize> = (0..samples.len()).collect();
            for (number, Mutant { at, change, missing }) in mutants.into_iter().enumerate() {
                let step = Step { snippet: check, fixture: None, mutant: Some(number) };
                let outcome = if self.job.stopped.contains(&(check, number)) {
                    MutantOutcome::Caught { by: "the clock".to_owned() }
                } else {
                    (self.begin)(step);
                    let mut differs = |run: &mut Self, sample: &Sample| {
                        let Some(inputs) = run.inputs(check, sample.fixture, &sample.machine) else { return false };
                        let given = run.run_as(&program, number, inputs);
                        given.map_or(true, |findings| findings != sample.findings)
                    };
                    self.outcome(&samples, &mut order, &mut differs)
                };
                let excused = outcome == MutantOutcome::Survived && is_excused(code, at.start);
                let outcome = if excused { MutantOutcome::Excused } else { outcome };
                self.grew(Grown { snippet: check, constant: None, at, change, missing, outcome });
            }
        }
        for constant in 0..self.job.constants.len() {
            self.constant(constant);
        }
    }

    /// Leaves out each part of a constant, for all the checks that use it.
    fn constant(&mut self, constant: usize) {
        let (name, json) = &self.job.constants[constant];
        let Some(value) = Value::parse(json) else { return };
        let users: Vec<usize> = self.all_checks().into_iter().filter(|&check| self.uses(check, name)).collect();
        let Some(&first) = users.first() else { return };
        let samples: Vec<(usize, Vec<Sample>)> = users.iter().map(|&check| (check, self.samples(check))).collect();
        if samples.iter().any(|(_, samples)| samples.is_empty()) {
            return;
        }
        for (change, other) in value.variants(&format!("${name}")) {
            let mut outcome = MutantOutcome::Survived;
            for (check, samples) in &samples {
                let mut differs = |run: &mut Self, sample: &Sample| {
                    let Some(mut inputs) = run.inputs(*check, sample.fixture, &sample.machine) else { return false };
                    inputs.variables[constant] = other.clone();
                    let given = run.try_output(*check, sample.fixture, inputs);
                    given.is_some_and(|given| given.map_or(true, |findings| findings != sample.findings))
                };
                if outcome == MutantOutcome::Survived {
                    outcome = self.outcome(samples, &mut (0..samples.len()).collect::<Vec<_>>(), &mut differs);
                }
            }
            let missing = "no fixture whose findings depend on it".to_owned();
            self.grew(Grown { snippet: first, constant: Some(constant), at: 0..0, change, missing, outcome });
        }
    }

    fn grew(&mut self, mut mutant: Grown) {
        if mutant.outcome != MutantOutcome::Survived {
            mutant.missing.clear();
        }
        self.grown.push(mutant);
    }

    /// Tries the samples; the one that caught the last mutant goes first.
    fn outcome(
        &mut self,
        samples: &[Sample],
        order: &mut [usize],
        differs: &mut dyn FnMut(&mut Self, &Sample) -> bool,
    ) -> MutantOutcome {
        for at in 0..order.len() {
            let sample = &samples[order[at]];
            if differs(self, sample) {
                order[..=at].rotate_right(1);
                return MutantOutcome::Caught { by: sample.label.clone() };
            }
        }
        MutantOutcome::Survived
    }

    /// What a check says of the fixtures and of the single faults.
    fn samples(&mut self, check: usize) -> Vec<Sample> {
        let fixtures = self.fixtures();
        let fixtures = fixtures.map(|at| (at, self.job.fixtures[at].name.clone(), Rc::clone(&self.machines[at])));
        let machines: Vec<_> = fixtures.chain(self.derived.iter().cloned()).collect();
        let mut samples = Vec::new();
        for (fixture, label, machine) in machines {
            let Some(inputs) = self.inputs(check, fixture, &machine) else { continue };
            if let Some(Ok(findings)) = self.try_output(check, fixture, inputs) {
                samples.push(Sample { machine, label, fixture, findings });
            }
        }
        samples
    }

    fn uses(&self, check: usize, constant: &str) -> bool {
        let code = &self.job.snippets[check].code;
        let mut places = code.match_indices('$').map(|(at, _)| &code[at + 1..]);
        places.any(|rest| {
            let after = rest.strip_prefix(constant).map(|rest| rest.chars().next().unwrap_or(' '));
            after.is_some_and(|next| !next.is_alphanumeric() && next != '_')
        })
    }
}

/// Whether the line of a place says that its survivors mean the same.
fn is_excused(code: &str, at: usize) -> bool {
    let start = code[..at].rfind('\n').map_or(0, |end| end + 1);
    code[start..].lines().next().is_some_and(|line| line.contains(EXCUSE))
}
