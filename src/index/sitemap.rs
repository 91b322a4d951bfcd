//! `sitemap.xml`: every page in every language that it is written in, each with its alternates.
//!
//! A page that lacks a language has no alternate for it. Past the protocol's limits the file becomes an index of
//! `sitemap-1.xml`, `sitemap-2.xml` and so on.

use super::address;
use super::changed::{changed, rfc3339};
use super::xml::Xml;
use crate::link::Links;
use crate::model::{Facts, Language, Site};
use crate::source::Tree;

/// What the protocol allows in one file.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Addresses.
    pub(super) urls: usize,
    /// Bytes before the last entry.
    pub(super) bytes: usize,
}

/// 50,000 addresses and 50 MiB; the bytes leave room for the last entry and the end.
const PROTOCOL: Limits = Limits { urls: 50_000, bytes: 49 << 20 };

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The sitemap's files: path and bytes.
pub(super) fn files(site: &Site, tree: &Tree, links: &Links<'_>, facts: &Facts) -> Vec<(String, Vec<u8>)> {
    split(site, tree, links, facts, PROTOCOL)
}

/// The files of a sitemap whose parts keep within `limits`.
pub(super) fn split(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    facts: &Facts,
    limits: Limits,
) -> Vec<(String, Vec<u8>)> {
    let mut parts = Parts { full: Vec::new(), open: Part::new(), limits };
    if site.page("").is_none() {
        // The home page is there whether or not an author wrote a text for it.
        let home = |language: &Language| address::of_file(&site.config, &format!("{language}/"));
        let alternates = alternates(&site.config.languages, home);
        for language in &site.config.languages {
            parts.add(&home(language), None, &alternates);
        }
    }
    for page in &site.pages {
        let location = |language: &Language| address::absolute(&site.config, &links.page(page, language));
        let alternates = alternates(page.translations.iter().map(|translation| &translation.language), location);
        for translation in &page.translations {
            parts.add(&location(&translation.language), changed(page, translation, tree, facts), &alternates);
        }
    }
    let parts = parts.finish();
    if parts.len() == 1 {
        return parts.into_iter().map(|bytes| ("sitemap.xml".to_owned(), bytes)).collect();
    }
    let mut files: Vec<_> =
        parts.into_iter().enumerate().map(|(at, bytes)| (format!("sitemap-{}.xml", at + 1), bytes)).collect();
    let index = index(files.iter().map(|(path, _)| address::of_file(&site.config, path)));
    files.push(("sitemap.xml".to_owned(), index));
    files
}

/// The languages of a page with their addresses, and `x-default`, the first of them.
fn alternates<'a>(
    languages: impl IntoIterator<Item = &'a Language>,
    location: impl Fn(&Language) -> String,
) -> Vec<(String, String)> {
    let each = languages.into_iter().map(|language| (language.to_string(), location(language)));
    let mut alternates: Vec<(String, String)> = each.collect();
    if let Some((_, first)) = alternates.first() {
        alternates.push(("x-default".to_owned(), first.clone()));
    }
    alternates
}

/// The files of the sitemap, the last of them still open.
struct Parts {
    full: Vec<Vec<u8>>,
    open: Part,
    limits: Limits,
}

impl Parts {
    fn add(&mut self, location: &str, changed: Option<i64>, alternates: &[(String, String)]) {
        let is_full = self.open.urls == self.limits.urls || self.open.xml.len() > self.limits.bytes;
        if is_full && self.open.urls > 0 {
            self.full.push(std::mem::replace(&mut self.open, Part::new()).finish());
        }
        self.open.add(location, changed, alternates);
    }

    fn finish(mut self) -> Vec<Vec<u8>> {
        self.full.push(self.open.finish());
        self.full
    }
}

/// One file of the sitemap.
struct Part {
    xml: Xml,
    urls: usize,
}

impl Part {
    fn new() -> Self {
        let mut xml = Xml::new();
        xml.open("urlset", &[("xmlns", NAMESPACE), ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")]);
        Self { xml, urls: 0 }
    }

    fn add(&mut self, location: &str, changed: Option<i64>, alternates: &[(String, String)]) {
        self.urls += 1;
        self.xml.open("url", &[]);
        self.xml.text("loc", &[], location);
        if let Some(changed) = changed {
            self.xml.text("lastmod", &[], &rfc3339(changed));
        }
        for (language, address) in alternates {
            self.xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", language), ("href", address)]);
        }
        self.xml.close("url");
    }

    fn finish(mut self) -> Vec<u8> {
        self.xml.close("urlset");
        self.xml.finish()
    }
}

fn index(locations: impl Iterator<Item = String>) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("sitemapindex", &[("xmlns", NAMESPACE)]);
    for location in locations {
        xml.open("sitemap", &[]);
        xml.text("loc", &[], &location);
        xml.close("sitemap");
    }
    xml.close("sitemapindex");
    xml.finish()
}
