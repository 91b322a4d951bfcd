//! What can be wrong with a site that was read: rules that look at whole pages or at several.
//!
//! [`check`] takes a finished [`Site`] and changes nothing. What can be seen while a file is read is found by `parse`,
//! dead links by `link`, and what only running can show by `prove`.

mod anchors;
mod code;
mod groups;
mod html;
mod ids;
mod parity;
mod references;
mod sections;
mod snippets;

use crate::diagnostic::Diagnostic;
use crate::model::{Learned, Page, Site};
use crate::source::Tree;

/// A rule about one page.
type PageRule = fn(&Page, &Tree, &mut Vec<Diagnostic>);

/// A rule about the whole site.
type SiteRule = fn(&Site, &mut Vec<Diagnostic>);

const PAGE_RULES: &[PageRule] =
    &[anchors::check, code::check, html::check, parity::check, references::check, snippets::check];

const SITE_RULES: &[SiteRule] = &[ids::check, groups::check];

/// What the rules found on each page.
pub type Memory = Learned<Vec<Diagnostic>>;

/// Runs every rule; those about one page only where it is not as it was in the last round.
pub fn check(site: &Site, tree: &Tree, memory: &mut Memory) -> Vec<Diagnostic> {
    let of_page = |page: &Page| {
        let mut findings = Vec::new();
        for rule in PAGE_RULES {
            rule(page, tree, &mut findings);
        }
        // A page is read anew when the words of its language change.
        sections::check(site, page, tree, &mut findings);
        findings
    };
    memory.renew(&site.pages, of_page);
    let mut findings: Vec<Diagnostic> = memory.iter().flat_map(|(_, found)| found.iter().cloned()).collect();
    for rule in SITE_RULES {
        rule(site, &mut findings);
    }
    findings
}
