//! `faultbook serve`: the site in a browser while its author edits it.

use super::Console;
use super::rounds::Rounds;
use crate::diagnostic::{Diagnostic, human};
use crate::model::{Facts, Incident, Page};
use crate::pipeline::Checked;
use crate::serve::{self, Built, Options};
use crate::source::Tree;
use crate::{pipeline, process};
use anyhow::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn run(site: &Path, port: Option<u16>, editor: &str, console: &Console) -> Result<ExitCode> {
    let root = std::path::absolute(site)?;
    let mut preview =
        Preview { rounds: Rounds::new(site, true), facts: process::git::facts(site), root, editor, console };
    let options = Options { root: site.to_owned(), port };
    serve::run(&options, |changed| preview.build(changed), &mut console.err())?;
    Ok(ExitCode::SUCCESS)
}

struct Preview<'a> {
    rounds: Rounds,
    /// As they were when the preview began: an edit that is not committed changes none of them.
    facts: Facts,
    root: PathBuf,
    /// The address that opens a place: `{path}`, `{line}` and `{column}` stand for it.
    editor: &'a str,
    console: &'a Console,
}

impl Preview<'_> {
    fn build(&mut self, changed: Option<&[PathBuf]>) -> Built {
        let (mut checked, tree) = match self.rounds.next(changed) {
            Ok(checked) => checked,
            Err(error) => {
                let findings = vec![serve::Finding { text: error.to_string(), link: None }];
                return Built { site: None, base_path: "/".to_owned(), findings, proofs: BTreeMap::new() };
            }
        };
        checked.try_templates(&tree, &self.facts, false);
        let findings = checked.findings.iter().map(|finding| self.finding(finding, &tree)).collect();
        let proofs = proofs(&checked, &tree);
        // Who closes the terminal still has the page.
        let _ = self.console.findings(&checked.findings, &tree, false);
        let base_path = checked.site.config.base_path().to_owned();
        let site = checked.is_sound().then(|| {
            let site = pipeline::Preview::new(checked, tree, self.facts.clone());
            Arc::new(move |path: &str| site.file(path)) as serve::Site
        });
        Built { site, base_path, findings, proofs }
    }

    fn finding(&self, finding: &Diagnostic, tree: &Tree) -> serve::Finding {
        let source = tree.file(finding.span.file);
        let place = source.locate(finding.span.start as usize);
        let path = self.root.join(&source.path).to_string_lossy().into_owned();
        let path: String = utf8_percent_encode(&path, PLAIN).collect();
        let link = self.editor.replace("{path}", &path).replace("{line}", &place.line.to_string());
        let link = link.replace("{column}", &place.column.to_string());
        serve::Finding { text: human::render(std::slice::from_ref(finding), tree, false), link: Some(link) }
    }
}

/// What a path may hold in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What was proven of each incident, or how much is wrong with it.
fn proofs(checked: &Checked, tree: &Tree) -> BTreeMap<String, String> {
    let said = |page: &Page, incident: &Incident| {
        let (id, folder) = (&incident.id.value, format!("content/{}/", page.folder));
        let wrong = checked.findings.iter().filter(|finding| tree.file(finding.span.file).path.starts_with(&folder));
        match (checked.proofs.of(&page.folder), wrong.count()) {
            (Some(proof), 0) => {
                let (checks, fixes) = (proof.checks(), proof.fixes());
                let (broken, healthy) = (proof.broken(), proof.healthy());
                let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
                let (checks, fixes) =
                    (plural(checks, "check"), if fixes == 1 { "1 fix".into() } else { format!("{fixes} fixes") });
                format!(
                    "{id}: proven, {checks} and {fixes} on {broken} broken and {}",
                    plural(healthy, "healthy machine")
                )
            }
            (Some(_), wrong) => format!("{id}: proven, with {wrong} other finding(s)"),
            (None, 0) => format!("{id}: has no check"),
            (None, wrong) => format!("{id}: not proven, {wrong} finding(s)"),
        }
    };
    checked.site.incidents().map(|(page, incident)| (page.folder.clone(), said(page, incident))).collect()
}
