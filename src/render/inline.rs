//! Text within a line to HTML: emphasis, code, links, images.
//!
//! Markdown events come in, HTML is appended. Addresses come from [`Links`], so nothing is linked that was not
//! checked; a link that leads nowhere becomes its text. One-line fields ([`line`], [`label`], [`plain`]) and the body
//! of a page (`body.rs`) share this.

use super::escape::{self, Prose};
use crate::link::{Links, Target};
use crate::markdown;
use crate::model::{Language, Page};
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// What the words of a page refer to.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Where links lead.
    pub links: &'a Links<'a>,
    /// The page on which the words stand.
    pub page: &'a Page,
    /// Their language.
    pub language: &'a Language,
    /// The language of Chinese, Japanese or Korean runs among words of another script.
    pub ideographs: Option<&'a Language>,
}

/// A one-line field as HTML.
pub fn line(text: &str, scope: Scope<'_>) -> String {
    field(text, Inline::new(scope))
}

/// A one-line field as HTML for the inside of a link: without links of its own.
pub fn label(text: &str, scope: Scope<'_>) -> String {
    field(text, Inline { links_allowed: false, ..Inline::new(scope) })
}

fn field(text: &str, mut inline: Inline<'_>) -> String {
    for (event, _) in markdown::shown(text) {
        inline.event(&event);
    }
    inline.finish()
}

/// HTML under construction.
pub struct Inline<'a> {
    scope: Scope<'a>,
    /// What is finished.
    pub html: String,
    /// Text not yet written: neighbouring events are one run, in which addresses are looked for.
    text: String,
    links_allowed: bool,
    /// The links that are open, and whether each has a tag.
    open: Vec<bool>,
    /// The image that is open: its address and title, with its words gathered in `text`.
    image: Option<(String, String, usize)>,
}

impl<'a> Inline<'a> {
    /// Nothing yet.
    pub fn new(scope: Scope<'a>) -> Self {
        Self { scope, html: String::new(), text: String::new(), links_allowed: true, open: Vec::new(), image: None }
    }

    /// The HTML of what was given.
    pub fn finish(mut self) -> String {
        self.flush();
        self.html
    }

    /// Takes an event; `false` when it is not one within a line.
    pub fn event(&mut self, event: &Event<'_>) -> bool {
        match event {
            // Raw HTML is refused by a rule; what is shown before it is removed is its source.
            Event::Text(part) | Event::Html(part) | Event::InlineHtml(part) => self.text.push_str(part),
            Event::SoftBreak if self.joins_lines() => {}
            Event::SoftBreak => self.text.push(if self.image.is_some() { ' ' } else { '\n' }),
            _ if self.image.is_some() => return self.within_image(event),
            Event::Code(code) => {
                self.flush();
                self.html.push_str("<code>");
                escape::push(&mut self.html, code);
                self.html.push_str("</code>");
            }
            Event::HardBreak => self.push("<br>\n"),
            Event::Start(Tag::Emphasis) => self.push("<em>"),
            Event::End(TagEnd::Emphasis) => self.push("</em>"),
            Event::Start(Tag::Strong) => self.push("<strong>"),
            Event::End(TagEnd::Strong) => self.push("</strong>"),
            Event::Start(Tag::Strikethrough) => self.push("<del>"),
            Event::End(TagEnd::Strikethrough) => self.push("</del>"),
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => self.open_link(*link_type, dest_url, title),
            Event::End(TagEnd::Link) => {
                self.flush();
                if self.open.pop() == Some(true) {
                    self.html.push_str("</a>");
                }
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                self.flush();
                let address = match self.scope.links.target(self.scope.page, self.scope.language, dest_url) {
                    Ok(Target::Inside(address) | Target::Outside(address)) => address,
                    Err(_) => String::new(),
                };
                self.image = Some((address, title.to_string(), 0));
            }
            _ => return false,
        }
        true
    }

    /// Appends markup.
    pub fn push(&mut self, markup: &str) {
        self.flush();
        self.html.push_str(markup);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let link = self.links_allowed && self.open.is_empty();
            escape::prose(&mut self.html, &self.text, Prose { link, ideographs: self.scope.ideographs });
            self.text.clear();
        }
    }

    /// Whether a line break in the source is none in the text: between ideographs, where a space would be a gap.
    fn joins_lines(&self) -> bool {
        self.text.chars().next_back().is_some_and(markdown::is_ideograph)
    }

    fn open_link(&mut self, link_type: LinkType, destination: &str, title: &str) {
        self.flush();
        let target = match link_type {
            LinkType::Email => Ok(Target::Outside(format!("mailto:{destination}"))),
            _ => self.scope.links.target(self.scope.page, self.scope.language, destination),
        };
        let address = match target {
            Ok(Target::Inside(address) | Target::Outside(address)) if self.links_allowed => address,
            _ => return self.open.push(false),
        };
        self.html.push_str("<a href=\"");
        escape::push(&mut self.html, &address);
        if !title.is_empty() {
            self.html.push_str("\" title=\"");
            escape::push(&mut self.html, title);
        }
        self.html.push_str("\">");
        self.open.push(true);
    }

    /// The words of an image are an attribute, so markup among them is dropped.
    fn within_image(&mut self, event: &Event<'_>) -> bool {
        let Some((address, title, nested)) = &mut self.image else { return false };
        match event {
            Event::Code(code) => self.text.push_str(code),
            Event::HardBreak => self.text.push(' '),
            Event::Start(_) => *nested += 1,
            Event::End(_) if *nested > 0 => *nested -= 1,
            Event::End(TagEnd::Image) => {
                self.html.push_str("<img src=\"");
                escape::push(&mut self.html, address);
                self.html.push_str("\" alt=\"");
                escape::push(&mut self.html, &self.text);
                if !title.is_empty() {
                    self.html.push_str("\" title=\"");
                    escape::push(&mut self.html, title);
                }
                self.html.push_str("\" loading=\"lazy\" decoding=\"async\">");
                self.text.clear();
                self.image = None;
            }
            _ => return false,
        }
        true
    }
}
