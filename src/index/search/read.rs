//! The index as a reader has it: terms, words and rows out of files that may be anything.
//!
//! Nothing that a file holds makes this panic, loop or take more memory than the file accounts for: what cannot be
//! read is [`Broken`], with the file's name.

use super::blocks::take_posting;
use super::bytes::{Bytes, unpack};
use super::manifest::{self, List, Manifest};
use super::shards::SPAN;
use super::weigh::Posting;

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use thiserror::Error;

/// A file of the index that is missing or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the search index is broken: `{0}`")]
pub struct Broken(pub String);

/// A term and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// How much it tells.
    pub idf: u8,
    /// How much of a word it is, 1 to 15.
    pub weight: u8,
    /// What it stands for in other languages, each with what that counts for, of 64.
    pub translations: Vec<(String, u8)>,
    /// Its pages, in order.
    pub postings: Vec<(u32, Posting)>,
}

impl Term {
    /// Where it stands in a page.
    pub fn posting(&self, page: usize) -> Option<&Posting> {
        let at = self.postings.binary_search_by_key(&page, |(page, _)| *page as usize).ok()?;
        Some(&self.postings[at].1)
    }
}

/// An index that answers.
pub struct Index<'f> {
    /// What it is made of.
    pub manifest: Manifest,
    fetch: Box<Fetch<'f>>,
    unpacked: Mutex<HashMap<String, Arc<Vec<u8>>>>,
    known: RwLock<HashMap<String, Option<Arc<Term>>>>,
}

/// Gives a file by its name.
type Fetch<'f> = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'f;

/// The name of the manifest among the files.
pub const MANIFEST: &str = "manifest";

impl<'f> Index<'f> {
    /// Opens an index; `fetch` gives its files by their names.
    ///
    /// # Errors
    /// When the manifest is missing or none.
    pub fn open(fetch: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'f) -> Result<Self, Broken> {
        let manifest = fetch(MANIFEST).and_then(|bytes| Manifest::read(&bytes));
        let manifest = manifest.ok_or_else(|| Broken(MANIFEST.to_owned()))?;
        Ok(Self { manifest, fetch: Box::new(fetch), unpacked: Mutex::default(), known: RwLock::default() })
    }

    /// The term, if a page has it.
    ///
    /// # Errors
    /// When its shard is broken.
    pub fn term(&self, term: &str) -> Result<Option<Arc<Term>>, Broken> {
        if let Some(known) = self.known.read().expect("no thread panics while it reads").get(term) {
            return Ok(known.clone());
        }
        let mut found = None;
        self.scan(&self.manifest.terms, self.manifest.deep, term, |bytes, known| {
            if known != term.as_bytes() {
                return skip(bytes).map(|()| known < term.as_bytes());
            }
            found = Some(Arc::new(read_term(bytes)?));
            Some(false)
        })?;
        self.known.write().expect("no thread panics while it reads").insert(term.to_owned(), found.clone());
        Ok(found)
    }

    /// The terms that begin with a text, with their number of pages, as far as the shard of the text has them.
    ///
    /// # Errors
    /// When the shard is broken.
    pub fn completions(&self, start: &str) -> Result<Vec<(usize, String)>, Broken> {
        let mut found = Vec::new();
        self.scan(&self.manifest.terms, self.manifest.deep, start, |bytes, known| {
            let fits = known.starts_with(start.as_bytes());
            if fits {
                let term = read_term(bytes)?;
                found.push((term.postings.len(), String::from_utf8(known.to_vec()).ok()?));
            } else {
                skip(bytes)?;
            }
            Some(fits || known < start.as_bytes())
        })?;
        Ok(found)
    }

    /// Calls `word` for the words of the vocabulary with a first letter and a length, with their number of pages.
    ///
    /// # Errors
    /// When a shard is broken.
    pub fn words(&self, first: char, length: usize, mut word: impl FnMut(&str, usize)) -> Result<(), Broken> {
        let start = format!("{first}{length:02}");
        let list = &self.manifest.words;
        let Some(from) = list.find(&start) else { return Ok(()) };
        for at in from..list.first.len() {
            if at > from && !list.first[at].starts_with(&start) {
                break;
            }
            let name = list.file(at).ok_or_else(|| Broken(MANIFEST.to_owned()))?;
            self.entries(name, |bytes, known| {
                let pages = bytes.number()?;
                let key = std::str::from_utf8(known).ok()?;
                if let Some(known) = key.strip_prefix(&start) {
                    word(known, pages);
                }
                Some(true)
            })?;
        }
        Ok(())
    }

