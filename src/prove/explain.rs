//! All that was tried of an incident, laid out for its author: `faultbook verify --explain ID`.

use super::job::{FaultVerdict, MutantOutcome, OddOutcome, Report};
use crate::model::{Incident, Snippet, SnippetKind};
use std::collections::BTreeSet;

/// The record of an incident, check by check.
pub(super) fn text(incident: &Incident, report: &Report) -> String {
    let mut lines = Vec::new();
    faults(incident, report, &mut lines);
    for (at, check) in incident.snippets.iter().enumerate().filter(|(_, snippet)| snippet.kind == SnippetKind::Check) {
        lines.push(format!("check `{}`", check.id.value));
        runs(incident, report, at, &mut lines);
        mutants(report, at, check, &mut lines);
        odd(incident, report, at, &mut lines);
    }
    lines.join("\n") + "\n"
}

fn faults(incident: &Incident, report: &Report, lines: &mut Vec<String>) {
    let count = |is: fn(&FaultVerdict) -> bool| report.faults.iter().filter(|fault| is(&fault.verdict)).count();
    let flagged = count(|verdict| *verdict == FaultVerdict::Flagged);
    let missed = count(|verdict| *verdict == FaultVerdict::Missed);
    let harmless = report.faults.len() - flagged - missed;
    lines.push(format!("single faults: {flagged} flagged, {missed} missed, {harmless} harmless alone"));
    for fault in &report.faults {
        let healthy = &incident.fixtures[fault.healthy].name;
        let verdict = match fault.verdict {
            FaultVerdict::Flagged => "flagged".to_owned(),
            FaultVerdict::Missed => "missed".to_owned(),
            FaultVerdict::Harmless { excuse } => {
                format!("harmless: {}", incident.fixtures[fault.fixture].harmless[excuse].because)
            }
        };
        lines.push(format!("  `{healthy}` with `{}` in {}: {verdict}", fault.update, fault.path));
    }
}

fn runs(incident: &Incident, report: &Report, check: usize, lines: &mut Vec<String>) {
    for run in report.runs.iter().filter(|run| run.snippet == check) {
        let first = run.first.as_ref().map_or(String::new(), |first| format!(", the first {first}"));
        let plural = if run.findings == 1 { "" } else { "s" };
        let name = &incident.fixtures[run.fixture].name;
        lines.push(format!("  `{name}`: {} finding{plural}{first}", run.findings));
    }
}

fn mutants(report: &Report, check: usize, snippet: &Snippet, lines: &mut Vec<String>) {
    let of_check = || report.mutants.iter().filter(|mutant| mutant.snippet == check);
    let caught = of_check().filter(|mutant| matches!(mutant.outcome, MutantOutcome::Caught { .. })).count();
    lines.push(format!("  mutants: {caught} of {} caught", of_check().count()));
    for mutant in of_check() {
        let line = 1 + snippet.code.text.get(..mutant.at.start).map_or(0, |before| before.matches('\n').count());
        let place = if mutant.constant.is_some() { "let".to_owned() } else { format!("line {line}") };
        let outcome = match &mutant.outcome {
            MutantOutcome::Caught { by } => format!("caught by {by}"),
            MutantOutcome::Survived => format!("survives, {}", mutant.missing),
            MutantOutcome::Excused => "excused".to_owned(),
        };
        lines.push(format!("    {place}: {}: {outcome}", mutant.change));
    }
}

fn odd(incident: &Incident, report: &Report, check: usize, lines: &mut Vec<String>) {
    let titles = [
        (OddOutcome::Read, "reads, as its findings change"),
        (OddOutcome::Flagged, "flags what was healthy"),
        (OddOutcome::Failed, "fails"),
    ];
    for (outcome, title) in titles {
        let mut changes = BTreeSet::new();
        for odd in report.odd.iter().filter(|odd| odd.snippet == check && odd.outcome == outcome) {
            let fixture = &incident.fixtures[odd.fixture].name;
            let on = if outcome == OddOutcome::Read { String::new() } else { format!(" on `{fixture}`") };
            changes.insert(format!("    `{}` in {}{on}", odd.edit, odd.path));
        }
        lines.push(format!("  {title}: {}", if changes.is_empty() { "nothing" } else { "with" }));
        lines.extend(changes);
    }
}
