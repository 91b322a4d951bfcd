//! `faultbook explain`: an incident, or the rule behind a finding, laid out for the terminal.

use super::{Console, print, site_folder};
use crate::cli::{Format, Global};
use crate::diagnostic::explain::{Look, render};
use crate::diagnostic::{RULES, Rule, nearest};
use crate::index::catalog::{self, Catalog, Document, Entry, Inputs};
use crate::link::Links;
use crate::model::{Facts, Site};
use crate::prove::Proofs;
use crate::source::Tree;
use crate::{disk, explain, parse, process};
use anyhow::{Context, Result, ensure};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Lines are no longer than this: longer ones are hard to read.
const WIDEST: usize = 88;

pub(super) fn run(
    asked: &str,
    language: Option<&str>,
    catalog: Option<&str>,
    global: &Global,
    console: &Console,
) -> Result<ExitCode> {
    ensure!(
        console.format == Format::Human,
        "what is explained is written as `human` only; `/e/ID.json` is an incident as data"
    );
    let look = look(console);
    if let Some(rule) = Rule::find(asked) {
        let languages = ["en", "zh"].map(str::to_owned);
        let docs = rule.docs_in(super::language(&languages, language)?);
        print(&mut console.out(), &render(&docs, look))?;
        return Ok(ExitCode::SUCCESS);
    }
    let library = match (catalog, site_folder(global)) {
        (Some(place), _) => Library::published(place)?,
        (None, Ok(folder)) => Library::of_site(&folder)?,
        (None, Err(why)) => return Err(why.context(format!("no rule is called `{asked}`"))),
    };
    let found = explain::find(&library.catalog, asked);
    let Some((first, others)) = found.split_first() else {
        console.note(&unknown(asked, &library.catalog));
        return Ok(ExitCode::FAILURE);
    };
    let languages = &library.catalog.site.languages;
    let language = super::language(languages, language)?;
    let document = library.document(first)?;
    let related: Vec<&Entry> =
        first.related.iter().chain(&first.merged_into).flat_map(|id| explain::find(&library.catalog, id)).collect();
    print(&mut console.out(), &render(&explain::page(&document, &related, language), look))?;
    for other in others {
        let title = other.title.get(language).or(other.title.values().next()).map_or("", String::as_str);
        console.note(&format!("its text fits {} too: {title}", other.id));
    }
    Ok(ExitCode::SUCCESS)
}

/// What standard output takes: links only where a person reads them.
fn look(console: &Console) -> Look {
    let out = console.out();
    let colour = out.current_choice() != anstream::ColorChoice::Never;
    let terminal = std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let size = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = asked.or_else(size).unwrap_or(WIDEST).min(WIDEST);
    Look { width, colour, links: colour && terminal }
}

fn unknown(asked: &str, catalog: &Catalog) -> String {
    let rules = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    let ids = catalog.incidents.iter().map(|incident| incident.id.as_str());
    match nearest(asked, rules.chain(ids)) {
        Some(near) => format!("nothing is called `{asked}`; did you mean `{near}`?"),
        None => "no incident has this id, address or error text, and no rule this code or name".to_owned(),
    }
}

/// Where incidents are read from.
struct Library {
    catalog: Catalog,
    place: Place,
}

enum Place {
    /// A site's sources.
    Site(Box<Site>, Tree),
    /// The folder of a built site.
    Folder(PathBuf),
    /// The address of a built site, ended by a slash.
    Address(String),
}

impl Library {
    fn of_site(folder: &Path) -> Result<Self> {
        let tree = disk::read(folder)?;
        let (mut site, _) = parse::site(&tree);
        site.pages.retain(|page| !page.draft);
        let catalog = with_inputs(&site, &tree, catalog::catalog);
        Ok(Self { catalog, place: Place::Site(Box::new(site), tree) })
    }

    /// The library of a built site: a folder, an address, or that of its catalog.json.
    fn published(place: &str) -> Result<Self> {
        let bytes;
        let place = if place.starts_with("https://") || place.starts_with("http://") {
            let base = place.strip_suffix("catalog.json").unwrap_or(place).trim_end_matches('/');
            bytes = process::fetch(&format!("{base}/catalog.json"))?;
            Place::Address(format!("{base}/"))
        } else {
            let path = Path::new(place);
            let file = if path.is_dir() { path.join("catalog.json") } else { path.to_owned() };
            bytes = disk::read_file(&file)?;
            Place::Folder(file.parent().unwrap_or(Path::new("")).to_owned())
        };
        let catalog = serde_json::from_slice(&bytes).context("this is no catalog of a faultbook site")?;
        Ok(Self { catalog, place })
    }

    /// The incident whole.
    fn document(&self, entry: &Entry) -> Result<Document> {
        let file = format!("e/{}.json", entry.id);
        let bytes = match &self.place {
            Place::Site(site, tree) => {
                let page = site.incidents().find(|(_, incident)| incident.id.value.to_string() == entry.id);
                let (page, _) = page.expect("the catalog is of this site");
                let document = with_inputs(site, tree, |inputs| catalog::document(inputs, page));
                return Ok(document.expect("the page is an incident"));
            }
            Place::Folder(folder) => disk::read_file(&folder.join(&file))?,
            Place::Address(base) => process::fetch(&format!("{base}{file}"))?,
        };
        serde_json::from_slice(&bytes).with_context(|| format!("`{file}` is no incident of a faultbook site"))
    }
}

/// Reads a site without running anything of it: what was proven is not asked for here.
fn with_inputs<T>(site: &Site, tree: &Tree, read: impl FnOnce(Inputs<'_>) -> T) -> T {
    let links = Links::new(site, tree);
    read(Inputs { site, tree, links: &links, proofs: &Proofs::default(), facts: &Facts::default() })
}
