//! A breach to a finding: which check, which fixture, what was expected and what came, and the place in the Markdown.

use super::job::{Breach, Contract, FaultVerdict, Grown, Killed, MutantOutcome, Report};
use super::mutants::EXCUSE;
use super::paste::Difference;
use crate::diagnostic::{
    COLLATERAL_CHANGE, CRASHES_ON_ODD_FILE, DIFF_DOES_NOT_APPLY, Diagnostic, FALSE_ALARM, FIX_CHANGES_HEALTHY,
    FIX_DOES_NOT_HEAL, FIX_GARBLES, FIX_NOT_IDEMPOTENT, FIX_OUTPUT, LEAKED_SECRET, MISSED_FAULT, MISSED_SINGLE_FAULT,
    MISSING_INPUT, NEEDLESS_EXCUSE, OVER_BUDGET, PASTE_DIFFERS, REFUSED_FUNCTION, SNIPPET_FAILS, SNIPPET_SYNTAX,
    SURVIVING_MUTANT, UNREADABLE_FIXTURE,
};
use crate::model::{Expected, Fixture, Incident, Snippet, SnippetKind};
use crate::source::{Span, Tree};

/// How many single faults a finding lists.
const SHOWN: usize = 8;

/// The finding of a breach.
#[expect(clippy::too_many_lines, reason = "a row for each contract")]
pub(super) fn breach(incident: &Incident, tree: &Tree, breach: &Breach) -> Diagnostic {
    let snippet = &incident.snippets[breach.snippet];
    let fixture = breach.fixture.and_then(|fixture| incident.fixtures.get(fixture));
    let at = snippet.code.locate(breach.at.clone());
    let name = name(snippet);
    let on = fixture.map_or(String::new(), |fixture| format!(" on the fixture `{}`", fixture.name));
    let finding = match &breach.contract {
        Contract::Syntax { message, help } => {
            return SNIPPET_SYNTAX.at(at, format!("{name}: {message}")).help(help.clone());
        }
        Contract::Refused { message, help } => {
            return REFUSED_FUNCTION.at(at, format!("{name}: {message}")).help(help.clone());
        }
        Contract::Missed => MISSED_FAULT
            .at(at, format!("{name} stays silent{on}"))
            .note("expected: at least one finding")
            .note("actual: none")
            .help(
                "let the check find what is wrong there; if nothing is, rename the fixture to `healthy-…`".to_owned(),
            ),
        Contract::MissedSingle { healthy, missed } => {
            let Some(fixture) = fixture else { return MISSED_SINGLE_FAULT.at(at, "a single fault is missed") };
            let what =
                if missed.len() == 1 { "a single fault".to_owned() } else { format!("{} single faults", missed.len()) };
            let fault = |(path, update, fails): &(String, String, Option<String>)| {
                let fails = fails.as_ref().map_or(String::new(), |message| format!(" (it fails: {message})"));
                format!("fault: `{healthy}` with `{update}` in {path}{fails}")
            };
            return MISSED_SINGLE_FAULT
                .at(at, format!("{name} misses {what} of the fixture `{}`", fixture.name))
                .notes(missed.iter().take(SHOWN).map(fault))
                .notes((missed.len() > SHOWN).then(|| format!("and {} more", missed.len() - SHOWN)))
                .note("expected: at least one finding for each such machine")
                .help(format!(
                    "let the check find it; if it does no harm alone, say why in `{}/harmless.yaml`, or add a healthy \
                     fixture that differs in the fault only",
                    fixture.folder
                ));
        }
        Contract::FalseAlarm { count, first } => FALSE_ALARM
            .at(at, format!("{name} finds a fault{on}"))
            .note("expected: no finding")
            .note(format!("actual: {}", actual(*count, first)))
            .help("let the check be silent there; if something is wrong, rename the fixture to `broken-…`".to_owned()),
        Contract::Leak { file, path } => LEAKED_SECRET
            .at(at, format!("{name} leaks `{path}` of {file} into a finding{on}"))
            .help("report where it is, not what it is: findings go to tickets, logs and chats".to_owned()),
        Contract::Crashes { changes } => {
            let shown = changes.iter().take(SHOWN).map(|(change, message)| format!("with {change}: {message}"));
            return CRASHES_ON_ODD_FILE
                .at(at, format!("{name} fails on an odd file"))
                .label("fails here")
                .notes(fixture.iter().map(|fixture| format!("the fixture `{}`, changed", fixture.name)))
                .notes(shown)
                .notes((changes.len() > SHOWN).then(|| format!("and {} more", changes.len() - SHOWN)))
                .help(
                    "let it pass over what is not there: `.a[]?`, `.a // []`, `select(type == \"string\")`".to_owned(),
                );
        }
        Contract::Failed { message } => SNIPPET_FAILS
            .at(at, format!("{name} fails{on}: {message}"))
            .label("fails here")
            .note("expected: findings or none; a run-time error is never a verdict"),
        Contract::Budget { message } => OVER_BUDGET.at(at, format!("{name} {message}{on}")).label("while it was here"),
        Contract::Unreadable { path, message, offset } => {
            return unreadable(tree, snippet, fixture, path, message, *offset)
                .unwrap_or_else(|| UNREADABLE_FIXTURE.at(at, format!("`{path}` cannot be read{on}: {message}")));
        }
        Contract::Absent { path } => return absent(snippet, fixture, path, at),
        Contract::Unhealed { check, count, first, fault } => FIX_DOES_NOT_HEAL
            .at(
                at,
                match fault {
                    None => format!("after {name}, check `{check}` still finds a fault{on}"),
                    Some(_) => format!("after {name}, check `{check}` still finds a single fault"),
                },
            )
            .notes(fault.iter().map(|fault| format!("fault: {fault}")))
            .note(format!("expected: check `{check}` silent after every fix that names it"))
            .note(format!("actual: {}", actual(*count, first))),
        Contract::Collateral { healthy, change } => COLLATERAL_CHANGE
            .at(at, format!("{name} changes more than the fault{on}"))
            .note(format!("change: {change}"))
            .notes(healthy.iter().map(|healthy| format!("the fixture `{healthy}` does not need that to be healthy")))
            .help("let it change only what is wrong; order of keys, form of numbers and comments stay".to_owned()),
        Contract::NotIdempotent { path } => FIX_NOT_IDEMPOTENT
            .at(at, format!("{name} changes `{path}` again when it is applied twice{on}"))
            .help("a reader may paste it twice; let the second time change nothing".to_owned()),
        Contract::ChangesHealthy { path } => FIX_CHANGES_HEALTHY
            .at(at, format!("{name} changes `{path}`{on}, which has no fault"))
            .help("let it change only what is wrong, the order of keys included".to_owned()),
        Contract::Garbles { path, format, message } => FIX_GARBLES
            .at(at, format!("after {name}, `{path}` is not {format}{on}: {message}"))
            .help("let the healed file be one that its program, and the check, can read".to_owned()),
        Contract::DoesNotApply { message } => DIFF_DOES_NOT_APPLY
            .at(at, format!("{name} does not apply{on}: {message}"))
            .label("must be in the file")
            .help("use lines that every such machine has, or add a fix for this one".to_owned()),
        Contract::Outputs { count } => FIX_OUTPUT.at(at, format!("{name} outputs {count} documents{on}")).help(
            "a fix outputs the whole healed document, once; updates (`|=`) do, selections (`.x`) do not".to_owned(),
        ),
    };
    with_fixture(finding, tree, snippet, fixture)
}

