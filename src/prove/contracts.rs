//! Runs one job: every check and fix on every fixture, in the order of the page.
//!
//! A pure function of the [`Job`] but for the clock and the memory that the [`Probe`] shows. The build runs it in a
//! worker process; tests run it in place.

use super::job::{Breach, Contract, Job, JobFile, JobFixture, JobSnippet, Report, Step};
use crate::engine::{Diff, Fault, FaultKind, Format, Limits, Probe, Program, Unreadable, Value, read, write};
use std::collections::BTreeSet;
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
    programs: Vec<Option<Ready>>,
    breaches: Vec<Breach>,
}

/// A snippet that is ready to run.
#[derive(Clone)]
enum Ready {
    Jq(Rc<Program>),
    Diff(Rc<Diff>),
}

/// A file that fixes change.
#[derive(Clone)]
struct Document {
    value: Value,
    /// As it is written, unless jq wrote it.
    text: Option<String>,
    /// The format of the value.
    format: Format,
    /// The fix that was last applied to it, or is to be.
    fix: usize,
}

impl Document {
    /// Where the two differ: a path, or a line that makes no difference to the value.
    fn difference(&self, other: &Self) -> Option<String> {
        self.value.difference(&other.value).or_else(|| {
            let (mut own, mut others) = (self.text.as_ref()?.lines(), other.text.as_ref()?.lines());
            let line = (1..).find_map(|line| match (own.next(), others.next()) {
                (None, None) => Some(None),
                (left, right) => (left != right).then_some(Some(line)),
            });
            line.flatten().map(|line: usize| format!("line {line}"))
        })
    }
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
                let Some(findings) = self.findings(snippet, fixture, &[]) else {
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
        let (mut misfits, mut fitting) = (Vec::new(), BTreeSet::new());
        for fixture in self.fixtures() {
            let broken = self.job.fixtures[fixture].broken;
            for fix in self.kind(|snippet| snippet.silences.is_some()) {
                let Some(before) = self.original(fix, fixture).filter(|file| !file.value.is_null()) else { continue };
                let Some((once, misfit)) = self.healed(fix, fixture, &before) else { continue };
                if !broken && let Some(path) = before.difference(&once) {
                    self.breach(Contract::ChangesHealthy { path }, fix, Some(fixture), None);
                    continue;
                }
                match misfit {
                    Some(fault) if broken => misfits.push((fix, fixture, fault)),
                    Some(_) => {}
                    None => drop(fitting.insert(fix)),
                }
                let Some((twice, _)) = self.healed(fix, fixture, &once) else { continue };
                if let Some(path) = once.difference(&twice) {
                    self.breach(Contract::NotIdempotent { path }, fix, Some(fixture), None);
                }
            }
            if broken {
                self.healing(fixture);
            }
        }
        for (fix, fixture, fault) in misfits {
            if fitting.insert(fix) {
                self.misfit(fault, fix, fixture);
            }
        }
    }

    /// After all the fixes that name a check, it is silent. A diff that does not fit changes nothing.
    fn healing(&mut self, fixture: usize) {
        for check in self.kind(|snippet| snippet.silences.is_none()) {
            let id = &self.job.snippets[check].id;
            let fixes = self.kind(|snippet| snippet.silences.as_ref().is_some_and(|names| names.contains(id)));
            let Some(last) = fixes.last().copied() else { continue };
            let mut healed: Vec<(String, Document)> = Vec::new();
            let mut misfits = Vec::new();
            for &fix in &fixes {
                let Some(path) = self.file(fix).map(|file| file.path.clone()) else { return };
                let before = match healed.iter().position(|(known, _)| *known == path) {
                    Some(at) => healed.remove(at).1,
                    None => match self.original(fix, fixture) {
                        Some(document) if document.value.is_null() => continue,
                        Some(document) => document,
                        None => return,
                    },
                };
                let Some((after, misfit)) = self.healed(fix, fixture, &before) else { return };
                misfits.extend(misfit.map(|fault| (fix, fault)));
                healed.push((path, after));
            }
            let Some(findings) = self.findings(check, fixture, &healed) else { continue };
            let Some(first) = findings.first() else { continue };
            if misfits.is_empty() {
                let contract = Contract::Unhealed { check: id.clone(), count: findings.len(), first: first.to_json() };
                self.breach(contract, last, Some(fixture), None);
            }
            for (fix, fault) in misfits {
                self.misfit(fault, fix, fixture);
            }
        }
    }

