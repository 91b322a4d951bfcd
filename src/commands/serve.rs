//! `faultbook serve`: the site in a browser while its author edits it.

use super::Console;
use crate::diagnostic::human;
use crate::model::Facts;
use crate::pipeline::{self, Memory};
use crate::serve::{self, Built, Options};
use crate::source::Tree;
use crate::{disk, process};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn run(site: &Path, port: Option<u16>, console: &Console) -> Result<ExitCode> {
    let mut preview = Preview {
        root: site.to_owned(),
        tree: None,
        memory: super::memory(site),
        facts: process::git::facts(site),
        workers: process::Workers::new(),
        console,
    };
    let options = Options { root: site.to_owned(), port };
    serve::run(&options, |changed| preview.build(changed), &mut console.err())?;
    Ok(ExitCode::SUCCESS)
}

struct Preview<'a> {
    root: PathBuf,
    tree: Option<Arc<Tree>>,
    memory: Memory,
    /// As they were when the preview began: an edit that is not committed changes none of them.
    facts: Facts,
    workers: process::Workers,
    console: &'a Console,
}

impl Preview<'_> {
    fn build(&mut self, changed: Option<&[PathBuf]>) -> Built {
        let read = match (&self.tree, changed) {
            (Some(tree), Some(changed)) => disk::reread(tree, &self.root, changed),
            _ => disk::read(&self.root),
        };
        let tree = match read {
            Ok(tree) if tree.iter().next().is_some() => Arc::new(tree),
            Ok(_) => {
                return Built { site: None, base_path: "/".to_owned(), findings: vec!["the site is empty".into()] };
            }
            Err(error) => return Built { site: None, base_path: "/".to_owned(), findings: vec![error.to_string()] },
        };
        self.tree = Some(Arc::clone(&tree));
        let checked = self.memory.check(&tree, &self.workers, true);
        // Later edits are proven again by whoever begins anew: an edit must not wait for a disk.
        if changed.is_none() {
            super::keep(&self.root, &self.memory);
        }
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
