//! The folder that a site is written to.
//!
//! In comes what was asked for with `--out`, out goes a [`Target`] that may be replaced as a whole, or the reason why
//! it may not: faultbook replaces only what it made itself.

use super::Error;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// The file that says that a folder was made by faultbook.
pub(super) const MARKER: &str = ".faultbook";

/// A folder that is not there, is empty, or was made by faultbook.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder above it.
    parent: PathBuf,
    name: OsString,
}

impl Target {
    /// Checks that `out` may be replaced, for a site in the folder `root`. Changes nothing.
    pub(super) fn check(root: &Path, out: &Path) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::Refused { path: out.to_owned(), reason });
        let root = fs::canonicalize(root).map_err(Error::when("find", root))?;
        let absolute = resolve(out).map_err(Error::when("find", out))?;
        let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
            return refuse("it is the root of the file system");
        };
        if root.starts_with(&absolute) {
            return refuse("the site's own sources are in it; choose another folder with `--out`");
        }
        if ["content", "templates"].iter().any(|part| absolute.starts_with(root.join(part))) {
            return refuse("it is among the site's own sources; choose another folder with `--out`");
        }
        let target = Self { parent: parent.to_owned(), name: name.to_owned() };
        match target.state().map_err(Error::when("look at", out))? {
            State::Link => refuse("it is a symbolic link; name the folder it leads to"),
            State::File => refuse("it is a file; choose another folder with `--out`"),
            State::Foreign => refuse(
                "it was not made by `faultbook build`, which replaces the folder as a whole; \
                 empty it or choose another folder with `--out`",
            ),
            State::Free | State::Site => Ok(target),
        }
    }

    /// Where the site is to be.
    pub(super) fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// Makes an empty folder beside it, marked and locked for as long as the file given is open.
    pub(super) fn make_staging(&self) -> Result<(PathBuf, File), Error> {
        fs::create_dir_all(&self.parent).map_err(Error::when("create", &self.parent))?;
        self.remove_stale();
        let folder = self.parent.join(self.staging_name(&process_id()));
        fs::create_dir(&folder).map_err(Error::when("create", &folder))?;
        let path = folder.join(MARKER);
        let marker = File::create_new(&path).and_then(|mut marker| {
            let version = env!("CARGO_PKG_VERSION");
            writeln!(marker, "made by faultbook build {version}; replaced as a whole by the next build")?;
            // Where the file system knows no locks, nothing is ever taken for stale.
            let _ = marker.try_lock();
            Ok(marker)
        });
        Ok((folder, marker.map_err(Error::when("create", &path))?))
    }

    /// Puts the folder `staging` in this one's place in one step. What was here is then at `staging`.
    pub(super) fn swap(&self, staging: &Path) -> Result<(), Error> {
        let path = self.path();
        let swapped = match self.state() {
            Ok(State::Free) => fs::rename(staging, &path),
            Ok(State::Site) => exchange(staging, &path).or_else(|error| match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => self.exchange_in_steps(staging),
                _ => Err(error),
            }),
            Ok(_) => Err(io::Error::other("something else took its place during the build")),
            Err(error) => Err(error),
        };
        swapped.map_err(Error::when("replace", &path))
    }

    /// For file systems that cannot exchange two folders. Between the first two steps there is no site; whatever kills
    /// the build then, the next one finds it under its spare name.
    fn exchange_in_steps(&self, staging: &Path) -> io::Result<()> {
        let (path, spare) = (self.path(), self.parent.join(self.spare_name()));
        fs::rename(&path, &spare)?;
        if let Err(error) = fs::rename(staging, &path) {
            fs::rename(&spare, &path)?;
            return Err(error);
        }
        fs::rename(&spare, staging)
    }

    /// Removes what killed builds left beside the target. A living build holds the lock of its folder.
    fn remove_stale(&self) {
        let spare = self.parent.join(self.spare_name());
        if fs::symlink_metadata(self.path()).is_err() {
            let _ = fs::rename(&spare, self.path());
        }
        let prefix = self.staging_name("");
        let Ok(folders) = fs::read_dir(&self.parent) else { return };
        for folder in folders.flatten() {
            let is_staging = folder.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes());
            if is_staging && folder.file_type().is_ok_and(|kind| kind.is_dir()) && !is_locked(&folder.path()) {
                let _ = fs::remove_dir_all(folder.path());
            }
        }
    }

    fn staging_name(&self, process: &str) -> OsString {
        let mut name = OsString::from(".");
        name.extend([self.name.as_os_str(), OsStr::new(".faultbook-"), OsStr::new(process)]);
        name
    }

    fn spare_name(&self) -> OsString {
        self.staging_name("spare")
    }

    fn state(&self) -> io::Result<State> {
        let path = self.path();
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Free),
            Err(error) => return Err(error),
        };
        Ok(if kind.is_symlink() {
            State::Link
        } else if !kind.is_dir() {
            State::File
        } else if fs::symlink_metadata(path.join(MARKER)).is_ok_and(|marker| marker.is_file()) {
            State::Site
        } else if fs::read_dir(&path)?.next().is_none() {
            State::Free
        } else {
            State::Foreign
        })
    }
}

/// What is where the site is to be.
enum State {
    /// Nothing, or an empty folder.
    Free,
    /// A site that faultbook made.
    Site,
    /// A folder that it did not make.
    Foreign,
    /// A symbolic link.
    Link,
    /// Anything but a folder.
    File,
}

/// The absolute path, with links and `..` resolved in all of it but the last name, which may be a link. Folders at
/// the end need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let Some(Component::Normal(name)) = path.components().next_back() else { return fs::canonicalize(path) };
    let parent = path.parent().unwrap_or(&path);
    match fs::canonicalize(parent) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(resolve(parent)?.join(name)),
        parent => Ok(parent?.join(name)),
    }
}

fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

fn is_locked(folder: &Path) -> bool {
    File::open(folder.join(MARKER)).is_ok_and(|marker| marker.try_lock().is_err())
}

fn process_id() -> String {
    rustix::process::getpid().as_raw_nonzero().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(folder: &Path, text: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(MARKER), "").unwrap();
        fs::write(folder.join("index.html"), text).unwrap();
    }

    fn text(folder: &Path) -> String {
        fs::read_to_string(folder.join("index.html")).unwrap()
    }

    #[test]
    fn where_two_folders_cannot_be_exchanged_the_new_site_comes_in_steps() {
        let root = tempfile::tempdir().unwrap();
        let (out, new) = (root.path().join("public"), root.path().join("new"));
        site(&out, "old");
        site(&new, "new");
        let target = Target::check(root.path(), &out).unwrap();
        target.exchange_in_steps(&new).unwrap();
        assert_eq!((text(&out), text(&new)), ("new".into(), "old".into()));
    }

    #[test]
    fn a_build_finds_the_site_that_was_killed_between_two_steps() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("public");
        site(&root.path().join(".public.faultbook-spare"), "old");
        site(&root.path().join(".public.faultbook-1"), "unfinished");
        let (staging, _lock) = Target::check(root.path(), &out).unwrap().make_staging().unwrap();
        assert_eq!(text(&out), "old");
        assert!(staging.exists() && !root.path().join(".public.faultbook-1").exists());
    }

    #[test]
    fn the_folder_of_a_living_build_stays() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::check(root.path(), &root.path().join("public")).unwrap();
        let (staging, lock) = target.make_staging().unwrap();
        target.remove_stale();
        assert!(staging.exists());
        drop(lock);
        target.remove_stale();
        assert!(!staging.exists());
    }
}
