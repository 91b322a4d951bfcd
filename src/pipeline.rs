//! The stages in order, in memory: what the commands and the golden tests call.

use crate::diagnostic::{self, Diagnostic};
use crate::model::Site;
use crate::source::Tree;
use crate::{link, parse, rules};

/// A site that was read and checked.
pub struct Checked {
    /// What the authors wrote.
    pub site: Site,
    /// All that is wrong with it, sorted by place.
    pub findings: Vec<Diagnostic>,
}

/// Reads and checks a site. `drafts` says whether pages marked `draft: true` belong to it.
#[must_use]
pub fn check(tree: &Tree, drafts: bool) -> Checked {
    let (mut site, mut findings) = parse::site(tree);
    if !drafts {
        site.pages.retain(|page| !page.draft);
    }
    findings.extend(rules::check(&site, tree));
    findings.extend(link::resolve(&site, tree).1);
    diagnostic::sort(&mut findings);
    Checked { site, findings }
}
