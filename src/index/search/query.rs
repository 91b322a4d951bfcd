//! What a reader typed or pasted into the terms that are looked for.

use super::manifest::Manifest;
use super::text::{self, Kind};

/// A term to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The term.
    pub term: String,
    /// What it is.
    pub kind: Kind,
    /// Whether the text ends with it, so that it may be half a word.
    pub open: bool,
}

/// A query whose words are few was typed, and its words may be half or misspelled.
pub const TYPED: usize = 8;

/// At most so many characters of a text are read.
const LIMIT: usize = 200_000;

/// The terms of a text that count, at most `manifest.rank.terms`. A longer text is read line by line, lines with an
/// alarming word first, and without the commonest terms.
pub fn wanted(text: &str, manifest: &Manifest) -> Vec<Wanted> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let all = distinct(std::iter::once(text), usize::MAX, |_| false);
    let is_stop = |term: &str| manifest.stop.binary_search_by(|stop| stop.as_str().cmp(term)).is_ok();
    let mut wanted: Vec<Wanted> = all.iter().filter(|wanted| !is_stop(&wanted.term)).cloned().collect();
    if wanted.is_empty() {
        wanted = all;
    }
    let most = manifest.rank.terms;
    if wanted.len() > most {
        let is_common = |term: &str| manifest.common.binary_search_by(|common| common.as_str().cmp(term)).is_ok();
        let alarms = |line: &&str| {
            let line = line.to_ascii_lowercase();
            manifest.alarm.iter().any(|word| line.contains(word.as_str()))
        };
        let (alarming, calm): (Vec<&str>, Vec<&str>) = text.lines().partition(alarms);
        let rare = distinct(alarming.into_iter().chain(calm), most, |term| is_stop(term) || is_common(term));
        if !rare.is_empty() {
            wanted = rare;
        }
    }
    wanted.truncate(most);
    if let Some(last) = wanted.last_mut() {
        last.open = text.ends_with(|c: char| c.is_alphanumeric()) && last.kind == Kind::Word && last.term.len() >= 2;
    }
    wanted
}

fn distinct<'t>(lines: impl Iterator<Item = &'t str>, most: usize, left_out: impl Fn(&str) -> bool) -> Vec<Wanted> {
    let mut seen = std::collections::HashSet::new();
    let mut wanted = Vec::new();
    for line in lines {
        text::terms(line, &mut |term, kind| {
            if !left_out(term) && seen.insert(term.to_owned()) {
                wanted.push(Wanted { term: term.to_owned(), kind, open: false });
            }
        });
        if wanted.len() >= most {
            break;
        }
    }
    wanted
}
