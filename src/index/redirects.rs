//! `_redirects`: old addresses for the static hosts that read this file. Elsewhere the pages of `render` do the same.

use super::address::encoded;
use crate::link::Links;
use crate::model::Site;
use std::fmt::Write;

/// A line for each redirect: from, to, status. Aliases come first, because hosts read a limited number of lines.
pub(super) fn text(site: &Site, links: &Links<'_>) -> String {
    let base = site.config.base_path();
    let mut redirects = Vec::new();
    for page in &site.pages {
        redirects.extend(page.aliases.iter().map(|alias| {
            let from = format!("{base}{}", alias.value.trim_start_matches('/'));
            (from, links.alias(page, &alias.value))
        }));
    }
    redirects.sort();
    for (_, incident) in site.incidents() {
        let to = links.permanent(&incident.id.value);
        redirects.push((to.trim_end_matches('/').to_owned(), to));
    }
    let mut text = String::new();
    for (from, to) in redirects {
        writeln!(text, "{} {} 301", encoded(&from), encoded(&to)).expect("writing to a string does not fail");
    }
    text
}
