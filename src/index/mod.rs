//! The files that machines read beside the pages: sitemap, feeds, redirects. The index of the
//! search is made by [`search`], which keeps it for who asks.
//!
//! In come the finished [`Site`], its [`Links`], [`Proofs`] and the [`Facts`]; out go bytes, a file each, added to the [`Sink`].
//! Every address is absolute where its format asks for it, every time is a fact of version control, and the same
//! site gives the same bytes. The pages themselves are the business of `render`.

mod address;
pub mod catalog;
mod changed;
mod feed;
mod llms;
mod manifest;
mod opensearch;
mod redirects;
mod robots;
pub mod search;
mod sitemap;
mod xml;

use crate::link::Links;
use crate::model::{Facts, Site};
use crate::output::Sink;
use crate::prove::Proofs;
use crate::source::Tree;

/// Adds every index file of the site to `sink`.
pub fn files(site: &Site, tree: &Tree, links: &Links<'_>, proofs: &Proofs, facts: &Facts, sink: &dyn Sink) {
    for (path, bytes) in sitemap::files(site, tree, links, facts) {
        sink.add(&path, bytes);
    }
    for language in &site.config.languages {
        sink.add(&format!("{language}/feed.xml"), feed::xml(site, tree, links, facts, language));
    }
    sink.add("robots.txt", robots::text(&site.config).into_bytes());
    sink.add("llms.txt", llms::text(site, links).into_bytes());
    sink.add("opensearch.xml", opensearch::xml(&site.config));
    sink.add("manifest.webmanifest", manifest::json(&site.config).into_bytes());
    catalog::files(catalog::Inputs { site, tree, links, proofs, facts }, sink);
    sink.add("_redirects", redirects::text(site, links).into_bytes());
}

#[cfg(test)]
mod tests;
