//! From any folders to the texts in them that matter.
//!
//! In come files and folders, and a question that is asked of the bytes of each text; out come those of which the
//! answer is yes, sorted by path. Passed over: what version control and package managers keep, sites that faultbook
//! has built, the sources of the site itself, links, binary files and what is too large to be written by a person.

use super::Error;
use super::read::PARTS;
use super::target::MARKER;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Folders that hold no one's own text.
const PASSED_OVER: [&str; 5] = [".git", ".hg", ".svn", "node_modules", "target"];

/// No file over this size is read.
const LIMIT: u64 = 4 << 20;

/// How much of a file is looked at to see that it is binary, as git does.
const HEAD: usize = 8_000;

/// The texts below `roots`, each with its path as it was reached, that are `wanted`. `site` is the folder of the site.
///
/// # Errors
/// When a root is not there, or the system does not let us list a folder or read a file.
pub fn texts(
    roots: &[PathBuf],
    site: &Path,
    wanted: impl Fn(&[u8]) -> bool + Sync,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let own: Vec<PathBuf> = PARTS.iter().filter_map(|part| fs::canonicalize(site.join(part)).ok()).collect();
    let mut paths = BTreeMap::new();
    for root in roots {
        for entry in WalkDir::new(root).into_iter().filter_entry(|entry| !is_passed_over(entry, &own)) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(root).to_owned();
                Error::System { tried: "list", path, cause: error.into() }
            })?;
            if entry.file_type().is_file() {
                paths.insert(name(entry.path()), entry.into_path());
            }
        }
    }
    let read = |(name, path): (String, PathBuf)| match text(&path) {
        Ok(bytes) => bytes.filter(|bytes| wanted(bytes)).map(|bytes| Ok((name, bytes))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => Some(Err(Error::System { tried: "read", path, cause })),
    };
    paths.into_par_iter().filter_map(read).collect()
}

fn is_passed_over(entry: &DirEntry, own: &[PathBuf]) -> bool {
    let path = entry.path();
    let is_own = || fs::canonicalize(path).is_ok_and(|path| own.contains(&path));
    if !entry.file_type().is_dir() {
        return entry.file_name() == "site.toml" && is_own();
    }
    let named = entry.depth() > 0 && PASSED_OVER.iter().any(|name| entry.file_name() == *name);
    named || path.join(MARKER).is_file() || (PARTS.iter().any(|part| entry.file_name() == *part) && is_own())
}

/// The path as it is shown; never one that a file of the site may have.
fn name(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    let name = name.trim_start_matches("./");
    let first = name.split('/').next().unwrap_or(name);
    if PARTS.contains(&first) { format!("./{name}") } else { name.to_owned() }
}

/// The bytes of a file, unless it is too large or binary.
fn text(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > LIMIT {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes)?;
    let is_binary = bytes[..bytes.len().min(HEAD)].contains(&0);
    Ok((!is_binary).then_some(bytes))
}
