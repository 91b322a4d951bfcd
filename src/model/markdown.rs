//! What the rest of the program needs to know of a Markdown text without reading it again: its outline, its links
//! and its fences. The text itself stays in the tree and is streamed anew when a page is rendered, because the
//! events of 20,000 pages would fill the memory.

use super::Code;
use crate::source::{Span, Spanned};
use std::ops::Range;

/// The Markdown part of a page.
#[derive(Debug, Clone)]
pub struct Body {
    /// The text in the file.
    pub span: Span,
    /// Every heading in order, with its anchor.
    pub headings: Vec<Heading>,
    /// The parts between level-2 headings, in order; what stands before the first is a section without a heading.
    pub sections: Vec<Section>,
    /// Links, in order.
    pub links: Vec<Link>,
    /// Images, in order.
    pub images: Vec<Image>,
    /// Numbered lists, in the order of their ends.
    pub steps: Vec<Steps>,
    /// Code blocks, in order.
    pub fences: Vec<Fence>,
    /// Raw HTML, which is refused.
    pub html: Vec<Span>,
    /// Whether a code block goes on where its author meant it to end, so that what follows it is not seen.
    pub is_cut: bool,
}

/// A heading.
#[derive(Debug, Clone)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without marks.
    pub text: String,
    /// Its anchor, unique on the page; the same in every language for a known section.
    pub anchor: String,
    /// The kind of section that it opens, for a level-2 heading with a known word.
    pub kind: Option<SectionKind>,
    /// The heading's line.
    pub span: Span,
}

/// A part of a page: a level-2 heading and all up to the next.
#[derive(Debug, Clone)]
pub struct Section {
    /// Index of its heading in [`Body::headings`]; `None` for what stands before the first.
    pub heading: Option<usize>,
    /// Its text, heading included.
    pub span: Span,
}

/// The sections that every incident shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SectionKind {
    /// Summary
    Summary,
    /// Symptom
    Symptom,
    /// Root cause
    RootCause,
    /// Confirm
    Confirm,
    /// Fix
    Fix,
    /// Lesson
    Lesson,
}

impl Body {
    /// The anchor of a section; `None` for what stands before the first heading.
    #[must_use]
    pub fn anchor(&self, section: &Section) -> Option<&str> {
        section.heading.map(|heading| self.headings[heading].anchor.as_str())
    }
}

impl SectionKind {
    /// Every kind, in the usual order.
    pub const ALL: [Self; 6] = [Self::Summary, Self::Symptom, Self::RootCause, Self::Confirm, Self::Fix, Self::Lesson];

    /// Those that an incident must have.
    pub const REQUIRED: [Self; 4] = [Self::Symptom, Self::RootCause, Self::Confirm, Self::Fix];

    /// The anchor, the same in every language.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Symptom => "symptom",
            Self::RootCause => "root-cause",
            Self::Confirm => "confirm",
            Self::Fix => "fix",
            Self::Lesson => "lesson",
        }
    }

    /// The kind of an anchor.
    #[must_use]
    pub fn from_anchor(anchor: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.anchor() == anchor)
    }
}

/// A link of the text.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads, as written.
    pub destination: String,
    /// The whole link; the destination itself is looked for inside it when a finding wants to point.
    pub span: Span,
}

/// An image of the text.
#[derive(Debug, Clone)]
pub struct Image {
    /// Where it is, as written.
    pub destination: String,
    /// The words for those who do not see it.
    pub alt: String,
    /// The whole image.
    pub span: Span,
}

/// A numbered list.
#[derive(Debug, Clone)]
pub struct Steps {
    /// How many items it has.
    pub count: usize,
    /// Its first line.
    pub span: Span,
}

/// A code block.
#[derive(Debug, Clone)]
pub struct Fence {
    /// The info string; empty when there is none.
    pub info: Spanned<String>,
    /// The block, fences included, as a range of the file; also its identity within the page.
    pub range: Range<usize>,
    /// The name of the snippet that it defines (default language) or places (translation).
    pub snippet: Option<String>,
    /// The text of a snippet; `None` for other code, which is read anew when it is shown.
    pub code: Option<Code>,
    /// What a shell command is marked with; `None` for other code.
    pub command: Option<Command>,
}

/// What an author says of a shell command: nothing, or that it destroys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// `destructive scope="…" undo="…"`
    pub caution: Option<Caution>,
    /// The `<NAME>` parts, which the reader fills in; each once, in the order of the text.
    pub blanks: Vec<String>,
}

/// What a destructive command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// What it destroys.
    pub scope: String,
    /// How to take it back, or that nothing does.
    pub undo: String,
}
