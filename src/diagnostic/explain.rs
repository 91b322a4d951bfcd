//! Markdown in a terminal, for the documentation of a rule.
//!
//! Takes Markdown, gives text wrapped at a width: headings bold, code indented, addresses spelled out. What a
//! terminal would obey is spelled out too.

use super::visible::visible;
use super::wrap::{Piece, painted, wrap};
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

const BOLD: Style = Style::new().effects(Effects::BOLD);
const ITALIC: Style = Style::new().effects(Effects::ITALIC);
const DIMMED: Style = Style::new().effects(Effects::DIMMED);
const CODE: Style = AnsiColor::Cyan.on_default();
/// No line is made narrower than this.
const NARROWEST: usize = 20;

/// The text for a terminal of `width` columns; code keeps its lines.
#[must_use]
pub fn render(markdown: &str, width: usize, colour: bool) -> String {
    let mut page = Page { width, colour, ..Page::default() };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.text
}

/// The text so far, and what the next piece of it stands in.
#[derive(Default)]
struct Page {
    text: String,
    width: usize,
    colour: bool,
    /// Whether an empty line stands before the next block.
    gap: bool,
    /// The paragraph that is being read.
    pieces: Vec<Piece>,
    /// Styles that are in force, the innermost last.
    styles: Vec<Style>,
    /// What lines start with, the outermost quote or list first.
    indents: Vec<String>,
    /// What the next line starts with instead of the innermost indent: `- ` or `2. `.
    bullet: Option<String>,
    /// The number of the next item of each open list; `None` in a list without numbers.
    lists: Vec<Option<u64>>,
    /// Addresses of open links.
    links: Vec<String>,
    /// The code block that is being read.
    code: Option<String>,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(&text),
            },
            Event::Code(text) => {
                self.styles.push(CODE);
                let marks = if text.contains('`') { "" } else { "`" };
                self.push(&format!("{marks}{text}{marks}"));
                self.styles.pop();
            }
            Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.styles.push(BOLD),
            Tag::Emphasis => self.styles.push(ITALIC),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            Tag::BlockQuote(_) => self.indents.push("> ".to_owned()),
            Tag::List(first) => {
                self.end_block(false);
                self.lists.push(first);
            }
            Tag::Item => {
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.indents.push(" ".repeat(bullet.len()));
                self.bullet = Some(bullet);
            }
            Tag::CodeBlock(kind) => {
                self.end_block(false);
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(caption) = caption(&info)
                {
                    self.pieces.push(Piece { text: caption, style: DIMMED });
                    self.end_block(false);
                }
                self.code = Some(String::new());
            }
            Tag::TableCell if !self.pieces.is_empty() => self.push(" | "),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block(true);
                self.styles.pop();
            }
            TagEnd::Strong | TagEnd::Emphasis => drop(self.styles.pop()),
            TagEnd::Link => {
                let address = self.links.pop().unwrap_or_default();
                self.push(&format!(" <{address}>"));
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.end_block(true),
            TagEnd::TableHead | TagEnd::TableRow => self.end_block(false),
            TagEnd::BlockQuote(_) => drop(self.indents.pop()),
            TagEnd::Item => {
                self.end_block(false);
                self.bullet = None;
                self.indents.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.gap |= self.lists.is_empty();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Table => self.gap = true,
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        let style = self.styles.last().copied().unwrap_or_default();
        self.pieces.push(Piece { text: visible(text).into_owned(), style });
    }

    /// Writes the paragraph that was read, if there is one.
    fn end_block(&mut self, gap: bool) {
        if self.pieces.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.pieces);
        let indent: usize = self.indents.iter().map(String::len).sum();
        for line in wrap(&pieces, self.width.saturating_sub(indent).max(NARROWEST), self.colour) {
            self.line(&line);
        }
        self.gap = gap;
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        for line in visible(&code).lines() {
            let line = painted(line.trim_end(), CODE, self.colour);
            self.line(&format!("    {line}"));
        }
        self.gap = true;
    }

    fn line(&mut self, line: &str) {
        if std::mem::take(&mut self.gap) {
            self.text.push('\n');
        }
        let mut indent = self.indents.concat();
        if let (Some(bullet), Some(innermost)) = (self.bullet.take(), self.indents.last()) {
            indent.truncate(indent.len() - innermost.len());
            indent.push_str(&bullet);
        }
        self.text.push_str(format!("{indent}{line}").trim_end());
        self.text.push('\n');
    }
}

/// The file that an example stands for, which follows the language and the verb of its info string.
fn caption(info: &str) -> Option<String> {
    info.split_whitespace().nth(2).map(|path| format!("{path}:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::RULES;
    use insta::assert_snapshot;

    #[test]
    fn a_page_reads_well_in_a_terminal() {
        let markdown = "# FB060 dead-link\n\nA link to a *page* that is **not** there, with `code` and\n\
            [words](https://example.org/).\n\n\
            - one\n- two, which is long enough to be broken into lines\n  - inner\n\n\
            3. three\n4. four\n\n> quoted\n> text\n\n\
            ```md triggers content/a/index.en.md\nSee [x](../gone).\n\n  indented\n```\n\n\
            ```text\nplain\n```\n\nlast\n";
        assert_snapshot!(render(markdown, 44, false), @"
        FB060 dead-link

        A link to a page that is not there, with
        `code` and words <https://example.org/>.

        - one
        - two, which is long enough to be broken
          into lines
          - inner

        3. three
        4. four

        > quoted text

        content/a/index.en.md:
            See [x](../gone).

              indented

            plain

        last
        ");
    }

    #[test]
    fn tables_keep_a_row_a_line() {
        assert_snapshot!(render("| a | b |\n|---|---|\n| 1 | 2 |\n\nx", 40, false), @"
        a | b
        1 | 2

        x
        ");
    }

    #[test]
    fn colour_adds_and_changes_nothing_and_nothing_is_obeyed() {
        for rule in RULES {
            let coloured = render(rule.docs, 72, true);
            assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), render(rule.docs, 72, false));
        }
        assert_eq!(render("a \u{1b}[2J `\u{9b}` <b>", 40, false), "a \\u{1b}[2J `\\u{9b}` <b>\n");
    }
}