/// What `harmless.yaml` of a fixture says of differences that are not there.
pub(super) fn needless(incident: &Incident, report: &Report) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (at, fixture) in incident.fixtures.iter().enumerate() {
        let faults = || report.faults.iter().filter(|fault| fault.fixture == at);
        let was_split = faults().next().is_some() || fixture.expected == Expected::Absent;
        for (excuse, harmless) in fixture.harmless.iter().enumerate().filter(|_| was_split) {
            if faults().all(|fault| fault.verdict != FaultVerdict::Harmless { excuse }) {
                let message = format!("`{}` has no such difference from a healthy fixture", fixture.name);
                findings.push(
                    NEEDLESS_EXCUSE
                        .at(harmless.edit.span, message)
                        .label("excuses nothing")
                        .help("take it out, or name the update or the path of what differs".to_owned()),
                );
            }
        }
    }
    findings
}

/// Lines of checks that say their survivors mean the same, and have none.
pub(super) fn idle(incident: &Incident, report: &Report) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (at, snippet) in incident.snippets.iter().enumerate() {
        let code = &snippet.code.text;
        let line = |at: usize| code[..at].matches('\n').count();
        let excused: Vec<usize> = report
            .mutants
            .iter()
            .filter(|mutant| mutant.snippet == at && mutant.constant.is_none())
            .filter(|mutant| mutant.outcome == MutantOutcome::Excused)
            .map(|mutant| line(mutant.at.start))
            .collect();
        for (start, _) in code.match_indices(EXCUSE) {
            if !excused.contains(&line(start)) {
                findings.push(
                    NEEDLESS_EXCUSE
                        .at(snippet.code.locate(start..start + EXCUSE.len()), "every mutant of this line is caught")
                        .label("excuses nothing")
                        .help("take it out: a later mutant would be excused without anybody having looked".to_owned()),
                );
            }
        }
    }
    findings
}