    fn misfit(&mut self, fault: Fault, fix: usize, fixture: usize) {
        self.breach(Contract::DoesNotApply { message: fault.message }, fix, Some(fixture), Some(fault.at));
    }

    fn compile(&mut self, snippet: usize) -> Option<Ready> {
        let JobSnippet { code, inputs, diff, skip, .. } = &self.job.snippets[snippet];
        if *skip {
            return None;
        }
        (self.begin)(Step { snippet, fixture: None });
        let constants = self.job.constants.iter().map(|(name, _)| name.as_str());
        let variables: Vec<&str> = constants.chain(inputs.iter().filter_map(|input| input.name.as_deref())).collect();
        let compiled = if *diff {
            Diff::parse(code).map(|diff| Ready::Diff(Rc::new(diff)))
        } else {
            Program::compile(code, &variables).map(|program| Ready::Jq(Rc::new(program)))
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

    /// The findings of a check on a fixture, some files of which may have been healed; `None` when there is no verdict.
    fn findings(&mut self, check: usize, fixture: usize, healed: &[(String, Document)]) -> Option<Vec<Value>> {
        let inputs = self.inputs(check, fixture, healed)?;
        let Ready::Jq(program) = self.programs[check].clone()? else { return None };
        self.output(check, fixture, &program, inputs)
    }

    /// The file that a fix heals, as the fixture has it: null where it may be absent and is.
    fn original(&mut self, fix: usize, fixture: usize) -> Option<Document> {
        let value = self.inputs(fix, fixture, &[])?.document;
        let file = self.file(fix)?;
        let text = text_of(&self.job.fixtures[fixture], &file.path).map(str::to_owned);
        Some(Document { value, text, format: file.format, fix })
    }

    /// What a fix makes of a document, and why a diff left it as it was; `None` when it is not exactly one document.
    fn healed(&mut self, fix: usize, fixture: usize, before: &Document) -> Option<(Document, Option<Fault>)> {
        let (path, format) = self.file(fix).map(|file| (file.path.clone(), file.format))?;
        match self.programs[fix].clone()? {
            Ready::Jq(program) => {
                let document = self.reread(before, format, &path, fixture)?;
                let inputs = self.inputs(fix, fixture, &[])?;
                let mut outputs = self.output(fix, fixture, &program, Inputs { document, ..inputs })?;
                if outputs.len() != 1 {
                    self.breach(Contract::Outputs { count: outputs.len() }, fix, Some(fixture), None);
                    return None;
                }
                Some((Document { value: outputs.pop()?, text: None, format, fix }, None))
            }
            Ready::Diff(diff) => {
                (self.begin)(Step { snippet: fix, fixture: Some(fixture) });
                let text = before.text.clone().unwrap_or_else(|| write(before.format, &before.value));
                match diff.apply(&text) {
                    Err(fault) => Some((before.clone(), Some(fault))),
                    Ok(text) => {
                        let after = Document { value: Value::null(), text: Some(text), format: Format::Lines, fix };
                        let value = self.reread(&after, format, &path, fixture)?;
                        Some((Document { value, format, ..after }, None))
                    }
                }
            }
        }
    }

    /// The value of a document in a format; that it has none is the fault of the last fix.
    fn reread(&mut self, document: &Document, format: Format, path: &str, fixture: usize) -> Option<Value> {
        if document.format == format {
            return Some(document.value.clone());
        }
        let text = document.text.clone().unwrap_or_else(|| write(document.format, &document.value));
        match read(format, text.as_bytes(), self.limits) {
            Ok(value) => Some(value),
            Err(Unreadable { message, .. }) => {
                let contract = Contract::Garbles { path: path.to_owned(), format, message };
                self.breach(contract, document.fix, Some(fixture), None);
                None
            }
        }
    }

    fn output(&mut self, snippet: usize, fixture: usize, program: &Program, inputs: Inputs) -> Option<Vec<Value>> {
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

    fn inputs(&mut self, snippet: usize, fixture: usize, healed: &[(String, Document)]) -> Option<Inputs> {
        let constants = self.job.constants.iter().map(|(_, json)| Value::parse(json).unwrap_or_else(Value::null));
        let mut inputs = Inputs { document: Value::null(), variables: constants.collect() };
        for file in &self.job.snippets[snippet].inputs {
            let value = match healed.iter().find(|(path, _)| *path == file.path) {
                Some((path, document)) => self.reread(document, file.format, path, fixture)?,
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
