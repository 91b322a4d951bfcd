//! Inline Markdown in, its words out, for formats that know no markup.

use crate::markdown;
use pulldown_cmark::Event;

/// The text of a line of inline Markdown without its marks.
pub(super) fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for (event, _) in markdown::events(line) {
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

    fn check(line: &str, expected: &str) {
        assert_eq!(plain(line), expected);
    }

    #[test]
    fn marks_go_and_words_stay() {
        check("Cron fails with `pairing required`", "Cron fails with pairing required");
        check("**已经**配对 [设备](x.md) & more", "已经配对 设备 & more");
        check("a < b \\* c", "a < b * c");
        check("", "");
    }
}
