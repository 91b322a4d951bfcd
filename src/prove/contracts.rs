//! Runs one job: every check and fix on every fixture, in the order of the page, then on what follows from them.
//!
//! A pure function of the [`Job`] but for the clock and the memory that the [`Probe`] shows. The build runs it in a
//! worker process; tests run it in place.

use super::job::{
    Breach, CheckRun, Contract, Grown, Job, JobFile, JobFixture, JobSnippet, OddFile, Report, SingleFault, Step,
};
use super::machine::{Document, Machine, View};
use crate::engine::{Diff, Fault, FaultKind, Limits, Probe, Program, Value};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// Runs a job. `begin` hears of each step before it is begun.
pub fn run(job: &Job, limits: &Limits, probe: &dyn Probe, begin: &mut dyn FnMut(Step)) -> Report {
    let mut run = Run::new(job, limits, probe, begin);
    run.checks();
    run.fixes();
    run.single_faults();
    run.mutants();
    run.canaries();
    run.odd_files();
    Report { breaches: run.breaches, runs: run.runs, faults: run.faults, mutants: run.grown, odd: run.odd }
}

pub(super) struct Run<'a> {
    pub(super) job: &'a Job,
    limits: &'a Limits,
    probe: &'a dyn Probe,
    pub(super) begin: &'a mut dyn FnMut(Step),
    pub(super) views: Vec<View<'a>>,
    /// The values of the job's constants.
    constants: Vec<Value>,
    /// One for each fixture.
    pub(super) machines: Vec<Rc<Machine>>,
    /// One for each snippet; `None` when it does not compile, is to be skipped, or has overrun a budget.
    programs: Vec<Option<Ready>>,
    pub(super) breaches: Vec<Breach>,
    pub(super) runs: Vec<CheckRun>,
    pub(super) faults: Vec<SingleFault>,
    /// Machines with a single fault: the fixture that it comes from, and what it is called.
    pub(super) derived: Vec<(usize, String, Rc<Machine>)>,
    pub(super) grown: Vec<Grown>,
    pub(super) odd: Vec<OddFile>,
}

/// A snippet that is ready to run.
#[derive(Clone)]
enum Ready {
    Jq(Rc<Program>),
    Diff(Rc<Diff>),
}

/// The documents that a snippet reads on a machine: its `.`, then its variables.
pub(super) struct Inputs {
    document: Value,
    pub(super) variables: Vec<Value>,
}

impl<'a> Run<'a> {
    pub(super) fn new(job: &'a Job, limits: &'a Limits, probe: &'a dyn Probe, begin: &'a mut dyn FnMut(Step)) -> Self {
        let views = super::machine::views(job);
        let machines = job.fixtures.iter().map(|fixture| Rc::new(Machine::read(fixture, &views, limits))).collect();
        let constants = job.constants.iter().map(|(_, json)| Value::parse(json).unwrap_or_else(Value::null)).collect();
        let (programs, breaches, runs, faults, derived, grown, odd) = Default::default();
        let mut run = Self {
            job,
            limits,
            probe,
            begin,
            views,
            constants,
            machines,
            programs,
            breaches,
            runs,
            faults,
            derived,
            grown,
            odd,
        };
        run.programs = (0..job.snippets.len()).map(|snippet| run.compile(snippet)).collect();
        run
    }

    fn checks(&mut self) {
        for fixture in self.fixtures() {
            let machine = Rc::clone(&self.machines[fixture]);
            let mut seen = self.job.fixtures[fixture].broken;
            for snippet in self.all_checks() {
                let Some(findings) = self.findings(snippet, fixture, &machine) else {
                    seen = false;
                    continue;
                };
                let first = findings.first().map(Value::to_json);
                self.runs.push(CheckRun { snippet, fixture, findings: findings.len(), first: first.clone() });
                if self.job.fixtures[fixture].broken {
                    if !findings.is_empty() {
                        seen = false;
                    } else if !self.reads_as_healthy(snippet, fixture) {
                        seen = false;
                        self.breach(Contract::Missed, snippet, Some(fixture), None);
                    }
                } else if let Some(first) = first {
                    let contract = Contract::FalseAlarm { count: findings.len(), first };
                    self.breach(contract, snippet, Some(fixture), None);
                }
            }
            // Still "seen" by no check: each is silent because what it reads is as on a healthy machine.
            if let (true, Some(&check)) = (seen, self.all_checks().first()) {
                self.breach(Contract::Missed, check, Some(fixture), None);
            }
        }
    }

