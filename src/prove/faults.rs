//! What a fault is made of: contracts 2, 3 and 5.
//!
//! The difference from the nearest healthy fixture to a broken one is split into elementary edits. The healthy machine
//! with any one of them must be flagged by some check that reads the file, and healed by its fixes. A fix changes
//! nothing but what that difference names.

use super::contracts::{Run, text_of};
use super::job::{Contract, FaultVerdict, SingleFault};
use super::machine::{Document, Machine};
use crate::engine::{Edit, Format, Value};
use std::rc::Rc;

impl Run<'_> {
    pub(super) fn single_faults(&mut self) {
        let broken: Vec<usize> = self.fixtures().filter(|&fixture| self.job.fixtures[fixture].broken).collect();
        for fixture in broken {
            let Some((healthy, edits)) = self.nearest(fixture) else { continue };
            let alone = edits.len() == 1;
            let mut missed = Vec::new();
            let mut check = None;
            for (view, edit) in edits {
                if let Some(fault) = self.single_fault(fixture, healthy, view, &edit, alone) {
                    check = check.or_else(|| self.readers(view).first().copied());
                    missed.push(fault);
                }
            }
            if let Some(check) = check {
                let healthy = self.job.fixtures[healthy].name.clone();
                self.breach(Contract::MissedSingle { healthy, missed }, check, Some(fixture), None);
            }
        }
    }

    /// Tries one edit; gives what no check flags: file, edit, and why the check failed if it did.
    fn single_fault(
        &mut self,
        fixture: usize,
        healthy: usize,
        view: usize,
        edit: &Edit,
        alone: bool,
    ) -> Option<(String, String, Option<String>)> {
        let (path, update) = (self.views[view].path.to_owned(), edit.update());
        let known = self.faults.iter().any(|known| {
            (known.healthy, known.path.as_str(), known.update.as_str()) == (healthy, &path, &update)
                && !matches!(known.verdict, FaultVerdict::Harmless { .. })
        });
        if known {
            return None;
        }
        let harmless = &self.job.fixtures[fixture].harmless;
        let excused = harmless.iter().position(|(file, excuse)| *file == path && excuses(excuse, edit));
        let mut missed = None;
        let verdict = if let Some(excuse) = excused {
            FaultVerdict::Harmless { excuse }
        } else if alone {
            // The fixture itself, which the checks and fixes were tried on; that none flags it is told there.
            let flagged = self.runs.iter().any(|run| run.fixture == fixture && run.findings > 0);
            if flagged { FaultVerdict::Flagged } else { FaultVerdict::Missed }
        } else {
            let machine = self.machines[healthy].with(view, self.machines[healthy].value(view).with_edit(edit));
            let label = format!("`{}` with `{}` in {path}", self.job.fixtures[healthy].name, shown(&update));
            let machine = Rc::new(machine);
            self.derived.push((healthy, label.clone(), Rc::clone(&machine)));
            match self.flags(healthy, view, &machine) {
                Ok(true) => {
                    self.healing(healthy, &machine, Some(&label));
                    FaultVerdict::Flagged
                }
                unseen => {
                    missed = Some((path.clone(), shown(&update), unseen.err()));
                    FaultVerdict::Missed
                }
            }
        };
        self.faults.push(SingleFault { fixture, healthy, path, update, verdict });
        missed
    }

    /// Whether some check finds a fault on a machine that differs in one view; else why the last of them failed.
    fn flags(&mut self, fixture: usize, view: usize, machine: &Machine) -> Result<bool, String> {
        let mut verdict = Ok(false);
        for check in self.readers(view) {
            let Some(inputs) = self.inputs(check, fixture, machine) else { continue };
            match self.try_output(check, fixture, inputs) {
                Some(Ok(findings)) if !findings.is_empty() => return Ok(true),
                Some(Err(fault)) => verdict = Err(fault.message),
                Some(Ok(_)) | None => {}
            }
        }
        verdict
    }

    /// The checks that have a view.
    fn readers(&self, view: usize) -> Vec<usize> {
        let mut checks = self.all_checks();
        checks.retain(|&check| self.job.snippets[check].inputs.iter().any(|file| self.view(file) == Some(view)));
        checks
    }

    /// The healthy fixture that differs least from a broken one in what checks read, measured by the scalars that come or go,
    /// and those edits.
    pub(super) fn nearest(&self, fixture: usize) -> Option<(usize, Vec<(usize, Edit)>)> {
        let mut nearest = None;
        let mut least = usize::MAX;
        for healthy in self.fixtures().filter(|&healthy| !self.job.fixtures[healthy].broken) {
            let mut edits = Vec::new();
            let mut size = 0;
            for view in (0..self.views.len()).filter(|&view| !self.readers(view).is_empty()) {
                if self.is_read(healthy, view) && self.is_read(fixture, view) {
                    let (before, after) = (self.machines[healthy].value(view), self.machines[fixture].value(view));
                    for edit in self.edits(view, &before, &after) {
                        size += edit.weight(&before);
                        edits.push((view, edit));
                    }
                }
            }
            if !edits.is_empty() && size < least {
                (nearest, least) = (Some((healthy, edits)), size);
            }
        }
        nearest
    }

    fn is_read(&self, fixture: usize, view: usize) -> bool {
        !matches!(self.machines[fixture][view], Document::Unreadable(_))
    }

    fn edits(&self, view: usize, before: &Value, after: &Value) -> Vec<Edit> {
        if self.views[view].format == Format::Lines { before.line_edits(after) } else { before.edits(after) }
    }

    /// A fix changes only what tells the broken fixture from a healthy one: from the nearest of those with which it
    /// shares a change, so that a fix which wipes a file out does not aim at a machine that has little.
    pub(super) fn collateral(&mut self, fix: usize, fixture: usize, view: usize, healed: &Machine, by_jq: bool) {
        let (before, after) = (self.machines[fixture].value(view), healed.value(view));
        let format = self.views[view].format;
        if by_jq
            && let Some(text) = text_of(&self.job.fixtures[fixture], self.views[view].path)
            && let Some(line) = commented(format, text)
        {
            let change = format!("the comment in line {line} is lost");
            return self.breach(Contract::Collateral { healthy: None, change }, fix, Some(fixture), None);
        }
        if let Some((path, what)) = before.rewritten(&after) {
            let change = format!("{what} in `{path}`");
            return self.breach(Contract::Collateral { healthy: None, change }, fix, Some(fixture), None);
        }
        let changes = self.edits(view, &before, &after);
        // For each healthy fixture: whether it shares a change, how far it is, and the first change that it does not need.
        let mut aims = Vec::new();
        for healthy in self.fixtures().filter(|&healthy| !self.job.fixtures[healthy].broken) {
            let Document::Value(aim) = &self.machines[healthy][view] else { continue };
            let allowed = self.edits(view, &before, aim);
            let is_needed = |change: &&Edit| allowed.iter().any(|edit| edit.covers(change));
            let Some(extra) = changes.iter().find(|change| !is_needed(change)) else {
                if self.edits(view, &after, aim).is_empty() {
                    return;
                }
                aims.push((false, weight(&allowed, &before), None));
                continue;
            };
            let extra = Some((healthy, shown(&extra.update())));
            aims.push((!changes.iter().any(|change| is_needed(&change)), weight(&allowed, &before), extra));
        }
        if let Some((_, _, Some((healthy, update)))) = aims.into_iter().min_by_key(|aim| (aim.0, aim.1)) {
            let healthy = Some(self.job.fixtures[healthy].name.clone());
            self.breach(Contract::Collateral { healthy, change: format!("`{update}`") }, fix, Some(fixture), None);
        }
    }
}

