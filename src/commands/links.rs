//! `faultbook links`: what the ledger of published addresses would gain.

use super::{Console, print};
use crate::diagnostic::Level;
use crate::link::ledger::{self, Ledger};
use crate::{disk, pipeline};
use anyhow::Result;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(root: &Path, write: bool, console: &Console) -> Result<ExitCode> {
    let tree = disk::read(root)?;
    // What is written is kept for ever, so nothing is taken from a site in which something is wrong.
    let (site, mut findings) = pipeline::addresses(&tree);
    findings.retain(|finding| finding.level == Level::Error);
    if !findings.is_empty() {
        let code = console.findings(&findings, &tree, false)?;
        console.note("nothing was added to the ledger");
        return Ok(code);
    }
    let ledger = Ledger::read(&tree).0.unwrap_or_default();
    let gain = ledger.gain(ledger::published(&site));
    let mut lines = String::new();
    for entry in &gain {
        writeln!(lines, "{entry}").expect("a string takes every text");
    }
    print(&mut console.out(), &lines)?;
    if gain.is_empty() {
        console.note(&format!("`{}` has all that is published", ledger::PATH));
    } else if write {
        disk::write(&root.join(ledger::PATH), ledger.text(&gain).as_bytes())?;
        console.note(&format!("added {} lines to `{}`", gain.len(), ledger::PATH));
    } else {
        console.note(&format!("`{}` would gain {} lines; `--write` adds them", ledger::PATH, gain.len()));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