/// The mutants that no fixture tells from their check.
pub(super) fn survivors(incident: &Incident, report: &Report) -> Vec<Diagnostic> {
    let survives = |mutant: &&Grown| mutant.outcome == MutantOutcome::Survived;
    let finding = |mutant: &Grown| {
        let snippet = &incident.snippets[mutant.snippet];
        let at = match mutant.constant {
            Some(constant) => incident.constants[constant].0.span,
            None => snippet.code.locate(mutant.at.clone()),
        };
        SURVIVING_MUTANT
            .at(at, format!("a mutant of {} survives: {}", name(snippet), mutant.change))
            .label("no verdict and no finding changes")
            .note(mutant.missing.clone())
            .help(format!("add that fixture; if both mean the same, end the line with `{EXCUSE}`"))
    };
    report.mutants.iter().filter(survives).map(finding).collect()
}

/// The finding for a snippet whose process had to be stopped.
pub(super) fn killed(incident: &Incident, killed: &Killed) -> Diagnostic {
    let snippet = &incident.snippets[killed.step.snippet];
    let fixture = killed.step.fixture.and_then(|fixture| incident.fixtures.get(fixture));
    let on = fixture.map_or(String::new(), |fixture| format!(" on the fixture `{}`", fixture.name));
    let first = snippet.code.text.lines().next().unwrap_or_default().len();
    OVER_BUDGET
        .at(snippet.code.locate(0..first), format!("{} {}{on}", name(snippet), killed.reason))
        .note("its process was stopped; nothing more of this snippet was run")
}

/// The finding of a command that did something else than the engine.
pub(super) fn paste(incident: &Incident, tree: &Tree, difference: &Difference) -> Diagnostic {
    let snippet = &incident.snippets[difference.snippet];
    let fixture = incident.fixtures.get(difference.fixture);
    let on = fixture.map_or(String::new(), |fixture| format!(" on the fixture `{}`", fixture.name));
    let first = snippet.code.text.lines().next().unwrap_or_default().trim_end().len();
    let message =
        format!("{}, pasted into a shell with jq {}, does something else{on}", name(snippet), difference.version);
    let finding = PASTE_DIFFERS
        .at(snippet.code.locate(0..first), message)
        .note(format!("expected: {}", difference.expected))
        .note(format!("actual: {}", difference.actual))
        .help("write it with what every jq from 1.6 on does alike; the command is on the page".to_owned());
    with_fixture(finding, tree, snippet, fixture)
}

fn name(snippet: &Snippet) -> String {
    let kind = match snippet.kind {
        SnippetKind::Check => "check",
        SnippetKind::Fix { .. } => "fix",
    };
    format!("{kind} `{}`", snippet.id.value)
}

fn actual(count: usize, first: &str) -> String {
    let first: String = if first.chars().count() > 200 {
        first.chars().take(200).chain("…".chars()).collect()
    } else {
        first.to_owned()
    };
    if count == 1 { format!("1 finding, {first}") } else { format!("{count} findings, the first {first}") }
}

/// Points at the files of the fixture that the snippet reads.
fn with_fixture(mut finding: Diagnostic, tree: &Tree, snippet: &Snippet, fixture: Option<&Fixture>) -> Diagnostic {
    let Some(fixture) = fixture else { return finding };
    for input in &snippet.inputs {
        if let Some(file) = tree.find(&fixture.path_of(&input.path.value)) {
            finding = finding.note(format!("it read {}", tree.file(file).path));
        }
    }
    finding
}

fn unreadable(
    tree: &Tree,
    snippet: &Snippet,
    fixture: Option<&Fixture>,
    path: &str,
    message: &str,
    offset: Option<usize>,
) -> Option<Diagnostic> {
    let file = tree.find(&fixture?.path_of(path))?;
    let input = snippet.inputs.iter().find(|input| input.path.value == path)?;
    let bytes = tree.file(file).bytes();
    let start = offset.unwrap_or(0).min(bytes.len());
    let end = start + usize::from(bytes.get(start).is_some_and(|byte| !byte.is_ascii_control()));
    Some(
        UNREADABLE_FIXTURE
            .at(Span::new(file, start..end), format!("this is not {}: {message}", input.format))
            .note_at(input.path.span, format!("{} reads it as {}", name(snippet), input.format))
            .help("put the file right, or name its format by `as=`".to_owned()),
    )
}

fn absent(snippet: &Snippet, fixture: Option<&Fixture>, path: &str, at: Span) -> Diagnostic {
    let input = snippet.inputs.iter().find(|input| input.path.value == path);
    let span = input.map_or(at, |input| input.path.span);
    let (fixture_name, file) =
        fixture.map_or(("?", String::new()), |fixture| (fixture.name.as_str(), fixture.path_of(path)));
    let attribute = input.and_then(|input| input.name.as_ref()).map_or("file".to_owned(), |name| format!("in.{name}"));
    MISSING_INPUT
        .at(span, format!("the fixture `{fixture_name}` has no `{path}`"))
        .label(format!("read by {}", name(snippet)))
        .note("a file that is not there makes the verdict unknown")
        .help(format!("add `{file}`, or write `{attribute}?=` if machines may lack it"))
}