fn weight(edits: &[Edit], document: &Value) -> usize {
    edits.iter().map(|edit| edit.weight(document)).sum()
}

/// Whether an excuse means an edit: by its update, or by the path of what holds it.
fn excuses(excuse: &str, edit: &Edit) -> bool {
    let path = edit.path();
    let below = path.strip_prefix(excuse).filter(|_| excuse != ".");
    excuse == edit.update() || excuse == path || below.is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// An update as a message shows it.
fn shown(update: &str) -> String {
    const LONGEST: usize = 120;
    match update.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &update[..end]),
        None => update.to_owned(),
    }
}

/// The line of the first comment, in a format that jq reads and writes without its comments.
fn commented(format: Format, text: &str) -> Option<usize> {
    let marks: &[&str] = match format {
        Format::Json5 => &["//", "/*"],
        Format::Yaml => &["#"],
        _ => return None,
    };
    let mut quote = None;
    let mut before = '\n';
    let mut line = 1;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        line += usize::from(character == '\n');
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) if character == '\\' => drop(characters.next()),
            // In YAML an apostrophe within a word opens nothing.
            None if matches!(character, '"' | '\'') && !before.is_alphanumeric() => quote = Some(character),
            None if marks.iter().any(|mark| text[at..].starts_with(mark))
                && (format == Format::Json5 || before.is_whitespace()) =>
            {
                return Some(line);
            }
            Some(_) | None => {}
        }
        before = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_text() {
        assert_eq!(commented(Format::Json5, "{a: 'http://x', // c\n}"), Some(1));
        assert_eq!(commented(Format::Json5, "{\"a\": \"\\\"//\"}"), None);
        assert_eq!(commented(Format::Yaml, "a: don't\nb: '# no'\nc: x#y\nd: 1 # yes"), Some(4));
        assert_eq!(commented(Format::Json, "{}"), None);
    }
}
