//! Permanence: `content/permalinks.lock`, the ledger of every id, address and anchor that was ever published.
//!
//! [`published`] says what a site publishes now; [`Ledger::read`] reads what was written down before, a line each with
//! its place; [`check`] finds what was published and would stop resolving. A site without a ledger has nothing to
//! keep. Writing the ledger is left to `faultbook links`.

mod check;

pub use check::check;

use crate::diagnostic::{Diagnostic, LEDGER_SYNTAX, NOT_UTF8};
use crate::model::{IncidentId, Site};
use crate::slug::slug;
use crate::source::{FileId, Span, Spanned, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Where the ledger is.
pub const PATH: &str = "content/permalinks.lock";

/// What the ledger begins with.
const HEADER: &str = "\
# Every id, address and anchor that was ever published here. Lines are added, never changed or removed:
# `faultbook links --write` adds what is new, and nothing is built when one of them would lead nowhere.
";

/// What version control leaves in a file whose two sides it could not join.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// One promise, a line of the ledger. Addresses are paths from the site's root, without its base path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// `anchor /en/openclaw/x/#fix`
    Anchor {
        /// The address of the page.
        route: String,
        /// Without its `#`.
        anchor: String,
    },
    /// `id OPENCLAW-1 openclaw/x`
    Id {
        /// The incident.
        id: IncidentId,
        /// The folder of its page below `content/`.
        folder: String,
    },
    /// `route /en/openclaw/x/`
    Route(String),
}

impl Entry {
    /// Reads a line.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (kind, rest) = line.split_once(' ')?;
        match kind {
            "anchor" => {
                let (route, anchor) = rest.split_once('#')?;
                let good = route.starts_with('/') && !anchor.is_empty();
                good.then(|| Self::Anchor { route: route.to_owned(), anchor: anchor.to_owned() })
            }
            "id" => {
                let (id, folder) = rest.split_once(' ')?;
                let folder = Some(folder).filter(|folder| !folder.is_empty() && !folder.starts_with('/'))?;
                Some(Self::Id { id: IncidentId::parse(id)?, folder: folder.to_owned() })
            }
            "route" => rest.starts_with('/').then(|| Self::Route(rest.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anchor { route, anchor } => write!(f, "anchor {route}#{anchor}"),
            Self::Id { id, folder } => write!(f, "id {id} {folder}"),
            Self::Route(route) => write!(f, "route {route}"),
        }
    }
}

/// What was written down, each line with its place.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Spanned<Entry>>,
}

impl Ledger {
    /// Reads the ledger of a site; `None` when it has none. A line that cannot be read is a finding, and so is one
    /// that is there twice: both are what a merge leaves behind.
    #[must_use]
    pub fn read(tree: &Tree) -> (Option<Self>, Vec<Diagnostic>) {
        let Some(file) = tree.find(PATH) else { return (None, Vec::new()) };
        let text = match tree.file(file).text() {
            Ok(text) => text,
            Err(error) => {
                let at = Span::new(file, error.valid_up_to()..error.valid_up_to() + 1);
                return (
                    None,
                    vec![NOT_UTF8.at(at, "this file is not UTF-8").help("save the file as UTF-8".to_owned())],
                );
            }
        };
        let mut ledger = Self::default();
        let mut findings = Vec::new();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (span, line) in lines(file, text) {
            if CONFLICT_MARKS.iter().any(|mark| line.starts_with(mark)) {
                let finding = LEDGER_SYNTAX.at(span, "a merge has left this mark");
                findings.push(finding.help("keep the lines of both sides, and remove the mark".to_owned()));
            } else if let Some(first) = seen.get(line) {
                let finding = LEDGER_SYNTAX.at(span, "this line is there twice").note_at(*first, "first written here");
                findings.push(finding.help("remove one of the two".to_owned()));
            } else if let Some(entry) = Entry::parse(line) {
                seen.insert(line, span);
                ledger.entries.push(Spanned::new(entry, span));
            } else {
                let forms = "a line is `id ID FOLDER`, `route /LANGUAGE/…/` or `anchor /LANGUAGE/…/#ANCHOR`";
                findings.push(LEDGER_SYNTAX.at(span, "this line promises nothing").help(forms.to_owned()));
            }
        }
        (Some(ledger), findings)
    }

    /// Every id that was ever published.
    pub fn ids(&self) -> impl Iterator<Item = &IncidentId> {
        self.entries.iter().filter_map(|entry| match &entry.value {
            Entry::Id { id, .. } => Some(id),
            Entry::Anchor { .. } | Entry::Route(_) => None,
        })
    }

    /// Whether an id was published for the page of a folder.
    #[must_use]
    pub fn promises(&self, id: &IncidentId, folder: &str) -> bool {
        let is_it =
            |entry: &Entry| matches!(entry, Entry::Id { id: known, folder: lived } if known == id && lived == folder);
        self.entries.iter().any(|entry| is_it(&entry.value))
    }

