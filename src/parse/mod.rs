//! Files in, a finished [`Site`] out.
//!
//! [`site`] never fails: what it cannot read is a finding, and the rest is there. Rules that need more than one page
//! are not its business, nor is anything that runs.

mod command;
mod config;
mod front_matter;
mod harmless;
mod keys;
mod layout;
mod markdown;
mod node;
mod page;
mod snippet;
mod strings;
mod toml;
mod yaml;

pub use config::check_base_url;
pub use keys::{Described, schema};

use crate::diagnostic::{
    self, Diagnostic, FILE_TOO_LARGE, IDLE_ALLOW, LEAVES_SITE, MISSING_KEY, NOT_UTF8, REAL_ADDRESS, SECRET,
};
use crate::model::{Config, Language, Page, Site, Strings};
use crate::secrets::{Found, Kind};
use crate::source::{FileId, Source, Span, Tree, Unread};
use layout::Folder;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How much of a masked value a message repeats.
const SHOWN: usize = 40;

/// Reads a site.
///
/// # Panics
/// When the tree has no file at all: there is no place to point at.
#[must_use]
pub fn site(tree: &Tree) -> (Site, Vec<Diagnostic>) {
    Memory::default().site(tree)
}

/// The pages of the last reading, so that the next one reads only what has changed since.
#[derive(Default)]
pub struct Memory {
    /// What every page depends on.
    common: Option<(Config, BTreeMap<Language, Strings>)>,
    folders: BTreeMap<String, Remembered>,
}

/// A folder as it was read.
struct Remembered {
    files: Vec<(FileId, Arc<Source>)>,
    page: Option<Arc<Page>>,
    findings: Vec<Diagnostic>,
}

impl Memory {
    /// Reads a site; a folder none of whose files has changed gives the very page that it gave before.
    ///
    /// # Panics
    /// When the tree has no file at all: there is no place to point at.
    pub fn site(&mut self, tree: &Tree) -> (Site, Vec<Diagnostic>) {
        let mut findings = unread(tree);
        findings.extend(tree.iter().flat_map(|(file, source)| secrets(file, source)));
        if tree.find("site.toml").is_none() {
            let help = "add a site.toml with `base_url`, `default_language`, `languages` and `[title]`; `faultbook init` writes one";
            findings.push(
                MISSING_KEY.at(Span::start_of(any_file(tree)), "this folder has no site.toml").help(help.to_owned()),
            );
        }
        let (config, overrides) = config::read(tree, &mut findings);
        // What site.toml could not say is not missing.
        let found = if overrides.is_some() { &mut findings } else { &mut Vec::new() };
        let strings = strings::read(tree, &config, &overrides.unwrap_or_default(), found);
        let (folders, layout_findings) = layout::read(tree, &config);
        findings.extend(layout_findings);
        let common = Some((config.clone(), strings.clone()));
        let old = if self.common == common { std::mem::take(&mut self.folders) } else { BTreeMap::new() };
        self.common = common;
        let read = |folder: &Folder| {
            let known = old.get(&folder.path).filter(|known| known.holds(tree, folder));
            known.map_or_else(|| Remembered::read(tree, &config, &strings, folder), Remembered::again)
        };
        self.folders = folders.par_iter().map(|folder| (folder.path.clone(), read(folder))).collect();
        let mut pages = Vec::with_capacity(folders.len());
        let mut unreadable = BTreeSet::new();
        for (folder, remembered) in &self.folders {
            findings.extend_from_slice(&remembered.findings);
            match &remembered.page {
                Some(page) => pages.push(Arc::clone(page)),
                None => {
                    unreadable.insert(folder.clone());
                }
            }
        }
        (Site { config, strings, pages, unreadable }, findings)
    }
}

impl Remembered {
    fn read(tree: &Tree, config: &Config, strings: &BTreeMap<Language, Strings>, folder: &Folder) -> Self {
        let mut findings = Vec::new();
        let page = page::read(tree, config, strings, folder, &mut findings).map(Arc::new);
        let files = folder.files().map(|file| (file, Arc::clone(tree.shared(file)))).collect();
        Self { files, page, findings }
    }

    fn again(&self) -> Self {
        Self { files: self.files.clone(), page: self.page.clone(), findings: self.findings.clone() }
    }

    /// Whether the folder has the same files at the same places in the tree.
    fn holds(&self, tree: &Tree, folder: &Folder) -> bool {
        let mut known = self.files.iter();
        folder
            .files()
            .all(|file| known.next().is_some_and(|(id, source)| *id == file && Arc::ptr_eq(source, tree.shared(file))))
            && known.next().is_none()
    }
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

/// What nobody should see, which the tree holds masked, and what is allowed for nothing.
fn secrets(file: FileId, source: &Source) -> impl Iterator<Item = Diagnostic> {
    let found = move |found: &Found| {
        // Of a value of several lines, the first that has some of it is pointed at.
        let text = &source.bytes()[found.range.clone()];
        let lead = text.len() - text.trim_ascii_start().len();
        let line = text[lead..].iter().position(|byte| *byte == b'\n').unwrap_or(text.len() - lead);
        let shown = String::from_utf8_lossy(&text[lead..lead + line.min(SHOWN)]).into_owned();
        let dots = if line > SHOWN { "…" } else { "" };
        let start = found.range.start + lead;
        let (rule, help) = match found.kind {
            Kind::Secret => (
                &SECRET,
                "whoever had it may use it: have it replaced, then write a made-up value with `example` in it; if it \
                 never was a secret, say so in this line or the one before: `allow-secret: why`",
            ),
            Kind::Address => (
                &REAL_ADDRESS,
                "write one that is kept for examples: `user@example.org`, `192.0.2.1`, `2001:db8::1`; if it may be \
                 known, say so in this line or the one before: `allow-secret: why`",
            ),
        };
        rule.at(Span::new(file, start..start + line), format!("this looks like a real {}: `{shown}{dots}`", found.what))
            .help(help.to_owned())
    };
    let idle = move |range: &std::ops::Range<usize>| {
        IDLE_ALLOW.at(Span::new(file, range.clone()), "this allows nothing").help(
            "write `allow-secret: ` and why, in the line of the value or the one before; else remove it".to_owned(),
        )
    };
    let review = source.review();
    review.found.iter().map(found).chain(review.idle.iter().map(idle))
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
            findings.push(diagnostic::not_utf8(file, error, source.bytes().len()));
            None
        }
    }
}
