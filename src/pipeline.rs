//! The stages in order, in memory: what the commands and the golden tests call.

use crate::diagnostic::{self, Diagnostic, Level};
use crate::link::{self, Links};
use crate::model::{Facts, Site};
use crate::output::{Output, Sink};
use crate::prove::{Proofs, Prover};
use crate::render::theme::{self, Theme};
use crate::source::Tree;
use crate::{index, parse, prove, render, rules};
use std::sync::Arc;

/// A site that was read, checked and proven.
pub struct Checked {
    /// What the authors wrote.
    pub site: Site,
    /// What the runs of their snippets showed.
    pub proofs: Proofs,
    /// How the pages look.
    pub theme: Theme,
    /// All that is wrong, sorted by place.
    pub findings: Vec<Diagnostic>,
}

impl Checked {
    /// Whether nothing found forbids to publish the site.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.level != Level::Error)
    }
}

/// What the last check learned, so that the next one looks only at what has changed since.
#[derive(Default)]
pub struct Memory {
    pages: parse::Memory,
    proofs: prove::Memory,
}

impl Memory {
    /// A memory that also knows what was proven by an earlier process.
    #[must_use]
    pub fn with_cache(cache: prove::Cache) -> Self {
        Self { pages: parse::Memory::default(), proofs: prove::Memory::with_cache(cache) }
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
        findings.extend(rules::check(&site, tree));
        findings.extend(link::resolve(&site, tree).1);
        let (theme, found) = theme::load(tree);
        findings.extend(found);
        let (proofs, found) = self.proofs.site(&site, tree, prover);
        findings.extend(found);
        diagnostic::sort(&mut findings);
        Checked { site, proofs, theme, findings }
    }
}

/// Reads, checks and proves a site. `drafts` says whether pages marked `draft: true` belong to it.
#[must_use]
pub fn check(tree: &Tree, prover: &dyn Prover, drafts: bool) -> Checked {
    Memory::default().check(tree, prover, drafts)
}

/// Reads a site and checks its addresses, without running anything of it. Drafts do not belong to it.
#[must_use]
pub fn addresses(tree: &Tree) -> (Site, Vec<Diagnostic>) {
    let (mut site, mut findings) = parse::site(tree);
    site.pages.retain(|page| !page.draft);
    findings.extend(rules::check(&site, tree));
    findings.extend(link::resolve(&site, tree).1);
    diagnostic::sort(&mut findings);
    (site, findings)
}

/// Writes a sound site to `sink`; what a template does wrong shows only now.
#[must_use]
pub fn write(checked: &Checked, tree: &Tree, facts: &Facts, sink: &dyn Sink) -> Vec<Diagnostic> {
    let Checked { site, proofs, theme, .. } = checked;
    let links = Links::new(site, tree);
    let findings = render::pages(site, tree, &links, proofs, facts, theme, sink);
    index::files(site, tree, &links, proofs, facts, sink);
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
    pub fn new(checked: Checked, tree: Arc<Tree>, facts: Facts) -> Self {
        Self { checked, tree, facts }
    }

    /// The file of a path, such as `en/index.html`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        let Checked { site, proofs, theme, .. } = &self.checked;
        let links = Links::new(site, &self.tree);
        let output = Output::default();
        // A template that fails leaves the page out, and was found when the site was checked.
        let _ = render::file(site, &self.tree, &links, proofs, &self.facts, theme, path, &output);
        output.into_files().remove(path).or_else(|| {
            let output = Output::default();
            index::files(site, &self.tree, &links, proofs, &self.facts, &output);
            output.into_files().remove(path)
        })
    }
}
