//! `faultbook serve`: the site in a browser while its author edits it.

use super::Console;
use super::rounds::Rounds;
use crate::diagnostic::human;
use crate::model::Facts;
use crate::serve::{self, Built, Options};
use crate::{pipeline, process};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn run(site: &Path, port: Option<u16>, console: &Console) -> Result<ExitCode> {
    let mut preview = Preview { rounds: Rounds::new(site, true), facts: process::git::facts(site), console };
    let options = Options { root: site.to_owned(), port };
    serve::run(&options, |changed| preview.build(changed), &mut console.err())?;
    Ok(ExitCode::SUCCESS)
}

struct Preview<'a> {
    rounds: Rounds,
    /// As they were when the preview began: an edit that is not committed changes none of them.
    facts: Facts,
    console: &'a Console,
}

impl Preview<'_> {
    fn build(&mut self, changed: Option<&[PathBuf]>) -> Built {
        let (checked, tree) = match self.rounds.next(changed) {
            Ok(checked) => checked,
            Err(error) => return Built { site: None, base_path: "/".to_owned(), findings: vec![error.to_string()] },
        };
        let findings =
            checked.findings.iter().map(|finding| human::render(std::slice::from_ref(finding), &tree, false)).collect();
        // Who closes the terminal still has the page.
        let _ = self.console.findings(&checked.findings, &tree, false);
        let base_path = checked.site.config.base_path().to_owned();
        let site = checked.is_sound().then(|| {
            let site = pipeline::Preview::new(checked, tree, self.facts.clone());
            Arc::new(move |path: &str| site.file(path)) as serve::Site
        });
        Built { site, base_path, findings }
    }
}
