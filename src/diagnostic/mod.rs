//! Findings about content: plain data that knows no terminal.
//!
//! A [`Rule`] is one thing that can be wrong; a [`Diagnostic`] is one place where it is. The rules are a table
//! ([`RULES`]), their documentation is in `docs/`, and each printer (`human`, `json`, `github`, `sarif`) is a pure
//! function from findings and the [`Tree`](crate::source::Tree) to text.

mod catalog;
mod excerpt;
pub mod explain;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
pub mod visible;
mod wrap;

pub use catalog::*;

use crate::markdown;
use crate::source::{FileId, Span};
use pulldown_cmark::{Event, Tag};
use std::borrow::Cow;
use std::ops::Range;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The site is not built.
    Error,
    /// The site is built; `--strict` makes it an error.
    Warning,
}

impl Level {
    /// As printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that can be wrong with content.
#[derive(Debug)]
pub struct Rule {
    /// For searching, such as `FB020`; never reused.
    pub code: &'static str,
    /// For people, such as `dead-link`.
    pub name: &'static str,
    /// How bad a finding of it is.
    pub level: Level,
    /// What it means and how to put it right: Markdown whose examples are tests.
    pub docs: &'static str,
    /// The same in Chinese; an empty code block stands for that of the English text.
    pub docs_zh: &'static str,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Rule {
    /// A finding of this rule: `message` stands alone in a list, lower case, without a full stop.
    #[must_use]
    pub fn at(&'static self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self,
            level: self.level,
            message: message.into(),
            span,
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// What it means, in Chinese where that is asked for, else in English.
    #[must_use]
    pub fn docs_in(&self, language: &str) -> Cow<'static, str> {
        if language != "zh" && !language.starts_with("zh-") {
            return Cow::Borrowed(self.docs);
        }
        let mut codes = code_blocks(self.docs).map(|range| &self.docs[range]);
        let (mut text, mut from) = (String::with_capacity(self.docs_zh.len() * 2), 0);
        for range in code_blocks(self.docs_zh) {
            text.push_str(&self.docs_zh[from..range.start]);
            let code = codes.next().unwrap_or_default();
            text.push_str(if range.is_empty() { code } else { &self.docs_zh[range.clone()] });
            from = range.end;
        }
        text.push_str(&self.docs_zh[from..]);
        Cow::Owned(text)
    }

    /// The rule of a code or a name.
    #[must_use]
    pub fn find(code_or_name: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
    }
}

/// Where the code of each code block of a text is.
fn code_blocks(text: &str) -> impl Iterator<Item = Range<usize>> {
    markdown::events(text).filter_map(|(event, block)| {
        let Event::Start(Tag::CodeBlock(_)) = event else { return None };
        let lines = text[block.clone()].trim_end();
        let start = lines.find('\n')? + 1;
        Some(block.start + start..block.start + start.max(lines.rfind('\n')? + 1))
    })
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// What is wrong in general.
    pub rule: &'static Rule,
    /// How bad it is.
    pub level: Level,
    /// What is wrong here.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words at the mark.
    pub label: Option<String>,
    /// Second places and further facts.
    pub notes: Vec<Note>,
    /// What to type instead.
    pub help: Option<String>,
}

/// A second place, or a fact without a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where, if it is a place.
    pub span: Option<Span>,
    /// What it says.
    pub text: String,
}

impl Diagnostic {
    /// A few words at the mark.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// What to type instead; `None` adds nothing.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into().or(self.help);
        self
    }

    /// A second place.
    #[must_use]
    pub fn note_at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.notes.push(Note { span: Some(span), text: text.into() });
        self
    }

    /// A further fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(Note { span: None, text: text.into() });
        self
    }

    /// Further facts.
    #[must_use]
    pub fn notes(self, texts: impl IntoIterator<Item = String>) -> Self {
        texts.into_iter().fold(self, Self::note)
    }
}

/// The finding that a file is not UTF-8, at the first byte that is not.
#[must_use]
pub fn not_utf8(file: FileId, error: std::str::Utf8Error, length: usize) -> Diagnostic {
    let at = error.valid_up_to();
    let span = Span::new(file, at..at + error.error_len().unwrap_or(length - at));
    let finding = NOT_UTF8.at(span, "this file is not UTF-8").label("the first byte that is not");
    finding.help("save the file as UTF-8".to_owned())
}

/// Puts findings in the order of their places and drops repetitions.
pub fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by(|a, b| (a.span, a.rule.code, &a.message).cmp(&(b.span, b.rule.code, &b.message)));
    findings.dedup();
}

/// The nearest of `candidates` to what was typed, if it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = typed.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_code_and_a_name_of_its_own_and_is_documented() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(rule.code.len() == 5 && rule.code.starts_with("FB"), "{}", rule.code);
            assert!(rule.docs.len() > 80, "{} is not documented", rule.code);
            for other in &RULES[at + 1..] {
                assert!(rule.code < other.code, "{} and {} are not in order", rule.code, other.code);
                assert_ne!(rule.name, other.name);
            }
        }
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("severty", ["severity", "status"]), Some("severity"));
        assert_eq!(nearest("colour", ["severity", "status"]), None);
    }
}
