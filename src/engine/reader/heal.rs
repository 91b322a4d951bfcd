//! The files as the fixes heal them: the reader's own text, changed only where the fix changes it.

use super::super::command::CommandInput;
use super::super::diff::Diff;
use super::super::{Format, formats};
use super::{Bench, Files, RunSnippet, Unknown, Verdict, edit, failed, yaml};
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
    let (mut now, mut healed, mut misfit) = (files.clone(), Vec::<Healed>::new(), None);
    for fix in &bench.run.fixes {
        let Some(input) = fix.inputs.iter().find(|input| input.name.is_none()) else { continue };
        let path = &input.path;
        let Some(old) = now.get(path) else { continue };
        let change = match if fix.diff { patched(fix, old) } else { rewritten(bench, fix, input, old, &now) } {
            Ok(change) => change,
            // A diff is for one form of the fault; another of the page may be for this one.
            Err(unknown) if fix.diff => {
                misfit.get_or_insert(unknown);
                continue;
            }
            Err(unknown) => return Err(unknown),
        };
        let Some(Change { text, mut kept, diff }) = change else { continue };
        let Some(text) = text else {
            let healed = Healed { path: path.clone(), text, diff, kept };
            return Ok(Healing::Done { files: vec![healed], after: None });
        };
        if let Some(known) = healed.iter().position(|known| known.path == *path) {
            kept &= healed.remove(known).kept;
        }
        let diff = unified(path, &files[path], &text);
        healed.push(Healed { path: path.clone(), text: Some(text.clone()), diff, kept });
        now.insert(path.clone(), text);
    }
    match misfit.filter(|_| healed.is_empty()) {
        Some(unknown) => Err(unknown),
        None => Ok(Healing::Done { files: healed, after: Some(bench.verdict(&now)) }),
    }
}

/// What a fix makes of its file.
struct Change {
    text: Option<String>,
    kept: bool,
    /// Of the documents as JSON, where there is no text.
    diff: String,
}

fn patched(fix: &RunSnippet, old: &str) -> Result<Option<Change>, Unknown> {
    let text = Diff::parse(&fix.code).map_err(failed)?.apply(old).map_err(|fault| failed(vec![fault]))?;
    Ok(Some(Change { text: Some(text), kept: true, diff: String::new() }))
}

/// What a program changes; nothing where the document stays as it is.
fn rewritten(
    bench: &Bench<'_>,
    fix: &RunSnippet,
    input: &CommandInput,
    old: &str,
    files: &Files,
) -> Result<Option<Change>, Unknown> {
    let before = bench.document(input, files)?;
    let outputs = bench.output(&bench.compile(fix)?, fix, files)?;
    let [after] = outputs.as_slice() else {
        return Err(Unknown::Failed { message: format!("the fix gave {} documents", outputs.len()) });
    };
    if before.difference(after).is_none() {
        return Ok(None);
    }
    let says_after = |text: &String| {
        let read = formats::read(input.format, text.as_bytes(), bench.limits);
        read.is_ok_and(|read| read.difference(after).is_none())
    };
    let (edited, written) = match input.format {
        Format::Yaml => (yaml::edited(old, &before, after, bench.limits), yaml::written(after, bench.limits)),
        format => (edit::edited(format, old, &before, after), formats::write(format, after)),
    };
    let edited = edited.filter(says_after);
    let kept = edited.is_some();
    let text = edited.or_else(|| Some(written).filter(says_after));
    let diff = unified(&input.path, &(before.to_pretty() + "\n"), &(after.to_pretty() + "\n"));
    Ok(Some(Change { text, kept, diff }))
}

fn unified(path: &str, old: &str, new: &str) -> String {
    let mut options = diffy::DiffOptions::new();
    options.set_original_filename(path.to_owned()).set_modified_filename(path.to_owned());
    options.create_patch(old, new).to_string()
}
