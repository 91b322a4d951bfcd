//! A line of a log as a signature.

use super::masks::{Variable, variables};
use crate::matching::Signature;
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A signature has at most so many bytes: what follows adds nothing.
const LONGEST: usize = 180;

/// What stands before the message: times, host and process, levels, the names of components.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?|\[\s*\d+\.\d+\]|\d{10,19}(?:\.\d+)?";
    let syslog = r"(?:<\d+>)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d \S+";
    let levels = "trace|debug|info|notice|warn(?:ing)?|error|err|crit(?:ical)?|fatal|severe|emerg|panic";
    let loud = levels.to_uppercase();
    let level =
        format!(r"[\[(<](?i:{levels})[\])>]:?|(?i:{levels}):(?:\s|$)|(?:{loud})(?:\s|$)|[EWIF]\d{{4}} \S+ +\d+ \S+\]");
    let process = r"[\w./-]+\[\d+\]:?|\d+#\d+:|\[(?:\w[\w./ -]{0,40})\]:?|\*\d+ ";
    Regex::new(&format!(r"^(?:\s*(?:{syslog}|{time}|{level}|{process})\s*[-|:]?\s*)+"))
        .expect("a test reads the pattern")
});

/// Escape sequences of terminals.
static COLOURS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("\x1b\\[[0-9;]*[A-Za-z]").expect("a test reads the pattern"));

/// A text of a line of `key=value`.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(msg|message|err|error|exception|reason)="((?:[^"\\]|\\.)+)""#).expect("a test reads the pattern")
});

/// What a server adds to its messages: `, client: 192.0.2.1, server: _`.
static AROUND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#", \w+: [^,"]+, \w+: "#).expect("a test reads the pattern"));

/// The signature of a line, its variable parts masked; `None` when it says too little. `configured` are numbers that
/// an author chose, so that they are no codes.
#[must_use]
pub fn signature(line: &str, configured: &BTreeSet<String>) -> Option<String> {
    let line = COLOURS.replace_all(line, "");
    let message = message(line.trim());
    let text = &message[HEAD.find(&message).map_or(0, |head| head.end())..];
    let text = AROUND.find(text).map_or(text, |around| &text[..around.start()]);
    let text = cut(if text.trim().is_empty() { &message } else { text }.trim());
    let good = |text: &String| Signature::parse(text).is_ok();
    Some(masked(text, configured)).filter(good).or_else(|| Some(plain(text)).filter(good))
}

/// What a structured line says: the error of it, else its message.
fn message(line: &str) -> String {
    if let Ok(Value::Object(fields)) = serde_json::from_str(line) {
        let texts = ["error", "err", "exception", "msg", "message", "log"]
            .into_iter()
            .filter_map(|key| fields.get(key)?.as_str());
        return longest_first(texts).unwrap_or(line).to_owned();
    }
    let texts: Vec<(usize, &str)> = FIELD
        .captures_iter(line)
        .filter_map(|found| Some((found.get(1)?.as_str().starts_with("err").into(), found.get(2)?.as_str())))
        .collect();
    let errors = texts.iter().filter(|(error, _)| *error == 1);
    longest_first(errors.chain(&texts).map(|(_, text)| *text)).unwrap_or(line).to_owned()
}

/// The first that says enough, else the first.
fn longest_first<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let first = texts.clone().next();
    texts.into_iter().find(|text| text.split_whitespace().count() >= 3).or(first)
}

/// As much as a signature needs, cut between words.
fn cut(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last().unwrap_or(0);
    let end = text[..end].rfind(char::is_whitespace).filter(|at| *at > LONGEST / 2).unwrap_or(end);
    text[..end].trim_end()
}

fn masked(text: &str, configured: &BTreeSet<String>) -> String {
    let (mut masked, mut from) = (String::new(), 0);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for Variable { range, name } in variables(text, configured) {
        let between = &text[from..range.start];
        from = range.end;
        // Nothing would tell where one part ends and the next begins.
        if masked.ends_with('}') && between.trim().is_empty() {
            continue;
        }
        masked.push_str(&plain(between));
        let count = names.entry(name.clone()).or_default();
        *count += 1;
        let number = if *count == 1 { String::new() } else { format!("_{count}") };
        masked.extend(["{", &name, &number, "}"]);
    }
    masked.push_str(&plain(&text[from..]));
    masked
}