    fn fixes(&mut self) {
        let (mut misfits, mut fitting) = (Vec::new(), BTreeSet::new());
        for fixture in self.fixtures() {
            let machine = Rc::clone(&self.machines[fixture]);
            let broken = self.job.fixtures[fixture].broken;
            for fix in self.kind(|snippet| snippet.silences.is_some()) {
                let Some(view) = self.file(fix).and_then(|file| self.view(file)) else { continue };
                let Some((once, misfit)) = self.healed(fix, fixture, &machine) else { continue };
                if !broken && let Some(path) = machine.difference(&once, view) {
                    self.breach(Contract::ChangesHealthy { path }, fix, Some(fixture), None);
                    continue;
                }
                match misfit {
                    Some(fault) if broken => misfits.push((fix, fixture, fault)),
                    Some(_) => {}
                    None => drop(fitting.insert(fix)),
                }
                if broken {
                    let by_jq = matches!(self.programs[fix], Some(Ready::Jq(_)));
                    self.collateral(fix, fixture, view, &once, by_jq);
                }
                let Some((twice, _)) = self.healed(fix, fixture, &once) else { continue };
                if let Some(path) = once.difference(&twice, view) {
                    self.breach(Contract::NotIdempotent { path }, fix, Some(fixture), None);
                }
            }
            if broken {
                self.healing(fixture, &machine, None);
            }
        }
        for (fix, fixture, fault) in misfits {
            if fitting.insert(fix) {
                self.misfit(fault, fix, fixture);
            }
        }
    }

    /// After all the fixes that name a check, it is silent. `fault` tells a machine that is no fixture. A diff that does
    /// not fit changes nothing; of a machine that is no fixture it need not.
    pub(super) fn healing(&mut self, fixture: usize, machine: &Machine, fault: Option<&str>) {
        for check in self.all_checks() {
            let id = &self.job.snippets[check].id;
            let fixes = self.kind(|snippet| snippet.silences.as_ref().is_some_and(|names| names.contains(id)));
            let Some(last) = fixes.last().copied() else { continue };
            let mut healed = machine.clone();
            let mut misfits = Vec::new();
            for &fix in &fixes {
                match self.healed(fix, fixture, &healed) {
                    Some((after, misfit)) => {
                        misfits.extend(misfit.map(|fault| (fix, fault)));
                        healed = after;
                    }
                    None if self.is_absent(fix, machine) => {}
                    None => return,
                }
            }
            let Some(findings) = self.findings(check, fixture, &healed) else { continue };
            let Some(first) = findings.first() else { continue };
            if misfits.is_empty() {
                let (check, fault) = (id.clone(), fault.map(str::to_owned));
                let contract = Contract::Unhealed { check, count: findings.len(), first: first.to_json(), fault };
                self.breach(contract, last, Some(fixture), None);
            } else if fault.is_none() {
                for (fix, fault) in misfits {
                    self.misfit(fault, fix, fixture);
                }
            }
        }
    }

    pub(super) fn misfit(&mut self, fault: Fault, fix: usize, fixture: usize) {
        self.breach(Contract::DoesNotApply { message: fault.message }, fix, Some(fixture), Some(fault.at));
    }

    fn compile(&mut self, snippet: usize) -> Option<Ready> {
        let JobSnippet { code, diff, skip, .. } = &self.job.snippets[snippet];
        if *skip {
            return None;
        }
        (self.begin)(Step { snippet, fixture: None, mutant: None });
        let compiled = if *diff {
            Diff::parse(code).map(|diff| Ready::Diff(Rc::new(diff)))
        } else {
            Program::compile(code, &self.variables(snippet)).map(|program| Ready::Jq(Rc::new(program)))
        };
        match compiled {
            Ok(ready) => Some(ready),
            Err(faults) => {
                for fault in faults {
                    self.fault(fault, snippet, None);
                }
                None
            }
        }
    }

