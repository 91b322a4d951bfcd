//! The built site as bytes: what the pure stages hand to the one that writes.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// Takes the files of a site as they are made; several threads may add at once. `disk.rs` streams them to a staging
/// folder, [`Output`] keeps them in memory.
pub trait Sink: Sync {
    /// Adds a file. `path` is relative to the site, with `/`, and is added once.
    fn add(&self, path: &str, bytes: Vec<u8>);
}

/// Keeps nothing: for a look at what goes wrong while a site is made.
#[derive(Debug)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn add(&self, _: &str, _: Vec<u8>) {}
}

/// A site in memory.
#[derive(Debug, Default)]
pub struct Output {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Output {
    /// The files, sorted by path.
    ///
    /// # Panics
    /// When a thread panicked while it added a file.
    #[must_use]
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files.into_inner().expect("no thread panics while it adds a file")
    }
}

impl Sink for Output {
    fn add(&self, path: &str, bytes: Vec<u8>) {
        let old = self.files.lock().expect("no thread panics while it adds a file").insert(path.to_owned(), bytes);
        debug_assert!(old.is_none(), "{path} is added twice");
    }
}
