//! `faultbook search`: what the box of the site shows for a text, with scores.

use super::match_::Known;
use super::{Console, print};
use crate::cli::Format;
use crate::diagnostic::visible::visible_line;
use crate::disk;
use crate::index::search::{self, Hit, Index, Origin, Sought, Sums};
use crate::link::Links;
use crate::matching;
use crate::model::{Page, Site};
use crate::parse;
use crate::source::Tree;
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// So many pages are printed.
const SHOWN: usize = 10;

pub(super) fn run(folder: &Path, text: &str, language: Option<&str>, why: bool, console: &Console) -> Result<ExitCode> {
    ensure!(
        matches!(console.format, Format::Human | Format::Json),
        "results are written as `human` or `json`; the other formats are for findings about pages"
    );
    let tree = disk::read(folder)?;
    let (mut site, _) = parse::site(&tree);
    site.pages.retain(|page| !page.draft);
    let known = Known::of(&site, &tree, language)?;
    let seen = matching::rank(known.matcher.find(text.as_bytes()), |signature| known.owners[signature].0);
    let files = search::of_site(&site, &tree);
    let index = Index::open(|name| files.get(name).cloned())?;
    let sought = search::sought(&index, text)?;
    let language = super::language(&index.manifest.languages, language)?.to_owned();
    let number = index.manifest.languages.iter().position(|known| *known == language).unwrap_or(0);
    let hits = search::hits(&index, &sought, number);
    let results = Results { site: &site, tree: &tree, index: &index, sought: &sought, language: number, why };
    let mut shown = String::new();
    for seen in &seen {
        match console.format {
            Format::Json => {
                let mut object = known.object("", seen.incident, known.owners[seen.best.signature].1, &seen.best);
                object.as_object_mut().map(|object| object.remove("file"));
                object["count"] = seen.count.into();
                writeln!(shown, "{object}")?;
            }
            _ => shown += &known.text("text", seen),
        }
    }
    for hit in hits.iter().take(SHOWN) {
        let (row, address) = results.row(hit)?;
        if seen.iter().any(|seen| row["id"] == seen.incident.to_string()) {
            continue;
        }
        match console.format {
            Format::Json => writeln!(shown, "{}", results.object(hit, &row, &address))?,
            _ => results.text(&mut shown, hit, &row, &address)?,
        }
    }
    print(&mut console.out(), &shown)?;
    if shown.is_empty() {
        console.note("nothing is found");
    }
    Ok(if shown.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

struct Results<'a> {
    site: &'a Site,
    tree: &'a Tree,
    index: &'a Index<'a>,
    sought: &'a [Sought],
    language: usize,
    why: bool,
}

impl Results<'_> {
    /// The row of a page in the reader's language, else in the first that it has, and its address.
    fn row(&self, hit: &Hit) -> Result<(Value, String)> {
        let languages = 0..self.site.config.languages.len();
        let language = std::iter::once(self.language).chain(languages).find(|&l| self.index.manifest.has(l, hit.page));
        let language = language.unwrap_or(0);
        let row = self.index.row(hit.page, language)?;
        let page: Option<&Page> = self.site.page(row["route"].as_str().unwrap_or_default());
        let links = Links::new(self.site, self.tree);
        let path = page.map(|page| links.page(page, &self.site.config.languages[language])).unwrap_or_default();
        Ok((row, format!("{}{path}", self.site.config.origin())))
    }

    /// The anchor and the words of the heading above the part that fits best.
    fn heading(row: &Value, hit: &Hit) -> Option<(String, String)> {
        let mut end = 0;
        let part = hit.part?;
        let entry = row["outline"].as_array()?.iter().find(|entry| {
            end += entry[2].as_u64().unwrap_or(0);
            part as u64 <= end.saturating_sub(1)
        })?;
        let text = |at: usize| entry[at].as_str().unwrap_or_default().to_owned();
        (!text(0).is_empty()).then(|| (text(0), text(1)))
    }

    fn text(&self, shown: &mut String, hit: &Hit, row: &Value, address: &str) -> Result<()> {
        let id = row["id"].as_str().map_or_else(String::new, |id| format!("{id} "));
        let mark = if self.is_translated(hit) { ", by translated words" } else { "" };
        writeln!(shown, "{id}{} ({}{mark})", visible_line(row["title"].as_str().unwrap_or_default()), hit.score)?;
        match Self::heading(row, hit) {
            Some((anchor, heading)) => writeln!(shown, "    {address}#{anchor} {}", visible_line(&heading))?,
            None => writeln!(shown, "    {address}")?,
        }
        if self.why {
            for why in self.why(hit) {
                let parts = why["parts"].to_string();
                writeln!(
                    shown,
                    "    {} ({}): {} × page {}, parts {}{}",
                    visible_line(why["term"].as_str().unwrap_or_default()),
                    why["origin"].as_str().unwrap_or_default(),
                    why["weight"],
                    why["page"],
                    parts,
                    if why["title"] == true { ", title" } else { "" }
                )?;
            }
            let rank = &self.index.manifest.rank;
            let sums = &hit.sums;
            let foreign = if sums.foreign { format!(", foreign {}/256", rank.foreign) } else { String::new() };
            writeln!(
                shown,
                "    best part {} × {}, page {} × {}, has {}/256 of the query, its title {}/256{foreign}",
                sums.part, rank.part, sums.page, rank.page, sums.cover, sums.title
            )?;
        }
        Ok(())
    }

    fn object(&self, hit: &Hit, row: &Value, address: &str) -> Value {
        let (anchor, heading) = Self::heading(row, hit).unzip();
        let mut object = json!({
            "id": row["id"], "title": row["title"], "url": address, "anchor": anchor, "heading": heading,
            "score": hit.score, "translated": self.is_translated(hit),
        });
        if self.why {
            object["why"] = self.why(hit).into();
            let Sums { part, page, cover, title, foreign } = hit.sums;
            object["sums"] = json!({ "part": part, "page": page, "cover": cover, "title": title, "foreign": foreign });
        }
        object
    }

    /// What each term adds to a page.
    fn why(&self, hit: &Hit) -> Vec<Value> {
        let terms = self.sought.iter().filter_map(|sought| Some((sought, sought.found.posting(hit.page)?)));
        let why = terms.map(|(sought, posting)| {
            let origin = format!("{:?}", sought.origin).to_lowercase();
            json!({
                "term": sought.term, "origin": origin, "weight": sought.weight, "page": posting.page,
                "title": posting.title, "parts": posting.parts(),
            })
        });
        why.collect()
    }

    /// Whether a page has no word of the query itself, only what words of it are called in another language.
    fn is_translated(&self, hit: &Hit) -> bool {
        let mut terms = self.sought.iter().filter(|sought| sought.found.posting(hit.page).is_some());
        terms.all(|sought| sought.origin == Origin::Translated)
    }
}
