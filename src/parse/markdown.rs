//! Markdown text to a [`Body`]: outline, links, images, code blocks, and where raw HTML stands.

use super::{command, snippet};
use crate::diagnostic::{Diagnostic, SNIPPET_SYNTAX};
use crate::markdown::events;
use crate::model::{Body, Code, Fence, Heading, Image, Link, Section, SectionKind, Steps, Strings};
use crate::slug::slug;
use crate::source::{FileId, Span, Spanned};
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use std::ops::Range;

/// Reads the Markdown that stands in `range` of a file.
pub(super) fn read(
    file: FileId,
    text: &str,
    range: Range<usize>,
    strings: &Strings,
    findings: &mut Vec<Diagnostic>,
) -> Body {
    let base = range.start;
    let mut body = Body {
        span: Span::new(file, range.clone()),
        headings: Vec::new(),
        sections: Vec::new(),
        links: Vec::new(),
        images: Vec::new(),
        steps: Vec::new(),
        fences: Vec::new(),
        html: Vec::new(),
        is_cut: false,
    };
    let markdown = &text[range.clone()];
    let at = |range: &Range<usize>| Span::new(file, range.start + base..range.end + base);
    let mut heading: Option<Heading> = None;
    let mut alt: Option<(Image, usize)> = None;
    let mut fence: Option<OpenFence> = None;
    let mut lists: Vec<usize> = Vec::new();
    for (event, place) in events(markdown) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                heading = Some(Heading {
                    level: level as u8,
                    text: String::new(),
                    anchor: id.map(|id| id.to_string()).unwrap_or_default(),
                    kind: None,
                    span: at(&trim_end(markdown, &place)),
                });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(heading) = heading.take() {
                    body.headings.push(finish(heading, strings));
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                body.links.push(Link { destination: dest_url.to_string(), span: at(&place) });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let image = Image { destination: dest_url.to_string(), alt: String::new(), span: at(&place) };
                let depth = alt.take().map_or(0, |(outer, _)| {
                    body.images.push(outer);
                    0
                });
                alt = Some((image, depth));
            }
            Event::End(TagEnd::Image) => {
                if let Some((image, _)) = alt.take() {
                    body.images.push(image);
                }
            }
            Event::Start(Tag::List(_)) => lists.push(0),
            Event::Start(Tag::Item) => lists.iter_mut().last().into_iter().for_each(|count| *count += 1),
            Event::End(TagEnd::List(numbered)) => {
                if let Some(count) = lists.pop().filter(|_| numbered) {
                    let line = markdown[place.clone()].lines().next().map_or(0, str::len);
                    body.steps.push(Steps { count, span: at(&(place.start..place.start + line)) });
                }
            }
            Event::Start(Tag::HtmlBlock) => body.html.push(at(&trim_end(markdown, &place))),
            Event::InlineHtml(_) => body.html.push(at(&place)),
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(_) => info_string(markdown, &place),
                    CodeBlockKind::Indented => place.start..place.start,
                };
                fence = Some(OpenFence { info, range: place, text: String::new(), lines: Vec::new(), end: None });
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(fence) = fence.take() {
                    if let Some(finding) = fence.unclosed(file, markdown, base) {
                        findings.push(finding);
                        body.is_cut = true;
                    }
                    body.fences.push(fence.finish(file, markdown, base, findings));
                }
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some(fence) = &mut fence {
                    fence.push(&part, place.start + base..place.end + base);
                    continue;
                }
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&part);
                }
                if let Some((image, _)) = &mut alt {
                    image.alt.push_str(&part);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    body.sections = sections(&body);
    body
}

/// Links and raw HTML of a one-line field, all placed at the field itself: what YAML writes may differ from what it
/// means, so no finer place can be told.
pub(super) fn read_inline(field: &Spanned<String>, body: &mut Body) {
    for (event, _) in events(&field.value) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                body.links.push(Link { destination: dest_url.to_string(), span: field.span });
            }
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => body.html.push(field.span),
            _ => {}
        }
    }
}

