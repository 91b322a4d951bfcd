//! `llms.txt`: the site for programs that read text, in the default language: what it is, its groups, a line for
//! each incident with the address of its Markdown, and where the same is as JSON.

use super::address;
use crate::link::Links;
use crate::markdown::plain;
use crate::model::{Incident, Page, Site, Status, Translation};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many incidents are listed; the gravest come first, so that what is left out matters least.
const LENGTH: usize = 4_000;

/// The text of `llms.txt`.
pub(super) fn text(site: &Site, links: &Links<'_>) -> String {
    up_to(site, links, LENGTH)
}

/// The text of `llms.txt` with at most `length` incidents.
pub(super) fn up_to(site: &Site, links: &Links<'_>, length: usize) -> String {
    let config = &site.config;
    let language = config.default_language();
    let title = config.title.get(language).map_or("", String::as_str);
    let mut text = format!("# {}\n", one_line(title));
    if let Some(description) = config.description.get(language) {
        line(&mut text, format_args!("\n> {}", one_line(description)));
    }

    let mut incidents: Vec<(&Page, &Incident, &Translation)> =
        site.incidents().filter_map(|(page, incident)| Some((page, incident, page.translation(language)?))).collect();
    let total = incidents.len();
    incidents.sort_by_key(|(_, incident, _)| (Reverse(incident.severity), &incident.id.value));
    incidents.truncate(length);
    let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for incident in incidents {
        groups.entry(incident.0.parent()).or_default().push(incident);
    }

    for (folder, incidents) in groups {
        let group = site.page(folder).and_then(|page| page.translation(language));
        let group = group.map_or_else(|| folder.to_owned(), |translation| plain(&translation.title.value));
        line(&mut text, format_args!("\n## {}\n", one_line(if group.is_empty() { title } else { &group })));
        for (page, incident, translation) in incidents {
            let twin = address::absolute(config, &format!("{}index.md", links.page(page, language)));
            let name = in_brackets(&plain(&translation.title.value));
            let symptom = translation.words.as_ref().map(|words| plain(&words.symptom.value)).unwrap_or_default();
            let id = &incident.id.value;
            let facts = match &incident.status {
                Status::Active => incident.severity.as_str().to_owned(),
                Status::Retired => "retired".to_owned(),
                Status::Merged(into) => format!("merged into {}", into.value),
            };
            line(&mut text, format_args!("- [{id} {name}]({twin}): {facts}. {}", one_line(&symptom)));
        }
    }
    if total > length {
        let sitemap = address::of_file(config, "sitemap.xml");
        line(&mut text, format_args!("\nNot listed here: {}. <{sitemap}> has every page.", total - length));
    }
    let [catalog, schema] = ["catalog.json", "catalog.schema.json"].map(|file| address::of_file(config, file));
    line(&mut text, format_args!("\n## JSON\n"));
    line(&mut text, format_args!("- [Catalog]({catalog}): every incident in short, in every language"));
    line(&mut text, format_args!("- [Schema]({schema}): what its fields mean; fields are added, never removed"));
    line(&mut text, format_args!("- `e/ID.json` beside it: the incident of that id, whole"));
    text
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string does not fail");
}

/// A text with every run of white space as one space, so that it cannot end its line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it may stand in the brackets of a Markdown link.
fn in_brackets(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        if matches!(character, '\\' | '[' | ']' | '<' | '`') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
