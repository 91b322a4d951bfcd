//! `faultbook verify`: everything that a build finds and proves, and nothing written.

use super::Console;
use super::paste::Bench;
use crate::diagnostic::Diagnostic;
use crate::model::Page;
use crate::source::Tree;
use crate::{disk, pipeline, process};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(site: &Path, paths: &[PathBuf], strict: bool, drafts: bool, console: &Console) -> Result<ExitCode> {
    let tree = disk::read(site)?;
    let prefixes = paths.iter().map(|path| prefix(site, path)).collect::<Result<Vec<String>>>()?;
    let mut checked = pipeline::check(&tree, &process::Workers::new(), drafts);
    let bench = Bench::of_machine();
    if bench.is_empty() {
        console.note("no jq is on the PATH: the commands of the pages were not tried");
    }
    let is_wanted = |page: &Page| {
        let path = format!("content/{}/", page.folder);
        prefixes.is_empty()
            || prefixes.iter().any(|prefix| path.starts_with(prefix.trim_end_matches('/')) || prefix.starts_with(&path))
    };
    bench.prove(&mut checked, &tree, is_wanted);
    let mut findings = checked.findings;
    if !prefixes.is_empty() {
        findings.retain(|finding| prefixes.iter().any(|prefix| concerns(finding, &tree, prefix)));
    }
    console.findings(&findings, &tree, strict)
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

fn concerns(finding: &Diagnostic, tree: &Tree, prefix: &str) -> bool {
    let path = tree.file(finding.span.file).path.as_str();
    prefix.is_empty() || path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
