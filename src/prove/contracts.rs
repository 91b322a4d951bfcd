//! Runs one job: every check and fix on every fixture, in the order of the page.
//!
//! A pure function of the [`Job`] but for the clock and the memory that the [`Probe`] shows. The build runs it in a
//! worker process; tests run it in place.

use super::job::{Breach, Contract, Job, JobFile, JobFixture, JobSnippet, Report, Step};
use crate::engine::{Fault, FaultKind, Limits, Probe, Program, Value, read};
use std::ops::Range;
use std::rc::Rc;

/// Runs a job. `begin` hears of each step before it is begun.
pub fn run(job: &Job, limits: &Limits, probe: &dyn Probe, begin: &mut dyn FnMut(Step)) -> Report {
    let mut prover = Run { job, limits, probe, begin, programs: Vec::new(), breaches: Vec::new() };
    prover.programs = (0..job.snippets.len()).map(|snippet| prover.compile(snippet)).collect();
    prover.checks();
    prover.fixes();
    Report { breaches: prover.breaches }
}

struct Run<'a> {
    job: &'a Job,
    limits: &'a Limits,
    probe: &'a dyn Probe,
    begin: &'a mut dyn FnMut(Step),
    /// One for each snippet; `None` when it does not compile, is to be skipped, or has overrun a budget.
    programs: Vec<Option<Rc<Program>>>,
    breaches: Vec<Breach>,
}

/// The documents that a snippet reads on a fixture: its `.`, then its variables.
struct Inputs {
    document: Value,
    variables: Vec<Value>,
}

