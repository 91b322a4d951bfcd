//! The text of a page: Markdown events in, HTML out, with a place for each snippet.
//!
//! The events are read anew from the tree; headings take the anchors that `parse` gave them, links the addresses that
//! `link` gave them. Snippets are left to the theme's templates, so the text is a list of parts.

use super::escape;
use super::highlight;
use super::inline::{Inline, Scope};
use super::view::{CautionView, CommandView, PartView, SnippetView};
use crate::markdown::shown;
use crate::model::{Body, Command, Fence, Heading, Language, SectionKind};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag, TagEnd};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the text of a page needs beside its Markdown.
pub struct Text<'a> {
    /// Where its links lead.
    pub scope: Scope<'a>,
    /// Its outline and fences.
    pub body: &'a Body,
    /// Words of the user interface.
    pub strings: &'a BTreeMap<String, String>,
    /// Their language and that of the text, where they are not the same.
    pub foreign: Option<(&'a Language, &'a Language)>,
}

/// The text in parts. `snippet` gives what is shown in the place of a fence that is one.
pub fn parts(text: &Text<'_>, markdown: &str, snippet: &dyn Fn(&Fence) -> Option<SnippetView>) -> Vec<PartView> {
    let events = shown(markdown);
    let mut writer = Writer {
        text,
        inline: Inline::new(text.scope),
        parts: Vec::new(),
        headings: text.body.headings.iter(),
        fences: text.body.fences.iter(),
        code: None,
        table: Table::default(),
        tables: 0,
        label_open: false,
        notes: Notes::default(),
        outer: None,
        section: None,
        lists: 0,
        ordered: false,
        steps: 0,
    };
    writer.inline.html.reserve(markdown.len() * 2);
    for (at, (event, _)) in events.iter().enumerate() {
        if !(writer.code.is_none() && writer.inline.event(event)) {
            let next = events[at + 1..].iter().take(2).map(|(event, _)| event);
            writer.block(event, next, snippet);
        }
    }
    writer.end_section();
    writer.footnotes();
    writer.cut(None, None);
    writer.parts
}

struct Writer<'a, 'e> {
    text: &'a Text<'a>,
    inline: Inline<'a>,
    parts: Vec<PartView>,
    headings: std::slice::Iter<'a, Heading>,
    fences: std::slice::Iter<'a, Fence>,
    /// The code block that is open: its language and what stands in it.
    code: Option<(CowStr<'e>, String)>,
    table: Table,
    /// How many tables there were.
    tables: usize,
    /// Whether the label of a task is open.
    label_open: bool,
    notes: Notes,
    /// The page so far, while a footnote is written.
    outer: Option<(String, String)>,
    /// The kind of section that is being written.
    section: Option<SectionKind>,
    /// How many lists are open.
    lists: usize,
    /// Whether the outermost list that is open holds the steps of the fix, and how many such steps there were.
    ordered: bool,
    steps: usize,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    head: bool,
    column: usize,
}

/// Footnotes by label: the text of each, and how often each is referred to, in the order of the first reference.
#[derive(Default)]
struct Notes {
    texts: BTreeMap<String, String>,
    references: Vec<(String, usize)>,
}

impl<'a, 'e> Writer<'a, 'e> {
    fn string(&self, key: &str) -> &'a str {
        self.text.strings.get(key).map_or("", String::as_str)
    }

