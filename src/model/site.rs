//! The site as a whole.

use super::{Incident, Language, Page};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything an author wrote, understood.
#[derive(Debug)]
pub struct Site {
    /// site.toml.
    pub config: Config,
    /// Words of the user interface and of section headings, per language.
    pub strings: BTreeMap<Language, Strings>,
    /// Every page, sorted by folder.
    pub pages: Vec<Arc<Page>>,
    /// Folders whose page could not be read: links to them are not called dead.
    pub unreadable: BTreeSet<String>,
}

impl Site {
    /// The page of a folder.
    #[must_use]
    pub fn page(&self, folder: &str) -> Option<&Page> {
        let at = self.pages.binary_search_by(|page| page.folder.as_str().cmp(folder)).ok()?;
        self.pages.get(at).map(AsRef::as_ref)
    }

    /// The incidents, with their pages, sorted by folder.
    pub fn incidents(&self) -> impl Iterator<Item = (&Page, &Incident)> {
        self.pages.iter().filter_map(|page| Some((page.as_ref(), page.incident()?)))
    }
}

/// site.toml, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the site is published: `https://host/base/`, always ended by `/`.
    pub base_url: String,
    /// The languages, the default first.
    pub languages: Vec<Language>,
    /// The site's name per language.
    pub title: BTreeMap<Language, String>,
    /// A sentence about the site per language.
    pub description: BTreeMap<Language, String>,
    /// Links to the outside that the theme offers.
    pub links: ExternalLinks,
    /// `glossary`: what a thing is called in one language, and in another.
    pub glossary: Vec<(String, String)>,
    /// `offline`: whether a reader's browser keeps the site for when there is no network.
    pub offline: bool,
    /// Where `languages` stands, for findings about a language as a whole.
    pub languages_span: Span,
}

impl Config {
    /// The default language.
    ///
    /// # Panics
    /// Never: `parse` gives at least one language.
    #[must_use]
    pub fn default_language(&self) -> &Language {
        self.languages.first().expect("parse gives at least one language")
    }

    /// The path part of `base_url`, with `/` at both ends.
    #[must_use]
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.find("://").map_or(0, |at| at + 3);
        self.base_url[after_scheme..].find('/').map_or("/", |at| &self.base_url[after_scheme + at..])
    }

    /// `https://host` of `base_url`, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.base_url.strip_suffix(self.base_path()).unwrap_or(&self.base_url)
    }
}

/// A way in which incidents are put together across groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taxonomy {
    /// `tags`
    Tags,
    /// `applies_to`, without versions
    Products,
}

impl Taxonomy {
    /// Every taxonomy.
    pub const ALL: [Self; 2] = [Self::Tags, Self::Products];

    /// The folder of its lists, which is also the key of its name among the words of the interface.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Products => "products",
        }
    }
}

/// Links to the outside that the theme offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalLinks {
    /// `edit_url`: `{path}` stands for the file within the site's folder.
    pub edit: Option<String>,
    /// `report_url`: where a reader reports a page.
    pub report: Option<String>,
    /// `source_url`: where the site's source is.
    pub source: Option<String>,
}

/// The words of one language: keys and texts of the user interface, and the words for section headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strings {
    /// `[ui]`: key and text; a text may have `{name}` parts.
    pub ui: BTreeMap<String, String>,
    /// `[headings]`: lower-cased heading and the anchor of its section kind.
    pub headings: BTreeMap<String, String>,
}

/// What is known of the sources beside their bytes, from version control: all that may differ between two
/// checkouts of the same files.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The commit that is built, abbreviated.
    pub commit: Option<String>,
    /// Time of the build in seconds since 1970: `SOURCE_DATE_EPOCH`, else the commit's.
    pub time: Option<i64>,
    /// When a file of the tree was last changed, by path, in seconds since 1970.
    pub changed: BTreeMap<String, i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    #[test]
    fn a_base_url_has_an_origin_and_a_path() {
        let mut tree = Tree::default();
        tree.add("site.toml", "");
        let file = tree.find("site.toml").unwrap();
        let mut config = Config {
            base_url: "https://example.org/".into(),
            languages: vec![],
            title: BTreeMap::new(),
            description: BTreeMap::new(),
            links: ExternalLinks::default(),
            glossary: vec![],
            offline: true,
            languages_span: Span::start_of(file),
        };
        assert_eq!((config.origin(), config.base_path()), ("https://example.org", "/"));
        config.base_url = "https://example.org/runbooks/".into();
        assert_eq!((config.origin(), config.base_path()), ("https://example.org", "/runbooks/"));
    }
}
