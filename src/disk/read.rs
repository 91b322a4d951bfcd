//! From a site's folder to its tree.
//!
//! In comes a folder, out goes a [`Tree`] of what authors wrote: `site.toml`, `content/` and `templates/`. A file that
//! must not be read (a link, a pipe, an oversized file) is in the tree with the reason, so that the rules can point at
//! it. A file that vanishes meanwhile was never there.

use super::Error;
use crate::source::{Tree, Unread};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// What belongs to a site, in its folder: a file and two folders.
pub const PARTS: [&str; 3] = ["content", "site.toml", "templates"];

const MEBIBYTE: u64 = 1 << 20;

/// Path in the tree, and what was read.
type Entry = (String, Result<Vec<u8>, Unread>);

/// Path relative to the site's folder, and what is there.
type Found = (PathBuf, FileType);

/// Reads the site in the folder `root`.
///
/// # Errors
/// When a file is there and the system does not let us read it.
pub fn read(root: &Path) -> Result<Tree, Error> {
    let mut found = Vec::new();
    for part in PARTS {
        found.extend(entries(root, Path::new(part))?);
    }
    Ok(Tree::new(found))
}

/// Reads anew what `changed` names, files or whole folders, relative to the site's folder; the rest is shared with
/// `tree`. What is no longer there is left out, what does not belong to a site is passed over.
///
/// # Errors
/// When a file is there and the system does not let us read it.
pub fn reread(tree: &Tree, root: &Path, changed: &[PathBuf]) -> Result<Tree, Error> {
    let changed: BTreeSet<&Path> = changed.iter().map(PathBuf::as_path).filter(|path| is_source(path)).collect();
    let mut tree = tree.clone();
    for path in &changed {
        let read_with_its_folder = path.ancestors().skip(1).any(|folder| changed.contains(folder));
        if !read_with_its_folder {
            tree.replace(&name(path), entries(root, path)?);
        }
    }
    Ok(tree)
}

/// Tells of every folder of the site at or below `part`, each before it is looked into, and looks into it if `see` says
/// so: who begins to watch a folder when told of it misses nothing that comes into it.
pub fn each_folder(root: &Path, part: &Path, mut see: impl FnMut(&Path) -> bool) {
    let mut folders = vec![part.to_owned()];
    while let Some(folder) = folders.pop() {
        if see(&folder) {
            let inside = list(root, &folder).unwrap_or_default().into_iter();
            folders.extend(inside.filter(|(_, kind)| kind.is_dir()).map(|(path, _)| path));
        }
    }
}

/// Whether a path, relative to the site's folder, is part of the site. Hidden files are so only on the machines that
/// fixtures stand for; what editors, version control and file managers leave behind never is.
#[must_use]
pub fn is_source(path: &Path) -> bool {
    let mut in_fixtures = false;
    let mut components = path.components();
    let belongs = components.next().is_some_and(|first| PARTS.iter().any(|part| first.as_os_str() == *part));
    belongs
        && components.all(|component| {
            let name = component.as_os_str().to_string_lossy();
            let kept = !is_litter(&name) && (in_fixtures || !name.starts_with('.'));
            in_fixtures |= name == "fixtures";
            kept
        })
}

/// What no author writes: version control, file managers, backup, lock and swap files of editors.
fn is_litter(name: &str) -> bool {
    const NAMES: [&str; 3] = [".git", ".DS_Store", "4913"];
    const ENDS: [&str; 7] = ["~", ".swp", ".swo", ".swx", ".kate-swp", "___jb_tmp___", "___jb_old___"];
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || name.starts_with(".#")
        || (name.starts_with('#') && name.ends_with('#'))
}

