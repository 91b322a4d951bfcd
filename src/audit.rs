//! What programs say of incidents: ids and permanent links in source code, alert rules and templates of logs.
//!
//! In come the site and the files that mention one of its ids; out go findings about mentions that lead nowhere or to
//! a page that no longer counts, and about active incidents that nothing mentions. Which files there are is left to
//! `disk`.

use crate::diagnostic::{Diagnostic, NEVER_EMITTED, OUTDATED_REFERENCE, UNKNOWN_REFERENCE, nearest};
use crate::model::{Config, Incident, IncidentId, Page, Site, Status};
use crate::source::{FileId, Source, Span, Tree};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What stands between a site's address and an id in a permanent link.
const LINK: &[u8] = b"/e/";

/// The ids of a site, for looking them up in many files.
#[derive(Debug)]
pub struct Known<'a> {
    config: &'a Config,
    incidents: BTreeMap<&'a IncidentId, (&'a Page, &'a Incident)>,
    prefixes: BTreeSet<&'a str>,
}

/// An id that is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mention<'f> {
    /// The id as written; its number may have zeros before it.
    text: &'f str,
    /// Where it stands.
    range: Range<usize>,
}

impl<'a> Known<'a> {
    /// The ids of a site.
    #[must_use]
    pub fn new(site: &'a Site) -> Self {
        let incidents: BTreeMap<_, _> =
            site.incidents().map(|(page, incident)| (&incident.id.value, (page, incident))).collect();
        let prefixes = incidents.keys().map(|id| id.prefix()).collect();
        Self { config: &site.config, incidents, prefixes }
    }

    /// Whether a file mentions an id of the site, or what looks like one.
    #[must_use]
    pub fn is_mentioned_in(&self, bytes: &[u8]) -> bool {
        self.mentions(bytes).next().is_some()
    }

    /// The ids in a file: those with a prefix of the site, and whatever its permanent links name.
    fn mentions<'f>(&self, bytes: &'f [u8]) -> impl Iterator<Item = Mention<'f>> {
        ids(bytes).filter(|mention| {
            let prefix = mention.text.rsplit_once('-').map_or("", |(prefix, _)| prefix);
            let before = &bytes[..mention.range.start];
            let links_here = || {
                before
                    .strip_suffix(LINK)
                    .is_some_and(|before| before.ends_with(self.config.base_url.trim_end_matches('/').as_bytes()))
            };
            self.prefixes.contains(prefix) || links_here()
        })
    }

    /// The findings of `files`, and the tree in which their places are: the files, and of the site (whose files are
    /// `sources`) the pages that nothing mentions.
    #[must_use]
    pub fn check(&self, sources: &Tree, files: Vec<(String, Vec<u8>)>) -> (Tree, Vec<Diagnostic>) {
        let mentioned: BTreeSet<IncidentId> = files
            .par_iter()
            .flat_map_iter(|(_, bytes)| self.mentions(bytes).filter_map(|mention| IncidentId::parse(mention.text)))
            .collect();
        let silent = self
            .incidents
            .values()
            .filter(|(_, incident)| incident.is_active() && !mentioned.contains(&incident.id.value));
        let silent: Vec<(&Source, &Incident)> =
            silent.map(|&(_, incident)| (sources.file(incident.id.span.file), incident)).collect();
        let pages = silent.iter().map(|(source, _)| (source.path.clone(), Ok(source.bytes().to_vec())));
        let tree = Tree::new(files.into_iter().map(|(path, bytes)| (path, Ok(bytes))).chain(pages));
        let pages: BTreeMap<&str, &Incident> =
            silent.iter().map(|(source, incident)| (source.path.as_str(), *incident)).collect();
        let entries: Vec<(FileId, &Source)> = tree.iter().collect();
        let findings = entries.into_par_iter().flat_map_iter(|(file, source)| match pages.get(source.path.as_str()) {
            Some(incident) => vec![self.never_emitted(file, incident)],
            None => self.mentions(source.bytes()).filter_map(|mention| self.mention(file, &mention)).collect(),
        });
        let findings = findings.collect();
        (tree, findings)
    }

    fn mention(&self, file: FileId, mention: &Mention<'_>) -> Option<Diagnostic> {
        let place = Span::new(file, mention.range.clone());
        let text = mention.text;
        let known = IncidentId::parse(text).and_then(|id| self.incidents.get(&id));
        let Some((_, incident)) = known else {
            let ids: Vec<String> = self.incidents.keys().map(ToString::to_string).collect();
            let help = match nearest(text, ids.iter().map(String::as_str)) {
                Some(near) => format!("write its page, or did you mean `{near}`?"),
                None => "write its page: `faultbook new` begins one".to_owned(),
            };
            let finding = UNKNOWN_REFERENCE.at(place, format!("no page is published for `{text}`"));
            return Some(finding.label("leads nowhere").help(help));
        };
        match &incident.status {
            Status::Active => None,
            Status::Retired => Some(OUTDATED_REFERENCE.at(place, format!("`{text}` is retired")).help(
                "if this can still happen, make the incident active again; else remove the reference".to_owned(),
            )),
            Status::Merged(into) => Some(
                OUTDATED_REFERENCE
                    .at(place, format!("`{text}` was merged into `{}`", into.value))
                    .help(format!("write `{}`", into.value)),
            ),
        }
    }

    fn never_emitted(&self, file: FileId, incident: &Incident) -> Diagnostic {
        let id = &incident.id.value;
        NEVER_EMITTED
            .at(Span { file, ..incident.id.span }, format!("nothing that was looked through mentions `{id}`"))
            .label("active")
            .help(format!("print it where it is raised, or link to {}e/{id}/", self.config.base_url))
    }
}

/// All that has the form of an id, with a word's end on both sides: `[A-Z][A-Z0-9]{1,15}-[0-9]{1,6}`.
fn ids(bytes: &[u8]) -> impl Iterator<Item = Mention<'_>> {
    let hyphens = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'-');
    hyphens.filter_map(|(hyphen, _)| {
        let in_prefix = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        // One more than a prefix may have, to see that it ends.
        let prefix = bytes[..hyphen].iter().rev().take(17).take_while(|byte| in_prefix(byte)).count();
        let digits = bytes[hyphen + 1..].iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
        let (start, end) = (hyphen - prefix, hyphen + 1 + digits);
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let good = (2..=16).contains(&prefix)
            && bytes[start].is_ascii_uppercase()
            && (1..=6).contains(&digits)
            && !is_word(start.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_word(bytes.get(end));
        let text = std::str::from_utf8(&bytes[start..end]).ok()?;
        good.then_some(Mention { text, range: start..end })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = ids(text.as_bytes()).map(|mention| mention.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_id_is_a_word_of_its_own() {
        check("error DEMO-1: failed", &["DEMO-1"]);
        check("\"https://x/e/DEMO-12/\" DEMO-3", &["DEMO-12", "DEMO-3"]);
        check("错误DEMO-1。", &["DEMO-1"]);
        check("MY_DEMO-1 xDEMO-1 DEMO-1x DEMO-1_2 D-1 1AB-2 DEMO- -1", &[]);
        check("DEMO-1234567 ABCDEFGHIJKLMNOPQ-1", &[]);
        check("DEMO-1-2", &["DEMO-1"]);
        check("-", &[]);
    }
}
