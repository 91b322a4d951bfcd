//! Strong text next to Chinese punctuation.
//!
//! `CommonMark` opens and closes emphasis by what stands beside the mark: after punctuation a mark closes only before a
//! space or more punctuation. Chinese puts no space there, so `**注意：**后面` stays a row of asterisks, and of two
//! such pairs the text between them becomes strong. [`close_gaps`] takes the events of a page and pairs the marks of
//! such a run of text anew, in the order in which they stand.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// An event and its place in the Markdown.
pub type Placed<'a> = (Event<'a>, Range<usize>);

/// Pairs `**` anew in every run of text where a literal one touches an ideograph.
pub(super) fn close_gaps(events: &mut [Placed<'_>], markdown: &str) {
    // One list of marks for each element that is open; strong text is no element here, but two marks.
    let mut runs: Vec<Vec<Mark>> = vec![Vec::new()];
    let mut at = 0;
    while at < events.len() {
        let (event, range) = &events[at];
        let mark = match event {
            Event::Start(Tag::Strong) => Mark::new(at, 1, range.start, markdown),
            Event::End(TagEnd::Strong) => Mark::new(at, 1, range.end - 2, markdown),
            Event::Text(text) if &**text == "*" => literal(events, at, markdown),
            _ => None,
        };
        match (&events[at].0, mark) {
            (_, Some(mark)) => {
                at += mark.events - 1;
                runs.last_mut().expect("the outermost run is never closed").push(mark);
            }
            (Event::Start(tag), None) if *tag != Tag::Strong => runs.push(Vec::new()),
            (Event::End(tag), None) if *tag != TagEnd::Strong => {
                let run = runs.pop().expect("the events of a page are balanced");
                pair(events, &run);
            }
            _ => {}
        }
        at += 1;
    }
}

/// One `**`.
struct Mark {
    /// Index of its event.
    event: usize,
    /// How many events it is: 1 for the edge of strong text, 2 for literal asterisks.
    events: usize,
    may_open: bool,
    may_close: bool,
    /// Whether it is literal and touches an ideograph.
    gap: bool,
}

impl Mark {
    fn new(event: usize, events: usize, start: usize, markdown: &str) -> Option<Self> {
        if markdown.get(start..start + 2)? != "**" {
            return None;
        }
        let before = markdown[..start].chars().next_back();
        let after = markdown[start + 2..].chars().next();
        if before == Some('\\') || before == Some('*') || after == Some('*') {
            return None;
        }
        let solid = |character: Option<char>| character.is_some_and(|c| !c.is_whitespace());
        Some(Self {
            event,
            events,
            may_open: solid(after),
            may_close: solid(before),
            gap: events == 2 && [before, after].into_iter().flatten().any(is_ideograph),
        })
    }
}

/// Two asterisks side by side that Markdown took for text.
fn literal(events: &[Placed<'_>], at: usize, markdown: &str) -> Option<Mark> {
    let (Event::Text(next), place) = events.get(at + 1)? else { return None };
    let adjacent = &**next == "*" && place.start == events[at].1.end;
    adjacent.then(|| Mark::new(at, 2, events[at].1.start, markdown)).flatten()
}

fn pair(events: &mut [Placed<'_>], run: &[Mark]) {
    if !run.iter().any(|mark| mark.gap) {
        return;
    }
    let mut open: Option<&Mark> = None;
    for mark in run {
        match open {
            Some(start) if mark.may_close => {
                put(events, start, Event::Start(Tag::Strong));
                put(events, mark, Event::End(TagEnd::Strong));
                open = None;
            }
            None if mark.may_open => open = Some(mark),
            _ => put(events, mark, Event::Text(CowStr::Borrowed("**"))),
        }
    }
    if let Some(alone) = open {
        put(events, alone, Event::Text(CowStr::Borrowed("**")));
    }
}

fn put<'a>(events: &mut [Placed<'a>], mark: &Mark, event: Event<'a>) {
    events[mark.event].0 = event;
    if mark.events == 2 {
        events[mark.event + 1].0 = Event::Text(CowStr::Borrowed(""));
    }
}

/// Whether a character is of the Chinese, Japanese or Korean scripts, their punctuation included.
pub fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character),
        0x2E80..=0x303F | 0x3040..=0x30FF | 0x3100..=0x312F | 0x3130..=0x318F | 0x31A0..=0x9FFF
        | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF
        | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Parser, html};

    fn check(markdown: &str, expected: &str) {
        let mut events: Vec<_> = Parser::new(markdown).into_offset_iter().collect();
        close_gaps(&mut events, markdown);
        let mut out = String::new();
        html::push_html(&mut out, events.into_iter().map(|(event, _)| event));
        assert_eq!(out.trim_end(), format!("<p>{expected}</p>"), "{markdown}");
    }

    #[test]
    fn chinese_punctuation_may_touch_a_mark() {
        check("这是**注意：**后面", "这是<strong>注意：</strong>后面");
        check("前**「中文」**后", "前<strong>「中文」</strong>后");
        check("**一：**二**三：**四", "<strong>一：</strong>二<strong>三：</strong>四");
        check("**用 `jq`：**后 **b**", "<strong>用 <code>jq</code>：</strong>后 <strong>b</strong>");
    }

    #[test]
    fn other_asterisks_stay() {
        check("2 ** 3 ** 4", "2 ** 3 ** 4");
        check("a \\*\\*网\\*\\* b", "a **网** b");
        check("**网", "**网");
        check("`**网：**后`", "<code>**网：**后</code>");
        check("**bold** 后", "<strong>bold</strong> 后");
        check("***网：***后", "***网：***后");
    }
}
