//! The one place that says which Markdown this is: CommonMark with tables, footnotes, strikethrough, task lists,
//! GitHub's callouts, and `{#anchor}` after a heading. Text in, events with their byte ranges out.

use pulldown_cmark::{OffsetIter, Options, Parser};

/// The events of a text, each with its range of bytes in it.
#[must_use]
pub fn events(text: &str) -> OffsetIter<'_> {
    Parser::new_ext(text, options()).into_offset_iter()
}

/// The extensions that are on.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
}
