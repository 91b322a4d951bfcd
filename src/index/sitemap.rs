//! `sitemap.xml`: every page in every language that it is written in, each with its alternates.
//!
//! A page that lacks a language has no alternate for it. Past the protocol's limits the file becomes an index of
//! `sitemap-1.xml`, `sitemap-2.xml` and so on.

use super::address;
use super::changed::{changed, rfc3339};
use super::xml::Xml;
use crate::link::Links;
use crate::model::{Facts, Page, Site};
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
    let mut parts = Vec::new();
    let mut part = Part::new();
    for page in &site.pages {
        let alternates = alternates(site, links, page);
        for translation in &page.translations {
            let full = part.urls == limits.urls || part.xml.len() > limits.bytes;
            if full && part.urls > 0 {
                parts.push(std::mem::replace(&mut part, Part::new()).finish());
            }
            let location = address::absolute(&site.config, &links.page(page, &translation.language));
            part.add(&location, changed(page, translation, tree, facts), &alternates);
        }
    }
    parts.push(part.finish());
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
fn alternates(site: &Site, links: &Links<'_>, page: &Page) -> Vec<(String, String)> {
    let mut alternates: Vec<(String, String)> = page
        .translations
        .iter()
        .map(|translation| {
            let address = address::absolute(&site.config, &links.page(page, &translation.language));
            (translation.language.to_string(), address)
        })
        .collect();
    if let Some((_, first)) = alternates.first() {
        alternates.push(("x-default".to_owned(), first.clone()));
    }
    alternates
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
