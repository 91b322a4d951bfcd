//! Snippets, and the fixtures and samples that prove a page.

use crate::engine::Format;
use crate::source::{FileId, Span, Spanned};
use std::ops::Range;

/// A checkable fence: a program, the files that it reads, and its name.
#[derive(Debug)]
pub struct Snippet {
    /// What it is for.
    pub kind: SnippetKind,
    /// What it is written in.
    pub language: SnippetLanguage,
    /// `#name` of the info string.
    pub id: Spanned<String>,
    /// The files that it reads, in the order written.
    pub inputs: Vec<Input>,
    /// The program.
    pub code: Code,
    /// The info string.
    pub info: Spanned<String>,
    /// Whether nothing is wrong with the info string; if something is, it says nothing about other pages or files.
    pub is_sound: bool,
}

impl Snippet {
    /// The input that is the program's `.`, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name.is_none())
    }
}

/// What a snippet is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnippetKind {
    /// `check`: outputs a finding for each problem
    Check,
    /// `fix`: outputs the healed document
    Fix {
        /// `for=`: the checks that it must silence.
        silences: Vec<Spanned<String>>,
    },
}

/// What a snippet is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnippetLanguage {
    /// `jq`
    Jq,
    /// `diff`, only for a fix
    Diff,
}

/// A file that a snippet reads.
#[derive(Debug, Clone)]
pub struct Input {
    /// `NAME` of `in.NAME=`, bound as `$NAME`; `None` for `file=`, the program's `.`.
    pub name: Option<String>,
    /// As written: `~/…` or `/…`.
    pub path: Spanned<String>,
    /// How it is read.
    pub format: Format,
    /// `?=`: the file may be absent, and is then null.
    pub optional: bool,
}

/// The text of a fence, and where each piece of it stands in the file.
#[derive(Debug, Clone)]
pub struct Code {
    /// The text, lines ended by `\n`.
    pub text: String,
    /// The whole of it in the file.
    pub span: Span,
    /// `(offset in text, offset in the file)` where each line begins.
    pub lines: Vec<(u32, u32)>,
}

impl Code {
    /// The place in the file of a range of the text.
    #[must_use]
    pub fn locate(&self, range: Range<usize>) -> Span {
        let to_file = |offset: usize| {
            let at = self.lines.partition_point(|&(text, _)| text as usize <= offset);
            // Where a fence's indent takes a part of a tab, the text has more spaces than the file has bytes.
            let limit = self.lines.get(at).map_or(self.span.end, |&(_, next)| next) as usize;
            match at.checked_sub(1).and_then(|at| self.lines.get(at)) {
                Some(&(text, file)) => (file as usize + (offset - text as usize)).min(limit),
                None => self.span.start as usize,
            }
        };
        let start = to_file(range.start).min(self.span.end as usize);
        let end = to_file(range.end.max(range.start)).clamp(start, (self.span.end as usize).max(start));
        Span::new(self.span.file, start..end)
    }
}

/// What a fixture must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// `broken*`: every check flags it
    Present,
    /// `healthy*`: every check is silent
    Absent,
}

/// A folder that stands for a reader's machine: `home/` is `~`, `root/` is `/`.
#[derive(Debug)]
pub struct Fixture {
    /// The folder's name.
    pub name: String,
    /// What the checks must say of it.
    pub expected: Expected,
    /// Its folder in the tree, such as `content/openclaw/x/fixtures/broken`.
    pub folder: String,
    /// Its files, sorted by path.
    pub files: Vec<FileId>,
    /// What `harmless.yaml` says of it.
    pub harmless: Vec<Harmless>,
}

/// A difference from a healthy machine that does no harm alone.
#[derive(Debug)]
pub struct Harmless {
    /// The file, as a path on the reader's machine.
    pub path: String,
    /// The edit as a jq update, or the path of what differs within the document.
    pub edit: Spanned<String>,
    /// Why it does no harm.
    pub because: String,
}

impl Fixture {
    /// Where a file of the reader's machine is in the tree: `~/.x` is under `home/`, `/etc/x` under `root/`.
    #[must_use]
    pub fn path_of(&self, machine_path: &str) -> String {
        match machine_path.strip_prefix("~/") {
            Some(rest) => format!("{}/home/{rest}", self.folder),
            None => format!("{}/root/{}", self.folder, machine_path.trim_start_matches('/')),
        }
    }
}

/// Whether a sample must find its incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Polarity {
    /// `match*`: the incident must be found first
    Match,
    /// `clean*`: it must not be found
    Clean,
}

/// A log excerpt.
#[derive(Debug)]
pub struct Sample {
    /// The file's name without its extension.
    pub name: String,
    /// Whether it must find its incident.
    pub polarity: Polarity,
    /// The file.
    pub file: FileId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    #[test]
    fn code_leads_back_to_the_file() {
        let mut tree = Tree::default();
        tree.add("a", "x");
        let file = tree.find("a").unwrap();
        // Two lines, the second indented by two in the file and ended by `\r\n` before it.
        let code = Code { text: "ab\ncd\n".into(), span: Span::new(file, 10..20), lines: vec![(0, 10), (3, 16)] };
        assert_eq!(code.locate(1..2).range(), 11..12);
        assert_eq!(code.locate(4..5).range(), 17..18);
        assert_eq!(code.locate(90..99).range(), 20..20);
        // One tab of the file, of which the text has three spaces.
        let code = Code { text: "   网".into(), span: Span::new(file, 10..14), lines: vec![(0, 10), (3, 11)] };
        assert_eq!(code.locate(2..3).range(), 11..11);
    }
}
