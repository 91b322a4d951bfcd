//! The site that a build replaces, as a source of files that need not be written again.
//!
//! Its folder is held open, so that a second build that replaces the site meanwhile changes nothing here: what is
//! compared is what is linked.

use rustix::fs::{AtFlags, Mode, OFlags, linkat, open, openat};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

/// The folder of the old site.
#[derive(Debug)]
pub(super) struct OldSite {
    folder: OwnedFd,
}

impl OldSite {
    /// The old site in a folder, if there is one.
    pub(super) fn open(folder: &Path) -> Option<Self> {
        Some(Self { folder: open_folder(folder).ok()? })
    }

    /// Links the file `path` into the folder `into` if it has these bytes already; says whether it did.
    pub(super) fn link(&self, path: &str, bytes: &[u8], into: &OwnedFd) -> bool {
        self.has(path, bytes).unwrap_or(false) && linkat(&self.folder, path, into, path, AtFlags::empty()).is_ok()
    }

    fn has(&self, path: &str, bytes: &[u8]) -> io::Result<bool> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = File::from(openat(&self.folder, path, flags, Mode::empty())?);
        let metadata = file.metadata()?;
        if !metadata.is_file() || metadata.len() != bytes.len() as u64 {
            return Ok(false);
        }
        let mut buffer = [0; 16 * 1024];
        for expected in bytes.chunks(buffer.len()) {
            let read = &mut buffer[..expected.len()];
            file.read_exact(read)?;
            if read != expected {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A folder held open.
pub(super) fn open_folder(folder: &Path) -> io::Result<OwnedFd> {
    Ok(open(folder, OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)
}
