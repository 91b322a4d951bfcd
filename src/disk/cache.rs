//! What proofs leave for the next run of the program: a file in the user's own cache folder, never in the site, where
//! a stranger could bring one along.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The file of a site, if the user has a cache folder.
#[derive(Debug)]
pub struct CacheFile(Option<PathBuf>);

impl CacheFile {
    /// The file of the site at `root`: below `$XDG_CACHE_HOME`, else `~/.cache`.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let folder = |variable| std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
        let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
        let path = fs::canonicalize(root).ok().zip(caches).map(|(root, caches)| {
            let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
            let name = digest.iter().take(8).fold(0, |name: u64, byte| name << 8 | u64::from(*byte));
            caches.join("faultbook").join(format!("{name:016x}.proofs"))
        });
        Self(path)
    }

    /// What was kept; nothing when there is none or it cannot be read.
    #[must_use]
    pub fn read(&self) -> String {
        self.0.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default()
    }

    /// Keeps a text, whole or not at all. That it cannot be kept costs the next run some time, and nothing else.
    pub fn write(&self, text: &str) {
        if let Some((path, folder)) = self.0.as_ref().and_then(|path| Some((path, path.parent()?))) {
            let _ = fs::create_dir_all(folder).map(|()| super::write(path, text.as_bytes()));
        }
    }
}

/// Names this very program: its version and its [`stamp`].
#[must_use]
pub fn program() -> String {
    let stamp = std::env::current_exe().map(|file| stamp(&file)).unwrap_or_default();
    format!("{} {stamp}", env!("CARGO_PKG_VERSION"))
}

/// The size and time of a program's file, which tell two builds of a version apart.
#[must_use]
pub fn stamp(program: &Path) -> String {
    let time = |file: &fs::Metadata| file.modified().ok()?.duration_since(UNIX_EPOCH).ok().map(|time| time.as_nanos());
    let build = fs::metadata(program).map_or((0, None), |file| (file.len(), time(&file)));
    format!("{build:?}")
}
