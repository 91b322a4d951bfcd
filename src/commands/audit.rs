//! `faultbook audit`: what programs say of incidents, held against the pages.

use super::Console;
use crate::audit::Known;
use crate::{diagnostic, disk, parse};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(root: &Path, paths: &[PathBuf], strict: bool, console: &Console) -> Result<ExitCode> {
    let sources = disk::read(root)?;
    let (mut site, _) = parse::site(&sources);
    site.pages.retain(|page| !page.draft);
    let known = Known::new(&site);
    let files = disk::texts(paths, root, |bytes| known.is_mentioned_in(bytes))?;
    let count = files.len();
    let (tree, mut findings) = known.check(&sources, files);
    diagnostic::sort(&mut findings);
    let code = console.findings(&findings, &tree, strict)?;
    let plural = if count == 1 { " mentions" } else { "s mention" };
    console.note(&format!("{count} file{plural} incidents of this site"));
    Ok(code)
}
