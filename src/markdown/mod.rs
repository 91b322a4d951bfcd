//! The one place that says which Markdown this is: `CommonMark` with tables, footnotes, strikethrough, task lists,
//! GitHub's callouts, `{#anchor}` after a heading, and strong text that may touch Chinese punctuation. Text in, events
//! with their byte ranges out.

mod emphasis;

pub use emphasis::{Placed, is_ideograph};

use pulldown_cmark::{Event, OffsetIter, Options, Parser};

/// The extensions that are on, for a parser that needs more than events.
pub const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// The events of a text as the parser gives them one by one, each with its range of bytes: for the outline and the
/// links of a page, which emphasis does not change.
#[must_use]
pub fn events(text: &str) -> OffsetIter<'_> {
    Parser::new_ext(text, EXTENSIONS).into_offset_iter()
}

/// The events of a text that is to be shown, emphasis beside Chinese punctuation put right.
#[must_use]
pub fn shown(text: &str) -> Vec<Placed<'_>> {
    let mut events: Vec<_> = events(text).collect();
    emphasis::close_gaps(&mut events, text);
    events
}

/// The words of a line of inline Markdown without its marks.
#[must_use]
pub fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for (event, _) in shown(line) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::InlineHtml(part) | Event::Html(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(plain(line), expected);
    }

    #[test]
    fn marks_go_and_words_stay() {
        check("Cron fails with `pairing required`", "Cron fails with pairing required");
        check("**已经：**配对 [设备](x.md) & more", "已经：配对 设备 & more");
        check("a < b \\* c", "a < b * c");
        check("", "");
    }
}
