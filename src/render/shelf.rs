//! The incidents in the orders in which lists show them, worked out once for all pages.

use crate::model::{Facts, Incident, Page, Site, Taxonomy};
use crate::slug::slug;
use crate::source::Tree;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// An incident with its page.
pub type Entry<'a> = (&'a Page, &'a Incident);

/// Incidents by group and tag, each list from the gravest and latest on; those no longer active come last.
pub struct Shelf<'a> {
    /// All of them.
    pub all: Vec<Entry<'a>>,
    /// By the folder they stand in.
    pub groups: BTreeMap<&'a str, Vec<Entry<'a>>>,
    /// How many active ones each folder has, those of the folders in it included.
    pub counts: BTreeMap<&'a str, usize>,
    /// By tag and by product, in the form of an address.
    pub terms: BTreeMap<(Taxonomy, String), Term<'a>>,
    /// Pages that are no incidents, by the folder they stand in; the home page is in none.
    pub pages: BTreeMap<&'a str, Vec<&'a Page>>,
}

/// A tag or a product.
pub struct Term<'a> {
    /// As first written.
    pub name: &'a str,
    /// The incidents that have it.
    pub entries: Vec<Entry<'a>>,
}

impl<'a> Shelf<'a> {
    /// The shelf of a site.
    pub fn new(site: &'a Site, tree: &Tree, facts: &Facts) -> Self {
        let mut all: Vec<_> = site.incidents().collect();
        all.sort_by_cached_key(|(page, incident)| {
            (
                !incident.is_active(),
                Reverse(incident.severity),
                Reverse(changed(page, tree, facts)),
                page.folder.as_str(),
            )
        });
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut counts = BTreeMap::new();
        let mut terms = BTreeMap::new();
        for &(page, incident) in &all {
            groups.entry(page.parent()).or_default().push((page, incident));
            for folder in ancestors(&page.folder).filter(|_| incident.is_active()) {
                *counts.entry(folder).or_default() += 1;
            }
            let tags = incident.tags.iter().map(|tag| (Taxonomy::Tags, &tag.value));
            let products = incident.applies_to.iter().map(|applies| (Taxonomy::Products, &applies.product.value));
            for (taxonomy, name) in tags.chain(products) {
                let term = terms.entry((taxonomy, slug(name))).or_insert(Term { name, entries: Vec::new() });
                // Two spellings of a tag on one page are one tag.
                if !term.entries.last().is_some_and(|(last, _)| std::ptr::eq(*last, page)) {
                    term.entries.push((page, incident));
                }
            }
        }
        terms.retain(|(_, slug), _| !slug.is_empty());
        let mut pages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for page in site.pages.iter().filter(|page| page.incident().is_none() && !page.folder.is_empty()) {
            pages.entry(page.parent()).or_default().push(page.as_ref());
        }
        Self { all, groups, counts, terms, pages }
    }
}

impl<'a> Shelf<'a> {
    /// The terms of a taxonomy with their form in addresses.
    pub fn terms(&self, taxonomy: Taxonomy) -> impl Iterator<Item = (&str, &Term<'a>)> {
        let all = self.terms.iter().filter(move |((of, _), _)| *of == taxonomy);
        all.map(|((_, slug), term)| (slug.as_str(), term))
    }
}

/// The folders around a folder, from the nearest to the top.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(folder.rsplit_once('/'), |(parent, _)| parent.rsplit_once('/')).map(|(parent, _)| parent)
}

/// When the page's default language was last changed, in seconds since 1970.
pub fn changed(page: &Page, tree: &Tree, facts: &Facts) -> Option<i64> {
    let translation = page.translations.first()?;
    facts.changed.get(&tree.file(translation.file).path).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_in_those_before_its_slashes() {
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a/b", "a"]);
        assert_eq!(ancestors("a").count(), 0);
    }
}
