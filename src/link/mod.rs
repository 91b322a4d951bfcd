//! Where pages live and where links lead.
//!
//! [`Links`] answers both questions for a finished [`Site`]. [`check`] gives a finding for every link that leads
//! nowhere, every address or id that two pages claim, and every one that the [`ledger`] promises and that would be gone.
//! Later stages ask the same [`Links`], so a page cannot be rendered with another address than the one that was checked.

mod ids;
pub mod ledger;
mod parity;
mod routes;
mod target;
mod touched;

pub use routes::{alias_file, alias_language};
pub use target::{Dead, Target};
pub use touched::{Touched, touched};

use crate::diagnostic::Diagnostic;
use crate::model::{IncidentId, Language, Learned, Page, Site, Taxonomy, Translation};
use crate::slug::slug;
use crate::source::{FileId, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where pages live and links lead.
#[derive(Debug)]
pub struct Links<'a> {
    site: &'a Site,
    tree: &'a Tree,
    /// The page of each incident.
    incidents: BTreeMap<&'a IncidentId, &'a Page>,
    /// The files beside pages, by their path below `content/`.
    attachments: BTreeMap<&'a str, FileId>,
}

/// What the last round found.
#[derive(Default)]
pub struct Memory {
    pages: Vec<Arc<Page>>,
    findings: Learned<Vec<Diagnostic>>,
}

/// Checks every address of the site and every link; the links of a page that is as it was in the last round only when
/// links may lead elsewhere now.
pub fn check(site: &Site, tree: &Tree, memory: &mut Memory) -> Vec<Diagnostic> {
    let links = Links::new(site, tree);
    if !have_same_addresses(&memory.pages, &site.pages) {
        *memory = Memory::default();
    }
    memory.pages.clone_from(&site.pages);
    memory.findings.renew(&site.pages, |page| {
        let mut findings = links.check(page);
        findings.extend(links.parity(page));
        findings
    });
    let mut findings = routes::check(site);
    findings.extend(ids::check(site, tree));
    findings.extend(ledger::check(site, tree));
    findings.extend(memory.findings.iter().flat_map(|(_, found)| found.iter().cloned()));
    findings
}

/// Whether all that a link can lead to is the same in both.
fn have_same_addresses(old: &[Arc<Page>], new: &[Arc<Page>]) -> bool {
    let anchors = |page: &Page| -> Vec<_> {
        let of = |translation: &Translation| {
            let anchors = translation.body.headings.iter().map(|heading| heading.anchor.clone());
            (translation.language.clone(), anchors.collect::<Vec<_>>())
        };
        page.translations.iter().map(of).collect()
    };
    let id = |page: &Page| page.incident().map(|incident| incident.id.value.clone());
    let same = |old: &Page, new: &Page| {
        old.folder == new.folder
            && id(old) == id(new)
            && old.attachments == new.attachments
            && anchors(old) == anchors(new)
    };
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| Arc::ptr_eq(old, new) || same(old, new))
}

impl<'a> Links<'a> {
    /// The addresses of a site, unchecked.
    #[must_use]
    pub fn new(site: &'a Site, tree: &'a Tree) -> Self {
        let incidents = site.incidents().map(|(page, incident)| (&incident.id.value, page)).collect();
        let attachments = site.pages.iter().flat_map(|page| &page.attachments);
        let attachments = attachments.map(|file| (below_content(&tree.file(*file).path), *file)).collect();
        Self { site, tree, incidents, attachments }
    }
}

/// `openclaw/x/shot.png` of `content/openclaw/x/shot.png`.
fn below_content(path: &str) -> &str {
    path.strip_prefix("content/").unwrap_or(path)
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
        format!("{}files/{}", self.site.config.base_path(), below_content(&self.tree.file(file).path))
    }
}
