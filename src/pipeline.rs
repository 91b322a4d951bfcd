//! The stages in order, in memory: what the commands and the golden tests call.

use crate::diagnostic::{self, Diagnostic, HARD_TO_FIND, Level, human};
use crate::index::search;
use crate::link::{self, Links};
use crate::model::{Facts, Site};
use crate::output::{Nowhere, Output, Sink};
use crate::prove::{Proofs, Prover};
use crate::render::theme::{self, Theme};
use crate::source::Tree;
use crate::{index, offline, parse, prove, render, rules};
use std::sync::{Arc, OnceLock};

/// A site that was read, checked and proven.
pub struct Checked {
    /// What the authors wrote.
    pub site: Site,
    /// What the runs of their snippets showed.
    pub proofs: Proofs,
    /// How the pages look.
    pub theme: Arc<Theme>,
    /// All that is wrong, sorted by place.
    pub findings: Vec<Diagnostic>,
    /// Whether drafts belong to it, and with them the style guide.
    pub drafts: bool,
    search: OnceLock<search::Files>,
}

impl Checked {
    /// Whether nothing found forbids to publish the site.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.level != Level::Error)
    }

    /// Adds what the site's own templates do wrong, which shows only when they render: on one page of each kind, or with
    /// `all` on every page, as a build finds it. The built-in templates have this program's tests.
    pub fn try_templates(&mut self, tree: &Tree, facts: &Facts, all: bool) {
        if !self.theme.is_own() || !self.is_sound() {
            return;
        }
        let Self { site, proofs, theme, .. } = &*self;
        let links = Links::new(site, tree);
        let mut found = if all {
            render::pages(site, tree, &links, proofs, facts, theme, &Nowhere)
        } else {
            render::sample(site, tree, &links, proofs, facts, theme)
        };
        if self.drafts {
            found.extend(render::styleguide(site, tree, &links, proofs, facts, theme, &Nowhere));
        }
        self.findings.extend(found);
        diagnostic::sort(&mut self.findings);
    }

    /// The index of the search, made when it is first asked for.
    pub fn search(&self, tree: &Tree) -> &search::Files {
        self.search.get_or_init(|| search::of_site(&self.site, tree))
    }

    /// Looks for the pages of a sound site by their names; what is not found is a finding. It needs the whole index, so
    /// that rounds of edits leave it out.
    pub fn look_for_pages(&mut self, tree: &Tree) {
        if self.is_sound() {
            let found = hard_to_find(&self.site, self.search(tree));
            self.findings.extend(found);
            diagnostic::sort(&mut self.findings);
        }
    }
}

/// What the last check learned, so that the next one looks only at what has changed since.
#[derive(Default)]
pub struct Memory {
    pages: parse::Memory,
    rules: rules::Memory,
    links: link::Memory,
    theme: theme::Memory,
    proofs: prove::Memory,
}

impl Memory {
    /// A memory that also knows what was proven by an earlier process.
    #[must_use]
    pub fn with_cache(cache: prove::Cache) -> Self {
        Self { proofs: prove::Memory::with_cache(cache), ..Self::default() }
    }

    /// What the next process should know of proofs; `None` when it knows that already.
    #[must_use]
    pub fn cached(&self) -> Option<String> {
        self.proofs.cache().text()
    }

    /// Reads, checks and proves a site. `drafts` says whether pages marked `draft: true` belong to it.
    pub fn check(&mut self, tree: &Tree, prover: &dyn Prover, drafts: bool) -> Checked {
        let (mut site, mut findings) = self.pages.site(tree);
        if !drafts {
            site.pages.retain(|page| !page.draft);
        }
        findings.extend(rules::check(&site, tree, &mut self.rules));
        findings.extend(link::check(&site, tree, &mut self.links));
        let (theme, found) = self.theme.load(tree);
        findings.extend(found);
        let (proofs, found) = self.proofs.site(&site, tree, prover);
        findings.extend(found);
        diagnostic::sort(&mut findings);
        Checked { site, proofs, theme, findings, drafts, search: OnceLock::new() }
    }
}

