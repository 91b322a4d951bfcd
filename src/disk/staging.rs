//! The new site, written beside the old one until it is whole.
//!
//! In come the files of a site, from several threads; out goes, with [`Staging::commit`] and in one step, a complete
//! site in the old one's place. Whatever ends the program before that step, the old site stays as it is. Files that
//! are in the old site with the same bytes are linked, not written, and keep their times.

use super::Error;
use super::old_site::{OldSite, open_folder};
use super::target::Target;
use crate::output::Sink;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// A folder beside the target that fills with the new site; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    target: Target,
    path: PathBuf,
    folder: OwnedFd,
    /// Its lock tells other builds that this one lives.
    _marker: File,
    old: Option<OldSite>,
    folders: Mutex<BTreeSet<String>>,
    failed: OnceLock<Error>,
    written: AtomicUsize,
    kept: AtomicUsize,
}

/// How many files a site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// New or with other bytes than before.
    pub written: usize,
    /// As they were.
    pub kept: usize,
}

impl Staging {
    /// Begins a site that is to be at `out`, built from the sources in `root`.
    ///
    /// # Errors
    /// When `out` must not be replaced, with nothing changed; when the folder beside it cannot be made.
    pub fn begin(root: &Path, out: &Path) -> Result<Self, Error> {
        let target = Target::check(root, out)?;
        let (path, marker) = target.make_staging()?;
        Ok(Self {
            old: OldSite::open(&target.path()),
            folder: open_folder(&path).map_err(Error::when("open", &path))?,
            target,
            path,
            _marker: marker,
            folders: Mutex::default(),
            failed: OnceLock::new(),
            written: AtomicUsize::new(0),
            kept: AtomicUsize::new(0),
        })
    }

    /// Puts the new site in the old one's place.
    ///
    /// # Errors
    /// When a file could not be written, or the system refuses the exchange; the old site then stays.
    pub fn commit(mut self) -> Result<Committed, Error> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.target.swap(&self.path)?;
        Ok(Committed { written: self.written.load(Ordering::Relaxed), kept: self.kept.load(Ordering::Relaxed) })
    }

    fn place(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let full = self.path.join(path);
        if path.split('/').any(|name| matches!(name, "" | "." | "..")) {
            return Err(Error::Refused { path: full, reason: "it is not within the site" });
        }
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make_folder(folder)?;
        }
        if self.old.as_ref().is_some_and(|old| old.link(path, bytes, &self.folder)) {
            self.kept.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let mut file = File::create_new(&full).map_err(Error::when("create", &full))?;
        file.write_all(bytes).map_err(Error::when("write", &full))?;
        self.written.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn make_folder(&self, folder: &str) -> Result<(), Error> {
        let folders = || self.folders.lock().expect("no thread panics while it holds the folders");
        if !folders().contains(folder) {
            let path = self.path.join(folder);
            fs::create_dir_all(&path).map_err(Error::when("create", &path))?;
            folders().insert(folder.to_owned());
        }
        Ok(())
    }
}

impl Sink for Staging {
    /// After the first file that cannot be written the others are passed over; [`Staging::commit`] gives the error.
    fn add(&self, path: &str, bytes: Vec<u8>) {
        if self.failed.get().is_none()
            && let Err(error) = self.place(path, &bytes)
        {
            let _ = self.failed.set(error);
        }
    }
}

impl Drop for Staging {
    /// Removes what is beside the target: after an exchange the old site, else the unfinished new one.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
