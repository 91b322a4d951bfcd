//! A reader's machine: the files that snippets name, read and replaced.
//!
//! In: paths such as `~/.x/a.json` and `/etc/x`. With another root than `/`, such as a mounted disk or a copy of a
//! machine, nothing outside of it is touched: a symbolic link there means what it meant on that machine. A file is
//! replaced where it is, not the link that leads to it, and whatever ends the program, it is the old one or the new
//! one, whole.

use super::Error;
use rustix::fs::{OFlags, XattrFlags};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Component, Path, PathBuf};

/// As many symbolic links as Linux follows.
const LINKS: usize = 40;

/// Where `/` and `~` are.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The folder of `/`.
    pub root: PathBuf,
    /// The folder of `~`.
    pub home: PathBuf,
}

/// A file of a machine as it was read.
#[derive(Debug)]
pub struct MachineFile {
    /// Where it is, links followed.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Machine {
    /// Reads a file of at most `limit` bytes; `None` where there is none.
    ///
    /// # Errors
    /// When it is no file, is larger, or the system refuses.
    pub fn read(&self, path: &str, limit: usize) -> Result<Option<MachineFile>, Error> {
        let named = self.named(path);
        match self.open(&named, limit) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            read => read.map(Some).map_err(Error::when("read", &named)),
        }
    }

    /// Where a path is, before any link is followed.
    #[must_use]
    pub fn named(&self, path: &str) -> PathBuf {
        match path.strip_prefix("~/") {
            Some(rest) => self.home.join(rest),
            None => self.root.join(path.trim_start_matches('/')),
        }
    }

    fn open(&self, named: &Path, limit: usize) -> io::Result<MachineFile> {
        let path = self.real(named)?;
        // A pipe without a writer would be waited for.
        let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(&path)?;
        let metadata = file.metadata()?;
        let refuse = |reason: String| Err(io::Error::other(reason));
        if !metadata.is_file() {
            return refuse("it is no ordinary file".to_owned());
        }
        if metadata.len() > limit as u64 {
            return refuse(format!("it has {} bytes, where {limit} are read", metadata.len()));
        }
        let mut bytes = Vec::new();
        file.take(limit as u64).read_to_end(&mut bytes)?;
        Ok(MachineFile { path, bytes })
    }

    /// Where a path leads, links followed as on the machine that it is of.
    fn real(&self, named: &Path) -> io::Result<PathBuf> {
        if self.root == Path::new("/") {
            return fs::canonicalize(named);
        }
        // No link leads above the folder of the home either, unless that is within the root.
        let start = if named.starts_with(&self.root) { &self.root } else { &self.home };
        let within = named.strip_prefix(start).map_err(io::Error::other)?;
        let (mut real, mut floor) = (start.clone(), start);
        let mut ahead: Vec<OsString> = names(within);
        let mut links = 0;
        while let Some(name) = ahead.pop() {
            if name == ".." {
                if real != *floor {
                    real.pop();
                }
                continue;
            }
            let next = real.join(&name);
            if !fs::symlink_metadata(&next)?.is_symlink() {
                real = next;
                continue;
            }
            links += 1;
            if links > LINKS {
                return Err(rustix::io::Errno::LOOP.into());
            }
            let target = fs::read_link(&next)?;
            if target.is_absolute() {
                (real, floor) = (self.root.clone(), &self.root);
            }
            ahead.extend(names(&target));
        }
        Ok(real)
    }
}

/// The names of a path, the last first.
fn names(path: &Path) -> Vec<OsString> {
    let name = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().rev().filter_map(name).collect()
}

impl MachineFile {
    /// Puts other bytes in the file's place; owner, mode and extended attributes stay, and the old bytes are kept
    /// beside it, in the file whose path is given back.
    ///
    /// # Errors
    /// When the file has changed since it was read, has a second name, or the system refuses: then it stays.
    pub fn replace(&self, bytes: &[u8]) -> Result<PathBuf, Error> {
        let write = || -> io::Result<PathBuf> {
            let old = self.unchanged()?;
            let backup = self.backup(&old)?;
            if let Err(error) = self.put(&old, bytes) {
                fs::remove_file(&backup)?;
                return Err(error);
            }
            Ok(backup)
        };
        write().map_err(Error::when("replace", &self.path))
    }

    /// Undoes a replacement by these bytes, and takes its backup away.
    ///
    /// # Errors
    /// When the file holds other bytes by now, or the system refuses: then the backup stays.
    pub fn restore(&self, replaced_by: &[u8], backup: &Path) -> Result<(), Error> {
        let now = Self { path: self.path.clone(), bytes: replaced_by.to_owned() };
        let write = || {
            now.put(&now.unchanged()?, &self.bytes)?;
            fs::remove_file(backup)
        };
        write().map_err(Error::when("restore", &self.path))
    }

    /// The file, if it is still as it was read.
    fn unchanged(&self) -> io::Result<File> {
        let mut file = File::open(&self.path)?;
        if file.metadata()?.nlink() > 1 {
            return Err(io::Error::other("it has a second name, a hard link, which would keep the old text"));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if bytes != self.bytes {
            return Err(io::Error::other("it has changed since it was read"));
        }
        Ok(file)
    }

    /// A copy beside the file, under the first of `.bak`, `.bak.1`, … that is free.
    fn backup(&self, old: &File) -> io::Result<PathBuf> {
        let mut copy = self.beside(old, &self.bytes)?;
        for number in 0.. {
            let mut path = self.path.clone().into_os_string();
            path.push(if number == 0 { ".bak".to_owned() } else { format!(".bak.{number}") });
            match copy.persist_noclobber(&path) {
                Ok(_) => {
                    self.sync_folder()?;
                    return Ok(path.into());
                }
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => copy = error.file,
                Err(error) => return Err(error.error),
            }
        }
        unreachable!("some number is free")
    }

    fn put(&self, old: &File, bytes: &[u8]) -> io::Result<()> {
        self.beside(old, bytes)?.persist(&self.path).map_err(|error| error.error)?;
        self.sync_folder()
    }

    /// A new file beside this one, on the disk, with its owner, mode and attributes.
    fn beside(&self, old: &File, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
        let mut new = tempfile::NamedTempFile::new_in(self.folder())?;
        let metadata = old.metadata()?;
        let own = new.as_file().metadata()?;
        if (own.uid(), own.gid()) != (metadata.uid(), metadata.gid()) {
            fchown(new.as_file(), Some(metadata.uid()), Some(metadata.gid()))?;
        }
        copy_attributes(old, new.as_file())?;
        new.as_file().set_permissions(metadata.permissions())?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        Ok(new)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(self.folder())?.sync_all()
    }
}

/// Access lists and security labels are extended attributes; a file system without them has none to copy.
fn copy_attributes(old: impl AsFd, new: impl AsFd) -> io::Result<()> {
    let mut names = vec![0; 64 << 10];
    let length = rustix::fs::flistxattr(&old, &mut names[..]).unwrap_or(0);
    let (mut value, mut known) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let length = rustix::fs::fgetxattr(&old, name, &mut value[..])?;
        // A label that the folder gives may be one that only the system may set.
        if rustix::fs::fgetxattr(&new, name, &mut known[..]).is_ok_and(|same| value[..length] == known[..same]) {
            continue;
        }
        rustix::fs::fsetxattr(&new, name, &value[..length], XattrFlags::empty())?;
    }
    Ok(())
}
