//! One known failure: its facts, as the default language's page states them.

use super::{Fixture, Input, Sample, Snippet, SnippetKind, SnippetLanguage};
use crate::engine::{CommandInput, Diff, Run, RunSnippet, check_command, diff_command, fix_command};
use crate::source::Spanned;
use serde_json::Value;
use std::fmt;

/// A permanent name such as `OPENCLAW-1`: `[A-Z][A-Z0-9]{1,15}-[0-9]{1,6}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId {
    prefix: String,
    number: u32,
}

impl IncidentId {
    /// Reads an id; a number with leading zeros is none, so that each id has one spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.rsplit_once('-')?;
        let mut letters = prefix.bytes();
        let good = (2..=16).contains(&prefix.len())
            && letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
            && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && (1..=6).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        good.then(|| Self { prefix: prefix.to_owned(), number: digits.parse().unwrap_or(0) })
    }

    /// `OPENCLAW` of `OPENCLAW-1`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// `1` of `OPENCLAW-1`.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.prefix, self.number)
    }
}

/// How bad an incident is; the order is from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `low`
    Low,
    /// `medium`
    Medium,
    /// `high`
    High,
    /// `critical`
    Critical,
}

impl Severity {
    /// Every severity, from mild to grave.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As authors write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads what an author wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text)
    }
}

/// Whether an incident still happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// `active`, the default
    Active,
    /// `retired`: kept for its links
    Retired,
    /// `merged`, with `merged_into`
    Merged(Spanned<IncidentId>),
}

/// A product and the versions of it that an incident is seen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliesTo {
    /// The product's name.
    pub product: Spanned<String>,
    /// The versions, in words.
    pub versions: Option<Spanned<String>>,
}

/// Another incident that a reader may have instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The other incident.
    pub id: Spanned<IncidentId>,
    /// `because`: what tells the two apart, in the default language.
    pub because: Option<Spanned<String>>,
}

/// The facts of an incident; its words are in the translations of its page.
#[derive(Debug)]
pub struct Incident {
    /// Permanent name.
    pub id: Spanned<IncidentId>,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it still happens.
    pub status: Status,
    /// Whom to call.
    pub owner: Option<Spanned<String>>,
    /// Products and versions.
    pub applies_to: Vec<AppliesTo>,
    /// Tags, as written.
    pub tags: Vec<Spanned<String>>,
    /// Error text as users see it, with `{name}` parts; `None` when the key is missing.
    pub signatures: Option<Vec<Spanned<String>>>,
    /// `related`, in the order written.
    pub related: Vec<Related>,
    /// Where the facts come from.
    pub sources: Vec<Spanned<String>>,
    /// `let`: constants that the snippets share, bound as `$name`.
    pub constants: Vec<(Spanned<String>, Value)>,
    /// Why the incident has no check.
    pub unchecked: Option<Spanned<String>>,
    /// Checks and fixes, in the order of the default language's page.
    pub snippets: Vec<Snippet>,
    /// Machines with and without the fault.
    pub fixtures: Vec<Fixture>,
    /// Log excerpts.
    pub samples: Vec<Sample>,
}

impl Incident {
    /// Whether the incident is neither retired nor merged.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// The text that a reader pastes into a terminal to do what a snippet does.
    #[must_use]
    pub fn command(&self, snippet: &Snippet) -> String {
        let RunSnippet { code, diff, inputs } = run_snippet(snippet);
        if diff {
            // One that cannot be read has been reported, and does nothing.
            let parts = Diff::parse(&code).ok().zip(snippet.file());
            return parts.map_or_else(String::new, |(diff, file)| diff_command(&diff, &file.path.value));
        }
        match snippet.kind {
            SnippetKind::Check => check_command(&code, &inputs, &self.json_constants()),
            SnippetKind::Fix { .. } => fix_command(&code, &inputs, &self.json_constants()),
        }
    }

    /// All that a reader's page needs to run a check on files; `message` is the words for a finding.
    #[must_use]
    pub fn run(&self, check: &Snippet, message: Option<&str>) -> Run {
        let is_for_it = |fix: &&Snippet| match &fix.kind {
            SnippetKind::Check => false,
            SnippetKind::Fix { silences } => silences.iter().any(|name| name.value == check.id.value),
        };
        Run {
            check: run_snippet(check),
            fixes: self.snippets.iter().filter(is_for_it).map(run_snippet).collect(),
            constants: self.json_constants(),
            message: message.map(str::to_owned),
            known: Vec::new(),
        }
    }

    fn json_constants(&self) -> Vec<(String, String)> {
        self.constants.iter().map(|(name, value)| (name.value.clone(), value.to_string())).collect()
    }

    /// The snippet of a name.
    #[must_use]
    pub fn snippet(&self, id: &str) -> Option<&Snippet> {
        self.snippets.iter().find(|snippet| snippet.id.value == id)
    }
}

fn run_snippet(snippet: &Snippet) -> RunSnippet {
    let input = |input: &Input| CommandInput {
        name: input.name.clone(),
        path: input.path.value.clone(),
        format: input.format,
        optional: input.optional,
    };
    RunSnippet {
        code: snippet.code.text.trim_end().to_owned(),
        diff: snippet.language == SnippetLanguage::Diff,
        inputs: snippet.inputs.iter().map(input).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        for good in ["OPENCLAW-1", "AB-0", "A1-999999"] {
            assert_eq!(IncidentId::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "A-1", "openclaw-1", "OPENCLAW-01", "OPENCLAW-", "1A-1", "OPENCLAW-1000000", "AB-1 "] {
            assert_eq!(IncidentId::parse(bad), None, "{bad}");
        }
    }
}
