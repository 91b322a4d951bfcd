//! `faultbook status`: of each page, how its translations stand, what was proven and who owns it.

use super::{Console, print};
use crate::cli::Format;
use crate::model::{Page, Site, Translation};
use crate::prove::Proofs;
use crate::source::Tree;
use crate::translation::{Change, Part, parts, stale};
use crate::{disk, parse, process};
use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use unicode_width::UnicodeWidthStr;

pub(super) fn run(root: &Path, diff: Option<&str>, console: &Console) -> Result<ExitCode> {
    ensure!(
        matches!(console.format, Format::Human | Format::Json),
        "how pages stand is written as `human` or `json`; the other formats are for findings about pages"
    );
    let tree = disk::read(root)?;
    if let Some(asked) = diff {
        let (site, _) = parse::site(&tree);
        let (page, translation) = super::page(&site, &tree, root, asked)?;
        let mut text = String::new();
        for shown in page.translations.iter().skip(1) {
            if translation.is_none_or(|asked| [shown.file, page.translations[0].file].contains(&asked.file)) {
                difference(&mut text, root, &tree, page, shown);
            }
        }
        print(&mut console.out(), &text)?;
        return Ok(ExitCode::from(u8::from(!text.is_empty())));
    }
    let checked = super::check(root, &tree, true);
    let site = &checked.site;
    let states: Vec<State<'_>> = site.pages.iter().map(|page| State::of(site, &tree, page, &checked.proofs)).collect();
    let text = match console.format {
        Format::Json => states.iter().map(|state| state.json().to_string() + "\n").collect(),
        _ => table(&states.iter().map(State::row).collect::<Vec<_>>()),
    };
    print(&mut console.out(), &text)?;
    Ok(if states.iter().all(State::is_current) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How a page stands.
struct State<'s> {
    page: &'s Page,
    /// Each language of the site, and how the page stands in it.
    languages: Vec<(&'s str, Translated)>,
    /// How many broken and healthy fixtures, and fixes, were proven.
    proof: Option<(usize, usize, usize)>,
}

/// How a page stands in a language.
enum Translated {
    /// It is the text that the others are made from.
    Source,
    Missing,
    /// It is not recorded from what it was made.
    Unrecorded,
    /// Recorded; what it is behind with.
    Recorded(Vec<(String, Change)>),
}

impl<'s> State<'s> {
    fn of(site: &'s Site, tree: &Tree, page: &'s Page, proofs: &Proofs) -> Self {
        let languages = site.config.languages.iter().map(|language| {
            let state = match page.translations.iter().position(|translation| translation.language == *language) {
                None => Translated::Missing,
                Some(0) => Translated::Source,
                Some(at) if page.translations[at].translated_from.is_empty() => Translated::Unrecorded,
                Some(at) => Translated::Recorded(stale(page, &page.translations[at], tree)),
            };
            (language.as_str(), state)
        });
        let proof = proofs.of(&page.folder).map(|proof| (proof.broken(), proof.healthy(), proof.fixes()));
        Self { page, languages: languages.collect(), proof }
    }

    fn is_current(&self) -> bool {
        self.languages.iter().all(|(_, state)| match state {
            Translated::Missing => false,
            Translated::Recorded(behind) => behind.is_empty(),
            Translated::Source | Translated::Unrecorded => true,
        })
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.page.incident()?.owner.as_ref()?.value)
    }

    fn id(&self) -> Option<String> {
        Some(self.page.incident()?.id.value.to_string())
    }

    fn row(&self) -> [String; 5] {
        let language = |(language, state): &(&str, Translated)| match state {
            Translated::Source => (*language).to_owned(),
            Translated::Missing => format!("{language} missing"),
            Translated::Unrecorded => format!("{language} not recorded"),
            Translated::Recorded(behind) if behind.is_empty() => format!("{language} current"),
            Translated::Recorded(behind) => {
                let parts: Vec<_> = behind.iter().map(|(part, change)| format!("{part} {}", change.as_str())).collect();
                format!("{language} behind ({})", parts.join(", "))
            }
        };
        let proof = match (self.page.incident(), self.proof) {
            (None, _) => String::new(),
            (Some(incident), None) => if incident.unchecked.is_some() { "unchecked" } else { "none" }.to_owned(),
            (Some(_), Some((broken, healthy, fixes))) => format!("broken {broken}, healthy {healthy}, fixes {fixes}"),
        };
        let languages: Vec<String> = self.languages.iter().map(language).collect();
        [
            self.id().unwrap_or_default(),
            format!("/{}", self.page.folder),
            languages.join("; "),
            proof,
            self.owner().unwrap_or_default().to_owned(),
        ]
    }

    fn json(&self) -> Value {
        let language = |(language, state): &(&str, Translated)| {
            let (state, parts) = match state {
                Translated::Source => ("source", &[] as &[_]),
                Translated::Missing => ("missing", &[] as &[_]),
                Translated::Unrecorded => ("unrecorded", &[] as &[_]),
                Translated::Recorded(behind) => (if behind.is_empty() { "current" } else { "behind" }, &behind[..]),
            };
            let parts = parts.iter().map(|(part, change)| json!({"part": part, "change": change.as_str()}));
            ((*language).to_owned(), json!({"state": state, "parts": parts.collect::<Vec<_>>()}))
        };
        json!({
            "page": self.page.folder,
            "id": self.id(),
            "languages": self.languages.iter().map(language).collect::<Map<_, _>>(),
            "proof": self.proof.map(|(broken, healthy, fixes)| json!({"broken": broken, "healthy": healthy, "fixes": fixes})),
            "owner": self.owner(),
        })
    }
}

/// Rows below a head, in columns as wide as what stands in them.
fn table(rows: &[[String; 5]]) -> String {
    let head = ["id", "page", "languages", "proof", "owner"].map(str::to_owned);
    let rows = || std::iter::once(&head).chain(rows);
    let widths: Vec<usize> = (0..head.len()).map(|at| rows().map(|row| row[at].width()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Of each part that a translation is behind with, what its source said then and says now.
fn difference(text: &mut String, root: &Path, tree: &Tree, page: &Page, translation: &Translation) {
    let now = parts(page, tree);
    let path = &tree.file(page.translations[0].file).path;
    let mut older: Vec<Vec<Part>> = Vec::new();
    let mut versions = process::git::versions(root, path);
    for (name, change) in stale(page, translation, tree) {
        let shown = format!("{path} {name}");
        let recorded = translation.translated_from.iter().find(|(part, _)| part.value == name);
        let is_it = |part: &&Part| part.name == name && recorded.is_some_and(|(_, digest)| digest.value == part.digest);
        let find = |parts: &Vec<Part>| parts.iter().find(is_it).map(|part| part.text.clone());
        let mut then = older.iter().find_map(find);
        while then.is_none() && change != Change::New {
            let Some(version) = versions.next() else { break };
            older.push(parts_of(tree, path, version));
            then = older.last().and_then(find);
        }
        if then.is_none() && change != Change::New {
            writeln!(text, "{shown} is {}; what it was made from is in no commit", change.as_str())
                .expect("a string takes every text");
            continue;
        }
        let now = now.iter().find(|part| part.name == name).map_or("", |part| part.text.as_str());
        let difference = diffy::create_patch(then.as_deref().unwrap_or_default(), now).to_string();
        let difference = difference.replacen("--- original", &format!("--- {shown}, as it was translated"), 1);
        text.push_str(&difference.replacen("+++ modified", &format!("+++ {shown}, now"), 1));
    }
}

/// The parts of a page whose source had another text.
fn parts_of(tree: &Tree, path: &str, text: String) -> Vec<Part> {
    let common =
        tree.iter().filter(|(_, file)| file.path == "site.toml" || file.path.starts_with("templates/strings/"));
    let mut old = Tree::new(common.map(|(_, file)| (file.path.clone(), Ok(file.bytes().to_vec()))));
    old.add(path, text);
    let (site, _) = parse::site(&old);
    site.pages.first().map(|page| parts(page, &old)).unwrap_or_default()
}
