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
use crate::model::{Page, Site};
use crate::source::Tree;
use rayon::prelude::*;

/// A rule about one page.
type PageRule = fn(&Page, &Tree, &mut Vec<Diagnostic>);

/// A rule about the whole site.
type SiteRule = fn(&Site, &mut Vec<Diagnostic>);

const PAGE_RULES: &[PageRule] =
    &[anchors::check, code::check, html::check, parity::check, references::check, sections::check, snippets::check];

const SITE_RULES: &[SiteRule] = &[ids::check, groups::check];

/// Runs every rule.
#[must_use]
pub fn check(site: &Site, tree: &Tree) -> Vec<Diagnostic> {
    let of_page = |page: &Page| {
        let mut findings = Vec::new();
        for rule in PAGE_RULES {
            rule(page, tree, &mut findings);
        }
        findings
    };
    let mut findings: Vec<Diagnostic> = site.pages.par_iter().flat_map_iter(|page| of_page(page)).collect();
    for rule in SITE_RULES {
        rule(site, &mut findings);
    }
    findings
}
