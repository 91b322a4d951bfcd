//! What was learned of each page, kept from one round to the next.
//!
//! In come a site's pages; out goes, for each of them, what a function says of it. A page that is the very one of the
//! last round, and so all of whose files are, is not asked again.

use super::Page;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was learned of each page, by its folder.
#[derive(Debug)]
pub struct Learned<T>(BTreeMap<String, (Arc<Page>, T)>);

impl<T> Default for Learned<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Send> Learned<T> {
    /// Learns of the pages that are new or others than before, in parallel, and forgets those that are gone.
    pub fn renew(&mut self, pages: &[Arc<Page>], learn: impl Fn(&Page) -> T + Sync) {
        let mut old = std::mem::take(&mut self.0);
        let (known, new): (Vec<_>, Vec<_>) =
            pages.iter().partition(|page| old.get(&page.folder).is_some_and(|(known, _)| Arc::ptr_eq(known, page)));
        let learned = new.into_par_iter().map(|page| (page.folder.clone(), (Arc::clone(page), learn(page))));
        self.0 = learned.collect();
        self.0.extend(known.into_iter().filter_map(|page| old.remove_entry(&page.folder)));
    }

    /// What was learned, by folder, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(folder, (_, learned))| (folder.as_str(), learned))
    }

    /// What was learned of the page of a folder.
    #[must_use]
    pub fn of(&self, folder: &str) -> Option<&T> {
        self.0.get(folder).map(|(_, learned)| learned)
    }
}
