//! Pages out of a finished site.
//!
//! In come the [`Site`], where its links lead, what was proven, the facts of version control and the theme; out go
//! files to the [`Sink`] as they are made: every page in every language, its Markdown twin, lists, permanent and old
//! addresses, assets and attachments. Pages are made in parallel and depend on nothing but their inputs. Feeds and
//! other files that no person reads are left to `index`.

mod addresses;
mod body;
pub mod command;
mod emphasis;
mod escape;
mod fault;
mod highlight;
mod incident;
mod inline;

mod lists;
mod shelf;
mod stage;
pub mod theme;
mod twin;
pub mod view;

use crate::diagnostic::{self, Diagnostic};
use crate::link::Links;
use crate::model::{Facts, PageKind, Site};
use crate::output::Sink;
use crate::prove::Proofs;
use crate::source::Tree;
use rayon::prelude::*;
use stage::Stage;
use theme::Theme;

/// How the pages are rendered.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The address of a script that every page loads: the preview server's, which reloads the page.
    pub live: Option<String>,
}

/// Renders every page of the site. What comes back are faults of templates, each told once.
#[expect(clippy::too_many_arguments, reason = "the inputs of the stage, each of its own type")]
pub fn pages(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    proofs: &Proofs,
    facts: &Facts,
    theme: &Theme,
    options: &Options,
    sink: &dyn Sink,
) -> Vec<Diagnostic> {
    let stage = Stage::new(site, tree, links, proofs, facts, theme, options, sink);
    let mut findings: Vec<Diagnostic> = site.pages.par_iter().flat_map_iter(|page| of_page(&stage, page)).collect();
    findings.par_extend(stage.tongues.par_iter().flat_map_iter(|tongue| {
        let mut findings = lists::home(&stage, tongue);
        if !stage.shelf.tags.is_empty() {
            findings.extend(lists::all_tags(&stage, tongue));
        }
        findings
    }));
    let tags: Vec<_> = stage.shelf.tags.values().collect();
    findings.par_extend(
        tags.par_iter().flat_map_iter(|tag| stage.tongues.iter().flat_map(|tongue| lists::tag(&stage, tongue, tag))),
    );
    findings.extend(addresses::not_found(&stage));
    for asset in &theme.assets {
        stage.add(&asset.path, asset.bytes.clone());
    }
    diagnostic::sort(&mut findings);
    findings
}

/// A page in every language, its twins, its other addresses and the files beside it.
fn of_page(stage: &Stage<'_>, page: &crate::model::Page) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for tongue in &stage.tongues {
        match page.kind {
            // The home page is there whether or not an author wrote a text for it.
            PageKind::Home => {}
            PageKind::Group => findings.extend(lists::group(stage, tongue, page)),
            PageKind::Plain | PageKind::Incident(_) => findings.extend(incident::page(stage, tongue, page)),
        }
    }
    if matches!(page.kind, PageKind::Plain | PageKind::Incident(_)) {
        for shown in &page.translations {
            let url = format!("{}index.md", stage.links.page(page, &shown.language));
            stage.add(&stage.file(&url), twin::text(stage, page, shown).into_bytes());
        }
    }
    if let Some(incident) = page.incident() {
        findings.extend(addresses::permanent(stage, page, incident));
    }
    findings.extend(addresses::aliases(stage, page));
    for file in &page.attachments {
        stage.add(&stage.file(&stage.links.attachment(*file)), stage.tree.file(*file).bytes().to_vec());
    }
    findings
}

#[cfg(test)]
mod tests;
