//! The manifest: what a reader fetches first.

use super::bytes::{pack, unpack};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of the format that this is.
pub const VERSION: u32 = 1;

/// How long the name of a file is.
pub const NAME: usize = 6;

/// What the index is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the format.
    pub version: u32,
    /// How many pages there are.
    pub pages: usize,
    /// The site's languages, the default first.
    pub languages: Vec<String>,
    /// For each language, by turns how many pages have it and how many lack it; empty when all have it.
    pub lacking: Vec<Vec<usize>>,
    /// Terms that count for nothing.
    pub stop: Vec<String>,
    /// Terms that a long query leaves out, because many pages have them.
    pub common: Vec<String>,
    /// Words by which a line of a log is worth reading.
    pub alarm: Vec<String>,
    /// How results are ranked.
    pub rank: Rank,
    /// Whether `terms` and `rows` list files that list files.
    pub deep: bool,
    /// The shards of terms.
    pub terms: List,
    /// The shards of the vocabulary.
    pub words: List,
    /// The rows of each language.
    pub rows: Vec<String>,
    /// How many rows a file has.
    pub row_size: usize,
    /// The files with the signatures.
    pub signatures: String,
    /// The file with the traditional characters.
    pub fold: String,
}

/// Files that hold sorted entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// For each file a text that is greater than all before it, and not greater than what it begins with.
    pub first: Vec<String>,
    /// Their names, one after the other.
    pub files: String,
}

/// The numbers of the ranking, with which page and query are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// At most so many terms of a query are looked for.
    pub terms: usize,
    /// What a number counts for, of 64.
    pub number: u64,
    /// What a word counts for that begins with the last one typed, of 64.
    pub prefix: u64,
    /// What a word counts for that is one, or two, slips of the finger away.
    pub slips: [u64; 2],
    /// What the best part counts for.
    pub part: u64,
    /// What the page as a whole counts for.
    pub page: u64,
    /// What is left of the score of a page that has next to nothing of the query, of 256.
    pub cover: u64,
    /// What is gained by a page whose title has the whole query, of 256.
    pub title: u64,
    /// What is left of the score of a page that the reader's language lacks, of 256.
    pub foreign: u64,
}

impl Default for Rank {
    fn default() -> Self {
        Self {
            terms: 24,
            number: 51,
            prefix: 48,
            slips: [54, 42],
            part: 10,
            page: 4,
            cover: 90,
            title: 384,
            foreign: 243,
        }
    }
}

impl Rank {
    /// Whether no score can grow beyond what both readers count exactly.
    fn is_sane(&self) -> bool {
        let numbers = [
            self.number,
            self.prefix,
            self.slips[0],
            self.slips[1],
            self.part,
            self.page,
            self.cover,
            self.title,
            self.foreign,
        ];
        self.terms <= 64 && self.cover <= 256 && numbers.iter().all(|number| *number <= 4096)
    }
}

impl Manifest {
    /// The manifest as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(&serde_json::to_vec(self).expect("a manifest is plain data"))
    }

    /// Reads a manifest; `None` when it is none, or of another version.
    pub fn read(packed: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(&unpack(packed)?).ok()?;
        (manifest.version == VERSION && manifest.rank.is_sane()).then_some(manifest)
    }

    /// Whether a page has a language.
    pub fn has(&self, language: usize, page: usize) -> bool {
        let mut end = 0_usize;
        let runs = self.lacking.get(language).into_iter().flatten();
        let ended = runs.take_while(|run| {
            end = end.saturating_add(**run);
            end <= page
        });
        ended.count() % 2 == 0
    }
}

impl List {
    /// The name of a file.
    pub fn file(&self, at: usize) -> Option<&str> {
        file(&self.files, at)
    }

    /// The file in which an entry would stand.
    pub fn find(&self, entry: &str) -> Option<usize> {
        self.first.partition_point(|first| first.as_str() <= entry).checked_sub(1)
    }
}

/// The name of a file in a list of them.
pub fn file(files: &str, at: usize) -> Option<&str> {
    files.get(at.checked_mul(NAME)?..(at + 1).checked_mul(NAME)?)
}

/// What a file holds, as letters that any host can have in a file's name.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).iter().map(|byte| b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(byte % 32)]).collect()
}
