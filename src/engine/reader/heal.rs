//! The files as the fixes heal them: the reader's own text, changed only where the fix changes it.

use super::super::{Format, Value, formats};
use super::{Bench, Files, RunSnippet, Unknown, Verdict, edit};
use ::serde::Serialize;

/// What the fixes make of the files.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Healing {
    /// The files that change, and what the check says then, unless a file cannot be written in its format.
    Done { files: Vec<Healed>, after: Option<Verdict> },
    /// A fix could not be run.
    Unknown(Unknown),
}

/// A file that changes.
#[derive(Serialize)]
pub(super) struct Healed {
    path: String,
    /// The healed text; none where the format has no writer.
    text: Option<String>,
    /// What changes, as a unified diff; without a text, of the documents as JSON.
    diff: String,
    /// Whether comments and layout are kept.
    kept: bool,
}

/// Applies the fixes one after the other, then runs the check again.
pub(super) fn healed(bench: &Bench<'_>, files: &Files) -> Healing {
    heal(bench, files).unwrap_or_else(Healing::Unknown)
}

fn heal(bench: &Bench<'_>, files: &Files) -> Result<Healing, Unknown> {
    let (mut now, mut healed): (Files, Vec<Healed>) = (files.clone(), Vec::new());
    for fix in &bench.run.fixes {
        let Some(change) = applied(bench, fix, &now)? else { continue };
        let Some(text) = &change.text else {
            return Ok(Healing::Done { files: vec![change], after: None });
        };
        now.insert(change.path.clone(), text.clone());
        match healed.iter_mut().find(|known| known.path == change.path) {
            None => healed.push(change),
            Some(known) => {
                known.diff = unified(&known.path, &files[&known.path], text);
                known.kept &= change.kept;
                known.text = change.text;
            }
        }
    }
    Ok(Healing::Done { files: healed, after: Some(bench.verdict(&now)) })
}

/// What a fix changes in its file; nothing where the file is absent or stays as it is.
fn applied(bench: &Bench<'_>, fix: &RunSnippet, files: &Files) -> Result<Option<Healed>, Unknown> {
    let Some(input) = fix.inputs.iter().find(|input| input.name.is_none()) else { return Ok(None) };
    let before = bench.document(input, files)?;
    let Some(old) = files.get(&input.path) else { return Ok(None) };
    let outputs = bench.output(&bench.compile(fix)?, fix, files)?;
    let [after] = outputs.as_slice() else {
        return Err(Unknown::Failed { message: format!("the fix gave {} documents", outputs.len()) });
    };
    if before.difference(after).is_none() {
        return Ok(None);
    }
    let path = input.path.clone();
    let is_read_as = |text: &str| {
        let read = formats::read(input.format, text.as_bytes(), bench.limits);
        read.is_ok_and(|read| read.difference(after).is_none())
    };
    let edited = edit::edited(input.format, old, &before, after).filter(|text| is_read_as(text));
    let kept = edited.is_some();
    let text = edited.or_else(|| written(input.format, after)).filter(|text| kept || is_read_as(text));
    let diff = match &text {
        Some(text) => unified(&path, old, text),
        None => unified(&path, &(before.to_pretty() + "\n"), &(after.to_pretty() + "\n")),
    };
    Ok(Some(Healed { path, text, diff, kept }))
}

/// A document in its format, where that can be written: JSON is JSON5 and YAML as well.
fn written(format: Format, value: &Value) -> Option<String> {
    match format {
        Format::Json | Format::Json5 | Format::Yaml => Some(value.to_pretty() + "\n"),
        Format::Lines => {
            let lines: Option<Vec<&str>> = value.0.as_array()?.iter().map(|line| Some(&**line.as_text()?)).collect();
            Some(lines?.into_iter().flat_map(|line| [line, "\n"]).collect())
        }
        _ => None,
    }
}

fn unified(path: &str, old: &str, new: &str) -> String {
    let mut options = diffy::DiffOptions::new();
    options.set_original_filename(path.to_owned()).set_modified_filename(path.to_owned());
    options.create_patch(old, new).to_string()
}