/// A text that stands for itself.
fn plain(text: &str) -> String {
    text.replace('{', "{{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(signature(line, &BTreeSet::from(["25".to_owned()])).unwrap_or_default(), expected, "{line}");
    }

    #[test]
    fn what_varies_is_masked_and_what_identifies_stays() {
        check("gateway closed (1008): pairing required", "gateway closed (1008): pairing required");
        check(
            "scope upgrade pending approval (requestId: 3f9c2b7e-1d44-4f0e-8a6b-2c5d7e9f0a1b)",
            "scope upgrade pending approval (requestId: {request_id})",
        );
        check("max_idle (25) must not exceed 10", "max_idle ({number}) must not exceed {number_2}");
        check("connect to 10.0.0.7:5432 timed out after 30s", "connect to {address} timed out after {duration}");
        check("open /var/lib/app/state.db: permission denied", "open {path}: permission denied");
        check("parsing YAML file app.yml: at most one of a & b", "parsing YAML file {file}: at most one of a & b");
        check("unknown variable \"connection_upgrade\"", "unknown variable \"{name}\"");
        check(
            "process exited with code 137 after 4182 requests",
            "process exited with code 137 after {number} requests",
        );
        check("failed to parse {\"a\": 1} of the body", "failed to parse {{\"{name}\": {number}} of the body");
        check("worker-1842 refused job 77 77 at noon", "{id} refused job {number} at noon");
    }

    #[test]
    fn what_stands_before_the_message_is_left_out() {
        let expected = "the listener refused to start";
        for head in [
            "2026-03-01T10:00:02.118Z ERROR ",
            "2026/03/01 10:00:02 [error] 1234#1234: *77 ",
            "Mar  1 10:00:02 web-7 app[812]: ",
            "[2026-03-01 10:00:02,118] [main] ERROR: ",
            "E0301 10:00:02.118000       1 server.go:42] ",
            "\x1b[31mERROR\x1b[0m ",
        ] {
            check(&format!("{head}{expected}"), expected);
        }
        check("error retrieving the lease of ledger", "error retrieving the lease of ledger");
        check(&format!("{expected}, client: 192.0.2.1, server: _, host: \"x\""), expected);
        check(
            "ts=2026-03-01T10:00:02Z level=error component=web msg=\"Run failed\" err=\"the listener refused to start\"",
            expected,
        );
        check(r#"{"level":"error","time":1772359202,"msg":"the listener refused to start"}"#, expected);
    }

    #[test]
    fn lines_of_many_programs_give_their_message() {
        check(
            "Caused by: org.flywaydb.core.api.FlywayException: Validate failed: checksum mismatch for version 42",
            "Caused by: org.flywaydb.core.api.FlywayException: Validate failed: checksum mismatch for version {number}",
        );
        check(
            "Mar 01 10:00:01 web-7 ledger[812]: bind(0.0.0.0:443): Permission denied",
            "bind({address}): Permission denied",
        );
        check(
            "2026-03-01 10:00:03 [错误] 连接数据库失败：用户 \"ledger\" 的密码已过期（请求 3f9c2b7e-1d44-4f0e-8a6b-2c5d7e9f0a1b）",
            "连接数据库失败：用户 \"{name}\" 的密码已过期（请求 {id}）",
        );
        check(
            "psycopg2.OperationalError: FATAL:  remaining connection slots are reserved",
            "psycopg2.OperationalError: FATAL:  remaining connection slots are reserved",
        );
    }

    #[test]
    fn a_line_that_says_nothing_is_no_signature() {
        check("ERROR 42", "");
        check("error", "");
    }

    #[test]
    fn a_long_line_is_cut_between_words() {
        let text = signature(&"refused word ".repeat(60), &BTreeSet::new()).unwrap();
        assert!(text.len() <= LONGEST && text.ends_with("refused"), "{text}");
    }
}
