//! `faultbook build`: verify, then the site, written as a whole or not at all.

use super::Console;
use crate::diagnostic::Level;
use crate::disk::{self, Staging};
use crate::{parse, pipeline, process};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(
    site: &Path,
    out: &Path,
    base_url: Option<&str>,
    drafts: bool,
    console: &Console,
) -> Result<ExitCode> {
    let base_url = match base_url.map(|url| (url, parse::check_base_url(url))) {
        None => None,
        Some((_, Ok(good))) => Some(good),
        Some((url, Err(why))) => bail!("`--base-url {url}` cannot be the site's address: {why}"),
    };
    let staging = Staging::begin(site, out)?;
    let tree = disk::read(site)?;
    let facts = process::git::facts(site);
    let mut checked = super::check(site, &tree, drafts);
    checked.look_for_pages(&tree);
    super::paste::look_up(&mut checked, &tree);
    if let Some(url) = base_url {
        checked.site.config.base_url = url;
    }
    let mut findings = std::mem::take(&mut checked.findings);
    if findings.iter().all(|finding| finding.level != Level::Error) {
        findings.extend(pipeline::write(&checked, &tree, &facts, &staging));
    }
    if findings.iter().any(|finding| finding.level == Level::Error) {
        let code = console.findings(&findings, &tree, false)?;
        console.note(&format!("nothing was written; `{}` is as it was", out.display()));
        return Ok(code);
    }
    let written = staging.commit()?;
    let code = console.findings(&findings, &tree, false)?;
    console.note(&format!(
        "built {} pages in `{}`: {} files written, {} as they were",
        checked.site.pages.len(),
        out.display(),
        written.written,
        written.kept
    ));
    Ok(code)
}