/// Reads, checks and proves a site, and looks for its pages by their names. `drafts` says whether pages marked
/// `draft: true` belong to it.
#[must_use]
pub fn check(tree: &Tree, prover: &dyn Prover, drafts: bool) -> Checked {
    let mut checked = Memory::default().check(tree, prover, drafts);
    checked.look_for_pages(tree);
    checked
}

/// Pages that are not found by what they are called.
fn hard_to_find(site: &Site, files: &search::Files) -> Vec<Diagnostic> {
    let index = search::Index::open(|name| files.get(name).cloned());
    let hidden = index.and_then(|index| search::hidden(site, &index)).expect("the index was made just now");
    let finding = |hidden: search::Hidden<'_>| {
        let search::Hidden { name, language, before } = hidden;
        let message =
            format!("searching for `{}` ({language}) does not find this page among the first three", name.value);
        let finding = HARD_TO_FIND.at(name.span, message).label("this finds other pages");
        let finding = before.iter().fold(finding, |finding, (page, terms)| {
            let why = format!("`{}` stands before it by `{}`", page.folder, terms.join("`, `"));
            finding.note_at(page.translations[0].title.span, &why)
        });
        finding.help(
            "say in the title what is special about this page, or add what readers type to its `synonyms`".to_owned(),
        )
    };
    hidden.into_iter().map(finding).collect()
}

/// Reads a site and checks its addresses, without running anything of it. Drafts do not belong to it.
#[must_use]
pub fn addresses(tree: &Tree) -> (Site, Vec<Diagnostic>) {
    let (mut site, mut findings) = parse::site(tree);
    site.pages.retain(|page| !page.draft);
    findings.extend(rules::check(&site, tree, &mut rules::Memory::default()));
    findings.extend(link::check(&site, tree, &mut link::Memory::default()));
    diagnostic::sort(&mut findings);
    (site, findings)
}

/// Writes a sound site to `sink`; what a template does wrong shows only now.
#[must_use]
pub fn write(checked: &Checked, tree: &Tree, facts: &Facts, sink: &dyn Sink) -> Vec<Diagnostic> {
    let Checked { site, proofs, theme, .. } = checked;
    let links = Links::new(site, tree);
    let kept = offline::Kept::new(sink, site.config.offline);
    let mut findings = render::pages(site, tree, &links, proofs, facts, theme, &kept);
    if checked.drafts {
        findings.extend(render::styleguide(site, tree, &links, proofs, facts, theme, sink));
    }
    index::files(site, tree, &links, proofs, facts, &kept);
    search::add(checked.search(tree), &kept);
    kept.finish();
    findings
}

/// A sound site whose files are rendered when they are asked for.
pub struct Preview {
    checked: Checked,
    tree: Arc<Tree>,
    facts: Facts,
}

impl Preview {
    /// A preview of a site without errors.
    #[must_use]
    pub fn new(mut checked: Checked, tree: Arc<Tree>, facts: Facts) -> Self {
        // A browser that kept a preview would show yesterday's edit.
        checked.site.config.offline = false;
        Self { checked, tree, facts }
    }

    /// The file of a path, such as `en/index.html`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(name) = search::name_in(path) {
            return self.checked.search(&self.tree).get(name).cloned();
        }
        let Checked { site, proofs, theme, .. } = &self.checked;
        let links = Links::new(site, &self.tree);
        let output = Output::default();
        if path.starts_with("styleguide/") {
            let _ = render::styleguide(site, &self.tree, &links, proofs, &self.facts, theme, &output);
            return output.into_files().remove(path);
        }
        let faults = render::file(site, &self.tree, &links, proofs, &self.facts, theme, path, &output);
        output.into_files().remove(path).or_else(|| {
            if !faults.is_empty() && path.strip_suffix(".html").is_some() {
                return Some(in_place_of_a_page(&human::render(&faults, &self.tree, false)));
            }
            let output = Output::default();
            index::files(site, &self.tree, &links, proofs, &self.facts, &output);
            output.into_files().remove(path)
        })
    }
}

/// What a page shows that a template failed on; on the pages that were tried when the site was checked it did not.
fn in_place_of_a_page(findings: &str) -> Vec<u8> {
    let text = render::escape::escaped(findings);
    let head = "<!doctype html><html lang=\"en\"><head><title>No page</title></head>";
    format!("{head}<body><pre>{text}</pre></body></html>").into_bytes()
}
