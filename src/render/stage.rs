//! What all pages share: the inputs, the templates of each language, and the parts of a page that every kind has.

use super::fault;
use super::inline::{self, Scope};
use super::shelf::{Shelf, ancestors, changed};
use super::theme::Theme;
use super::view::{
    AlternateView, HeadingView, LanguageView, LinkView, PageView, ProofView, RichView, RowView, SiteView, StampView,
};
use crate::diagnostic::Diagnostic;
use crate::link::Links;
use crate::markdown;
use crate::model::{Facts, Incident, Language, Page, PageKind, Site, Status, Strings, Taxonomy, Translation};
use crate::output::Sink;
use crate::prove::{MutantCount, Proofs};
use crate::source::Tree;
use crate::translation;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tera::{Context, Tera};

/// How many characters of a title are shown by a tab or a search engine.
const LONGEST_TAB: usize = 70;

/// The inputs of the stage, and what is worked out of them once.
pub struct Stage<'a> {
    pub site: &'a Site,
    pub tree: &'a Tree,
    pub links: &'a Links<'a>,
    pub proofs: &'a Proofs,
    pub facts: &'a Facts,
    pub theme: &'a Theme,
    pub shelf: Shelf<'a>,
    pub tongues: Vec<Tongue<'a>>,
    sink: &'a dyn Sink,
    ideographs: Option<&'a Language>,
}

/// A language of the interface.
pub struct Tongue<'a> {
    pub language: &'a Language,
    /// The words of the interface.
    pub ui: &'a BTreeMap<String, String>,
    /// Each page's line in lists, by folder.
    rows: OnceLock<BTreeMap<String, RowView>>,
    templates: Tera,
}

impl<'a> Stage<'a> {
    pub fn new(
        site: &'a Site,
        tree: &'a Tree,
        links: &'a Links<'a>,
        proofs: &'a Proofs,
        facts: &'a Facts,
        theme: &'a Theme,
        sink: &'a dyn Sink,
    ) -> Self {
        let ideographs = site.config.languages.iter().find(|language| has_ideographs(language));
        let shelf = Shelf::new(site, tree, facts);
        let mut stage = Self { site, tree, links, proofs, facts, theme, shelf, tongues: Vec::new(), sink, ideographs };
        stage.tongues = site.config.languages.iter().map(|language| stage.tongue(language)).collect();
        stage
    }

    fn tongue(&self, language: &'a Language) -> Tongue<'a> {
        static NONE: Strings = Strings { ui: BTreeMap::new(), headings: BTreeMap::new() };
        let ui = &self.site.strings.get(language).unwrap_or(&NONE).ui;
        let mut templates = self.theme.templates.clone();
        let shared = templates.global_context();
        shared.insert("t", ui);
        shared.insert("site", &self.site_view(language));
        Tongue { language, ui, rows: OnceLock::new(), templates }
    }

    fn site_view(&self, language: &Language) -> SiteView {
        let config = &self.site.config;
        let base = config.base_path();
        let words = |table: &BTreeMap<Language, String>| table.get(language).cloned().unwrap_or_default();
        let top = self.shelf.pages.get("").into_iter().flatten();
        let plain = top.filter(|page| matches!(page.kind, PageKind::Plain));
        let time = self.facts.time.and_then(|seconds| Timestamp::from_second(seconds).ok());
        SiteView {
            title: words(&config.title),
            description: words(&config.description),
            language: language.to_string(),
            home: self.home(language),
            base: base.to_owned(),
            tags: self.shelf.terms(Taxonomy::Tags).next().map(|_| format!("{base}{language}/tags/")),
            offline: config.offline.then(|| format!("{base}sw.js")),
            pages: plain.map(|page| self.link(page, language)).collect(),
            feed: format!("{base}{language}/feed.xml"),
            source: config.links.source.clone(),
            assets: self
                .theme
                .assets
                .iter()
                .map(|asset| (asset.name.clone(), format!("{base}{}", asset.path)))
                .collect(),
            stamp: StampView {
                datetime: time.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
                time: time.map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string()),
                commit: self.facts.commit.clone(),
                version: env!("CARGO_PKG_VERSION"),
            },
        }
    }

