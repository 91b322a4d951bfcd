//! `faultbook translated`: records from what text a translation was made.

use super::Console;
use crate::translation::{parts, record, with_record};
use crate::{disk, parse};
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(root: &Path, asked: &str, only: &[String], console: &Console) -> Result<ExitCode> {
    let tree = disk::read(root)?;
    let (site, _) = parse::site(&tree);
    let (page, translation) = super::page(&site, &tree, root, asked)?;
    let (source, all) = page.translations.split_first().expect("parse gives a page at least one language");
    ensure!(!all.is_empty(), "`content/{}` has no translation yet", page.folder);
    let asked = translation.filter(|translation| translation.file != source.file).map(|translation| translation.file);
    let parts = parts(page, &tree);
    for name in only {
        let known = || parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ");
        ensure!(parts.iter().any(|part| part.name == *name), "the source has no part `{name}`; it has {}", known());
    }
    for translation in all.iter().filter(|translation| asked.is_none_or(|file| file == translation.file)) {
        let source = tree.file(translation.file);
        let old = |name: &str| translation.translated_from.iter().find(|(part, _)| part.value == name);
        let entries = parts.iter().filter_map(|part| {
            let now = only.is_empty() || only.contains(&part.name);
            let digest = if now { part.digest.as_str() } else { old(&part.name)?.1.value.as_str() };
            Some((part.name.as_str(), digest))
        });
        // Read anew: what nobody should see is masked in the tree, and stays in the author's file.
        let bytes = disk::read_file(&root.join(&source.path))?;
        let text = std::str::from_utf8(&bytes)?;
        let fresh = with_record(text, &record(entries));
        if fresh != text {
            disk::write(&root.join(&source.path), fresh.as_bytes())?;
        }
        let of = if only.is_empty() { String::new() } else { format!("{} of ", only.join(", ")) };
        console.note(&format!("{of}`{}` is up to date with its source", source.path));
    }
    Ok(ExitCode::SUCCESS)
}