impl Run<'_> {
    fn checks(&mut self) {
        for fixture in self.fixtures() {
            let mut seen = self.job.fixtures[fixture].broken;
            for snippet in self.kind(|snippet| snippet.silences.is_none()) {
                let Some(findings) = self.findings(snippet, fixture, None) else {
                    seen = false;
                    continue;
                };
                if self.job.fixtures[fixture].broken {
                    if !findings.is_empty() {
                        seen = false;
                    } else if !self.reads_as_healthy(snippet, fixture) {
                        seen = false;
                        self.breach(Contract::Missed, snippet, Some(fixture), None);
                    }
                } else if let Some(first) = findings.first() {
                    let contract = Contract::FalseAlarm { count: findings.len(), first: first.to_json() };
                    self.breach(contract, snippet, Some(fixture), None);
                }
            }
            // Still "seen" by no check: each is silent because what it reads is as on a healthy machine.
            let first_check = self.kind(|snippet| snippet.silences.is_none()).first().copied();
            if let (true, Some(check)) = (seen, first_check) {
                self.breach(Contract::Missed, check, Some(fixture), None);
            }
        }
    }

    fn fixes(&mut self) {
        for fixture in self.fixtures() {
            for fix in self.kind(|snippet| snippet.silences.is_some()) {
                let Some(before) = self.inputs(fix, fixture, None) else { continue };
                if before.document.is_null() {
                    continue;
                }
                let Some(once) = self.healed(fix, fixture, before.document.clone()) else { continue };
                if !self.job.fixtures[fixture].broken
                    && let Some(path) = before.document.difference(&once)
                {
                    self.breach(Contract::ChangesHealthy { path }, fix, Some(fixture), None);
                    continue;
                }
                let Some(twice) = self.healed(fix, fixture, once.clone()) else { continue };
                if let Some(path) = once.difference(&twice) {
                    self.breach(Contract::NotIdempotent { path }, fix, Some(fixture), None);
                }
            }
            if self.job.fixtures[fixture].broken {
                self.healing(fixture);
            }
        }
    }

    /// After all the fixes that name a check, it is silent.
    fn healing(&mut self, fixture: usize) {
        for check in self.kind(|snippet| snippet.silences.is_none()) {
            let id = &self.job.snippets[check].id;
            let fixes = self.kind(|snippet| snippet.silences.as_ref().is_some_and(|names| names.contains(id)));
            let Some(last) = fixes.last().copied() else { continue };
            let mut healed: Vec<(String, Value)> = Vec::new();
            for &fix in &fixes {
                let Some(path) = self.file(fix).map(|file| file.path.clone()) else { return };
                let before = match healed.iter().position(|(known, _)| *known == path) {
                    Some(at) => healed.remove(at).1,
                    None => match self.inputs(fix, fixture, None) {
                        Some(inputs) if !inputs.document.is_null() => inputs.document,
                        Some(_) => continue,
                        None => return,
                    },
                };
                let Some(after) = self.healed(fix, fixture, before) else { return };
                healed.push((path, after));
            }
            let Some(findings) = self.findings(check, fixture, Some(&healed)) else { continue };
            if let Some(first) = findings.first() {
                let contract = Contract::Unhealed { check: id.clone(), count: findings.len(), first: first.to_json() };
                self.breach(contract, last, Some(fixture), None);
            }
        }
    }

    fn compile(&mut self, snippet: usize) -> Option<Rc<Program>> {
        let JobSnippet { code, inputs, skip, .. } = &self.job.snippets[snippet];
        if *skip {
            return None;
        }
        (self.begin)(Step { snippet, fixture: None });
        let constants = self.job.constants.iter().map(|(name, _)| name.as_str());
        let variables: Vec<&str> = constants.chain(inputs.iter().filter_map(|input| input.name.as_deref())).collect();
        match Program::compile(code, &variables) {
            Ok(program) => Some(Rc::new(program)),
            Err(faults) => {
                for fault in faults {
                    self.fault(fault, snippet, None);
                }
                None
            }
        }
    }

    /// The findings of a check on a fixture, some files of which may have been healed; `None` when there is no verdict.
    fn findings(&mut self, check: usize, fixture: usize, healed: Option<&[(String, Value)]>) -> Option<Vec<Value>> {
        let inputs = self.inputs(check, fixture, healed)?;
        self.output(check, fixture, inputs)
    }

    /// What a fix makes of a document; `None` when it is not exactly one document.
    fn healed(&mut self, fix: usize, fixture: usize, document: Value) -> Option<Value> {
        let inputs = self.inputs(fix, fixture, None)?;
        let mut outputs = self.output(fix, fixture, Inputs { document, ..inputs })?;
        if outputs.len() == 1 {
            return outputs.pop();
        }
        self.breach(Contract::Outputs { count: outputs.len() }, fix, Some(fixture), None);
        None
    }

    fn output(&mut self, snippet: usize, fixture: usize, inputs: Inputs) -> Option<Vec<Value>> {
        let program = self.programs[snippet].clone()?;
        (self.begin)(Step { snippet, fixture: Some(fixture) });
        match program.run(inputs.document, inputs.variables, self.limits, self.probe) {
            Ok(outputs) => Some(outputs),
            Err(fault) => {
                if fault.kind == FaultKind::Budget {
                    self.programs[snippet] = None;
                }
                self.fault(fault, snippet, Some(fixture));
                None
            }
        }
    }

    fn inputs(&mut self, snippet: usize, fixture: usize, healed: Option<&[(String, Value)]>) -> Option<Inputs> {
        let constants = self.job.constants.iter().map(|(_, json)| Value::parse(json).unwrap_or_else(Value::null));
        let mut inputs = Inputs { document: Value::null(), variables: constants.collect() };
        for file in &self.job.snippets[snippet].inputs {
            let known = healed.and_then(|healed| healed.iter().find(|(path, _)| *path == file.path));
            let value = match known {
                Some((_, value)) => value.clone(),
                None => self.document(file, snippet, fixture)?,
            };
            match file.name {
                Some(_) => inputs.variables.push(value),
                None => inputs.document = value,
            }
        }
        Some(inputs)
    }

    fn document(&mut self, file: &JobFile, snippet: usize, fixture: usize) -> Option<Value> {
        let Some(text) = text_of(&self.job.fixtures[fixture], &file.path) else {
            if file.optional {
                return Some(Value::null());
            }
            self.breach(Contract::Absent { path: file.path.clone() }, snippet, Some(fixture), None);
            return None;
        };
        match read(file.format, text.as_bytes(), self.limits) {
            Ok(value) => Some(value),
            Err(unreadable) => {
                let (message, offset) = (unreadable.message, unreadable.offset);
                let contract = Contract::Unreadable { path: file.path.clone(), message, offset };
                self.breach(contract, snippet, Some(fixture), None);
                None
            }
        }
    }

    /// Whether all that a check reads of a broken fixture is the same on some healthy one.
    fn reads_as_healthy(&self, check: usize, fixture: usize) -> bool {
        let files = &self.job.snippets[check].inputs;
        let broken = &self.job.fixtures[fixture];
        let same =
            |healthy: &JobFixture| files.iter().all(|file| text_of(healthy, &file.path) == text_of(broken, &file.path));
        self.job.fixtures.iter().filter(|fixture| !fixture.broken).any(same)
    }

    fn fault(&mut self, fault: Fault, snippet: usize, fixture: Option<usize>) {
        let Fault { kind, message, at, help } = fault;
        let contract = match kind {
            FaultKind::Syntax | FaultKind::Undefined => Contract::Syntax { message, help },
            FaultKind::Refused => Contract::Refused { message, help },
            FaultKind::Failed => Contract::Failed { message },
            FaultKind::Budget => Contract::Budget { message },
        };
        self.breach(contract, snippet, fixture, Some(at));
    }

    /// Records a breach once; without a place of its own it points at the first line of the program.
    fn breach(&mut self, contract: Contract, snippet: usize, fixture: Option<usize>, at: Option<Range<usize>>) {
        let code = &self.job.snippets[snippet].code;
        let at = at.unwrap_or_else(|| 0..code.lines().next().unwrap_or_default().trim_end().len());
        let breach = Breach { contract, snippet, fixture, at };
        let is_known = |known: &Breach| {
            let same_file = matches!(known.contract, Contract::Unreadable { .. })
                && (&known.contract, known.fixture) == (&breach.contract, fixture);
            same_file || *known == breach
        };
        if !self.breaches.iter().any(is_known) {
            self.breaches.push(breach);
        }
    }

    fn fixtures(&self) -> Range<usize> {
        0..self.job.fixtures.len()
    }

    fn kind(&self, is: impl Fn(&JobSnippet) -> bool) -> Vec<usize> {
        (0..self.job.snippets.len()).filter(|&snippet| is(&self.job.snippets[snippet])).collect()
    }

    fn file(&self, snippet: usize) -> Option<&JobFile> {
        self.job.snippets[snippet].inputs.iter().find(|file| file.name.is_none())
    }
}

fn text_of<'a>(fixture: &'a JobFixture, path: &str) -> Option<&'a str> {
    fixture.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
}
