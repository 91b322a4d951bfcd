//! What a machine shows of an incident, in the reader's language or as JSON.

use crate::cli::Format;
use crate::diagnostic::visible::{visible, visible_line};
use crate::link::Links;
use crate::markdown;
use crate::model::{Incident, Page, Severity, Site, Translation};
use crate::source::Tree;
use anyhow::Result;
use diffy::DiffOptions;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::fmt::Write;

/// What a check said.
pub(super) struct Checked {
    /// The index of its snippet.
    pub(super) snippet: usize,
    /// Its findings; `None` where there is no verdict.
    pub(super) findings: Option<Vec<Value>>,
    /// Why there is none.
    pub(super) why: String,
}

/// What a machine shows of an incident.
pub(super) struct Report<'a> {
    pub(super) page: &'a Page,
    pub(super) incident: &'a Incident,
    pub(super) checks: Vec<Checked>,
    /// What was healed.
    pub(super) healed: Vec<String>,
    /// What was not, and why.
    pub(super) left: Vec<String>,
}

/// The answer of the checks of an incident, in the order in which a reader wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Present,
    Unknown,
    Absent,
}

impl<'a> Report<'a> {
    pub(super) fn new(page: &'a Page, incident: &'a Incident, checks: Vec<Checked>) -> Self {
        Self { page, incident, checks, healed: Vec::new(), left: Vec::new() }
    }

    fn verdict(&self) -> Verdict {
        if self.checks.iter().any(|check| check.findings.as_ref().is_some_and(|findings| !findings.is_empty())) {
            Verdict::Present
        } else if self.checks.iter().any(|check| check.findings.is_none()) {
            Verdict::Unknown
        } else {
            Verdict::Absent
        }
    }

    pub(super) fn is_present(&self) -> bool {
        self.verdict() == Verdict::Present
    }

    /// What is present first, then what is not known; grave before mild.
    pub(super) fn rank(&self) -> (impl Ord + use<>, Reverse<Severity>) {
        (self.verdict(), Reverse(self.incident.severity))
    }
}

/// A change of a file as a unified diff.
pub(super) fn diff(path: &str, old: &[u8], new: &str) -> String {
    let (old, path) = (String::from_utf8_lossy(old), visible_line(path));
    let mut options = DiffOptions::new();
    options.set_original_filename(path.clone().into_owned()).set_modified_filename(path.into_owned());
    visible(&options.create_patch(&old, new).to_string()).into_owned()
}

/// The words of a language.
pub(super) struct Voice<'a> {
    site: &'a Site,
    language: String,
    links: Links<'a>,
}

impl<'a> Voice<'a> {
    pub(super) fn of(site: &'a Site, tree: &'a Tree, asked: Option<&str>) -> Result<Self> {
        let languages: Vec<String> = site.config.languages.iter().map(ToString::to_string).collect();
        let language = super::super::language(&languages, asked)?.to_owned();
        Ok(Self { site, language, links: Links::new(site, tree) })
    }

    /// A text of the user interface, its `{name}` parts filled in.
    pub(super) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let strings = self.site.strings.iter().find(|(language, _)| language.as_str() == self.language);
        let text = strings.and_then(|(_, strings)| strings.ui.get(key)).map_or(key, String::as_str);
        filled(text, |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn translation<'p>(&self, page: &'p Page) -> Option<&'p Translation> {
        let own = page.translations.iter().find(|shown| shown.language.as_str() == self.language);
        own.or(page.translations.first())
    }

    fn title(&self, page: &Page) -> String {
        self.translation(page).map(|shown| markdown::plain(&shown.title.value)).unwrap_or_default()
    }

    /// A finding in words; without `messages`, its JSON.
    fn words(&self, page: &Page, check: &str, finding: &Value) -> String {
        let shown = [self.translation(page), page.translations.first()].into_iter().flatten();
        let mut messages = shown.flat_map(|shown| &shown.messages);
        let Some((_, text)) = messages.find(|(name, _)| name.value == check) else { return finding.to_string() };
        filled(&text.value, |name| match finding.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    }

    pub(super) fn text(&self, reports: &[Report<'_>], format: Format) -> String {
        let one = |report| match format {
            Format::Json => format!("{}\n", self.object(report)),
            _ => self.lines(report),
        };
        reports.iter().map(one).collect()
    }

    fn address(&self, incident: &Incident) -> String {
        format!("{}{}", self.site.config.origin(), self.links.permanent(&incident.id.value))
    }

    fn lines(&self, report: &Report<'_>) -> String {
        let verdict = report.verdict();
        let word = self.say(verdict.key(), &[]);
        let mut text = format!("{} {word}: {}\n", report.incident.id.value, visible_line(&self.title(report.page)));
        let mut line = |line: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {}", visible_line(line));
        };
        for check in &report.checks {
            let name = &report.incident.snippets[check.snippet].id.value;
            match &check.findings {
                Some(findings) => {
                    for finding in findings {
                        line(&format!("#{name}: {}", self.words(report.page, name, finding)));
                    }
                }
                None => line(&format!("#{name}: {}", check.why)),
            }
        }
        report.healed.iter().chain(&report.left).for_each(|told| line(told));
        if verdict == Verdict::Present {
            line(&self.address(report.incident));
        }
        text
    }

    fn object(&self, report: &Report<'_>) -> Value {
        let (mut findings, mut unknown) = (Vec::new(), Vec::new());
        for check in &report.checks {
            let name = &report.incident.snippets[check.snippet].id.value;
            match &check.findings {
                Some(found) => findings.extend(found.iter().map(|finding| {
                    let message = self.words(report.page, name, finding);
                    json!({"check": name, "finding": finding, "message": message})
                })),
                None => unknown.push(json!({"check": name, "why": check.why})),
            }
        }
        json!({
            "id": report.incident.id.value.to_string(),
            "title": self.title(report.page),
            "severity": report.incident.severity.as_str(),
            "url": self.address(report.incident),
            "verdict": report.verdict().as_str(),
            "findings": findings,
            "unknown": unknown,
            "healed": report.healed,
            "left": report.left,
        })
    }
}

impl Verdict {
    fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Present => "doctor_present",
            Self::Unknown => "doctor_unknown",
            Self::Absent => "doctor_absent",
        }
    }
}

/// A text with its `{name}` parts filled in; a part without a value stays.
fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_text_that_have_a_value_are_filled_in() {
        let check = |text: &str, expected: &str| {
            assert_eq!(filled(text, |name| (name == "a").then(|| "{a}".to_owned())), expected);
        };
        check("{a} and {b} {", "{a} and {b} {");
        check("x{{a}}", "x{{a}}");
        check("", "");
    }
}
