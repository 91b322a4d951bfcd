//! Sorted entries into files, and files into lists of them.

use super::bytes::{pack, put_word};
use super::manifest::{self, List, NAME};
use rayon::prelude::*;
use std::collections::HashMap;

/// A manifest that would list more shards than this lists lists of them.
pub const FLAT: usize = 2048;

/// How many files such a list has.
pub const SPAN: usize = 64;

/// Sorted entries, cut into shards.
pub struct Shards {
    size: usize,
    done: Vec<(String, Vec<u8>)>,
    first: String,
    last: String,
    bytes: Vec<u8>,
}

impl Shards {
    /// Shards that are cut at a size in bytes.
    pub fn new(size: usize) -> Self {
        Self { size, done: Vec::new(), first: String::new(), last: String::new(), bytes: Vec::new() }
    }

    /// Adds an entry: its word, and the rest of it. A large one begins a shard, so that who looks for it fetches no more.
    pub fn add(&mut self, word: &str, rest: &[u8]) {
        let is_large = rest.len() >= self.size / 4;
        if self.bytes.len() >= self.size || (is_large && !self.bytes.is_empty()) {
            let first = beginning(&self.last, word);
            self.done.push((std::mem::replace(&mut self.first, first), std::mem::take(&mut self.bytes)));
            self.last.clear();
        }
        put_word(&mut self.bytes, &self.last, word);
        self.bytes.extend_from_slice(rest);
        word.clone_into(&mut self.last);
    }

    /// Each shard with the text that it is found by.
    pub fn finish(mut self) -> Vec<(String, Vec<u8>)> {
        if !self.bytes.is_empty() {
            self.done.push((self.first, self.bytes));
        }
        self.done
    }
}

/// The shortest beginning of `word` that is greater than `before`.
fn beginning(before: &str, word: &str) -> String {
    let same = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    word.chars().take(same + 1).collect()
}

/// Takes the packed files, each by a name that is made of what it holds.
pub struct Store<'s> {
    names: HashMap<String, Vec<u8>>,
    add: &'s (dyn Fn(&str, Vec<u8>) + Sync),
}

impl<'s> Store<'s> {
    /// A store that hands its files on.
    pub fn new(add: &'s (dyn Fn(&str, Vec<u8>) + Sync)) -> Self {
        Self { names: HashMap::new(), add }
    }

    /// Adds files and lists them.
    pub fn list(&mut self, files: Vec<Vec<u8>>) -> String {
        let packed: Vec<(Vec<u8>, Vec<u8>)> =
            files.into_par_iter().map(|bytes| pack(&bytes)).map(|packed| (manifest::digest(&packed), packed)).collect();
        let mut list = String::with_capacity(packed.len() * NAME);
        for (digest, bytes) in packed {
            // Two files that would have one name: the second takes other letters of its digest.
            let names = digest.windows(NAME).map(|window| String::from_utf8_lossy(window).into_owned());
            for name in names {
                match self.names.get(&name) {
                    Some(known) if *known != digest => {}
                    known => {
                        list.push_str(&name);
                        if known.is_none() {
                            (self.add)(&name, bytes);
                            self.names.insert(name, digest);
                        }
                        break;
                    }
                }
            }
        }
        list
    }

    /// Adds shards and lists them.
    pub fn flat(&mut self, shards: Vec<(String, Vec<u8>)>) -> List {
        let (first, files) = shards.into_iter().unzip();
        List { first, files: self.list(files) }
    }

    /// Files, and files that list them.
    pub fn deep(&mut self, shards: Vec<(String, Vec<u8>)>) -> List {
        let List { first, files } = self.flat(shards);
        let names: Vec<&str> = (0..first.len()).filter_map(|at| manifest::file(&files, at)).collect();
        let lists = first.chunks(SPAN).zip(names.chunks(SPAN));
        let lists =
            lists.map(|(first, names)| (first[0].clone(), List { first: first.to_vec(), files: names.concat() }));
        self.flat(
            lists.map(|(first, list)| (first, serde_json::to_vec(&list).expect("a list is plain data"))).collect(),
        )
    }

    /// Lists files in files, if the manifest is to be deep.
    pub fn rows(&mut self, deep: bool, rows: Vec<Vec<u8>>) -> String {
        let list = self.list(rows);
        if !deep {
            return list;
        }
        let lists = list.as_bytes().chunks(SPAN * NAME).map(<[u8]>::to_vec).collect();
        self.list(lists)
    }
}
