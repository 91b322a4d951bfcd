//! Files in, a finished [`Site`] out.
//!
//! [`site`] never fails: what it cannot read is a finding, and the rest is there. Rules that need more than one page
//! are not its business, nor is anything that runs.

mod config;
mod front_matter;
mod layout;
mod markdown;
mod node;
mod page;
mod snippet;
mod strings;
mod toml;
mod yaml;

pub use config::check_base_url;

use crate::diagnostic::{Diagnostic, FILE_TOO_LARGE, LEAVES_SITE, MISSING_KEY, NOT_UTF8};
use crate::model::Site;
use crate::source::{FileId, Span, Tree, Unread};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Reads a site.
///
/// # Panics
/// When the tree has no file at all: there is no place to point at.
#[must_use]
pub fn site(tree: &Tree) -> (Site, Vec<Diagnostic>) {
    let mut findings = unread(tree);
    if tree.find("site.toml").is_none() {
        let help = "add a site.toml with `base_url`, `default_language`, `languages` and `[title]`; `faultbook init` writes one";
        findings
            .push(MISSING_KEY.at(Span::start_of(any_file(tree)), "this folder has no site.toml").help(help.to_owned()));
    }
    let (config, overrides) = config::read(tree, &mut findings);
    let strings = strings::read(tree, &config, &overrides, &mut findings);
    let (folders, layout_findings) = layout::read(tree, &config);
    findings.extend(layout_findings);
    let read: Vec<_> = folders
        .par_iter()
        .map(|folder| {
            let mut findings = Vec::new();
            (page::read(tree, &config, &strings, folder, &mut findings), &folder.path, findings)
        })
        .collect();
    let mut pages = Vec::new();
    let mut unreadable = BTreeSet::new();
    for (page, folder, found) in read {
        findings.extend(found);
        match page {
            Some(page) => pages.push(page),
            None => {
                unreadable.insert(folder.clone());
            }
        }
    }
    (Site { config, strings, pages, unreadable }, findings)
}

fn any_file(tree: &Tree) -> FileId {
    tree.iter().next().expect("a tree has at least one file").0
}

/// Files that were not read, and why.
fn unread(tree: &Tree) -> Vec<Diagnostic> {
    let finding = |(file, unread): (FileId, &Unread)| {
        let span = Span::start_of(file);
        match unread {
            Unread::TooLarge { size, limit } => FILE_TOO_LARGE
                .at(span, format!("this file has {size} bytes; at most {limit} are read"))
                .help("keep the part that shows the incident".to_owned()),
            Unread::Symlink { target } => LEAVES_SITE
                .at(span, "a symbolic link is not followed")
                .note(format!("it points at `{}`", target.escape_debug()))
                .help("put a copy of the file here".to_owned()),
            Unread::Special => LEAVES_SITE
                .at(span, "this is neither a file nor a folder")
                .help("remove it, or put a plain file here".to_owned()),
            Unread::BadName => NOT_UTF8.at(span, "the name of this file is not UTF-8").help("rename it".to_owned()),
        }
    };
    tree.iter().filter_map(|(id, file)| Some((id, file.unread()?))).map(finding).collect()
}

/// The text of a file; a finding at the first byte that is not UTF-8. A file that was not read has been reported.
fn text_of<'a>(tree: &'a Tree, file: FileId, findings: &mut Vec<Diagnostic>) -> Option<&'a str> {
    let source = tree.file(file);
    if source.unread().is_some() {
        return None;
    }
    match source.text() {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.valid_up_to();
            let length = error.error_len().unwrap_or(source.bytes().len() - at);
            findings.push(
                NOT_UTF8
                    .at(Span::new(file, at..at + length), "this file is not UTF-8")
                    .label("the first byte that is not")
                    .help("save the file as UTF-8".to_owned()),
            );
            None
        }
    }
}
