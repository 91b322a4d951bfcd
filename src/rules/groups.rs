//! A folder of pages has a group page, up to the top.

use crate::diagnostic::{Diagnostic, MISSING_GROUP};
use crate::model::Site;
use std::collections::BTreeSet;

pub(super) fn check(site: &Site, findings: &mut Vec<Diagnostic>) {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for page in &site.pages {
        let parent = page.parent();
        let known = parent.is_empty() || site.page(parent).is_some() || site.unreadable.contains(parent);
        if !known && told.insert(parent) {
            let language = site.config.default_language();
            findings.push(
                MISSING_GROUP
                    .at(page.translations[0].title.span, format!("the folder `content/{parent}` has no group page"))
                    .label("the first page of the folder")
                    .help(format!("add `content/{parent}/_index.{language}.md` with a `title`")),
            );
        }
    }
}
