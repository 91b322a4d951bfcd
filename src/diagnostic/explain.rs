//! Markdown in a terminal, for the documentation of a rule and for an incident.
//!
//! Takes Markdown, gives text wrapped at a width: headings bold, code indented, addresses as links or spelled out.
//! What a terminal would obey is spelled out too.

use super::visible::visible;
use super::wrap::{Piece, painted, wrap};
use crate::markdown;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};

const BOLD: Style = Style::new().effects(Effects::BOLD);
const ITALIC: Style = Style::new().effects(Effects::ITALIC);
const DIMMED: Style = Style::new().effects(Effects::DIMMED);
const CODE: Style = AnsiColor::Cyan.on_default();
/// No line is made narrower than this.
const NARROWEST: usize = 20;

/// What a terminal takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How many columns a line may have.
    pub width: usize,
    /// Whether text may be styled.
    pub colour: bool,
    /// Whether words may carry the address that they lead to; it is spelled out behind them otherwise.
    pub links: bool,
}

impl Look {
    /// Text alone, in lines of `width` columns.
    #[must_use]
    pub fn plain(width: usize) -> Self {
        Self { width, colour: false, links: false }
    }
}

/// The text for a terminal; code keeps its lines.
#[must_use]
pub fn render(markdown: &str, look: Look) -> String {
    let mut page = Page::new(look);
    for (event, _) in markdown::shown(markdown) {
        page.take(event);
    }
    page.text
}

/// The text so far, and what the next piece of it stands in.
struct Page {
    text: String,
    look: Look,
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
    /// Open links: where they lead, and the piece that their words begin with.
    links: Vec<(String, usize)>,
    /// The code block that is being read.
    code: Option<String>,
}

impl Page {
    fn new(look: Look) -> Self {
        Self {
            text: String::new(),
            look,
            gap: false,
            pieces: Vec::new(),
            styles: Vec::new(),
            indents: Vec::new(),
            bullet: None,
            lists: Vec::new(),
            links: Vec::new(),
            code: None,
        }
    }

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
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.push(&format!("[{name}]")),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.styles.push(BOLD),
            Tag::Emphasis => self.styles.push(ITALIC),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.pieces.len()));
            }
            Tag::BlockQuote(kind) => {
                self.indents.push("> ".to_owned());
                if let Some(kind) = kind {
                    self.pieces.push(Piece { text: callout(kind).to_owned(), style: BOLD, link: None });
                    self.end_block(false);
                }
            }
            Tag::FootnoteDefinition(name) => {
                self.indents.push("    ".to_owned());
                self.bullet = Some(format!("[{name}] "));
            }
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
                    self.pieces.push(Piece { text: visible(&caption).into_owned(), style: DIMMED, link: None });
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
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.end_block(true),
            TagEnd::TableHead | TagEnd::TableRow => self.end_block(false),
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => drop(self.indents.pop()),
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
        self.pieces.push(Piece { text: visible(text).into_owned(), style, link: None });
    }

    /// Lets the words of a link lead where it does, or spells the address out behind them if they are not it.
    fn end_link(&mut self) {
        let Some((address, from)) = self.links.pop() else { return };
        let words = self.pieces.get_mut(from..).unwrap_or_default();
        if self.look.links {
            for piece in words {
                piece.link = Some(address.clone());
            }
        } else if words.iter().map(|piece| piece.text.as_str()).collect::<String>() != address {
            self.push(&format!(" <{address}>"));
        }
    }

    /// Writes the paragraph that was read, if there is one.
    fn end_block(&mut self, gap: bool) {
        if self.pieces.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.pieces);
        let indent: usize = self.indents.iter().map(String::len).sum();
        for line in wrap(&pieces, self.look.width.saturating_sub(indent).max(NARROWEST), self.look) {
            self.line(&line);
        }
        self.gap = gap;
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        for line in visible(&code).lines() {
            let line = painted(line.trim_end(), CODE, self.look);
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

/// What a callout is called in the source.
fn callout(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "NOTE",
        BlockQuoteKind::Tip => "TIP",
        BlockQuoteKind::Important => "IMPORTANT",
        BlockQuoteKind::Warning => "WARNING",
        BlockQuoteKind::Caution => "CAUTION",
    }
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
        assert_snapshot!(render(markdown, Look::plain(44)), @"
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
        assert_snapshot!(render("| a | b |\n|---|---|\n| 1 | 2 |\n\nx", Look::plain(40)), @"
        a | b
        1 | 2

        x
        ");
    }

    #[test]
    fn colour_adds_and_changes_nothing_and_nothing_is_obeyed() {
        for rule in RULES {
            let coloured = render(rule.docs, Look { colour: true, ..Look::plain(72) });
            assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), render(rule.docs, Look::plain(72)));
        }
        assert_eq!(render("a \u{1b}[2J `\u{9b}` <b>", Look::plain(40)), "a \\u{1b}[2J `\\u{9b}` <b>\n");
    }
}
