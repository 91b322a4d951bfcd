//! The file system, and the only place that touches it.
//!
//! In comes a site's folder: [`read`] gives its [`Tree`](crate::source::Tree), [`reread`] the tree after an edit. Out
//! goes the built site: [`Staging`] takes its files and puts them in the old site's place as a whole. What the files
//! mean is left to others.

mod cache;
mod log;
mod machine;
mod old_site;
mod read;
mod results;
mod sandbox;
mod staging;
mod target;
mod texts;

pub use cache::{CacheFile, program, stamp};
pub use log::{Growth, LiveLog, open_log, read_part};
pub use machine::{Machine, MachineFile};
pub use read::{PARTS, each_folder, is_source, read, reread};
pub use results::Results;
pub use sandbox::Sandbox;
pub use staging::{Committed, Staging};
pub use texts::texts;

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The machine did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("cannot {tried} `{}`: {cause}", path.display())]
    System {
        /// What was tried: `read`, `create`, …
        tried: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Nothing was tried, because it would destroy what faultbook did not make.
    #[error("will not write to `{}`: {reason}", path.display())]
    Refused {
        /// Where it was to write.
        path: PathBuf,
        /// Why not, and what to do.
        reason: &'static str,
    },
}

impl Error {
    /// The reason without the path.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::System { cause, .. } => cause.to_string(),
            Self::Refused { reason, .. } => (*reason).to_owned(),
        }
    }

    /// For `map_err`: what was `tried` on `path`.
    fn when(tried: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::System { tried, path: path.to_owned(), cause }
    }
}

/// The site that `start` belongs to: the nearest folder upwards that has a `site.toml`.
#[must_use]
pub fn find_site(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    start.ancestors().find(|folder| folder.join("site.toml").is_file()).map(Path::to_owned)
}

/// Writes a file that is not there yet, and the folders above it.
///
/// # Errors
/// When there is something already, which stays as it is, or when the system refuses.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::when("create", folder))?;
    }
    let mut file = fs::File::create_new(path).map_err(Error::when("create", path))?;
    file.write_all(bytes).map_err(Error::when("write", path))
}

/// Makes a folder, and those that it is in, unless it is there.
///
/// # Errors
/// When the system refuses.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::when("create", path))
}

/// Puts a file in the place of what is there, in one step: whatever ends the program, one of the two is whole.
///
/// # Errors
/// When the system refuses; what was there stays.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::when("create a file in", folder))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(Error::when("write", path))?;
    let mode = fs::metadata(path).map_or_else(|_| Permissions::from_mode(0o644), |old| old.permissions());
    file.as_file().set_permissions(mode).map_err(Error::when("set the mode of", path))?;
    file.persist(path).map_err(|error| Error::when("write", path)(error.error))?;
    Ok(())
}

/// Reads a file that is not part of a site.
///
/// # Errors
/// When it is not there, or the system does not let us read it.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::when("read", path))
}
