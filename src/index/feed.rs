//! `/LANG/feed.xml`: an Atom feed of the incidents that changed last.

use super::address;
use super::changed::{changed, rfc3339};
use super::xml::Xml;
use crate::link::Links;
use crate::markdown::plain;
use crate::model::{Facts, Incident, Language, Page, Site, Translation};
use crate::source::Tree;
use std::cmp::Reverse;

/// How many incidents a feed holds.
const LENGTH: usize = 50;

/// An incident in the feed's language, and when it changed.
struct Entry<'a> {
    page: &'a Page,
    incident: &'a Incident,
    translation: &'a Translation,
    updated: i64,
}

/// The feed of a language: the incidents written in it, newest first, those of one time by their id.
pub(super) fn xml(site: &Site, tree: &Tree, links: &Links<'_>, facts: &Facts, language: &Language) -> Vec<u8> {
    let config = &site.config;
    let built = facts.time.unwrap_or(0);
    let mut entries: Vec<Entry<'_>> = site
        .incidents()
        .filter_map(|(page, incident)| {
            let translation = page.translation(language)?;
            let updated = changed(page, translation, tree, facts).unwrap_or(built);
            Some(Entry { page, incident, translation, updated })
        })
        .collect();
    entries.sort_by_key(|entry| (Reverse(entry.updated), &entry.incident.id.value));
    entries.truncate(LENGTH);

    let title = config.title.get(language).map_or("", String::as_str);
    let itself = address::of_file(config, &format!("{language}/feed.xml"));
    let updated = entries.first().map_or(built, |entry| entry.updated);
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language.as_str())]);
    xml.text("id", &[], &itself);
    xml.text("title", &[], title);
    if let Some(description) = config.description.get(language) {
        xml.text("subtitle", &[], description);
    }
    xml.text("updated", &[], &rfc3339(updated));
    xml.open("author", &[]);
    xml.text("name", &[], title);
    xml.close("author");
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &itself)]);
    let home = address::of_file(config, &format!("{language}/"));
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &home)]);
    for entry in &entries {
        write_entry(&mut xml, site, links, entry);
    }
    xml.close("feed");
    xml.finish()
}

fn write_entry(xml: &mut Xml, site: &Site, links: &Links<'_>, entry: &Entry<'_>) {
    let Entry { page, incident, translation, updated } = entry;
    let language = &translation.language;
    // The permanent address, for each language one of its own: an id is never that of two texts.
    let id = format!("{}#{language}", address::absolute(&site.config, &links.permanent(&incident.id.value)));
    let location = address::absolute(&site.config, &links.page(page, language));
    xml.open("entry", &[]);
    xml.text("id", &[], &id);
    xml.text("title", &[], &format!("{}: {}", incident.id.value, plain(&translation.title.value)));
    xml.text("updated", &[], &rfc3339(*updated));
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &location)]);
    for tag in &incident.tags {
        xml.empty("category", &[("term", &tag.value)]);
    }
    if let Some(words) = &translation.words {
        let summary = [&words.symptom, &words.root_cause, &words.fix].map(|line| plain(&line.value));
        xml.text("summary", &[], &summary.join("\n"));
    }
    xml.close("entry");
}
