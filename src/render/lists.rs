//! Pages that list others: home, groups, tags.

use super::incident;
use super::shelf::{Entry, Term};
use super::stage::{Stage, Tongue};
use super::view::{CountView, LinkView, ListView, PageView, RowView};
use crate::diagnostic::Diagnostic;
use crate::model::{Page, PageKind, Taxonomy};
use std::collections::BTreeMap;
use tera::Context;

/// How many incidents the home page shows.
const HOME: usize = 20;

/// How long a list may be before it is split, and into pieces of how many.
const WHOLE: usize = 500;
const PIECE: usize = 200;

/// Writes the home page of a language, and for the default language the root of the site.
pub fn home(stage: &Stage<'_>, tongue: &Tongue<'_>) -> Vec<Diagnostic> {
    let url = stage.home(tongue.language);
    let mut view = if let Some(page) = stage.site.page("") {
        let mut view = stage.page(tongue, page, "home");
        view.body = incident::parts(stage, tongue, page, Stage::shown(page, tongue.language));
        view
    } else {
        let title = stage.site.config.title.get(tongue.language).map_or("", String::as_str);
        let mut view = stage.bare(tongue, "home", title, url.clone());
        view.languages = stage.languages(tongue, |language| stage.home(language));
        view.alternates = stage.alternates_of(stage.site.config.languages.iter(), |language| stage.home(language));
        view
    };
    view.trail.clear();
    view.description = stage.site.config.description.get(tongue.language).cloned().unwrap_or_default();
    let active = || stage.shelf.all.iter().filter(|(_, incident)| incident.is_active());
    let rows: Vec<&RowView> =
        active().take(HOME).filter_map(|(page, _)| stage.rows(tongue).get(page.folder.as_str())).collect();
    let list = ListView {
        groups: groups(stage, tongue, ""),
        groups_within: groups_within(stage, tongue, "", ""),
        tags: counts(stage, tongue, Taxonomy::Tags),
        products: counts(stage, tongue, Taxonomy::Products),
        ..list(active().count())
    };
    let mut context = Context::new();
    context.insert("page", &view);
    context.insert("list", &list);
    context.insert("rows", &rows);
    let mut findings = stage.emit(tongue, "home.html", &context, &stage.file(&url));
    if tongue.language == stage.site.config.default_language() {
        view.chooses = true;
        context.insert("page", &view);
        findings.extend(stage.emit(tongue, "home.html", &context, "index.html"));
    }
    findings
}

/// Writes the list of a group, or of a folder's page that lists nothing but itself.
pub fn group(stage: &Stage<'_>, tongue: &Tongue<'_>, page: &Page) -> Vec<Diagnostic> {
    let mut view = stage.page(tongue, page, "group");
    view.body = incident::parts(stage, tongue, page, Stage::shown(page, tongue.language));
    let folder = page.folder.as_str();
    let entries = stage.shelf.groups.get(folder).map_or(&[][..], Vec::as_slice);
    let plain = stage.shelf.pages.get(folder).into_iter().flatten();
    let plain = plain.filter(|page| matches!(page.kind, PageKind::Plain)).map(|page| page.folder.as_str());
    let folders: Vec<&str> = entries.iter().map(|(page, _)| page.folder.as_str()).chain(plain).collect();
    let groups = groups(stage, tongue, folder);
    pieces(stage, tongue, &view, &folders, entries.len(), &groups)
}

/// Writes the page of the search, which without a script lists all groups and tags.
pub fn search(stage: &Stage<'_>, tongue: &Tongue<'_>) -> Vec<Diagnostic> {
    let url = |language: &_| format!("{}search/", stage.home(language));
    let mut view = stage.bare(tongue, "search", tongue.word("search"), url(tongue.language));
    view.languages = stage.languages(tongue, url);
    let mut context = Context::new();
    context.insert(
        "list",
        &ListView {
            groups: groups(stage, tongue, ""),
            groups_within: groups_within(stage, tongue, "", ""),
            tags: counts(stage, tongue, Taxonomy::Tags),
            ..list(0)
        },
    );
    let file = stage.file(&view.url);
    context.insert("page", &view);
    stage.emit(tongue, "search.html", &context, &file)
}

/// Writes the list of all tags or products.
pub fn terms(stage: &Stage<'_>, tongue: &Tongue<'_>, taxonomy: Taxonomy) -> Vec<Diagnostic> {
    if stage.shelf.terms(taxonomy).next().is_none() {
        return Vec::new();
    }
    let view = all_terms(stage, tongue, taxonomy);
    let counts = counts(stage, tongue, taxonomy);
    let list = match taxonomy {
        Taxonomy::Tags => ListView { tags: counts, ..list(0) },
        Taxonomy::Products => ListView { products: counts, ..list(0) },
    };
    let mut context = Context::new();
    context.insert("page", &view);
    context.insert("list", &list);
    context.insert("rows", &[(); 0]);
    stage.emit(tongue, "list.html", &context, &stage.file(&view.url))
}

