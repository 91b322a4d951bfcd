//! `faultbook verify`: everything that a build finds and proves, and nothing written.

use super::paste::Bench;
use super::rounds::Rounds;
use super::{Console, print, print_on};
use crate::diagnostic::{ANCHOR_GONE, DEAD_ANCHOR, DEAD_LINK, Diagnostic, ID_GONE, ROUTE_GONE, Rule, UNKNOWN_INCIDENT};
use crate::link::{Touched, touched};
use crate::model::{Page, Site};
use crate::pipeline::Checked;
use crate::process::{Workers, git};
use crate::prove;
use crate::serve;
use crate::source::Tree;
use anyhow::{Context, Result};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// What is wrong when a page that is referred to is gone.
static GONE: [&Rule; 6] = [&ANCHOR_GONE, &DEAD_ANCHOR, &DEAD_LINK, &ID_GONE, &ROUTE_GONE, &UNKNOWN_INCIDENT];

/// Of which pages, and what counts.
pub(super) struct Shown<'a> {
    pub(super) paths: &'a [PathBuf],
    pub(super) explain: Option<&'a str>,
    pub(super) changed: Option<&'a str>,
    pub(super) strict: bool,
    pub(super) drafts: bool,
}

pub(super) fn run(root: &Path, shown: &Shown<'_>, watch: bool, console: &Console) -> Result<ExitCode> {
    let mut rounds = Rounds::new(root, shown.drafts);
    let facts = git::facts(root);
    let mut round = |changed: Option<&[PathBuf]>| -> Result<ExitCode> {
        let (mut checked, tree) = rounds.next(changed)?;
        checked.try_templates(&tree, &facts, !watch);
        if !watch {
            checked.look_for_pages(&tree);
            shown.paste(root, &mut checked, &tree, console)?;
        }
        if let Some(id) = shown.explain {
            let mut incidents = checked.site.incidents();
            let found = incidents.find(|(_, incident)| incident.id.value.to_string() == id);
            let (page, incident) = found.with_context(|| format!("no incident has the id `{id}`"))?;
            print(&mut console.out(), &prove::explain(incident, &tree, &Workers::new()))?;
            let folder = format!("content/{}", page.folder);
            checked.findings.retain(|finding| is_in(&tree.file(finding.span.file).path, &folder));
        }
        shown.select(root, &checked.site, &tree, &mut checked.findings)?;
        if watch {
            let found = checked.findings.len();
            console.findings(&checked.findings, &tree, shown.strict)?;
            print(&mut console.out(), &format!("faultbook: {found} finding{}", if found == 1 { "" } else { "s" }))?;
            return Ok(ExitCode::SUCCESS);
        }
        console.findings(&checked.findings, &tree, shown.strict)
    };
    if !watch {
        return round(None);
    }
    serve::watch(root, |changed| {
        let start = Instant::now();
        // These two lines are what an editor waits for.
        let begin = print_on(&mut console.out(), "faultbook: checking\n");
        if matches!(begin, Ok(ControlFlow::Break(()))) {
            return ControlFlow::Break(());
        }
        let end = begin.and_then(|_| round(changed)).map_or_else(
            |error| print_on(&mut console.out(), &format!("faultbook: {error:#}\n")),
            |_| print_on(&mut console.out(), &format!(", {} ms\n", start.elapsed().as_millis())),
        );
        // Whoever closes the terminal ends it.
        end.unwrap_or(ControlFlow::Break(()))
    })?;
    Ok(ExitCode::SUCCESS)
}

impl Shown<'_> {
    /// Tries the commands of the pages that are asked for, as readers paste them.
    fn paste(&self, root: &Path, checked: &mut Checked, tree: &Tree, console: &Console) -> Result<()> {
        let prefixes = self.paths.iter().map(|path| prefix(root, path)).collect::<Result<Vec<String>>>()?;
        let changed = self.changed(root)?;
        let is_wanted = |page: &Page| {
            let folder = format!("content/{}", page.folder);
            (prefixes.is_empty() || prefixes.iter().any(|prefix| is_in(&folder, prefix) || is_in(prefix, &folder)))
                && changed.as_ref().is_none_or(|changed| changed.iter().any(|path| is_in(path, &folder)))
        };
        let bench = Bench::of_machine();
        if bench.is_empty() {
            console.note("no jq is on the PATH: the commands of the pages were not tried");
        }
        let left = bench.prove(checked, tree, is_wanted);
        if left.more > 0 {
            console
                .note(&format!("{} pages more have commands to try; the next `verify` goes on with them", left.more));
        }
        for tool in left.missing {
            console.note(&format!("{tool} is not installed: the commands of pages that call it were not tried"));
        }
        Ok(())
    }

    /// The files that differ from the commit that was asked for.
    fn changed(&self, root: &Path) -> Result<Option<Vec<String>>> {
        let Some(base) = self.changed else { return Ok(None) };
        let changed = git::changed(root, base).with_context(|| {
            format!("git knows no `{base}` that this site parted from; the site must be in a repository, with enough of its history if the clone is shallow")
        })?;
        Ok(Some(changed))
    }

    /// Keeps the findings that are asked for.
    fn select(&self, root: &Path, site: &Site, tree: &Tree, findings: &mut Vec<Diagnostic>) -> Result<()> {
        let path_of = |file| tree.file(file).path.as_str();
        if !self.paths.is_empty() {
            let prefixes = self.paths.iter().map(|path| prefix(root, path)).collect::<Result<Vec<String>>>()?;
            findings.retain(|finding| prefixes.iter().any(|prefix| is_in(path_of(finding.span.file), prefix)));
        }
        if let Some(changed) = self.changed(root)? {
            let gone = changed.iter().any(|path| tree.find(path).is_none());
            let touched: Touched = touched(site, changed.iter().map(String::as_str));
            findings.retain(|finding| {
                let notes = finding.notes.iter().filter_map(|note| note.span);
                let mut places = notes.chain([finding.span]).map(|span| path_of(span.file));
                places.any(|path| touched.has(path) || changed.iter().any(|changed| changed == path))
                    || gone && GONE.contains(&finding.rule)
            });
        }
        Ok(())
    }
}

/// A path of the command line as a path within the site.
pub(super) fn prefix(site: &Path, path: &Path) -> Result<String> {
    let real = path.canonicalize().with_context(|| format!("there is no `{}`", path.display()))?;
    let site = site.canonicalize().with_context(|| format!("there is no `{}`", site.display()))?;
    let inside = real
        .strip_prefix(&site)
        .with_context(|| format!("`{}` is not in the site `{}`", path.display(), site.display()))?;
    Ok(inside.to_string_lossy().replace('\\', "/"))
}

fn is_in(path: &str, prefix: &str) -> bool {
    prefix.is_empty() || path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