    /// The home page of a language.
    pub fn home(&self, language: &Language) -> String {
        format!("{}{language}/", self.site.config.base_path())
    }

    /// An address with the host.
    pub fn absolute(&self, url: &str) -> String {
        format!("{}{url}", self.site.config.origin())
    }

    /// The page as a reader of `language` gets it: in that language, else in the first it has.
    pub fn shown<'b>(page: &'b Page, language: &Language) -> &'b Translation {
        let first = page.translations.first().expect("parse gives a page at least one language");
        page.translation(language).unwrap_or(first)
    }

    /// What the words of a page refer to.
    pub fn scope(&self, page: &'a Page, translation: &'a Translation) -> Scope<'_> {
        let language = &translation.language;
        Scope { links: self.links, page, language, ideographs: self.ideographs.filter(|_| !has_ideographs(language)) }
    }

    /// A page's title.
    pub fn title(&self, page: &'a Page, translation: &'a Translation) -> RichView {
        let text = &translation.title.value;
        RichView {
            html: inline::label(text, self.scope(page, translation)),
            text: markdown::plain(text),
            language: translation.language.to_string(),
        }
    }

    /// A link to a page, saying its title.
    pub fn link(&self, page: &'a Page, language: &Language) -> LinkView {
        let title = self.title(page, Self::shown(page, language));
        LinkView { html: title.html, url: self.links.page(page, language), language: title.language }
    }

    /// What was proven of a page's incident.
    pub fn proof(&self, page: &Page) -> Option<ProofView> {
        let proof = self.proofs.of(&page.folder)?;
        let id = &page.incident()?.id.value;
        let MutantCount { caught, total, excused } = proof.mutants();
        Some(ProofView {
            broken: proof.broken(),
            healthy: proof.healthy(),
            fixes: proof.fixes(),
            faults: proof.faults(),
            caught,
            mutants: total,
            excused,
            jq: proof.jq().to_vec(),
            record: format!("{}.json", self.links.permanent(id).trim_end_matches('/')),
            record_name: format!("{id}.json"),
        })
    }

    /// The day of a page's last change.
    pub fn changed(&self, page: &Page) -> Option<String> {
        let time = Timestamp::from_second(changed(page, self.tree, self.facts)?).ok()?;
        Some(time.strftime("%Y-%m-%d").to_string())
    }

    /// The rows of all pages by folder, made when a list first asks for them.
    pub fn rows<'b>(&self, tongue: &'b Tongue<'_>) -> &'b BTreeMap<String, RowView> {
        let row = |page: &Arc<Page>| (page.folder.clone(), self.row(page, tongue.language));
        tongue.rows.get_or_init(|| self.site.pages.par_iter().map(row).collect())
    }

    /// A page as a line of a list, from among the rows of all pages if they have been made.
    pub fn row_of(&self, tongue: &Tongue<'_>, page: &Page) -> RowView {
        tongue.known_row(&page.folder).cloned().unwrap_or_else(|| self.row(page, tongue.language))
    }

    /// A page as a line of a list.
    fn row(&self, page: &Page, language: &Language) -> RowView {
        let shown = Self::shown(page, language);
        let scope = self.scope(page, shown);
        let incident = page.incident();
        RowView {
            url: self.links.page(page, language),
            title: self.title(page, shown),
            id: incident.map(|incident| incident.id.value.to_string()),
            severity: incident.map(|incident| incident.severity.as_str()),
            active: incident.is_none_or(|incident| incident.status == Status::Active),
            products: incident.map(products).unwrap_or_default(),
            symptom: shown.words.as_ref().map(|words| inline::label(&words.symptom.value, scope)),
            changed: self.changed(page),
        }
    }

    /// The parts that every kind of page has, for a page without a folder of its own: a list, a permanent link.
    pub fn bare(&self, tongue: &Tongue<'_>, kind: &'static str, title: &str, url: String) -> PageView {
        PageView {
            kind,
            title: RichView {
                html: super::escape::escaped(title),
                text: title.to_owned(),
                language: tongue.language.to_string(),
            },
            tab: self.tab(tongue, title),
            description: String::new(),
            permanent: None,
            language: tongue.language.to_string(),
            canonical: Some(self.absolute(&url)),
            url,
            alternates: Vec::new(),
            languages: Vec::new(),
            trail: vec![self.home_link(tongue)],
            outline: Vec::new(),
            untranslated: None,
            stale: Vec::new(),
            draft: false,
            body: Vec::new(),
            markdown: None,
            edit: None,
            report: None,
            chooses: false,
            hidden: false,
        }
    }

    /// The parts that every kind of page has, for a page that an author wrote.
    pub fn page(&self, tongue: &Tongue<'_>, page: &'a Page, kind: &'static str) -> PageView {
        let shown = Self::shown(page, tongue.language);
        let translated = shown.language == *tongue.language;
        let links = &self.site.config.links;
        let path = &self.tree.file(shown.file).path;
        let name = |language: &Language| self.name(language);
        let headings = shown.body.headings.iter().filter(|heading| (2..=3).contains(&heading.level));
        let in_words = shown.words.as_ref().map(|words| markdown::plain(&words.symptom.value));
        let with_twin = matches!(page.kind, PageKind::Plain | PageKind::Incident(_));
        let title = tongue.known_row(&page.folder).map_or_else(|| self.title(page, shown), |row| row.title.clone());
        let view = self.bare(tongue, kind, &title.text, self.links.page(page, tongue.language));
        PageView {
            title,
            description: in_words.unwrap_or_default(),
            permanent: page.incident().map(|incident| self.absolute(&self.links.permanent(&incident.id.value))),
            language: shown.language.to_string(),
            canonical: Some(self.absolute(&self.links.page(page, &shown.language))),
            alternates: if translated { self.alternates(page) } else { Vec::new() },
            languages: self.languages(tongue, |language| self.links.page(page, language)),
            trail: self.trail(tongue, page),
            outline: headings
                .map(|heading| HeadingView {
                    level: heading.level,
                    text: heading.text.clone(),
                    anchor: heading.anchor.clone(),
                })
                .collect(),
            untranslated: (!translated).then(|| name(&shown.language)),
            stale: self.stale(tongue, page, shown),
            draft: page.draft,
            hidden: page.draft,
            markdown: with_twin.then(|| format!("{}index.md", self.links.page(page, &shown.language))),
            edit: links.edit.as_ref().map(|edit| edit.replace("{path}", path)),
            report: links.report.as_ref().map(|report| report.replace("{path}", path)),
            ..view
        }
    }

    /// What a translation is behind with: its sections of those names, or the source's that it does not have yet.
    fn stale(&self, tongue: &Tongue<'_>, page: &Page, shown: &Translation) -> Vec<LinkView> {
        let link = |(part, _): (String, translation::Change)| {
            let word = match part.as_str() {
                translation::FRONT_MATTER => Some("stale_front_matter"),
                translation::OPENING => Some("stale_opening"),
                _ => None,
            };
            if let Some(word) = word {
                let html = super::escape::escaped(tongue.word(word));
                return Some(LinkView { html, url: "#main".to_owned(), language: tongue.language.to_string() });
            }
            let of = |text: &Translation| {
                let heading = text.body.headings.iter().find(|heading| heading.anchor == part)?;
                let page = if text.file == shown.file { String::new() } else { self.links.page(page, &text.language) };
                let url = format!("{page}#{part}");
                Some(LinkView { html: super::escape::escaped(&heading.text), url, language: text.language.to_string() })
            };
            of(shown).or_else(|| of(page.translations.first()?))
        };
        translation::stale(page, shown, self.tree).into_iter().filter_map(link).collect()
    }

    /// A title as the browser's tab and search engines show it, which cut off what is long.
    fn tab(&self, tongue: &Tongue<'_>, title: &str) -> String {
        let site = self.site.config.title.get(tongue.language).map_or("", String::as_str);
        let both = format!("{title} · {site}");
        if title != site && both.chars().count() <= LONGEST_TAB { both } else { cut(title, LONGEST_TAB) }
    }

    fn alternates(&self, page: &Page) -> Vec<AlternateView> {
        let languages = page.translations.iter().map(|translation| &translation.language);
        self.alternates_of(languages, |language| self.links.page(page, language))
    }

    /// The same page in languages of which the first is the default.
    pub fn alternates_of<'b>(
        &self,
        languages: impl Iterator<Item = &'b Language> + Clone,
        url: impl Fn(&Language) -> String,
    ) -> Vec<AlternateView> {
        let default = languages.clone().next().map(|language| ("x-default".to_owned(), language));
        let each = languages.map(|language| (language.to_string(), language)).chain(default);
        each.map(|(language, of)| AlternateView { language, url: self.absolute(&url(of)) }).collect()
    }

    /// The same place in every language of the site.
    pub fn languages(&self, tongue: &Tongue<'_>, url: impl Fn(&Language) -> String) -> Vec<LanguageView> {
        let languages = self.site.config.languages.iter();
        languages
            .map(|language| LanguageView {
                language: language.to_string(),
                name: self.name(language),
                url: url(language),
                current: language == tongue.language,
            })
            .collect()
    }

    /// A language's name in itself.
    pub fn name(&self, language: &Language) -> String {
        let strings = self.site.strings.get(language);
        strings.and_then(|strings| strings.ui.get("language")).map_or_else(|| language.to_string(), String::clone)
    }

    fn home_link(&self, tongue: &Tongue<'_>) -> LinkView {
        LinkView {
            html: super::escape::escaped(tongue.word("home")),
            url: self.home(tongue.language),
            language: tongue.language.to_string(),
        }
    }

    fn trail(&self, tongue: &Tongue<'_>, page: &Page) -> Vec<LinkView> {
        let mut trail: Vec<_> = ancestors(&page.folder)
            .filter_map(|folder| Some(self.row_of(tongue, self.site.page(folder)?).link()))
            .collect();
        trail.push(self.home_link(tongue));
        trail.reverse();
        trail
    }

    /// Renders a template and hands it on as the file of an address; what fails is a finding.
    pub fn emit(&self, tongue: &Tongue<'_>, template: &str, context: &Context, file: &str) -> Vec<Diagnostic> {
        let mut html = Vec::with_capacity(24 * 1024);
        match tongue.templates.render_to(template, context, &mut html) {
            Ok(()) => {
                self.sink.add(file, html);
                Vec::new()
            }
            Err(error) => fault::of(&error, self.tree, &self.theme.own),
        }
    }

    /// Hands on a file.
    pub fn add(&self, file: &str, bytes: Vec<u8>) {
        self.sink.add(file, bytes);
    }

    /// The file of an address: `en/x/index.html` of `/base/en/x/`.
    pub fn file(&self, url: &str) -> String {
        let path = url.strip_prefix(self.site.config.base_path()).unwrap_or(url);
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
    }
}

