//! What varies from one machine and one moment to the next.

use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Kinds of variable text, by the name of the part that stands for them; of two that fit at one place, the earlier.
const KINDS: &[(&str, &str)] = &[
    ("time", r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?: ?(?:Z\b|UTC\b|[+-]\d\d:?\d\d\b))?"),
    ("time", r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    ("time", r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}\b(?: \d\d:\d\d:\d\d\b)?"),
    ("url", r#"\b[a-z][a-z0-9+.-]*://[^\s"'`<>)\]},;]+"#),
    ("user", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("id", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("address", r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b"),
    ("address", r"\[[0-9a-fA-F:.]*::?[0-9a-fA-F:.]*\](?::\d+)?|\b(?:[0-9a-fA-F]{1,4}:){3,7}:?[0-9a-fA-F]{1,4}\b"),
    ("path", r#"(?:[A-Za-z]:\\|~/|\B/)[^\s"'`<>()\[\]{},;|]*[^\s"'`<>()\[\]{},;|:.]"#),
    ("file", r"\b[\w-][\w.-]*\.(?:ya?ml|json5?|toml|conf|cfg|ini|env|log|db|sock|pem|crt|key|lock|pid)\b"),
    ("host", r"\b[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+:\d{2,5}\b|\blocalhost:\d{2,5}\b"),
    ("duration", r"\b\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d)(?:\d+(?:\.\d+)?(?:ms|s|m))*\b"),
    ("size", r"\b\d+(?:\.\d+)? ?(?:[KMGT]i?B|bytes)\b"),
    ("id", r"\b0x[0-9a-fA-F]{4,}\b|\b[0-9a-f]*(?:[0-9][a-f]|[a-f][0-9])[0-9a-f]{5,}\b"),
    ("id", r"\b[A-Za-z][\w-]*\d{3,}[\w-]*\b|\b[\w-]*\d[A-Za-z]+\d[\w-]*\b"),
    ("number", r"[-+]?\b\d+(?:[.,]\d+)*\b%?"),
];

static MASKS: LazyLock<Regex> = LazyLock::new(|| {
    let kinds: Vec<String> = KINDS.iter().map(|(_, pattern)| format!("({pattern})")).collect();
    // A name in quotes is one as long as it has no space; else it is the message.
    let quoted = r#""([^"\s{}]{1,120})"|'([^'\s{}]{1,120})'|`([^`\s{}]{1,120})`|“([^”\s]{1,120})”"#;
    Regex::new(&format!("{}|{quoted}", kinds.join("|"))).expect("a test reads the masks")
});

/// Codes that tell what happened stand after one of these words, or in brackets of their own.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:code|status|errno|exit|signal|http|error|err|rc|result)\b[\s:=#(]*|\($)$")
        .expect("a test reads the masks")
});

/// What a key is called whose value follows: `conn=`, `requestId: `.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b([A-Za-z][A-Za-z0-9_.-]{1,24}?)["']?\s?(?:=|:\s?)["']?$"#).expect("a test reads the masks")
});

/// A variable part of a line.
pub(super) struct Variable {
    pub(super) range: std::ops::Range<usize>,
    pub(super) name: String,
}

/// The variable parts of a line, in order.
pub(super) fn variables(line: &str, configured: &BTreeSet<String>) -> Vec<Variable> {
    let mut variables = Vec::new();
    for found in MASKS.captures_iter(line) {
        let (kind, range) = (1..found.len())
            .find_map(|group| Some((group - 1, found.get(group)?.range())))
            .expect("one of the alternatives matched");
        let (before, after) = (&line[..range.start], &line[range.end..]);
        let name = KINDS.get(kind).map_or("name", |(name, _)| name);
        let text = &line[range.clone()];
        let short = text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()) && !configured.contains(text);
        let code =
            name == "number" && short && CODE.is_match(before) && (!before.ends_with('(') || after.starts_with(')'));
        if !code {
            let key = KEY.captures(before).map(|key| snake(&key[1])).filter(|key| !key.is_empty());
            variables.push(Variable { range, name: key.unwrap_or_else(|| name.to_owned()) });
        }
    }
    variables
}

/// `request_id` of `requestId` and `request-id`; nothing of what cannot name a part.
fn snake(key: &str) -> String {
    let mut snake = String::new();
    for character in key.chars() {
        match character {
            'A'..='Z' => {
                if snake.ends_with(|last: char| last.is_ascii_lowercase() || last.is_ascii_digit()) {
                    snake.push('_');
                }
                snake.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => snake.push(character),
            _ => snake.push('_'),
        }
    }
    let snake = snake.trim_matches('_').to_owned();
    // A word that names no thing but the message itself.
    if matches!(snake.as_str(), "error" | "err" | "fatal" | "panic" | "warn" | "warning" | "info" | "msg" | "message") {
        String::new()
    } else {
        snake
    }
}
