//! Pages out of a finished site.
//!
//! In come the [`Site`], where its links lead, what was proven, the facts of version control and the theme; out go
//! files to the [`Sink`] as they are made: every page in every language, its Markdown twin, lists, permanent and old
//! addresses, assets and attachments. Pages are made in parallel and depend on nothing but their inputs. Feeds and
//! other files that no person reads are left to `index`.

mod addresses;
mod body;
pub mod escape;
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
use crate::model::{Facts, Page, PageKind, Site, Taxonomy};
use crate::output::{Nowhere, Sink};
use crate::prove::Proofs;
use crate::source::Tree;
use rayon::prelude::*;
use stage::Stage;
use theme::Theme;

/// Renders every page of the site. What comes back are faults of templates, each told once.
pub fn pages(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    proofs: &Proofs,
    facts: &Facts,
    theme: &Theme,
    sink: &dyn Sink,
) -> Vec<Diagnostic> {
    let stage = Stage::new(site, tree, links, proofs, facts, theme, sink);
    let pages: Vec<&Page> = site.pages.iter().map(AsRef::as_ref).collect();
    let findings = some(&stage, &pages, usize::MAX);
    for asset in &theme.assets {
        stage.add(&asset.path, asset.bytes.clone());
    }
    findings
}

/// Renders one page of each kind, to nowhere: the faults of templates that show on most pages, at the same cost for a
/// site of any size.
#[must_use]
pub fn sample(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    proofs: &Proofs,
    facts: &Facts,
    theme: &Theme,
) -> Vec<Diagnostic> {
    let stage = Stage::new(site, tree, links, proofs, facts, theme, &Nowhere);
    let first =
        |kind: fn(&PageKind) -> bool| site.pages.iter().map(AsRef::as_ref).find(|page: &&Page| kind(&page.kind));
    let group = first(|kind| matches!(kind, PageKind::Group));
    let plain = first(|kind| matches!(kind, PageKind::Plain));
    let incident = first(|kind| matches!(kind, PageKind::Incident(_)));
    let pages: Vec<&Page> = group.into_iter().chain(plain).chain(incident).collect();
    some(&stage, &pages, 1)
}

/// Renders these pages, so many of the lists of terms, and the files that there is one of.
fn some(stage: &Stage<'_>, pages: &[&Page], terms: usize) -> Vec<Diagnostic> {
    stage.tongues.iter().for_each(|tongue| {
        stage.rows(tongue);
    });
    let mut findings: Vec<Diagnostic> = pages.par_iter().flat_map_iter(|page| of_page(stage, page)).collect();
    findings.par_extend(stage.tongues.par_iter().flat_map_iter(|tongue| {
        let mut findings = lists::home(stage, tongue);
        findings.extend(lists::search(stage, tongue));
        findings.extend(Taxonomy::ALL.into_iter().flat_map(|taxonomy| lists::terms(stage, tongue, taxonomy)));
        findings
    }));
    let terms: Vec<_> = stage.shelf.terms.iter().take(terms).collect();
    findings.par_extend(terms.par_iter().flat_map_iter(|((taxonomy, _), term)| {
        stage.tongues.iter().flat_map(|tongue| lists::term(stage, tongue, *taxonomy, term))
    }));
    findings.extend(addresses::not_found(stage));
    diagnostic::sort(&mut findings);
    // What may stand there instead differs from page to page; the fault does not.
    findings.dedup_by(|a, b| (a.rule, a.span, &a.message) == (b.rule, b.span, &b.message));
    findings
}

/// Renders what one file of the site needs, and little more: for a preview, which is asked for one page at a time. The
/// file may not be among what comes to the sink; then the site has no such file from this stage.
#[expect(clippy::too_many_arguments, reason = "the inputs of the stage, each of its own type")]
pub fn file(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    proofs: &Proofs,
    facts: &Facts,
    theme: &Theme,
    path: &str,
    sink: &dyn Sink,
) -> Vec<Diagnostic> {
    let stage = Stage::new(site, tree, links, proofs, facts, theme, sink);
    if let Some(asset) = theme.assets.iter().find(|asset| asset.path == path) {
        stage.add(path, asset.bytes.clone());
        return Vec::new();
    }
    let (first, rest) = path.split_once('/').unwrap_or(("", path));
    let tongue = stage.tongues.iter().find(|tongue| tongue.language.as_str() == first);
    match (tongue, rest) {
        (None, "index.html") if first.is_empty() => lists::home(&stage, &stage.tongues[0]),
        (None, "404.html") => addresses::not_found(&stage),
        (Some(tongue), "index.html") => lists::home(&stage, tongue),
        (Some(tongue), "search/index.html") => lists::search(&stage, tongue),
        _ => {
            let (folder, rest_of) = rest.split_once('/').unwrap_or_default();
            if let (Some(tongue), Some(taxonomy)) = (tongue, Taxonomy::ALL.into_iter().find(|of| of.folder() == folder))
            {
                let slug = rest_of.split('/').next().unwrap_or_default().to_owned();
                return match stage.shelf.terms.get(&(taxonomy, slug)) {
                    Some(term) => lists::term(&stage, tongue, taxonomy, term),
                    None => lists::terms(&stage, tongue, taxonomy),
                };
            }
            let page = page_of(site, if tongue.is_some() { rest } else { path })
                .or_else(|| site.pages.iter().map(AsRef::as_ref).find(|page| is_address(page, first, rest, path)));
            page.map_or_else(Vec::new, |page| of_page(&stage, page))
        }
    }
}

/// Renders `styleguide/`: every component in every language, for whoever changes a theme.
#[must_use]
pub fn styleguide(
    site: &Site,
    tree: &Tree,
    links: &Links<'_>,
    proofs: &Proofs,
    facts: &Facts,
    theme: &Theme,
    sink: &dyn Sink,
) -> Vec<Diagnostic> {
    let stage = Stage::new(site, tree, links, proofs, facts, theme, sink);
    let url = |language: &_| format!("{}styleguide/{language}/", stage.site.config.base_path());
    let mut findings = Vec::new();
    for (at, tongue) in stage.tongues.iter().enumerate() {
        let mut view = stage.bare(tongue, "styleguide", "Style guide", url(tongue.language));
        view.languages = stage.languages(tongue, url);
        view.hidden = true;
        let mut context = tera::Context::new();
        context.insert("page", &view);
        let first = (at == 0).then_some("styleguide/index.html".to_owned());
        for file in first.into_iter().chain([stage.file(&view.url)]) {
            findings.extend(stage.emit(tongue, "styleguide.html", &context, &file));
        }
    }
    findings
}

/// The page of the deepest folder that holds a file.
fn page_of<'a>(site: &'a Site, file: &str) -> Option<&'a Page> {
    let mut folder = file;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        if let Some(page) = site.page(parent) {
            return Some(page);
        }
        folder = parent;
    }
    None
}

/// Whether a file is a page's permanent link, an old address of it, or a file beside it.
fn is_address(page: &Page, first: &str, rest: &str, path: &str) -> bool {
    let id = page.incident().map(|incident| incident.id.value.to_string());
    match first {
        "e" => id.is_some_and(|id| rest.split('/').next() == Some(&id)),
        "files" => rest.strip_prefix(&page.folder).is_some_and(|rest| rest.starts_with('/')),
        _ => page.aliases.iter().any(|alias| crate::link::alias_file(&alias.value) == path),
    }
}

/// A page in every language, its twins, its other addresses and the files beside it.
fn of_page(stage: &Stage<'_>, page: &Page) -> Vec<Diagnostic> {
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
