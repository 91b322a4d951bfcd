//! Addresses that two pages claim, or that differ so little that some hosts cannot tell them apart.

use crate::diagnostic::{ALIAS_SHADOWS_PAGE, DUPLICATE_ROUTE, Diagnostic, SIMILAR_ROUTE};
use crate::model::{Config, Language, Page, Site};
use crate::source::Span;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Folders below a language that the site itself writes.
const RESERVED: [&str; 3] = ["tags", "products", "search"];

/// Folders at the top that the site itself writes.
const RESERVED_TOP: [&str; 4] = ["assets", "e", "files", "styleguide"];

/// The file that an alias is written to: `/a/b` and `/a/b/` are `a/b/index.html`, `/a/b.html` is itself.
#[must_use]
pub fn alias_file(alias: &str) -> String {
    let path = alias.trim_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_file = !alias.ends_with('/') && matches!(extension, Some("html" | "htm"));
    if is_file { path.to_owned() } else { format!("{path}/index.html") }
}

/// The language that an alias leads to: the one that it begins with, else the default.
#[must_use]
pub fn alias_language<'a>(config: &'a Config, alias: &str) -> &'a Language {
    let first = alias.trim_start_matches('/').split('/').next().unwrap_or_default();
    let own = config.languages.iter().find(|language| language.as_str() == first);
    own.unwrap_or_else(|| config.default_language())
}

pub(super) fn check(site: &Site) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut folded: BTreeMap<String, &Page> = BTreeMap::new();
    for page in &site.pages {
        let first = page.folder.split('/').next().unwrap_or_default();
        if RESERVED.contains(&first) {
            findings.push(
                DUPLICATE_ROUTE
                    .at(place(page), format!("the address `/{first}/` is taken by the site itself"))
                    .help(format!("give the folder `content/{first}` another name")),
            );
        }
        if let Some(other) = folded.insert(fold(&page.folder), page) {
            findings.push(
                SIMILAR_ROUTE
                    .at(place(page), format!("`{}` and `{}` are one address on some hosts", page.folder, other.folder))
                    .label("differs only in case or Unicode form")
                    .note_at(place(other), "the other page")
                    .help("rename one of the folders".to_owned()),
            );
        }
    }
    findings.extend(aliases(site));
    findings
}

fn place(page: &Page) -> Span {
    page.translations[0].title.span
}

fn fold(folder: &str) -> String {
    if folder.is_ascii() {
        return folder.to_ascii_lowercase();
    }
    folder.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

fn aliases(site: &Site) -> Vec<Diagnostic> {
    let mut taken: BTreeMap<String, Span> = BTreeMap::new();
    for page in &site.pages {
        for language in &site.config.languages {
            let folder = if page.folder.is_empty() { String::new() } else { format!("{}/", page.folder) };
            taken.insert(fold(&format!("{language}/{folder}index.html")), place(page));
        }
    }
    let mut findings = Vec::new();
    for alias in site.pages.iter().flat_map(|page| &page.aliases) {
        let file = fold(&alias_file(&alias.value));
        let first = file.split('/').next().unwrap_or_default();
        let own = file == "index.html" || file == "404.html" || RESERVED_TOP.contains(&first);
        let finding = ALIAS_SHADOWS_PAGE.at(alias.span, format!("the alias `{}` is already an address", alias.value));
        let help = "an alias is an old address where nothing else lives".to_owned();
        if own {
            findings.push(finding.label("the site writes this itself").help(help));
        } else if let Some(other) = taken.get(&file) {
            findings.push(finding.note_at(*other, "what lives there").help(help));
        }
        taken.entry(file).or_insert(alias.span);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_a_file_on_a_plain_host() {
        assert_eq!(alias_file("/a/b"), "a/b/index.html");
        assert_eq!(alias_file("/a/b/"), "a/b/index.html");
        assert_eq!(alias_file("/wiki/old-page.html"), "wiki/old-page.html");
    }
}
