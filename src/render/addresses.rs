//! Pages that only lead on: permanent addresses, old addresses, and the one for addresses that lead nowhere.

use super::stage::{Stage, Tongue};
use super::view::{MissingView, PermanentLinkView, PermanentView};
use crate::diagnostic::Diagnostic;
use crate::link::{alias_file, alias_language};
use crate::model::{Incident, Page};
use tera::Context;

/// Writes the permanent address of an incident: a page that shows its languages, and leads to the default one.
pub fn permanent(stage: &Stage<'_>, page: &Page, incident: &Incident) -> Vec<Diagnostic> {
    let tongue = default(stage);
    let url = stage.links.permanent(&incident.id.value);
    let view = stage.page(tongue, page, "permanent");
    let pages = page.translations.iter().map(|translation| PermanentLinkView {
        language: translation.language.to_string(),
        name: stage.name(&translation.language),
        html: stage.title(page, translation).html,
        url: stage.links.page(page, &translation.language),
    });
    let permanent = PermanentView {
        id: incident.id.value.to_string(),
        target: stage.links.page(page, &Stage::shown(page, tongue.language).language),
        json: format!("{}.json", url.trim_end_matches('/')),
        pages: pages.collect(),
    };
    let mut context = Context::new();
    context.insert(
        "page",
        &super::view::PageView { url: url.clone(), markdown: None, outline: vec![], chooses: true, ..view },
    );
    context.insert("permanent", &permanent);
    stage.emit(tongue, "permanent.html", &context, &stage.file(&url))
}

/// Writes a page's old addresses, each of which leads to the page in the language that the address was in.
pub fn aliases(stage: &Stage<'_>, page: &Page) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for alias in &page.aliases {
        let language = alias_language(&stage.site.config, &alias.value);
        let tongue = stage.tongues.iter().find(|tongue| tongue.language == language);
        let tongue = tongue.unwrap_or_else(|| default(stage));
        let mut view = stage.page(tongue, page, "redirect");
        view.hidden = true;
        let mut context = Context::new();
        context.insert("page", &view);
        findings.extend(stage.emit(tongue, "redirect.html", &context, &alias_file(&alias.value)));
    }
    findings
}

/// Writes what a host shows for an address that leads nowhere: in every language, for nobody knows the reader's.
pub fn not_found(stage: &Stage<'_>) -> Vec<Diagnostic> {
    let tongue = default(stage);
    let mut view = stage.bare(tongue, "missing", tongue.word("not_found"), stage.home(tongue.language));
    view.canonical = None;
    view.hidden = true;
    view.languages = stage.languages(tongue, |language| stage.home(language));
    let missing = stage.tongues.iter().map(|tongue| MissingView {
        language: tongue.language.to_string(),
        title: tongue.word("not_found").to_owned(),
        text: tongue.word("not_found_text").to_owned(),
        home: stage.home(tongue.language),
        site: stage.site.config.title.get(tongue.language).cloned().unwrap_or_default(),
    });
    let mut context = Context::new();
    context.insert("missing", &missing.collect::<Vec<_>>());
    context.insert("page", &view);
    stage.emit(tongue, "not_found.html", &context, "404.html")
}

fn default<'s, 'a>(stage: &'s Stage<'a>) -> &'s Tongue<'a> {
    stage.tongues.first().expect("parse gives at least one language")
}
