//! What an edit touches: the pages whose files it changes, and those that refer to them.

use super::Links;
use super::target::{decode, scheme, split_language};
use crate::model::{Page, Site, Status};
use std::collections::BTreeSet;

/// What an edit touches.
#[derive(Debug, PartialEq, Eq)]
pub enum Touched {
    /// Every page: the configuration or the theme was edited
    All,
    /// The pages in these folders below `content/`
    Pages(BTreeSet<String>),
}

/// What a change of the files at `paths` touches, which may be gone.
#[must_use]
pub fn touched<'p>(site: &Site, paths: impl IntoIterator<Item = &'p str>) -> Touched {
    let mut changed = BTreeSet::new();
    for path in paths {
        match path.strip_prefix("content/") {
            Some(inside) => changed.insert(folder(inside)),
            None if path == "site.toml" || path.starts_with("templates/") => return Touched::All,
            None => false,
        };
    }
    let ids: BTreeSet<_> = site
        .incidents()
        .filter(|(page, _)| changed.contains(page.folder.as_str()))
        .map(|(_, incident)| &incident.id.value)
        .collect();
    let refers = |page: &&Page| {
        let linked = page.translations.iter().flat_map(|translation| &translation.body.links);
        let mut linked = linked.filter_map(|link| Links::folder(page, &link.destination));
        let named = page.incident().is_some_and(|incident| {
            let merged = if let Status::Merged(into) = &incident.status { Some(into) } else { None };
            let related = incident.related.iter().map(|related| &related.id);
            related.chain(merged).any(|id| ids.contains(&id.value))
        });
        named || changed.contains(page.parent()) || linked.any(|folder| changed.contains(folder.as_str()))
    };
    let dependents = site.pages.iter().map(AsRef::as_ref).filter(refers).map(|page| page.folder.clone());
    let dependents: Vec<String> = dependents.collect();
    Touched::Pages(changed.into_iter().map(str::to_owned).chain(dependents).collect())
}

impl Touched {
    /// Whether the file at a path is of a page that is touched.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        match self {
            Self::All => true,
            Self::Pages(folders) => {
                path.strip_prefix("content/").is_some_and(|inside| folders.contains(folder(inside)))
            }
        }
    }
}

/// The folder of the page that a file below `content/` is of.
fn folder(path: &str) -> &str {
    let parts = ["/fixtures/", "/samples/"].iter().filter_map(|part| path.find(part));
    parts.min().or_else(|| path.rfind('/')).map_or("", |end| &path[..end])
}

impl Links<'_> {
    /// The folder that a link of a page names, whether there is a page or not.
    fn folder(page: &Page, destination: &str) -> Option<String> {
        let path = destination.split('#').next().unwrap_or_default();
        if path.is_empty() || scheme(destination).is_some() {
            return None;
        }
        let place = Self::place(page, &decode(path))?;
        Some(split_language(&place).0.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_page_of_its_folder() {
        assert_eq!(folder("app/x/index.en.md"), "app/x");
        assert_eq!(folder("app/x/fixtures/broken/root/etc/samples/a"), "app/x");
        assert_eq!(folder("app/x/samples/match-a.log"), "app/x");
        assert_eq!(folder("_index.en.md"), "");
    }
}
