//! Inline Markdown in, its words out, for formats that know no markup.

use pulldown_cmark::{Event, Parser};

/// The text of a line of inline Markdown without its marks.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new(markdown) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        assert_eq!(plain(markdown), expected);
    }

    #[test]
    fn marks_go_and_words_stay() {
        check("Cron fails with `pairing required`", "Cron fails with pairing required");
        check("**已经**配对 [设备](x.md) & more", "已经配对 设备 & more");
        check("a < b \\* c", "a < b * c");
        check("", "");
    }
}
