//! The input as a value: files in, places out.
//!
//! A [`Tree`] holds every file of a site, sorted by path; a [`Span`] is a place in one of them. Nothing here reads
//! the disk (`disk.rs` does) and nothing here knows what the files mean. What nobody should see is masked as a file
//! comes in, so that no later stage can show it.

use crate::secrets::{self, Review};
use rayon::prelude::*;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Index of a file in its [`Tree`]; the order of ids is the order of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The position of the file in the tree.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in a file: bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place `start..end` of `file`. Offsets past 4 GiB saturate; files are far smaller.
    #[must_use]
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let end = u32::try_from(range.end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// The first byte of a file, for a finding about the file as a whole.
    #[must_use]
    pub fn start_of(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value that knows its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value` as written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A place as an editor shows it, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Why the bytes of a file are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// The file is larger than `limit` bytes.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// What is allowed.
        limit: u64,
    },
    /// A symbolic link, which might lead out of the site.
    Symlink {
        /// Where it points.
        target: String,
    },
    /// A pipe, a socket or a device.
    Special,
    /// A name that is not UTF-8.
    BadName,
}

/// One file of the site.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the site's folder, with `/`.
    pub path: String,
    bytes: Vec<u8>,
    unread: Option<Unread>,
    review: Review,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    fn new(path: String, read: Result<Vec<u8>, Unread>) -> Self {
        let (mut bytes, unread) = match read {
            Ok(bytes) => (bytes, None),
            Err(unread) => (Vec::new(), Some(unread)),
        };
        let by_authors = path.starts_with("content/") && path != "content/permalinks.lock" || path == "site.toml";
        let review = if by_authors { secrets::review(&bytes) } else { Review::default() };
        secrets::mask(&mut bytes, &review.found);
        Self { path, bytes, unread, review, lines: OnceLock::new() }
    }

    /// What nobody should see and was masked, and what was allowed for nothing.
    #[must_use]
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// The bytes as read, but for what is masked; empty when the file was not read.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Why the file was not read, if it was not.
    #[must_use]
    pub fn unread(&self) -> Option<&Unread> {
        self.unread.as_ref()
    }

    /// The text, a byte-order mark included.
    ///
    /// # Errors
    /// When the bytes are not UTF-8; the error knows the first bad byte.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.bytes)
    }

    /// Line and column of a byte. Lines end at `\n`; a byte-order mark takes no column; an offset inside a
    /// character counts as its start, one past the end as the end.
    #[must_use]
    pub fn locate(&self, offset: usize) -> LineColumn {
        let lines = self.line_starts();
        let offset = offset.min(self.bytes.len());
        let line = lines.partition_point(|&start| start as usize <= offset) - 1;
        let before = &self.bytes[lines[line] as usize..offset];
        let before = if line == 0 { before.strip_prefix("\u{feff}".as_bytes()).unwrap_or(before) } else { before };
        // A character is counted at its first byte, so one that the offset cuts is not yet complete.
        let cut = offset < self.bytes.len() && is_continuation(self.bytes[offset]);
        let characters = before.iter().filter(|&&byte| !is_continuation(byte)).count();
        LineColumn { line: line + 1, column: characters + 1 - usize::from(cut && characters > 0) }
    }

    /// The byte at a line and column, both from 1; past a line's end gives the line's end.
    #[must_use]
    pub fn offset(&self, place: LineColumn) -> usize {
        let lines = self.line_starts();
        let Some(&start) = lines.get(place.line.saturating_sub(1)) else { return self.bytes.len() };
        let start = start as usize;
        let end = lines.get(place.line).map_or(self.bytes.len(), |&next| next as usize - 1);
        let text = String::from_utf8_lossy(&self.bytes[start..end.max(start)]);
        let mark = usize::from(place.line == 1 && text.starts_with('\u{feff}'));
        text.char_indices().nth(place.column.saturating_sub(1) + mark).map_or(end, |(at, _)| start + at)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// Every file of a site, sorted by path; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: Vec<Arc<Source>>,
}

impl Tree {
    /// A tree of these files: path relative to the site, with `/`, and what was read.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (String, Result<Vec<u8>, Unread>)>) -> Self {
        let files: Vec<_> = files.into_iter().collect();
        let mut files: Vec<Arc<Source>> =
            files.into_par_iter().map(|(path, read)| Arc::new(Source::new(path, read))).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// Adds or replaces a file; ids given out before are void. For tests and small sites.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        let source = Arc::new(Source::new(path.to_owned(), Ok(bytes.into())));
        match self.files.binary_search_by(|file| file.path.as_str().cmp(path)) {
            Ok(at) => self.files[at] = source,
            Err(at) => self.files.insert(at, source),
        }
    }

    /// Puts `fresh` in the place of the file `path`, or of all that is in the folder `path`; ids given out before are
    /// void. Clones of the tree stay as they are and share the files that did not change.
    pub fn replace(&mut self, path: &str, fresh: impl IntoIterator<Item = (String, Result<Vec<u8>, Unread>)>) {
        let (itself, inside): (Vec<_>, Vec<_>) = Self::new(fresh).files.into_iter().partition(|file| file.path == path);
        // Between a file and what is in a folder of its name others may sort: `a`, `a-b`, `a/c`.
        let folder = format!("{path}/");
        let place = self.files.partition_point(|file| file.path.as_str() < path);
        let known = self.files.get(place).is_some_and(|file| file.path == path);
        self.files.splice(place..place + usize::from(known), itself);
        let place = self.files.partition_point(|file| file.path < folder);
        let known = self.files[place..].partition_point(|file| file.path.starts_with(&folder));
        self.files.splice(place..place + known, inside);
    }

    /// The file of an id.
    ///
    /// # Panics
    /// When the id is of another tree.
    #[must_use]
    pub fn file(&self, id: FileId) -> &Source {
        &self.files[id.index()]
    }

    /// The file of an id, to be kept beyond the tree: as long as it is the same, so are its bytes.
    #[must_use]
    pub fn shared(&self, id: FileId) -> &Arc<Source> {
        &self.files[id.index()]
    }

    /// The id of a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(FileId(u32::try_from(at).expect("a tree has fewer than 2^32 files")))
    }

    /// All files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(u32::try_from(at).expect("a tree has fewer than 2^32 files")), &**file))
    }

    /// The files whose path starts with `prefix`.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (FileId, &'a Source)> {
        let from = self.files.partition_point(|file| file.path.as_str() < prefix);
        self.files[from..].iter().take_while(move |file| file.path.starts_with(prefix)).enumerate().map(
            move |(at, file)| (FileId(u32::try_from(from + at).expect("a tree has fewer than 2^32 files")), &**file),
        )
    }

    /// The text at a place; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn slice(&self, span: Span) -> std::borrow::Cow<'_, str> {
        let bytes = &self.file(span.file).bytes;
        let end = (span.end as usize).min(bytes.len());
        String::from_utf8_lossy(&bytes[(span.start as usize).min(end)..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: usize, expected: (usize, usize)) {
        let mut tree = Tree::default();
        tree.add("a", text);
        let file = tree.file(tree.find("a").unwrap());
        let place = file.locate(offset);
        assert_eq!((place.line, place.column), expected, "{text:?} at {offset}");
    }

    #[test]
    fn columns_count_characters_as_an_editor_does() {
        check("", 0, (1, 1));
        check("ab\ncd", 3, (2, 1));
        check("ab\r\ncd", 5, (2, 2));
        check("网关x", 6, (1, 3));
        check("网关x", 4, (1, 2));
        check("🦀x", 4, (1, 2));
        check("\u{feff}ab", 3, (1, 1));
        check("\tab", 1, (1, 2));
        check("ab", 99, (1, 3));
        check("ab\n", 3, (2, 1));
    }

    #[test]
    fn a_replaced_folder_leaves_the_other_files_shared() {
        let mut tree = Tree::default();
        for path in ["a", "b", "b-c", "b/x", "b/y", "c"] {
            tree.add(path, "old");
        }
        let before = tree.clone();
        tree.replace("b", [("b/w".into(), Ok(b"new".to_vec())), ("b/y".into(), Ok(b"new".to_vec()))]);
        let paths: Vec<&str> = tree.iter().map(|(_, file)| file.path.as_str()).collect();
        assert_eq!(paths, ["a", "b-c", "b/w", "b/y", "c"]);
        assert!(Arc::ptr_eq(&before.files[5], &tree.files[4]));
        assert_eq!(before.file(before.find("b/y").unwrap()).bytes(), b"old");
    }

    #[test]
    fn a_place_leads_back_to_its_byte() {
        let mut tree = Tree::default();
        tree.add("a", "\u{feff}网关\r\nx🦀y\n");
        let file = tree.file(tree.find("a").unwrap());
        for offset in [3, 6, 9, 11, 12, 16, 17] {
            assert_eq!(file.offset(file.locate(offset)), offset);
        }
    }
}
