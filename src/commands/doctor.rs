//! `faultbook doctor`: the checks of incidents run on a machine, and with `--apply` their fixes.
//!
//! Paths are shown first, files are opened read-only and go as text to a worker process. A fix is applied only when the
//! build's proofs of its incident hold; what it leaves is examined anew, and taken back when it does not heal.

mod report;

use super::Console;
use crate::diagnostic::{Diagnostic, Level, nearest};
use crate::disk::{self, Machine, MachineFile};
use crate::engine::{Format, Limits};
use crate::model::{Incident, IncidentId, Page, Site, SnippetKind, SnippetLanguage};
use crate::process::Workers;
use crate::prove::{self, Breach, Contract, Job};
use crate::source::Tree;
use crate::{cli, parse};
use anyhow::{Context, Result, bail, ensure};
use report::{Checked, Report, Voice};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was read of a machine, by path: `None` where there is no file, or why it was not read.
type Files = BTreeMap<String, Result<Option<MachineFile>, String>>;

/// What to examine, and how.
pub(super) struct Options<'a> {
    pub(super) ids: &'a [String],
    pub(super) root: &'a Path,
    pub(super) home: Option<&'a Path>,
    pub(super) apply: bool,
    pub(super) language: Option<&'a str>,
}

pub(super) fn run(folder: &Path, options: &Options<'_>, console: &Console) -> Result<ExitCode> {
    ensure!(
        matches!(console.format, cli::Format::Human | cli::Format::Json),
        "what a machine shows is written as `human` or `json`; the other formats are for findings about pages"
    );
    let machine = machine(options)?;
    let tree = disk::read(folder)?;
    let (site, faults) = parse::site(&tree);
    let voice = Voice::of(&site, &tree, options.language)?;
    let doctor = Doctor { site: &site, tree: &tree, faults, machine, voice, workers: Workers::new(), console };
    let chosen = doctor.chosen(options.ids)?;
    doctor.announce(&chosen, options.apply);
    let mut present = false;
    let mut reports = Vec::new();
    for &(page, incident) in &chosen {
        let files = doctor.read(incident);
        let mut report = Report::new(page, incident, doctor.examine(incident, &files).0);
        if options.apply && report.is_present() {
            doctor.apply(&mut report, &files);
        }
        present |= report.is_present();
        reports.push(report);
    }
    reports.sort_by_key(Report::rank);
    super::print(&mut console.out(), &doctor.voice.text(&reports, console.format))?;
    Ok(if present { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn machine(options: &Options<'_>) -> Result<Machine> {
    let root = options.root.to_owned();
    if let Some(folder) = [Some(options.root), options.home].into_iter().flatten().find(|folder| !folder.is_dir()) {
        bail!("there is no folder `{}`", folder.display());
    }
    let home = match options.home {
        Some(home) => home.to_owned(),
        None => {
            let home = std::env::var_os("HOME").context("`~` is not known: name it by `--home DIR`")?;
            root.join(Path::new(&home).strip_prefix("/").unwrap_or(Path::new(&home)))
        }
    };
    Ok(Machine { root, home })
}

struct Doctor<'a> {
    site: &'a Site,
    tree: &'a Tree,
    /// What is wrong with the pages.
    faults: Vec<Diagnostic>,
    machine: Machine,
    voice: Voice<'a>,
    workers: Workers,
    console: &'a Console,
}

impl<'a> Doctor<'a> {
    /// The incidents of these ids, or every active one, that have a check.
    fn chosen(&self, ids: &[String]) -> Result<Vec<(&'a Page, &'a Incident)>> {
        let known: Vec<(&Page, &Incident)> = self.site.incidents().filter(|(page, _)| !page.draft).collect();
        let has_check =
            |incident: &Incident| incident.snippets.iter().any(|snippet| snippet.kind == SnippetKind::Check);
        if ids.is_empty() {
            let examined = |&(_, incident): &(&Page, &Incident)| incident.is_active() && has_check(incident);
            return Ok(known.into_iter().filter(examined).collect());
        }
        let mut chosen = Vec::new();
        for asked in ids {
            let id = IncidentId::parse(&asked.to_uppercase());
            let Some(found) = known.iter().find(|(_, incident)| Some(&incident.id.value) == id.as_ref()) else {
                let ids: Vec<String> = known.iter().map(|(_, incident)| incident.id.value.to_string()).collect();
                let near = nearest(asked, ids.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                bail!("no incident has the id `{asked}`{near}");
            };
            ensure!(has_check(found.1), "{asked} has no check: no file shows it");
            chosen.push(*found);
        }
        Ok(chosen)
    }

    /// Says which files will be read, and which may be changed.
    fn announce(&self, chosen: &[(&Page, &Incident)], apply: bool) {
        let (mut read, mut changed) = (BTreeSet::new(), BTreeSet::new());
        for snippet in chosen.iter().flat_map(|(_, incident)| &incident.snippets) {
            let is_fix = snippet.kind != SnippetKind::Check;
            for input in snippet.inputs.iter().filter(|_| apply || !is_fix) {
                let paths = if is_fix && input.name.is_none() { &mut changed } else { &mut read };
                paths.insert(self.machine.named(&input.path.value));
            }
        }
        for path in read.union(&changed) {
            let verb = if changed.contains(path) { "doctor_changes" } else { "doctor_reads" };
            self.console.note(&self.voice.say(verb, &[("path", &path.to_string_lossy())]));
        }
    }

    fn read(&self, incident: &Incident) -> Files {
        let mut files = Files::new();
        for input in incident.snippets.iter().flat_map(|snippet| &snippet.inputs) {
            let read = || {
                let file =
                    self.machine.read(&input.path.value, Limits::default().input).map_err(|error| error.cause())?;
                let text = file.as_ref().map(|file| std::str::from_utf8(&file.bytes));
                if let Some(Err(error)) = text
                    && input.format != Format::Lines
                {
                    return Err(format!("not UTF-8 from byte {} on", error.valid_up_to()));
                }
                Ok(file)
            };
            if !files.contains_key(&input.path.value) {
                files.insert(input.path.value.clone(), read());
            }
        }
        files
    }

    /// What the checks say, and what the fixes would make of the files.
    fn examine(&self, incident: &Incident, files: &Files) -> (Vec<Checked>, Treatment) {
        let text = |file: &MachineFile| String::from_utf8_lossy(&file.bytes).into_owned();
        let readable =
            files.iter().filter_map(|(path, file)| Some((path.clone(), text(file.as_ref().ok()?.as_ref()?))));
        let mut job = prove::machine_job(incident, readable.collect());
        let mut unknown: BTreeMap<usize, String> = BTreeMap::new();
        let mut left = Vec::new();
        for (at, snippet) in incident.snippets.iter().enumerate() {
            let why = snippet.inputs.iter().find_map(|input| Some((input, files[&input.path.value].as_ref().err()?)));
            if let Some((input, why)) = why {
                let values = [("path", input.path.value.as_str()), ("why", why.as_str())];
                unknown.insert(at, self.voice.say("doctor_unread", &values));
            }
            // No tool that jq feeds writes these as they were.
            let written = |format| matches!(format, Format::Json | Format::Json5 | Format::Lines);
            let by_hand = snippet.kind != SnippetKind::Check
                && snippet.language == SnippetLanguage::Jq
                && snippet.file().is_some_and(|file| !written(file.format));
            if by_hand {
                left.push((at, self.voice.say("doctor_by_hand", &[("fix", &snippet.id.value)])));
            }
            job.snippets[at].skip = why.is_some() || by_hand;
        }
        let examined = self.run(&mut job, &mut unknown);
        for breach in &examined.breaches {
            let why = self.reason(incident, breach);
            match &incident.snippets[breach.snippet].kind {
                SnippetKind::Check => drop(unknown.entry(breach.snippet).or_insert(why)),
                SnippetKind::Fix { .. } => left.push((breach.snippet, why)),
            }
        }
        let checks = examined.checks.into_iter().map(|(check, findings)| Checked {
            snippet: check,
            findings: findings
                .map(|findings| findings.iter().filter_map(|json| serde_json::from_str(json).ok()).collect()),
            why: unknown.remove(&check).unwrap_or_default(),
        });
        (checks.collect(), Treatment { files: examined.healed, left })
    }

    /// Runs a job, without the snippets at which a worker has to be stopped.
    fn run(&self, job: &mut Job, unknown: &mut BTreeMap<usize, String>) -> prove::Examined {
        loop {
            match self.workers.examine(job) {
                Ok(examined) => return examined,
                Err(killed) => {
                    job.snippets[killed.step.snippet].skip = true;
                    unknown.insert(killed.step.snippet, self.voice.say("doctor_fails", &[("why", &killed.reason)]));
                }
            }
        }
    }

    /// Why a check gives no verdict, or a fix is not applied.
    fn reason(&self, incident: &Incident, breach: &Breach) -> String {
        let snippet = &incident.snippets[breach.snippet];
        let why = match &breach.contract {
            Contract::Absent { path } => self.voice.say("doctor_no_file", &[("path", path)]),
            Contract::Unreadable { path, message, .. } => {
                self.voice.say("doctor_unread", &[("path", path), ("why", message)])
            }
            Contract::DoesNotApply { message }
            | Contract::Failed { message }
            | Contract::Budget { message }
            | Contract::Syntax { message, .. }
            | Contract::Refused { message, .. }
            | Contract::Garbles { message, .. } => message.clone(),
            Contract::Outputs { count } => format!("it outputs {count} documents"),
            // What is left is said of fixtures alone.
            _ => String::new(),
        };
        match &snippet.kind {
            SnippetKind::Fix { .. } => self.voice.say("doctor_misfit", &[("fix", &snippet.id.value), ("why", &why)]),
            SnippetKind::Check if matches!(breach.contract, Contract::Absent { .. } | Contract::Unreadable { .. }) => {
                why
            }
            SnippetKind::Check => self.voice.say("doctor_fails", &[("why", &why)]),
        }
    }

    /// Applies the fixes of what is present, and takes back what does not heal.
    fn apply(&self, report: &mut Report<'_>, files: &Files) {
        if !self.is_proven(report.page) {
            return report.left.push(self.voice.say("doctor_unproven", &[]));
        }
        let treatment = self.examine(report.incident, files).1;
        report.left.extend(treatment.left.into_iter().map(|(_, why)| why));
        let mut replaced: Vec<(&MachineFile, Vec<u8>, PathBuf)> = Vec::new();
        for (path, text) in treatment.files {
            let Some(Ok(Some(file))) = files.get(&path) else { continue };
            if file.bytes == text.as_bytes() {
                continue;
            }
            let named = self.machine.named(&path);
            let diff = report::diff(&named.to_string_lossy(), &file.bytes, &text);
            if self.console.format == cli::Format::Human {
                // Nothing is left to be told when standard output is closed.
                let _ = super::print(&mut self.console.out(), &diff);
            }
            let result = std::str::from_utf8(&file.bytes)
                .map_err(|error| error.to_string())
                .and_then(|_| file.replace(text.as_bytes()).map_err(|error| error.to_string()));
            match result {
                Ok(backup) => replaced.push((file, text.into_bytes(), backup)),
                Err(why) => report.left.push(why),
            }
        }
        if replaced.is_empty() {
            return;
        }
        let after = self.examine(report.incident, &self.read(report.incident)).0;
        let is_healed = |check: &Checked| check.findings.as_ref().is_some_and(Vec::is_empty);
        let healed = report.checks.iter().zip(&after).all(|(before, after)| is_healed(before) || is_healed(after));
        for (file, now, backup) in replaced {
            let path = file.path.to_string_lossy();
            if healed {
                let values = [("path", &*path), ("backup", &backup.to_string_lossy())];
                report.healed.push(self.voice.say("doctor_healed", &values));
                continue;
            }
            report.left.push(match file.restore(&now, &backup) {
                Ok(()) => self.voice.say("doctor_restored", &[("path", &path)]),
                Err(error) => error.to_string(),
            });
        }
        if healed {
            report.checks = after;
        }
    }

    /// Whether the build would publish the incident: nobody's machine is changed by what is not proven.
    fn is_proven(&self, page: &Page) -> bool {
        let folder = format!("content/{}/", page.folder);
        let is_wrong = |fault: &Diagnostic| {
            fault.level == Level::Error && self.tree.file(fault.span.file).path.starts_with(&folder)
        };
        let only = Site {
            config: self.site.config.clone(),
            strings: self.site.strings.clone(),
            pages: self.site.pages.iter().filter(|other| other.folder == page.folder).cloned().collect(),
            unreadable: self.site.unreadable.clone(),
        };
        !self.faults.iter().any(is_wrong) && prove::site(&only, self.tree, &self.workers).0.of(&page.folder).is_some()
    }
}

/// What the fixes make of the files, and by the index of its snippet why one is not applied.
struct Treatment {
    files: Vec<(String, String)>,
    left: Vec<(usize, String)>,
}
