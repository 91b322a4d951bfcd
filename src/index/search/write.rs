//! The index as files: in come [`Document`]s, out go the manifest and what it lists.

use super::blocks::{self, Entry};
use super::bytes::{put, put_text};
use super::fold;
use super::lexicon::{Lexicon, lexicon};
use super::lists;
use super::manifest::{Manifest, Rank, VERSION};
use super::read::MANIFEST;
use super::shards::{FLAT, Shards, Store};
use super::signatures;
use super::tells::{Bonds, WORD, idf};
use super::text::is_ideographic;
use super::weigh::Document;
use crate::matching;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::HashSet;

/// Where a shard of terms is cut, in bytes before it is packed: about 3 KB after.
const SHARD: usize = 4400;

/// Where a shard of the vocabulary is cut.
const WORDS: usize = 6000;

/// Rows in a file.
const ROWS: usize = 4;

/// How many terms a long query leaves out, of those that a fifth of the pages have, and more than a few of a small site.
const COMMON: usize = 400;
const FEW: u32 = 10;

/// The smallest site whose index leaves out what no reader types: two characters on a single page that are no word, and
/// from the vocabulary words of a single page.
const LARGE: u32 = 500;

/// What the index is of.
pub struct Site<'s> {
    /// Its languages, the default first.
    pub languages: Vec<String>,
    /// Its pages, by their numbers.
    pub documents: &'s [Document],
    /// What a thing is called in one language, and in another.
    pub glossary: &'s [(String, String)],
}

/// Writes the index of a site: `add` takes each file by its name.
pub fn files(site: &Site<'_>, add: &(dyn Fn(&str, Vec<u8>) + Sync)) {
    let mut store = Store::new(add);
    let documents = site.documents;
    let mut manifest = terms(documents, &lexicon(documents, site.glossary), &mut store);
    manifest.languages.clone_from(&site.languages);
    let has = |document: &Document, language| document.texts.iter().any(|text| text.language == language);
    for language in 0..site.languages.len() {
        manifest.lacking.push(runs(documents.iter().map(|document| has(document, language))));
        let row = |document: &Document| {
            let text = document.texts.iter().find(|text| text.language == language);
            text.map_or(Value::Null, |text| text.row.clone())
        };
        let rows = documents.par_chunks(ROWS).map(|chunk| json(&chunk.iter().map(row).collect::<Vec<_>>())).collect();
        manifest.rows.push(store.rows(manifest.deep, rows));
    }
    manifest.stop = lists::stop();
    manifest.alarm = lists::alarm();
    manifest.signatures = store.list(signatures(documents));
    add(MANIFEST, manifest.to_bytes());
}

/// By turns how many are true and how many are false; nothing when all are true.
fn runs(values: impl Iterator<Item = bool>) -> Vec<usize> {
    let mut runs = vec![0];
    for value in values {
        if value != (runs.len() % 2 == 1) {
            runs.push(0);
        }
        *runs.last_mut().expect("it begins with one") += 1;
    }
    if runs.len() == 1 { Vec::new() } else { runs }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data")
}

/// The signatures of all pages.
fn signatures(documents: &[Document]) -> Vec<Vec<u8>> {
    let owners = documents.iter().enumerate().flat_map(|(page, document)| {
        document.signatures.iter().map(move |(id, text)| ((id.as_str(), page, text.as_str()), text.as_str()))
    });
    let (matcher, owners) = matching::compile(owners);
    if owners.is_empty() { Vec::new() } else { signatures::files(&matcher, &owners) }
}

/// The part of the index that is made of terms.
fn terms(documents: &[Document], lexicon: &Lexicon, store: &mut Store<'_>) -> Manifest {
    let blocks = blocks::blocks(documents);
    let pieces = blocks::pieces(&blocks);
    let mut entries = blocks::entries(&pieces);
    // A term of the glossary may be on no page: it is there for what it stands for.
    let known: HashSet<&str> = entries.iter().map(|entry| entry.term).collect();
    let absent = lexicon.keys().filter(|term| !known.contains(term.as_str()));
    entries.extend(absent.map(|term| Entry::of_no_page(term)));
    entries.par_sort_unstable_by_key(|entry| entry.term);
    let pages = u32::try_from(documents.len()).expect("a site has fewer pages");
    let bonds = Bonds::of(&entries);
    let mut shards = Shards::new(SHARD);
    for entry in &entries {
        let translations = lexicon.get(entry.term).map_or(&[][..], Vec::as_slice);
        let weight = bonds.weight(entry);
        if pages >= LARGE && entry.pages == 1 && weight < WORD && !entry.in_title && translations.is_empty() {
            continue;
        }
        let mut rest = vec![idf(pages, entry.pages), weight | if translations.is_empty() { 0 } else { 16 }];
        if !translations.is_empty() {
            put(&mut rest, translations.len());
            for (term, share) in translations {
                put_text(&mut rest, term.as_bytes());
                rest.push(*share);
            }
        }
        put_text(&mut rest, &entry.postings());
        shards.add(entry.term, &rest);
    }
    let least = if pages < LARGE { 1 } else { 2 };
    let mut words: Vec<(String, &Entry<'_>)> = entries
        .iter()
        .filter(|entry| entry.is_word && (entry.pages >= least || entry.in_title))
        .filter_map(|entry| Some((key(entry.term)?, entry)))
        .collect();
    words.par_sort_by(|a, b| a.0.cmp(&b.0));
    let mut vocabulary = Shards::new(WORDS);
    for (key, entry) in &words {
        let mut pages = Vec::new();
        put(&mut pages, entry.pages as usize);
        vocabulary.add(key, &pages);
    }
    let characters: HashSet<char> =
        entries.iter().flat_map(|entry| entry.term.chars()).filter(|&c| is_ideographic(c)).collect();
    let fold = fold::pairs(|character| characters.contains(&character));
    let shards = shards.finish();
    let deep = shards.len() > FLAT;
    Manifest {
        version: VERSION,
        pages: documents.len(),
        common: common(&entries, pages),
        rank: Rank::default(),
        deep,
        terms: if deep { store.deep(shards) } else { store.flat(shards) },
        words: store.flat(vocabulary.finish()),
        row_size: ROWS,
        fold: if fold.is_empty() { fold } else { store.list(vec![json(&fold)]) },
        ..Manifest::default()
    }
}

/// The terms that most pages have, sorted.
fn common(entries: &[Entry<'_>], pages: u32) -> Vec<String> {
    let often = entries.iter().filter(|entry| entry.pages > (pages / 5).max(FEW) && !entry.term.starts_with('#'));
    let mut common: Vec<&Entry<'_>> = often.collect();
    common.sort_by_key(|entry| (Reverse(entry.pages), entry.term));
    common.truncate(COMMON);
    let mut common: Vec<String> = common.iter().map(|entry| entry.term.to_owned()).collect();
    common.sort_unstable();
    common
}

/// The key of a word in the vocabulary: first letter, length in two digits, word. Words of four or more small ASCII
/// letters are in it.
pub fn key(word: &str) -> Option<String> {
    let good = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    good.then(|| format!("{}{:02}{word}", &word[..1], word.len()))
}
