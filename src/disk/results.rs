//! What was worked out before, by the digest of what it was worked out from. It can be deleted without harm.

use std::fs;
use std::path::PathBuf;

/// A folder of results.
#[derive(Debug, Clone)]
pub struct Results {
    folder: Option<PathBuf>,
}

impl Results {
    /// The part `name` of the user's cache; where there is no such folder, nothing is kept.
    #[must_use]
    pub fn of_user(name: &str) -> Self {
        let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|base| base.is_absolute());
        let base = base.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
        Self { folder: base.map(|base| base.join("faultbook").join(name)) }
    }

    /// Whether nothing was ever kept.
    #[must_use]
    pub fn is_new(&self) -> bool {
        !self.folder.as_ref().is_some_and(|folder| folder.is_dir())
    }

    /// What was kept under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.as_ref()?.join(key)).ok()
    }

    /// Keeps something; that it cannot be kept is no fault.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let _ = fs::create_dir_all(folder);
        let _ = super::write(&folder.join(key), bytes);
    }
}
