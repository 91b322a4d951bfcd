//! What was published and would stop resolving, and what to write so that it does not.

use super::{Entry, Ledger, published, route};
use crate::diagnostic::{ANCHOR_GONE, Diagnostic, ID_GONE, ID_REUSED, ROUTE_GONE, nearest};
use crate::link::{alias_file, alias_language};
use crate::model::{Heading, Incident, IncidentId, Language, Page, Site, Translation};
use crate::source::{Span, Spanned, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Holds a site against its ledger. What cannot be read in the ledger is found too.
#[must_use]
pub fn check(site: &Site, tree: &Tree) -> Vec<Diagnostic> {
    let (ledger, mut findings) = Ledger::read(tree);
    if let Some(ledger) = ledger {
        let kept = Kept::new(site, &ledger);
        findings.extend(kept.routes());
        findings.extend(kept.anchors());
        findings.extend(kept.ids());
    }
    findings
}

/// What was promised, and what is there.
struct Kept<'a> {
    site: &'a Site,
    ledger: &'a Ledger,
    /// Every address that resolves, as the file it is written to.
    addresses: BTreeMap<String, Place<'a>>,
    incidents: BTreeMap<&'a IncidentId, (&'a Page, &'a Incident)>,
}

/// What lives at an address.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// `/en/openclaw/x/`, or an old address of it
    Page(&'a Page, &'a Language),
    /// `/en/tags/cron/`
    List,
}

impl<'a> Kept<'a> {
    fn new(site: &'a Site, ledger: &'a Ledger) -> Self {
        let mut addresses = BTreeMap::new();
        for entry in published(site) {
            if let Entry::Route(route) = entry {
                addresses.insert(alias_file(&route), Place::List);
            }
        }
        for page in &site.pages {
            for language in &site.config.languages {
                let route = route(language.as_str(), &page.folder);
                addresses.insert(alias_file(&route), Place::Page(page, language));
            }
            for alias in &page.aliases {
                let language = alias_language(&site.config, &alias.value);
                addresses.insert(alias_file(&alias.value), Place::Page(page, language));
            }
        }
        let mut incidents: BTreeMap<_, (&Page, &Incident)> = BTreeMap::new();
        for (page, incident) in site.incidents() {
            let id = &incident.id.value;
            // Of two pages with one id, told elsewhere, the published one is meant.
            if !incidents.get(id).is_some_and(|(page, _)| ledger.promises(id, &page.folder)) {
                incidents.insert(id, (page, incident));
            }
        }
        Self { site, ledger, addresses, incidents }
    }

    fn entries(&self) -> impl Iterator<Item = (Span, &'a Entry)> {
        self.ledger.entries.iter().map(|Spanned { value, span }| (*span, value))
    }