fn finish(mut heading: Heading, strings: &Strings) -> Heading {
    let known = strings.headings.get(heading.text.trim().to_lowercase().as_str());
    if heading.level == 2 {
        heading.kind = known.and_then(|anchor| SectionKind::from_anchor(anchor));
    }
    if heading.anchor.is_empty() {
        heading.anchor = heading.kind.map_or_else(|| slug(&heading.text), |kind| kind.anchor().to_owned());
    }
    heading
}

fn sections(body: &Body) -> Vec<Section> {
    let openings = body.headings.iter().enumerate().filter(|(_, heading)| heading.level == 2);
    let mut starts: Vec<(Option<usize>, u32)> = openings.map(|(at, heading)| (Some(at), heading.span.start)).collect();
    if starts.first().is_none_or(|(_, start)| *start > body.span.start) {
        starts.insert(0, (None, body.span.start));
    }
    let ends = starts.iter().skip(1).map(|(_, start)| *start).chain([body.span.end]);
    starts
        .iter()
        .zip(ends)
        .map(|(&(heading, start), end)| Section { heading, span: Span { file: body.span.file, start, end } })
        .collect()
}

fn trim_end(text: &str, range: &Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].trim_end().len()
}

/// The info string of a fenced block as it stands in the text.
fn info_string(text: &str, block: &Range<usize>) -> Range<usize> {
    let line = text[block.clone()].lines().next().unwrap_or_default();
    let marks = line.len() - line.trim_start_matches(['`', '~']).len();
    let blank = line[marks..].len() - line[marks..].trim_start().len();
    let start = block.start + marks + blank;
    start..start + line[marks + blank..].trim_end().len()
}

struct OpenFence {
    info: Range<usize>,
    range: Range<usize>,
    text: String,
    lines: Vec<(u32, u32)>,
    /// Where the code ends in the file, once there is some.
    end: Option<usize>,
}

impl OpenFence {
    /// Adds a piece of the code that stands at `place` of the file.
    fn push(&mut self, part: &str, place: Range<usize>) {
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let mut start = 0;
        for line in part.split_inclusive('\n') {
            self.lines.push((offset(self.text.len() + start), offset(place.start + start)));
            start += line.len();
        }
        self.end = Some(place.end);
        self.text.push_str(part);
    }

    /// A fence whose code has a line that opens another one, or a snippet that goes on to the end of the page: its
    /// closing line was forgotten.
    fn unclosed(&self, file: FileId, markdown: &str, base: usize) -> Option<Diagnostic> {
        let block = &markdown[self.range.clone()];
        let mark = block.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let marks = &block[..block.len() - block.trim_start_matches(mark).len()];
        let mut lines = self.lines.iter();
        let opens = lines.find(|(start, _)| self.text[*start as usize..].starts_with(marks)).map(|(_, place)| *place);
        let ends = !snippet::is_one(&markdown[self.info.clone()]) || block.trim_end().ends_with(marks);
        if opens.is_none() && ends {
            return None;
        }
        let start = self.range.start + base;
        let finding = SNIPPET_SYNTAX
            .at(Span::new(file, start..self.info.end + base), "this code block is not closed")
            .help(format!("add a line {marks} after its last line of code"));
        Some(match opens {
            Some(place) => {
                let place = place as usize;
                finding.note_at(Span::new(file, place..place + marks.len()), "another one begins here")
            }
            None => finding,
        })
    }

    fn finish(mut self, file: FileId, markdown: &str, base: usize, findings: &mut Vec<Diagnostic>) -> Fence {
        let info_text = &markdown[self.info.clone()];
        let info = Spanned::new(
            info_text.split_whitespace().collect::<Vec<_>>().join(" "),
            Span::new(file, self.info.start + base..self.info.end + base),
        );
        let range = self.range.start + base..trim_end(markdown, &self.range).end + base;
        let snippet = snippet::name(info_text, info.span, findings);
        let code = snippet::is_one(info_text).then(|| {
            let end = self.end.unwrap_or(self.info.end + base);
            let start = self.lines.first().map_or(end, |&(_, at)| at as usize);
            Code {
                text: std::mem::take(&mut self.text),
                span: Span::new(file, start..end.max(start)),
                lines: std::mem::take(&mut self.lines),
            }
        });
        let command =
            if code.is_none() { command::read(info_text, info.span, &self.text, &self.lines, findings) } else { None };
        Fence { info, range, snippet, code, command }
    }
}
