//! Where pages live and where links lead.
//!
//! [`resolve`] takes a finished [`Site`] and gives [`Links`], which answers both questions, and a finding for every
//! link that leads nowhere, every address that two pages claim, and every one that the [`ledger`] promises and that
//! would be gone. Later stages ask the same [`Links`], so a page cannot be rendered with another address than the one
//! that was checked.

pub mod ledger;
mod parity;
mod routes;
mod target;
mod touched;

pub use routes::{alias_file, alias_language};
pub use target::{Dead, Target};
pub use touched::{Touched, touched};

use crate::diagnostic::Diagnostic;
use crate::model::{IncidentId, Language, Page, Site, Taxonomy};
use crate::slug::slug;
use crate::source::{FileId, Tree};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Where pages live and links lead.
#[derive(Debug)]
pub struct Links<'a> {
    site: &'a Site,
    tree: &'a Tree,
    /// The page of each incident.
    incidents: BTreeMap<&'a IncidentId, &'a Page>,
    /// The files beside pages.
    attachments: BTreeSet<FileId>,
}

/// Checks every address and every link of the site.
#[must_use]
pub fn resolve<'a>(site: &'a Site, tree: &'a Tree) -> (Links<'a>, Vec<Diagnostic>) {
    let links = Links::new(site, tree);
    let mut findings = routes::check(site);
    findings.extend(ledger::check(site, tree));
    findings.par_extend(site.pages.par_iter().flat_map_iter(|page| {
        let dead = links.check(page);
        dead.into_iter().chain(links.parity(page))
    }));
    (links, findings)
}

impl<'a> Links<'a> {
    /// The addresses of a site, unchecked.
    #[must_use]
    pub fn new(site: &'a Site, tree: &'a Tree) -> Self {
        let incidents = site.incidents().map(|(page, incident)| (&incident.id.value, page)).collect();
        let attachments = site.pages.iter().flat_map(|page| page.attachments.iter().copied()).collect();
        Self { site, tree, incidents, attachments }
    }
}

impl Links<'_> {
    /// The address of a page in a language, from the host's root: `/base/en/openclaw/x/`.
    #[must_use]
    pub fn page(&self, page: &Page, language: &Language) -> String {
        let folder = if page.folder.is_empty() { String::new() } else { format!("{}/", page.folder) };
        format!("{}{language}/{folder}", self.site.config.base_path())
    }

    /// Where an old address of a page leads: to the page in the language that the address was in.
    #[must_use]
    pub fn alias(&self, page: &Page, alias: &str) -> String {
        self.page(page, alias_language(&self.site.config, alias))
    }

    /// The address of the list of the incidents that have a tag or product: `/base/en/tags/cron/`.
    #[must_use]
    pub fn term(&self, taxonomy: Taxonomy, name: &str, language: &Language) -> String {
        format!("{}{language}/{}/{}/", self.site.config.base_path(), taxonomy.folder(), slug(name))
    }

    /// The permanent address of an incident: `/base/e/OPENCLAW-1/`.
    #[must_use]
    pub fn permanent(&self, id: &IncidentId) -> String {
        format!("{}e/{id}/", self.site.config.base_path())
    }

    /// The page of an incident.
    #[must_use]
    pub fn incident(&self, id: &IncidentId) -> Option<&Page> {
        self.incidents.get(id).copied()
    }

    /// The address of a file beside a page: `/base/files/openclaw/x/shot.png`.
    #[must_use]
    pub fn attachment(&self, file: FileId) -> String {
        let path = &self.tree.file(file).path;
        format!("{}files/{}", self.site.config.base_path(), path.strip_prefix("content/").unwrap_or(path))
    }
}