    fn leads_to(&self, route: &str) -> Option<Place<'a>> {
        self.addresses.get(&alias_file(route)).copied()
    }

    /// The folder of an address in a language of the site; a page that could not be read is not called gone.
    fn folder<'r>(&self, route: &'r str) -> Option<&'r str> {
        let (first, rest) = route.strip_prefix('/')?.split_once('/')?;
        let known = self.site.config.languages.iter().any(|language| language.as_str() == first);
        known.then(|| rest.trim_end_matches('/'))
    }

    /// Whether a page that could not be read may answer for an address: its own, its tags', or an old one.
    fn is_unreadable(&self, route: &str) -> bool {
        let unreadable = &self.site.unreadable;
        let is_list = |folder: &str| folder == "tags" || folder.starts_with("tags/");
        !unreadable.is_empty() && self.folder(route).is_none_or(|folder| unreadable.contains(folder) || is_list(folder))
    }

    /// A finding for each page that is gone, whatever the languages it was in.
    fn routes(&self) -> Vec<Diagnostic> {
        let mut gone: BTreeMap<&str, Vec<(Span, &str)>> = BTreeMap::new();
        for (span, entry) in self.entries() {
            let (Entry::Route(route) | Entry::Anchor { route, .. }) = entry else { continue };
            if self.leads_to(route).is_none() && !self.is_unreadable(route) {
                let routes = gone.entry(self.folder(route).unwrap_or(route)).or_default();
                match routes.iter_mut().find(|(_, known)| known == route) {
                    // Of a route and its anchors, the route is the one to point at.
                    Some(known) if matches!(entry, Entry::Route(_)) => known.0 = span,
                    Some(_) => {}
                    None => routes.push((span, route)),
                }
            }
        }
        gone.into_iter().map(|(folder, routes)| self.route_gone(folder, &routes)).collect()
    }

    fn route_gone(&self, folder: &str, routes: &[(Span, &str)]) -> Diagnostic {
        let (span, first) = routes[0];
        let mut finding =
            ROUTE_GONE.at(span, format!("`{first}` was published and leads nowhere now")).label("promised here");
        for (span, other) in &routes[1..] {
            finding = finding.note_at(*span, format!("so does `{other}`"));
        }
        let aliases: Vec<&str> = routes.iter().map(|(_, route)| *route).collect();
        let aliases = format!("aliases: [{}]", aliases.join(", "));
        finding.help(self.route_help(folder, first, &aliases))
    }

    fn route_help(&self, folder: &str, route: &str, aliases: &str) -> String {
        let first = route.split('/').nth(1).unwrap_or_default();
        let rest = route[1 + first.len()..].trim_matches('/');
        let is_language = Language::parse(first).is_some() && self.site.page(rest).is_some();
        if is_language && self.site.config.languages.iter().all(|language| language.as_str() != first) {
            return format!("list `{first}` in `languages` of site.toml again");
        }
        if let Some(tag) = folder.strip_prefix("tags/") {
            return format!("tag an incident `{tag}` again, or write `{aliases}` on the page that readers are to find");
        }
        let lived_there = self.entries().find_map(|(_, entry)| match entry {
            Entry::Id { id, folder: lived } if lived == folder => Some(id),
            _ => None,
        });
        match lived_there.map(|id| (id, self.incidents.get(id))) {
            Some((id, Some((page, _)))) => {
                format!("if `{id}` has moved to `content/{}`, write there `{aliases}`", page.folder)
            }
            Some((_, None)) => format!(
                "bring `content/{folder}` back with `status: retired`, or with `status: merged` and `merged_into`"
            ),
            None => format!("write `{aliases}` on the page that readers are to find instead"),
        }
    }

    /// A finding for each anchor that its page lacks.
    fn anchors(&self) -> Vec<Diagnostic> {
        let mut promised: BTreeMap<&str, Vec<(Span, &str)>> = BTreeMap::new();
        for (span, entry) in self.entries() {
            if let Entry::Anchor { route, anchor } = entry {
                promised.entry(route).or_default().push((span, anchor));
            }
        }
        let mut findings = Vec::new();
        for (route, anchors) in promised {
            let Some(Place::Page(page, language)) = self.leads_to(route) else { continue };
            // A page that lacks the language shows the default language's text.
            let Some(shown) = page.translation(language).or(page.translations.first()) else { continue };
            findings.extend(anchors_gone(route, &anchors, shown));
        }
        findings
    }

    /// A finding for each id that no page has, or that another page has taken.
    fn ids(&self) -> Vec<Diagnostic> {
        let entries = self.entries().filter_map(|(span, entry)| match entry {
            Entry::Id { id, folder } => Some((span, id, folder.as_str())),
            _ => None,
        });
        let entries = entries.filter(|(_, _, folder)| !self.site.unreadable.contains(*folder));
        entries.filter_map(|(span, id, folder)| self.id(span, id, folder)).collect()
    }

    fn id(&self, span: Span, id: &IncidentId, folder: &str) -> Option<Diagnostic> {
        let Some(&(page, incident)) = self.incidents.get(id) else {
            let finding =
                ID_GONE.at(span, format!("`{id}` was published and no page has it now")).label("promised here");
            return Some(match self.site.page(folder).and_then(Page::incident) {
                Some(other) => finding
                    .note_at(other.id.span, "its page has another id")
                    .help(format!("write `id: {id}` there again: an id never changes")),
                None => finding.help(format!(
                    "bring `content/{folder}` back with `status: retired`, or with `status: merged` and `merged_into`"
                )),
            });
        };
        let languages = || self.site.config.languages.iter().map(|language| route(language.as_str(), folder));
        let leads_here =
            |route: String| matches!(self.leads_to(&route), Some(Place::Page(found, _)) if std::ptr::eq(found, page));
        if page.folder == folder || languages().any(leads_here) {
            return None;
        }
        let aliases: Vec<String> = languages().collect();
        let moved = match self.site.page(folder) {
            Some(_) => String::new(),
            None => format!("if the page was moved, write `aliases: [{}]` here; ", aliases.join(", ")),
        };
        let next = self.ledger.next_id(self.site, id.prefix());
        Some(
            ID_REUSED
                .at(incident.id.span, format!("`{id}` is the id of `content/{folder}`"))
                .label("taken by another page")
                .note_at(span, "published for that page")
                .help(format!("{moved}another incident takes an id of its own: `{next}`")),
        )
    }
}

/// The anchors of a page that none of its headings has. A heading that was not published before is where the words
/// have changed, if it is the only one, or its words are near.
fn anchors_gone(route: &str, promised: &[(Span, &str)], shown: &Translation) -> Vec<Diagnostic> {
    let names: BTreeSet<&str> = promised.iter().map(|(_, anchor)| *anchor).collect();
    let headings = &shown.body.headings;
    let is_there = |anchor: &str| headings.iter().any(|heading| heading.anchor == anchor);
    let gone: Vec<_> = promised.iter().filter(|(_, anchor)| !is_there(anchor)).collect();
    let fresh: Vec<&Heading> = headings.iter().filter(|heading| !names.contains(heading.anchor.as_str())).collect();
    let successor = |anchor: &str| match fresh.as_slice() {
        [only] if gone.len() == 1 => Some(*only),
        several => {
            let near = nearest(anchor, several.iter().map(|heading| heading.anchor.as_str()))?;
            several.iter().copied().find(|heading| heading.anchor == near)
        }
    };
    let finding = |&&(span, anchor): &&(Span, &str)| {
        let message = format!("`{route}#{anchor}` was published and leads nowhere now");
        match successor(anchor) {
            Some(heading) => {
                let hashes = "#".repeat(heading.level.into());
                ANCHOR_GONE
                    .at(heading.span, message)
                    .label("has its heading other words now?")
                    .note_at(span, "promised here")
                    .help(format!("let it keep its anchor: `{hashes} {} {{#{anchor}}}`", heading.text.trim()))
            }
            None => ANCHOR_GONE
                .at(span, message)
                .label("promised here")
                .help(format!("give the heading that now answers for it this anchor: `## … {{#{anchor}}}`")),
        }
    };
    gone.iter().map(finding).collect()
}
