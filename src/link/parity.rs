//! A translation links to what its source links to.

use super::{Links, Target};
use crate::diagnostic::{Diagnostic, LINK_DIFFERS};
use crate::model::{Link, Page, Translation};
use std::collections::BTreeMap;

impl Links<'_> {
    /// Links that are in a translation and not in its source, or the other way round. Dead ones are found elsewhere.
    pub(super) fn parity(&self, page: &Page) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let Some((source, others)) = page.translations.split_first() else { return findings };
        if others.is_empty() {
            return findings;
        }
        let theirs = self.targets(page, source);
        for translation in others {
            let ours = self.targets(page, translation);
            for (target, link) in theirs.iter().filter(|(target, _)| !ours.contains_key(*target)) {
                findings.push(
                    LINK_DIFFERS
                        .at(translation.title.span, format!("the translation has no link to `{target}`"))
                        .note_at(link.span, "its source has it"),
                );
            }
            for (target, link) in ours.iter().filter(|(target, _)| !theirs.contains_key(*target)) {
                findings.push(
                    LINK_DIFFERS
                        .at(link.span, format!("the source has no link to `{target}`"))
                        .note_at(source.title.span, "the source"),
                );
            }
        }
        findings
    }

    /// Where the links of a text lead, without the language: on this site and in the paths of others.
    fn targets<'p>(&self, page: &Page, shown: &'p Translation) -> BTreeMap<String, &'p Link> {
        let is_language = |part: &&str| {
            let part = part.to_ascii_lowercase();
            self.site.config.languages.iter().any(|language| {
                let rest = part.strip_prefix(&language.as_str().to_ascii_lowercase());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
            })
        };
        let links = shown.body.links.iter().filter_map(|link| {
            let (Target::Inside(url) | Target::Outside(url)) =
                self.target(page, &shown.language, &link.destination).ok()?;
            let parts: Vec<&str> = url.split('/').filter(|part| !is_language(part)).collect();
            Some((parts.join("/"), link))
        });
        links.collect()
    }
}
