//! A folder that stands for a machine while commands are tried on it, removed afterwards: `home` is `~`, `root` is `/`,
//! `bin` has the tools, and `empty` is the home that the tools themselves see, in which nothing tells them what to do.

use super::Error;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// A stand-in for a machine.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
}

/// The owner of the files where that may be another one than ourselves.
const NOBODY: u32 = 65534;

impl Sandbox {
    /// An empty machine whose tools are these programs, by name.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(tools: &[(&str, &Path)]) -> Result<Self, Error> {
        let make = || -> io::Result<Self> {
            let sandbox = Self { folder: tempfile::tempdir()? };
            for name in ["home", "root", "bin", "empty"] {
                fs::create_dir(sandbox.path(name))?;
            }
            let empty = sandbox.path("empty");
            for (name, program) in tools {
                let (empty, program) = (empty.display(), program.display());
                let first = match *name {
                    // Only jq runs what a stranger wrote.
                    "jq" => "ulimit -v 1048576\n",
                    // `npx json5 FILE` is `json5 FILE`, without asking a network for it.
                    "npx" => "shift\n",
                    _ => "",
                };
                let script =
                    format!("#!/bin/sh\n{first}HOME='{empty}' XDG_DATA_HOME='{empty}' exec '{program}' \"$@\"\n");
                let path = sandbox.path("bin").join(name);
                fs::write(&path, script)?;
                fs::set_permissions(path, Permissions::from_mode(0o755))?;
            }
            Ok(sandbox)
        };
        make().map_err(Error::when("create a folder in", &std::env::temp_dir()))
    }

    /// One of its folders.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where a file of the machine is.
    fn place(&self, path: &str) -> PathBuf {
        match path.strip_prefix("~/") {
            Some(rest) => self.path("home").join(rest),
            None => self.path("root").join(path.trim_start_matches('/')),
        }
    }

    /// Puts a file there, with mode 600 and, where we may, another owner than ourselves; nothing else is beside it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn put(&self, path: &str, text: &str) -> Result<(), Error> {
        let place = self.place(path);
        let put = || -> io::Result<()> {
            fs::create_dir_all(place.parent().unwrap_or(Path::new("/")))?;
            for (ending, _) in self.beside(path) {
                fs::remove_file(with_ending(&place, &ending))?;
            }
            fs::write(&place, text)?;
            fs::set_permissions(&place, Permissions::from_mode(0o600))?;
            // Only root may give a file away; then the tools run as root, and may read it.
            let _ = chown(&place, Some(NOBODY), Some(NOBODY));
            Ok(())
        };
        put().map_err(Error::when("write", &place))
    }

    /// Takes a file away, if it is there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self, path: &str) -> Result<(), Error> {
        let place = self.place(path);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::when("remove", &place)(error)),
            _ => Ok(()),
        }
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.place(path)).ok()
    }

    /// The files whose names are that of the file and an ending: the endings, sorted, and the texts.
    #[must_use]
    pub fn beside(&self, path: &str) -> Vec<(String, String)> {
        let place = self.place(path);
        let (Some(folder), Some(name)) = (place.parent(), place.file_name().and_then(|name| name.to_str())) else {
            return Vec::new();
        };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let endings = entries.filter_map(|entry| {
            let ending = entry.file_name().to_str()?.strip_prefix(name)?.to_owned();
            (!ending.is_empty()).then_some(ending)
        });
        let mut beside: Vec<(String, String)> = endings
            .map(|ending| {
                let text = fs::read_to_string(with_ending(&place, &ending)).unwrap_or_default();
                (ending, text)
            })
            .collect();
        beside.sort();
        beside
    }

    /// Whether a file, and what is beside it, have the owner and the mode with which it was put there.
    #[must_use]
    pub fn is_kept(&self, path: &str) -> bool {
        let place = self.place(path);
        let own = fs::metadata(self.path("home")).map_or(NOBODY, |home| home.uid());
        let owner = if own == 0 { NOBODY } else { own };
        let kept =
            |path: &Path| fs::metadata(path).is_ok_and(|file| file.mode() & 0o7777 == 0o600 && file.uid() == owner);
        kept(&place) && self.beside(path).iter().all(|(ending, _)| kept(&with_ending(&place, ending)))
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
