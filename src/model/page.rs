//! A page of the site in all its languages.

use super::{Body, Incident, Language};
use crate::source::{FileId, Spanned};

/// A folder of `content/` that is a page.
#[derive(Debug)]
pub struct Page {
    /// Its folder below `content/`, which is its route below the language; empty for the home page.
    pub folder: String,
    /// What it is.
    pub kind: PageKind,
    /// Not to be published yet.
    pub draft: bool,
    /// Old routes that lead here.
    pub aliases: Vec<Spanned<String>>,
    /// Its languages in the order of site.toml, the default first if it is there.
    pub translations: Vec<Translation>,
    /// Files beside the page (images), sorted by path.
    pub attachments: Vec<FileId>,
}

impl Page {
    /// The page in a language.
    #[must_use]
    pub fn translation(&self, language: &Language) -> Option<&Translation> {
        self.translations.iter().find(|translation| translation.language == *language)
    }

    /// The folder that it stands in: `openclaw` of `openclaw/x`, empty at the top.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.folder.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The incident, if the page is one.
    #[must_use]
    pub fn incident(&self) -> Option<&Incident> {
        match &self.kind {
            PageKind::Incident(incident) => Some(incident),
            _ => None,
        }
    }
}

/// What a page is.
#[derive(Debug)]
pub enum PageKind {
    /// `content/_index.<lang>.md`
    Home,
    /// `_index.<lang>.md` in a folder
    Group,
    /// `index.<lang>.md` without an `id`
    Plain,
    /// `index.<lang>.md` with an `id`
    Incident(Box<Incident>),
}

/// A page in one language.
#[derive(Debug)]
pub struct Translation {
    /// The language.
    pub language: Language,
    /// The file.
    pub file: FileId,
    /// The title, inline Markdown.
    pub title: Spanned<String>,
    /// The four lines of an incident; `None` on other pages.
    pub words: Option<Words>,
    /// Further words people search by.
    pub synonyms: Vec<Spanned<String>>,
    /// `messages`: snippet name and the words for one of its findings.
    pub messages: Vec<(Spanned<String>, Spanned<String>)>,
    /// `unchecked`: why the incident has no check, in this language.
    pub unchecked: Option<Spanned<String>>,
    /// `related_because`: id of a related incident, and what tells it apart in this language.
    pub related_because: Vec<(Spanned<String>, Spanned<String>)>,
    /// `translated_from`: the parts of the source that the translation was made from, and the digest of each; empty
    /// where nothing was recorded.
    pub translated_from: Vec<(Spanned<String>, Spanned<String>)>,
    /// The text.
    pub body: Body,
}

/// The four lines of an incident, inline Markdown.
#[derive(Debug, Clone)]
pub struct Words {
    /// What the user sees.
    pub symptom: Spanned<String>,
    /// Why it happens.
    pub root_cause: Spanned<String>,
    /// How to be sure.
    pub confirm: Spanned<String>,
    /// What to do.
    pub fix: Spanned<String>,
}