    /// The first id of a prefix that is larger than all that are used or were ever published.
    #[must_use]
    pub fn next_id(&self, site: &Site, prefix: &str) -> String {
        let used = site.incidents().map(|(_, incident)| &incident.id.value).chain(self.ids());
        let used = used.filter(|id| id.prefix() == prefix).map(IncidentId::number);
        format!("{prefix}-{}", used.max().unwrap_or(0) + 1)
    }

    /// What `published` has and the ledger lacks.
    #[must_use]
    pub fn gain(&self, published: BTreeSet<Entry>) -> BTreeSet<Entry> {
        let known: BTreeSet<&Entry> = self.entries.iter().map(|entry| &entry.value).collect();
        published.into_iter().filter(|entry| !known.contains(entry)).collect()
    }

    /// The text of the ledger with `gain` added: its lines in the order of their bytes, so that two branches that add
    /// to it rarely meet in one line.
    #[must_use]
    pub fn text(&self, gain: &BTreeSet<Entry>) -> String {
        let entries = self.entries.iter().map(|entry| &entry.value).chain(gain);
        let lines: BTreeSet<String> = entries.map(ToString::to_string).collect();
        let mut text = HEADER.to_owned();
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// The lines that say something, each with its place.
fn lines(file: FileId, text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut start = mark;
    text[mark..].split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        (!line.is_empty() && !line.starts_with('#')).then(|| (Span::new(file, at..at + line.len()), line))
    })
}

/// Everything that a site publishes under an address of its own: its pages in every language, with the anchors of
/// each text, old addresses, lists of tags, and ids.
#[must_use]
pub fn published(site: &Site) -> BTreeSet<Entry> {
    let mut entries = BTreeSet::new();
    let tags: BTreeSet<String> = site
        .incidents()
        .flat_map(|(_, incident)| incident.tags.iter().map(|tag| slug(&tag.value)))
        .filter(|tag| !tag.is_empty())
        .collect();
    for language in &site.config.languages {
        entries.insert(Entry::Route(format!("/{language}/")));
        entries.extend(site.pages.iter().map(|page| Entry::Route(route(language.as_str(), &page.folder))));
        if !tags.is_empty() {
            entries.insert(Entry::Route(format!("/{language}/tags/")));
            entries.extend(tags.iter().map(|tag| Entry::Route(format!("/{language}/tags/{tag}/"))));
        }
    }
    for page in &site.pages {
        entries.extend(page.aliases.iter().map(|alias| Entry::Route(alias.value.clone())));
        for translation in &page.translations {
            let route = route(translation.language.as_str(), &page.folder);
            let anchors = translation.body.headings.iter().map(|heading| heading.anchor.clone());
            entries.extend(
                anchors
                    .filter(|anchor| !anchor.is_empty())
                    .map(|anchor| Entry::Anchor { route: route.clone(), anchor }),
            );
        }
    }
    entries.extend(
        site.incidents()
            .map(|(page, incident)| Entry::Id { id: incident.id.value.clone(), folder: page.folder.clone() }),
    );
    entries
}

/// `/en/openclaw/x/` of `openclaw/x`.
fn route(language: &str, folder: &str) -> String {
    if folder.is_empty() { format!("/{language}/") } else { format!("/{language}/{folder}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, is_entry: bool) {
        let entry = Entry::parse(line);
        assert_eq!(entry.is_some(), is_entry, "{line}");
        if let Some(entry) = entry {
            assert_eq!(entry.to_string(), line);
        }
    }

    #[test]
    fn a_line_is_read_as_it_is_written() {
        check("id DEMO-1 demo/token-expired", true);
        check("route /zh/网关/", true);
        check("route /wiki/old-page.html", true);
        check("anchor /en/demo/x/#修复", true);
        for bad in [
            "id demo-1 x",
            "id DEMO-1",
            "route en/x/",
            "anchor /en/x/",
            "anchor /en/x/#",
            "page /en/",
            "x",
            "id DEMO-1 /x",
        ] {
            check(bad, false);
        }
    }

    #[test]
    fn what_a_merge_leaves_behind_is_found_and_the_rest_is_read() {
        let mut tree = Tree::default();
        let text =
            "# head\r\n\r\nroute /en/a/\r\n<<<<<<< ours\r\nroute /en/b/\r\n=======\r\nroute /en/a/\r\n>>>>>>> theirs";
        tree.add(PATH, text);
        let (ledger, findings) = Ledger::read(&tree);
        let lines: Vec<usize> = findings
            .iter()
            .map(|finding| tree.file(finding.span.file).locate(finding.span.start as usize).line)
            .collect();
        assert_eq!(lines, [4, 6, 7, 8]);
        let ledger = ledger.unwrap();
        let gain = BTreeSet::from([Entry::Route("/en/a/b/".into()), Entry::Route("/en/0/".into())]);
        let expected = format!("{HEADER}route /en/0/\nroute /en/a/\nroute /en/a/b/\nroute /en/b/\n");
        assert_eq!(ledger.text(&gain), expected);
    }
}