fn all_terms(stage: &Stage<'_>, tongue: &Tongue<'_>, taxonomy: Taxonomy) -> PageView {
    let folder = taxonomy.folder();
    let url = |language: &_| format!("{}{folder}/", stage.home(language));
    let mut view = stage.bare(tongue, folder, tongue.word(folder), url(tongue.language));
    view.languages = stage.languages(tongue, url);
    view
}

/// Writes the list of the incidents of a tag or a product.
pub fn term(stage: &Stage<'_>, tongue: &Tongue<'_>, taxonomy: Taxonomy, term: &Term<'_>) -> Vec<Diagnostic> {
    let url = |language: &_| stage.links.term(taxonomy, term.name, language);
    let (kind, title) = match taxonomy {
        Taxonomy::Tags => ("tag", tongue.word("tagged").replace("{tag}", term.name)),
        Taxonomy::Products => ("product", tongue.word("of_product").replace("{product}", term.name)),
    };
    let mut view = stage.bare(tongue, kind, &title, url(tongue.language));
    view.languages = stage.languages(tongue, url);
    let all = all_terms(stage, tongue, taxonomy);
    view.trail.push(LinkView { html: all.title.html, url: all.url, language: all.language });
    let folders: Vec<&str> = term.entries.iter().map(|(page, _): &Entry<'_>| page.folder.as_str()).collect();
    pieces(stage, tongue, &view, &folders, folders.len(), &[])
}

/// Writes a list in one page, or in several when it is long.
fn pieces(
    stage: &Stage<'_>,
    tongue: &Tongue<'_>,
    view: &PageView,
    folders: &[&str],
    count: usize,
    groups: &[CountView],
) -> Vec<Diagnostic> {
    let size = if folders.len() > WHOLE { PIECE } else { WHOLE };
    let numbers = folders.len().div_ceil(size).max(1);
    let url = |number: usize| if number == 1 { view.url.clone() } else { format!("{}page-{number}/", view.url) };
    let mut findings = Vec::new();
    for number in 1..=numbers {
        let piece = folders.iter().skip((number - 1) * size).take(size);
        let rows: Vec<&RowView> = piece.filter_map(|folder| stage.rows(tongue).get(*folder)).collect();
        let list = ListView {
            groups: groups.to_vec(),
            number,
            numbers,
            previous: (number > 1).then(|| url(number - 1)),
            next: (number < numbers).then(|| url(number + 1)),
            ..list(count)
        };
        let mut view = view.clone();
        if number > 1 {
            view.url = url(number);
            view.canonical = Some(stage.absolute(&view.url));
            view.alternates.clear();
            view.body.clear();
        }
        let mut context = Context::new();
        context.insert("page", &view);
        context.insert("list", &list);
        context.insert("rows", &rows);
        findings.extend(stage.emit(tongue, "list.html", &context, &stage.file(&view.url)));
    }
    findings
}

fn list(count: usize) -> ListView {
    ListView {
        groups: vec![],
        groups_within: vec![],
        tags: vec![],
        products: vec![],
        count,
        number: 1,
        numbers: 1,
        previous: None,
        next: None,
    }
}

/// The groups directly in a folder.
fn groups(stage: &Stage<'_>, tongue: &Tongue<'_>, folder: &str) -> Vec<CountView> {
    pages_of_groups(stage, folder).map(|page| group_view(stage, tongue, page)).collect()
}

/// The groups in a folder, each followed by those in it, which stand further in.
fn groups_within(stage: &Stage<'_>, tongue: &Tongue<'_>, folder: &str, indent: &str) -> Vec<CountView> {
    let each = pages_of_groups(stage, folder).flat_map(|page| {
        let mut view = group_view(stage, tongue, page);
        view.html.insert_str(0, indent);
        let within = groups_within(stage, tongue, &page.folder, &format!("{indent}\u{2003}"));
        std::iter::once(view).chain(within)
    });
    each.collect()
}

fn pages_of_groups<'s>(stage: &Stage<'s>, folder: &str) -> impl Iterator<Item = &'s Page> {
    let pages = stage.shelf.pages.get(folder).into_iter().flatten().copied();
    pages.filter(|page| matches!(page.kind, PageKind::Group))
}

fn group_view(stage: &Stage<'_>, tongue: &Tongue<'_>, page: &Page) -> CountView {
    let link = stage.link(page, tongue.language);
    let count = stage.shelf.counts.get(page.folder.as_str()).copied().unwrap_or(0);
    CountView { html: link.html, url: link.url, language: link.language, count }
}

/// The terms of a taxonomy, by their names.
fn counts(stage: &Stage<'_>, tongue: &Tongue<'_>, taxonomy: Taxonomy) -> Vec<CountView> {
    let by_name: BTreeMap<(String, &str), &Term<'_>> =
        stage.shelf.terms(taxonomy).map(|(slug, term)| ((term.name.to_lowercase(), slug), term)).collect();
    by_name
        .into_values()
        .map(|term| CountView {
            html: super::escape::escaped(term.name),
            url: stage.links.term(taxonomy, term.name, tongue.language),
            language: stage.site.config.default_language().to_string(),
            count: term.entries.len(),
        })
        .collect()
}