    /// The variables that a program may use: the constants, then its named files.
    pub(super) fn variables(&self, snippet: usize) -> Vec<&'a str> {
        let constants = self.job.constants.iter().map(|(name, _)| name.as_str());
        constants.chain(self.job.snippets[snippet].inputs.iter().filter_map(|input| input.name.as_deref())).collect()
    }

    /// The findings of a check on a machine; `None` when there is no verdict.
    pub(super) fn findings(&mut self, check: usize, fixture: usize, machine: &Machine) -> Option<Vec<Value>> {
        let inputs = self.inputs(check, fixture, machine)?;
        self.output(check, fixture, inputs)
    }

    /// The machine after a fix, and why a diff left it as it was; `None` when its file is absent, cannot be read
    /// afterwards, or the fix does not output exactly one document.
    pub(super) fn healed(&mut self, fix: usize, fixture: usize, machine: &Machine) -> Option<(Machine, Option<Fault>)> {
        let inputs = self.inputs(fix, fixture, machine)?;
        let file = self.file(fix)?;
        if inputs.document.is_null() {
            return None;
        }
        let after = match self.programs[fix].clone()? {
            Ready::Jq(_) => {
                let mut outputs = self.output(fix, fixture, inputs)?;
                if outputs.len() != 1 {
                    self.breach(Contract::Outputs { count: outputs.len() }, fix, Some(fixture), None);
                    return None;
                }
                machine.with_file(&self.views, self.view(file)?, outputs.pop()?, self.limits)
            }
            Ready::Diff(diff) => {
                (self.begin)(Step { snippet: fix, fixture: Some(fixture), mutant: None });
                match diff.apply(&machine.text(&self.views, self.view(file)?)) {
                    Err(fault) => return Some((machine.clone(), Some(fault))),
                    Ok(text) => machine.with_text(&self.views, &file.path, &text, self.limits),
                }
            }
        };
        let garbled = self.views.iter().enumerate().find_map(|(view, of)| match (&machine[view], &after[view]) {
            (Document::Value(_), Document::Unreadable(now)) if of.path == file.path => Some((of, now.message.clone())),
            _ => None,
        });
        if let Some((view, message)) = garbled {
            let contract = Contract::Garbles { path: view.path.to_owned(), format: view.format, message };
            self.breach(contract, fix, Some(fixture), None);
            return None;
        }
        Some((after, None))
    }

    fn is_absent(&self, fix: usize, machine: &Machine) -> bool {
        self.file(fix).and_then(|file| self.view(file)).is_some_and(|view| machine.value(view).is_null())
    }

    fn output(&mut self, snippet: usize, fixture: usize, inputs: Inputs) -> Option<Vec<Value>> {
        match self.try_output(snippet, fixture, inputs)? {
            Ok(outputs) => Some(outputs),
            Err(fault) => {
                self.fault(fault, snippet, Some(fixture));
                None
            }
        }
    }

    /// What a snippet gives; `None` when it is not to be run.
    pub(super) fn try_output(
        &mut self,
        snippet: usize,
        fixture: usize,
        inputs: Inputs,
    ) -> Option<Result<Vec<Value>, Fault>> {
        let Ready::Jq(program) = self.programs[snippet].clone()? else { return None };
        (self.begin)(Step { snippet, fixture: Some(fixture), mutant: None });
        let given = program.run(inputs.document, inputs.variables, self.limits, self.probe);
        if given.as_ref().is_err_and(|fault| fault.kind == FaultKind::Budget) {
            self.programs[snippet] = None;
        }
        Some(given)
    }

    /// What a program gives as one of its mutants.
    pub(super) fn run_as(&mut self, program: &Program, mutant: usize, inputs: Inputs) -> Result<Vec<Value>, Fault> {
        program.run_as(Some(mutant), inputs.document, inputs.variables, self.limits, self.probe)
    }

    /// What a snippet reads of a machine; `None` when a file is absent or cannot be read.
    pub(super) fn inputs(&mut self, snippet: usize, fixture: usize, machine: &Machine) -> Option<Inputs> {
        if self.job.snippets[snippet].skip {
            return None;
        }
        let mut inputs = Inputs { document: Value::null(), variables: self.constants.clone() };
        for file in &self.job.snippets[snippet].inputs {
            let value = match &machine[self.view(file)?] {
                Document::Value(value) => value.clone(),
                Document::Absent if file.optional => Value::null(),
                Document::Absent => {
                    self.breach(Contract::Absent { path: file.path.clone() }, snippet, Some(fixture), None);
                    return None;
                }
                Document::Unreadable(unreadable) => {
                    let (message, offset) = (unreadable.message.clone(), unreadable.offset);
                    let contract = Contract::Unreadable { path: file.path.clone(), message, offset };
                    self.breach(contract, snippet, Some(fixture), None);
                    return None;
                }
            };
            match file.name {
                Some(_) => inputs.variables.push(value),
                None => inputs.document = value,
            }
        }
        Some(inputs)
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
    pub(super) fn breach(
        &mut self,
        contract: Contract,
        snippet: usize,
        fixture: Option<usize>,
        at: Option<Range<usize>>,
    ) {
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

    pub(super) fn fixtures(&self) -> Range<usize> {
        0..self.job.fixtures.len()
    }

    pub(super) fn all_checks(&self) -> Vec<usize> {
        self.kind(|snippet| snippet.silences.is_none())
    }

    fn kind(&self, is: impl Fn(&JobSnippet) -> bool) -> Vec<usize> {
        (0..self.job.snippets.len()).filter(|&snippet| is(&self.job.snippets[snippet])).collect()
    }

    /// The file that is the program's `.`.
    pub(super) fn file(&self, snippet: usize) -> Option<&'a JobFile> {
        self.job.snippets[snippet].inputs.iter().find(|file| file.name.is_none())
    }

    pub(super) fn view(&self, file: &JobFile) -> Option<usize> {
        self.views.iter().position(|view| (view.path, view.format) == (file.path.as_str(), file.format))
    }
}

pub(super) fn text_of<'a>(fixture: &'a JobFixture, path: &str) -> Option<&'a str> {
    fixture.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
}
