//! How well the search finds: a corpus and queries in, a run file out.
//!
//! `cargo run --release --example retrieval -- CORPUS.jsonl QUERIES.jsonl RUN.tsv` reads pages, one a line (`id` such as
//! `a/b@en`, `title`, `text` with `## ` headings and `[[code:N]]` lines, `code`), and queries (`qid`, `ui`, `q`); it
//! writes of each query its first ten pages, best first. `--files DIR` also writes the index; with `--browser` it is the
//! site's script that reads and ranks, in Chromium (needs `npm ci` in `tests/browser`).

use faultbook::index::search::{self, Block, Document, Index, MANIFEST, Section, Site, Text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::{fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let in_browser =
        arguments.iter().position(|argument| argument == "--browser").map(|at| arguments.remove(at)).is_some();
    let folder = arguments.iter().position(|argument| argument == "--files").map(|at| {
        let folder = arguments.drain(at..).nth(1);
        folder.ok_or("--files needs a folder")
    });
    let [corpus, queries, run] = &arguments[..] else {
        return Err("usage: retrieval CORPUS.jsonl QUERIES.jsonl RUN.tsv [--files DIR] [--browser]".into());
    };
    let languages: Vec<String> = vec!["en".into(), "zh".into()];
    let pages = pages(&fs::read_to_string(corpus)?)?;
    let documents: Vec<Document> = pages.iter().map(|(id, texts)| document(id, texts, &languages)).collect();
    let files = Mutex::new(HashMap::new());
    search::files(&Site { languages: languages.clone(), documents: &documents, glossary: &[] }, &|name, bytes| {
        files.lock().expect("no thread panics").insert(name.to_owned(), bytes);
    });
    let files = files.into_inner()?;
    let write = |folder: &Path| -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let names: BTreeSet<&String> = files.keys().collect();
        names.into_iter().try_for_each(|name| fs::write(folder.join(format!("{name}.bin")), &files[name]))
    };
    if let Some(folder) = folder.transpose()? {
        write(Path::new(&folder))?;
    }
    if in_browser {
        let folder = tempfile::tempdir()?;
        write(folder.path())?;
        return Ok(fs::write(run, browser(folder.path(), queries, &pages)?)?);
    }
    let mut lines = String::new();
    let mut fetched = Vec::new();
    for line in fs::read_to_string(queries)?.lines() {
        let query: Value = serde_json::from_str(line)?;
        let language = languages.iter().position(|language| query["ui"] == **language).unwrap_or(0);
        // A new reader for each query, which shows what a first search fetches.
        let bytes = Mutex::new(0);
        let index = Index::open(|name| {
            let file = files.get(name).cloned();
            *bytes.lock().expect("no thread panics") += file.as_ref().map_or(0, Vec::len);
            file
        })?;
        let sought = search::sought(&index, query["q"].as_str().unwrap_or_default())?;
        let hits = search::hits(&index, &sought, language);
        let mut ids = Vec::new();
        for (rank, hit) in hits.iter().take(10).enumerate() {
            let (id, shown) = shown(&pages[hit.page], &query["ui"]);
            if rank < SHOWN {
                index.row(hit.page, languages.iter().position(|language| shown == *language).unwrap_or(0))?;
            }
            ids.push(format!("{id}@{shown}"));
        }
        writeln!(lines, "{}\t{}", query["qid"].as_str().unwrap_or_default(), ids.join(" "))?;
        fetched.push(*bytes.lock().expect("no thread panics"));
    }
    fs::write(run, lines)?;
    fetched.sort_unstable();
    let total: usize = files.values().map(Vec::len).sum();
    writeln!(
        io::stdout(),
        "{} pages, {} files of {} KB, manifest {} KB; a first search fetches {} KB (half of the queries), {} KB (95 %), \
         {SHOWN} rows included, script and excerpts not",
        pages.len(),
        files.len(),
        total / 1000,
        files[MANIFEST].len() / 1000,
        fetched.get(fetched.len() / 2).unwrap_or(&0) / 1000,
        fetched.get(fetched.len() * 95 / 100).unwrap_or(&0) / 1000,
    )?;
    Ok(())
}

/// A page's id, and the language in which a reader of `ui` gets it.
fn shown<'p>((id, texts): &'p Page, ui: &Value) -> (&'p str, &'p str) {
    let text = texts.iter().find(|text| text["lang"] == *ui).unwrap_or(&texts[0]);
    (id, text["lang"].as_str().unwrap_or_default())
}

/// The lines of a run file, as the site's script ranks the pages in a browser.
fn browser(index: &Path, queries: &str, pages: &[Page]) -> Result<String, Box<dyn Error>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/support/retrieval.js");
    let output = Command::new("node").arg(script).arg(index).stdin(fs::File::open(queries)?).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut lines = String::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let found: Value = serde_json::from_str(line)?;
        let of = |page: &Value| {
            let page = usize::try_from(page.as_u64()?).ok()?;
            let (id, shown) = shown(pages.get(page)?, &found["ui"]);
            Some(format!("{id}@{shown}"))
        };
        let ids: Vec<String> = found["pages"].as_array().into_iter().flatten().filter_map(of).collect();
        writeln!(lines, "{}\t{}", found["qid"].as_str().unwrap_or_default(), ids.join(" "))?;
    }
    Ok(lines)
}

/// So many results are shown at first.
const SHOWN: usize = 8;

/// A page's id and its translations.
type Page = (String, Vec<Value>);

/// The pages of a corpus with their translations, by id.
fn pages(corpus: &str) -> Result<Vec<Page>, Box<dyn Error>> {
    let mut pages: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in corpus.lines() {
        let text: Value = serde_json::from_str(line)?;
        let id = text["id"].as_str().and_then(|id| id.rsplit_once('@')).ok_or("an id has a language: `page@en`")?.0;
        pages.entry(id.to_owned()).or_default().push(text);
    }
    for texts in pages.values_mut() {
        texts.sort_by_key(|text| text["lang"].as_str().map(str::to_owned));
    }
    Ok(pages.into_iter().collect())
}

fn document(id: &str, texts: &[Value], languages: &[String]) -> Document {
    let sections: Vec<Vec<Section>> = texts.iter().map(sections).collect();
    let of_language = texts.iter().zip(search::parts(&sections)).map(|(text, (parts, outline))| Text {
        language: languages.iter().position(|language| text["lang"] == **language).unwrap_or(0),
        title: text["title"].as_str().unwrap_or_default().to_owned(),
        route: id.to_owned(),
        names: Vec::new(),
        parts,
        row: json!({ "title": text["title"], "route": id, "outline": outline }),
    });
    Document { texts: of_language.collect(), ..Document::default() }
}

fn sections(text: &Value) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for line in text["text"].as_str().unwrap_or_default().lines() {
        let level = line.len() - line.trim_start_matches('#').len();
        let code =
            line.strip_prefix("[[code:").and_then(|rest| rest.strip_suffix("]]")).and_then(|n| n.parse::<usize>().ok());
        let heading = line[level..].strip_prefix(' ').filter(|_| (2..=6).contains(&level));
        let last = sections.last_mut().expect("it begins with one");
        match (heading, code) {
            (Some(heading), _) => sections.push(Section {
                anchor: heading.to_lowercase().replace(' ', "-"),
                heading: heading.to_owned(),
                blocks: Vec::new(),
            }),
            (None, Some(number)) => {
                let text = text["code"][number].as_str().unwrap_or_default().to_owned();
                last.blocks.push(Block { text, is_code: true });
            }
            (None, None) => last.blocks.push(Block { text: line.to_owned(), is_code: false }),
        }
    }
    sections
}
