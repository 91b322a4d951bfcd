//! A log that is read as it grows.

use super::Error;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Opens a log to be read once.
///
/// # Errors
/// When the system refuses.
pub fn open_log(path: &Path) -> Result<File, Error> {
    let file = File::open(path).map_err(Error::when("open", path))?;
    let is_folder = file.metadata().map_err(Error::when("read", path))?.is_dir();
    if is_folder {
        return Err(Error::when("read", path)(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

/// The part of a log from byte `start` on, `length` bytes of it or as many as there are.
///
/// # Errors
/// When the system refuses.
pub fn read_part(path: &Path, start: u64, length: u64) -> Result<Vec<u8>, Error> {
    let mut file = open_log(path)?;
    file.seek(SeekFrom::Start(start)).map_err(Error::when("read", path))?;
    let mut part = Vec::new();
    file.take(length).read_to_end(&mut part).map_err(Error::when("read", path))?;
    Ok(part)
}

/// A log that somebody writes to. When another file takes its place, or when it is emptied, it begins anew.
#[derive(Debug)]
pub struct LiveLog {
    path: PathBuf,
    file: File,
    read: u64,
}

/// What there is to read of a log that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// So many more bytes.
    More(usize),
    /// Nothing for now.
    Nothing,
    /// A new log under the same name.
    Anew,
}

impl LiveLog {
    /// Opens a log at its beginning.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_owned(), file: open_log(path)?, read: 0 })
    }

    /// Reads what was added since the last time, as far as it fits.
    ///
    /// # Errors
    /// When the system refuses; that the log is gone for a moment, while it is rotated, is no error.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<Growth, Error> {
        let length = self.file.read(buffer).map_err(Error::when("read", &self.path))?;
        self.read += length as u64;
        if length > 0 {
            return Ok(Growth::More(length));
        }
        let now = self.file.metadata().map_err(Error::when("read", &self.path))?;
        let named = std::fs::metadata(&self.path).ok().filter(|named| !named.is_dir());
        let replaced = named.is_some_and(|named| (named.dev(), named.ino()) != (now.dev(), now.ino()));
        if !replaced && now.len() >= self.read {
            return Ok(Growth::Nothing);
        }
        match File::open(&self.path) {
            Ok(file) => {
                (self.file, self.read) = (file, 0);
                Ok(Growth::Anew)
            }
            Err(_) => Ok(Growth::Nothing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_log_is_followed_when_it_grows_is_emptied_and_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = File::create(&path).unwrap();
        let mut log = LiveLog::open(&path).unwrap();
        let mut buffer = [0; 8];
        let mut check = |expected| assert_eq!(log.read(&mut buffer).unwrap(), expected);
        check(Growth::Nothing);
        file.write_all(b"0123456789").unwrap();
        check(Growth::More(8));
        check(Growth::More(2));
        check(Growth::Nothing);
        std::fs::write(&path, "new").unwrap();
        check(Growth::Anew);
        check(Growth::More(3));
        std::fs::rename(&path, folder.path().join("log.1")).unwrap();
        check(Growth::Nothing);
        std::fs::write(&path, "0123").unwrap();
        check(Growth::Anew);
        check(Growth::More(4));
        check(Growth::Nothing);
    }

    #[test]
    fn a_folder_is_no_log() {
        let folder = tempfile::tempdir().unwrap();
        let error = open_log(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read `"), "{error}");
    }
}