    /// The row of a page in a language; null when it lacks it.
    ///
    /// # Errors
    /// When the file of the row is broken.
    pub fn row(&self, page: usize, language: usize) -> Result<Value, Broken> {
        let manifest = &self.manifest;
        let broken = || Broken(MANIFEST.to_owned());
        let (at, row) = (page / manifest.row_size.max(1), page % manifest.row_size.max(1));
        let files = manifest.rows.get(language).ok_or_else(broken)?;
        let name = if manifest.deep {
            let list = self.file(manifest::file(files, at / SPAN).ok_or_else(broken)?)?;
            let list = String::from_utf8_lossy(&list);
            manifest::file(&list, at % SPAN).ok_or_else(broken)?.to_owned()
        } else {
            manifest::file(files, at).ok_or_else(broken)?.to_owned()
        };
        let bytes = self.file(&name)?;
        let mut rows: Vec<Value> = serde_json::from_slice(&bytes).map_err(|_| Broken(name.clone()))?;
        if row < rows.len() { Ok(rows.swap_remove(row)) } else { Err(Broken(name)) }
    }

    /// A file, unpacked.
    ///
    /// # Errors
    /// When it is missing or broken.
    pub fn file(&self, name: &str) -> Result<Arc<Vec<u8>>, Broken> {
        let mut unpacked = self.unpacked.lock().expect("no thread panics while it reads");
        if let Some(bytes) = unpacked.get(name) {
            return Ok(Arc::clone(bytes));
        }
        let bytes = (self.fetch)(name).and_then(|packed| unpack(&packed)).ok_or_else(|| Broken(name.to_owned()))?;
        let bytes = Arc::new(bytes);
        unpacked.insert(name.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }

    /// Goes through the entries of the shard in which `entry` would stand, as long as `each` says so.
    fn scan(
        &self,
        list: &List,
        deep: bool,
        entry: &str,
        each: impl FnMut(&mut Bytes<'_>, &[u8]) -> Option<bool>,
    ) -> Result<(), Broken> {
        let Some(at) = list.find(entry) else { return Ok(()) };
        let name = list.file(at).ok_or_else(|| Broken(MANIFEST.to_owned()))?;
        if !deep {
            return self.entries(name, each);
        }
        let list = self.file(name)?;
        let list: List = serde_json::from_slice(&list).map_err(|_| Broken(name.to_owned()))?;
        self.scan(&list, false, entry, each)
    }

    /// Goes through the entries of a file: `each` reads what follows a word, and says whether to go on.
    fn entries(&self, name: &str, mut each: impl FnMut(&mut Bytes<'_>, &[u8]) -> Option<bool>) -> Result<(), Broken> {
        let file = self.file(name)?;
        let mut bytes = Bytes(&file);
        let mut word = Vec::new();
        while !bytes.0.is_empty() {
            let goes_on = bytes.word(&mut word).and_then(|()| each(&mut bytes, &word));
            if !goes_on.ok_or_else(|| Broken(name.to_owned()))? {
                break;
            }
        }
        Ok(())
    }
}

/// Reads over what follows a term.
fn skip(bytes: &mut Bytes<'_>) -> Option<()> {
    let (_, flags) = (bytes.byte()?, bytes.byte()?);
    if flags & 16 != 0 {
        for _ in 0..bytes.number()? {
            bytes.text()?;
            bytes.byte()?;
        }
    }
    bytes.text().map(|_| ())
}

fn read_term(bytes: &mut Bytes<'_>) -> Option<Term> {
    let (idf, flags) = (bytes.byte()?, bytes.byte()?);
    let mut term = Term { idf, weight: flags & 15, ..Term::default() };
    if flags & 16 != 0 {
        for _ in 0..bytes.number()? {
            let text = String::from_utf8(bytes.text()?.to_vec()).ok()?;
            term.translations.push((text, bytes.byte()?));
        }
    }
    let mut postings = Bytes(bytes.text()?);
    let mut page = 0_u32;
    while !postings.0.is_empty() {
        page = page.checked_add(u32::try_from(postings.number()?).ok()?)?;
        term.postings.push((page, take_posting(&mut postings)?));
    }
    Some(term)
}