impl Tongue<'_> {
    fn known_row(&self, folder: &str) -> Option<&RowView> {
        self.rows.get()?.get(folder)
    }

    /// A word of the interface.
    pub fn word(&self, key: &str) -> &str {
        self.ui.get(key).map_or("", String::as_str)
    }
}

/// The products of an incident, each once.
fn products(incident: &Incident) -> Vec<String> {
    let mut products: Vec<_> = incident.applies_to.iter().map(|applies| applies.product.value.clone()).collect();
    products.dedup();
    products
}

/// The beginning of a text, of at most `longest` characters, cut between words where there are any.
fn cut(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest - 1).filter(|_| text.chars().count() > longest) else {
        return text.to_owned();
    };
    let kept = &text[..end];
    format!("{}…", kept.rsplit_once(' ').map_or(kept, |(words, _)| words).trim_end())
}

/// Whether a language is written in Chinese, Japanese or Korean script.
fn has_ideographs(language: &Language) -> bool {
    let primary = language.as_str().split('-').next().unwrap_or_default();
    matches!(primary, "zh" | "ja" | "ko" | "yue" | "wuu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_cut_between_words() {
        assert_eq!(cut("one two", 7), "one two");
        assert_eq!(cut("one two three", 9), "one two…");
        assert_eq!(cut("故障手册里的故障", 5), "故障手册…");
    }
}