    fn block<'x>(
        &mut self,
        event: &'x Event<'e>,
        next: impl Iterator<Item = &'x Event<'e>>,
        snippet: &dyn Fn(&Fence) -> Option<SnippetView>,
    ) where
        'e: 'x,
    {
        match event {
            Event::Start(tag) => {
                self.close_label();
                self.start(tag, next);
            }
            Event::End(TagEnd::CodeBlock) => self.end_code(snippet),
            Event::End(end) => {
                self.close_label();
                self.end(*end);
            }
            Event::Text(part) => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(part);
                }
            }
            Event::Rule => self.inline.push("<hr>\n"),
            Event::TaskListMarker(done) => {
                let checked = if *done { " checked" } else { "" };
                self.inline.push(&format!("<label><input type=\"checkbox\" disabled{checked}> "));
                self.label_open = true;
            }
            Event::FootnoteReference(label) => self.footnote_reference(label),
            _ => {}
        }
    }

    fn start<'x>(&mut self, tag: &Tag<'e>, next: impl Iterator<Item = &'x Event<'e>>)
    where
        'e: 'x,
    {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.inline.push("<p>"),
            Tag::Heading { level, .. } => {
                let level = (*level as u8).max(2);
                let heading = self.headings.next();
                if level == 2 {
                    self.end_section();
                    self.section = heading.and_then(|heading| heading.kind);
                }
                let anchor = heading.map_or("", |heading| heading.anchor.as_str());
                self.inline.push(&format!("<h{level} id=\"{}\">", escape::escaped(anchor)));
            }
            Tag::BlockQuote(None) => self.inline.push("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => {
                let name = callout(*kind);
                let title = escape::escaped(self.string(name));
                // On a page without a translation the title is in the language of the interface.
                let (ours, _) = self.languages();
                let open = format!(
                    "<div class=\"callout {name}\" role=\"note\">\n<p class=\"callout-title\"{ours}>{title}</p>\n"
                );
                self.inline.push(&open);
            }
            Tag::CodeBlock(kind) => {
                self.inline.push("");
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.clone(),
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(None) => self.open_list("<ul>\n"),
            Tag::List(Some(1)) if self.is_step() => {
                let ticks = if self.section == Some(SectionKind::Fix) { " ticks" } else { "" };
                self.open_list(&format!("<ol class=\"steps{ticks}\">\n"));
            }
            Tag::List(Some(1)) => self.open_list("<ol>\n"),
            Tag::List(Some(first)) => self.open_list(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => {
                let task = next.take(2).any(|event| matches!(event, Event::TaskListMarker(_)));
                self.inline.push(if task { "<li class=\"task\">" } else { "<li>" });
            }
            Tag::Table(alignments) => {
                self.tables += 1;
                self.table = Table { alignments: alignments.clone(), head: false, column: 0 };
                let name = self.string("table").replace("{number}", &self.tables.to_string());
                let name = escape::escaped(&name);
                let (ours, theirs) = self.languages();
                let open =
                    format!("<section class=\"table\" tabindex=\"0\" aria-label=\"{name}\"{ours}>\n<table{theirs}>\n");
                self.inline.push(&open);
            }
            Tag::TableHead => {
                self.table.head = true;
                self.inline.push("<thead>\n<tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.inline.push("<tr>");
            }
            Tag::TableCell => {
                let cell = if self.table.head { "<th scope=\"col\"" } else { "<td" };
                let class = match self.table.alignments.get(self.table.column) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    _ => "",
                };
                self.inline.push(&format!("{cell}{class}>"));
                self.table.column += 1;
            }
            Tag::FootnoteDefinition(label) => {
                self.inline.push("");
                self.outer = Some((std::mem::take(&mut self.inline.html), label.to_string()));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.inline.push("</p>\n"),
            TagEnd::Heading(level) => self.inline.push(&format!("</h{}>\n", (level as u8).max(2))),
            TagEnd::BlockQuote(None) => self.inline.push("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.inline.push("</div>\n"),
            TagEnd::List(ordered) => {
                self.lists -= 1;
                self.ordered &= self.lists > 0;
                self.inline.push(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => {
                self.inline.push("</li>\n");
                self.steps += usize::from(self.lists == 1 && self.ordered);
            }
            TagEnd::Table => self.inline.push("</tbody>\n</table>\n</section>\n"),
            TagEnd::TableHead => {
                self.table.head = false;
                self.inline.push("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.inline.push("</tr>\n"),
            TagEnd::TableCell => self.inline.push(if self.table.head { "</th>" } else { "</td>" }),
            TagEnd::FootnoteDefinition => {
                self.inline.push("");
                if let Some((page, label)) = self.outer.take() {
                    let note = std::mem::replace(&mut self.inline.html, page);
                    self.notes.texts.insert(label, note);
                }
            }
            _ => {}
        }
    }

    fn close_label(&mut self) {
        if std::mem::take(&mut self.label_open) {
            self.inline.push("</label>");
        }
    }

    fn end_code(&mut self, snippet: &dyn Fn(&Fence) -> Option<SnippetView>) {
        let Some((info, code)) = self.code.take() else { return };
        let fence = self.fences.next();
        // A footnote is written elsewhere than it stands, so it cannot hold a part of its own.
        if let Some(view) = fence.filter(|_| self.outer.is_none()).and_then(snippet) {
            return self.cut(Some(view), None);
        }
        let language = info.split([' ', ',', '{']).next().unwrap_or_default();
        if let Some(command) = fence.filter(|_| self.outer.is_none()).and_then(|fence| fence.command.as_ref()) {
            return self.cut(None, Some(command_view(command, language, code.trim_end())));
        }
        let html = highlight::code(language, &code);
        let copy = escape::escaped(self.string("copy"));
        let page = &mut self.inline.html;
        writeln!(
            page,
            "<div class=\"code\"><pre tabindex=\"0\"><code class=\"language-{}\" translate=\"no\">{html}</code></pre>\
             <button class=\"copy scripted\" type=\"button\">{copy}</button></div>",
            escape::escaped(if language.is_empty() { "text" } else { language }),
        )
        .expect("writing to a string does not fail");
    }

    /// Whether a list that opens here holds the steps of a section.
    fn is_step(&self) -> bool {
        self.lists == 0 && self.outer.is_none() && matches!(self.section, Some(SectionKind::Confirm | SectionKind::Fix))
    }

    fn open_list(&mut self, markup: &str) {
        self.inline.push(markup);
        self.lists += 1;
        self.ordered |= markup.contains("ticks");
    }

    /// Ends a part, with the snippet or command that follows it.
    fn cut(&mut self, snippet: Option<SnippetView>, command: Option<CommandView>) {
        self.inline.push("");
        let html = std::mem::take(&mut self.inline.html);
        if !html.is_empty() || snippet.is_some() || command.is_some() {
            let section = self.section.map(SectionKind::anchor);
            let begins = self.section == Some(SectionKind::Fix) && self.steps == 0;
            self.parts.push(PartView { html, snippet, command, section, begins, steps: None });
        }
    }

    /// Ends a section: where it is the fix, its last part knows how many steps there were.
    fn end_section(&mut self) {
        let steps = std::mem::take(&mut self.steps);
        if steps > 0 {
            self.cut(None, None);
            if let Some(last) = self.parts.last_mut() {
                last.steps = Some(steps);
            }
        }
    }

    /// On a page without a translation, the attributes of what is in the language of the interface, and of what stands
    /// within it in that of the text; elsewhere nothing.
    fn languages(&self) -> (String, String) {
        let attribute = |language: &Language| format!(" lang=\"{language}\"");
        let both = self.text.foreign.map(|(ours, theirs)| (attribute(ours), attribute(theirs)));
        both.unwrap_or_default()
    }

    fn footnote_reference(&mut self, label: &str) {
        let references = &mut self.notes.references;
        let at = references.iter().position(|(known, _)| known == label).unwrap_or_else(|| {
            references.push((label.to_owned(), 0));
            references.len() - 1
        });
        references[at].1 += 1;
        let (number, count) = (at + 1, references[at].1);
        let id = reference_id(number, count);
        self.inline.push(&format!("<sup><a id=\"{id}\" href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"));
    }

    fn footnotes(&mut self) {
        if self.notes.references.is_empty() {
            return;
        }
        let Notes { texts, references } = std::mem::take(&mut self.notes);
        let title = escape::escaped(self.string("footnotes"));
        let back = escape::escaped(self.string("footnote_back"));
        let (ours, theirs) = self.languages();
        self.inline.push(&format!("<section class=\"footnotes\" aria-label=\"{title}\"{ours}>\n<ol{theirs}>\n"));
        for (at, (label, count)) in references.iter().enumerate() {
            let number = at + 1;
            let text = texts.get(label).map_or("", |text| text.trim_end());
            // The way back stands at the end of the last paragraph, not below it.
            let (text, end) = text.strip_suffix("</p>").map_or((text, ""), |text| (text, "</p>"));
            let mut note = format!("<li id=\"fn-{number}\">{text}");
            for reference in 1..=*count {
                let id = reference_id(number, reference);
                write!(note, " <a href=\"#{id}\" role=\"doc-backlink\" aria-label=\"{back}\"{ours}>↩</a>")
                    .expect("writing to a string does not fail");
            }
            self.inline.push(&format!("{note}{end}</li>\n"));
        }
        self.inline.push("</ol>\n</section>\n");
    }
}

/// A shell command with its blanks marked.
fn command_view(command: &Command, language: &str, code: &str) -> CommandView {
    let mut html = highlight::code(language, code).to_string();
    for name in &command.blanks {
        let blank = format!("<span class=\"blank\" data-blank=\"{name}\">&lt;{name}&gt;</span>");
        html = html.replace(&format!("&lt;{name}&gt;"), &blank);
    }
    let caution = command.caution.as_ref();
    let caution = caution.map(|caution| CautionView { scope: caution.scope.clone(), undo: caution.undo.clone() });
    CommandView { html, text: code.to_owned(), lines: code.lines().count(), blanks: command.blanks.clone(), caution }
}

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") }
}

/// The name of a callout: its class, and the key of its title.
fn callout(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}