/// The file, or all files of the folder, at `part` of a site. Lists level by level, because folders are many too.
fn entries(root: &Path, part: &Path) -> Result<Vec<Entry>, Error> {
    let mut files = Vec::new();
    let mut level: Vec<Found> = match fs::symlink_metadata(root.join(part)) {
        Ok(metadata) => vec![(part.to_owned(), metadata.file_type())],
        Err(error) if is_gone(&error) => Vec::new(),
        Err(cause) => return Err(Error::when("look at", &root.join(part))(cause)),
    };
    while !level.is_empty() {
        let (folders, others): (Vec<Found>, Vec<Found>) = level.into_iter().partition(|(_, kind)| kind.is_dir());
        files.extend(others);
        let listed: Result<Vec<_>, Error> = folders.par_iter().map(|(folder, _)| list(root, folder)).collect();
        level = listed?.into_iter().flatten().collect();
    }
    files.par_iter().filter_map(|(path, kind)| load(root, path, *kind).transpose()).collect()
}

fn list(root: &Path, folder: &Path) -> Result<Vec<Found>, Error> {
    let full = root.join(folder);
    let listed = fs::read_dir(&full).and_then(|entries| {
        let found = |entry: fs::DirEntry| Ok((folder.join(entry.file_name()), entry.file_type()?));
        entries.map(|entry| entry.and_then(found)).collect::<io::Result<Vec<Found>>>()
    });
    match listed {
        Ok(mut found) => {
            found.retain(|(path, _)| is_source(path));
            Ok(found)
        }
        Err(error) if is_gone(&error) => Ok(Vec::new()),
        Err(cause) => Err(Error::when("list", &full)(cause)),
    }
}

/// The path as the tree has it; what is not UTF-8 is replaced.
fn name(relative: &Path) -> String {
    let names: Vec<_> = relative.components().map(Component::as_os_str).map(|name| name.to_string_lossy()).collect();
    names.join("/")
}

fn load(root: &Path, path: &Path, kind: FileType) -> Result<Option<Entry>, Error> {
    let (name, full) = (name(path), root.join(path));
    let read = if kind.is_symlink() {
        fs::read_link(&full).map(|target| Err(Unread::Symlink { target: target.to_string_lossy().into_owned() }))
    } else if !kind.is_file() {
        Ok(Err(Unread::Special))
    } else if path.to_str().is_none() {
        Ok(Err(Unread::BadName))
    } else {
        bytes(&full, limit(&name))
    };
    match read {
        Ok(read) => Ok(Some((name, read))),
        Err(error) if is_gone(&error) => Ok(None),
        Err(cause) => Err(Error::when("read", &full)(cause)),
    }
}

/// The size is asked before anything is read; a file that grows meanwhile is read up to the limit.
fn bytes(path: &Path, limit: u64) -> io::Result<Result<Vec<u8>, Unread>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(Err(Unread::TooLarge { size, limit }));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}

/// How large a file may be: text that people write is small, logs and images are larger, the ledger has a line for
/// every anchor ever published.
fn limit(name: &str) -> u64 {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if name == "content/permalinks.lock" {
        64 * MEBIBYTE
    } else if name.contains("/fixtures/") {
        MEBIBYTE
    } else if name.contains("/samples/") {
        8 * MEBIBYTE
    } else if ["md", "toml", "html", "css", "js"].contains(&extension) {
        MEBIBYTE
    } else {
        8 * MEBIBYTE
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        assert_eq!(is_source(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn hidden_files_belong_to_fixtures_only() {
        check("site.toml", true);
        check("content/x/index.en.md", true);
        check("content/x/.notes", false);
        check("content/.git/config", false);
        check("content/x/fixtures/broken/home/.openclaw/devices/paired.json", true);
        check("content/x/fixtures/broken/home/.git/config", false);
        check("public/index.html", false);
        check("", false);
    }

    #[test]
    fn what_editors_leave_behind_is_no_source() {
        check("content/x/index.en.md~", false);
        check("content/x/.index.en.md.swp", false);
        check("content/x/#index.en.md#", false);
        check("content/x/4913", false);
        check("content/x/fixtures/healthy/home/.#settings.json", false);
        check("content/x/fixtures/healthy/home/.settings.json", true);
    }
}
