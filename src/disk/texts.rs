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
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Folders that hold no one's own text.
const PASSED_OVER: [&str; 5] = [".git", ".hg", ".svn", "node_modules", "target"];

/// No file over this size is read.
const LIMIT: u64 = 4 << 20;

/// How much of a file is looked at to see that it is binary, as git does.
const HEAD: usize = 8_000;

/// A path, and what is there.
type Found = (PathBuf, FileType);

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
    let look_at = |root: &PathBuf| match fs::metadata(root) {
        Ok(metadata) => Ok((root.clone(), metadata.file_type())),
        Err(cause) => Err(Error::when("look at", root)(cause)),
    };
    let mut level = roots.iter().map(look_at).collect::<Result<Vec<Found>, Error>>()?;
    while !level.is_empty() {
        level.retain(|(path, kind)| !is_own(path, *kind, &own));
        let (folders, others): (Vec<Found>, Vec<Found>) = level.into_iter().partition(|(_, kind)| kind.is_dir());
        let files = others.into_iter().filter(|(_, kind)| kind.is_file());
        paths.extend(files.map(|(path, _)| (name(&path), path)));
        let listed: Result<Vec<_>, Error> = folders.par_iter().map(|(folder, _)| list(folder)).collect();
        level = listed?.into_iter().flatten().collect();
    }
    let read = |(name, path): (String, PathBuf)| match text(&path) {
        Ok(bytes) => bytes.filter(|bytes| wanted(bytes)).map(|bytes| Ok((name, bytes))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => Some(Err(Error::System { tried: "read", path, cause })),
    };
    paths.into_par_iter().filter_map(read).collect()
}

/// What is in a folder, without what is no one's own text; nothing for a site that faultbook has built.
fn list(folder: &Path) -> Result<Vec<Found>, Error> {
    if folder.join(MARKER).is_file() {
        return Ok(Vec::new());
    }
    let listed = fs::read_dir(folder).and_then(|entries| {
        let found = |entry: fs::DirEntry| Ok((entry.path(), entry.file_type()?));
        entries.map(|entry| entry.and_then(found)).collect::<io::Result<Vec<Found>>>()
    });
    let mut found = listed.map_err(Error::when("list", folder))?;
    let passed_over = |path: &Path| PASSED_OVER.iter().any(|name| path.file_name().is_some_and(|file| file == *name));
    found.retain(|(path, kind)| !(kind.is_dir() && passed_over(path)));
    Ok(found)
}

/// Whether this is a part of the site itself. Only what is called like one is looked at twice.
fn is_own(path: &Path, kind: FileType, own: &[PathBuf]) -> bool {
    let named = path.file_name().is_none_or(|name| PARTS.iter().any(|part| name == *part));
    named && !kind.is_symlink() && fs::canonicalize(path).is_ok_and(|path| own.contains(&path))
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
