//! Findings as SARIF 2.1.0, which code scanning services read.
//!
//! Takes findings and the tree they point into, gives one JSON document. Only the rules that occur are described.
//! Fingerprints are made from the text of the marked line, so that a finding stays the same one when lines are added
//! above it.

use super::explain::{self, Look};
use super::{Diagnostic, Note, Rule};
use crate::source::{Span, Tree};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The name under which services look for a fingerprint of their own making.
const FINGERPRINT: &str = "primaryLocationLineHash";

/// Where a rule is explained: its incident on the program's own site, by the number of its code.
const EXPLAINED: &str = "https://faultbook.example.org/e/FAULTBOOK-";

/// The log of one run.
#[must_use]
pub fn render(findings: &[Diagnostic], tree: &Tree) -> String {
    let mut rules: Vec<&Rule> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &rules, tree, &mut fingerprints)).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "faultbook",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(|rule| describe(rule)).collect::<Vec<_>>(),
                }
            },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the folder of site.toml" } } },
            "results": results,
        }]
    });
    let mut text = serde_json::to_string_pretty(&log).expect("a JSON value is JSON");
    text.push('\n');
    text
}

fn describe(rule: &Rule) -> Value {
    let (_, body) = rule.docs.split_once('\n').unwrap_or_default();
    let summary = body.trim_start().split("\n\n").next().unwrap_or_default().replace('\n', " ");
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": summary.trim() },
        "helpUri": format!("{EXPLAINED}{}/", rule.code[2..].trim_start_matches('0')),
        "help": { "text": explain::render(rule.docs, Look::plain(80)), "markdown": rule.docs },
        "defaultConfiguration": { "level": rule.level.as_str() },
    })
}

fn result(finding: &Diagnostic, rules: &[&Rule], tree: &Tree, fingerprints: &mut Fingerprints) -> Value {
    let index = rules.iter().position(|rule| *rule == finding.rule).expect("the rules are those of the findings");
    let mut message = finding.message.clone();
    for note in finding.notes.iter().filter(|note| note.span.is_none()) {
        message.push_str("\n\nnote: ");
        message.push_str(&note.text);
    }
    if let Some(help) = &finding.help {
        message.push_str("\n\nhelp: ");
        message.push_str(help);
    }
    let related: Vec<Value> = finding.notes.iter().filter_map(|note| related(note, tree)).collect();
    let mut result = Map::new();
    result.insert("ruleId".into(), finding.rule.code.into());
    result.insert("ruleIndex".into(), index.into());
    result.insert("level".into(), finding.level.as_str().into());
    result.insert("message".into(), json!({ "text": message }));
    result.insert("locations".into(), json!([{ "physicalLocation": location(finding.span, tree) }]));
    if !related.is_empty() {
        result.insert("relatedLocations".into(), related.into());
    }
    result.insert("partialFingerprints".into(), json!({ FINGERPRINT: fingerprints.next(finding, tree) }));
    result.into()
}

fn related(note: &Note, tree: &Tree) -> Option<Value> {
    let span = note.span?;
    Some(json!({ "physicalLocation": location(span, tree), "message": { "text": note.text } }))
}

fn location(span: Span, tree: &Tree) -> Value {
    let source = tree.file(span.file);
    let (start, end) = (source.locate(span.start as usize), source.locate(span.end as usize));
    json!({
        "artifactLocation": { "uri": uri(&source.path), "uriBaseId": "SRCROOT" },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    })
}

/// The path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("a string takes every text");
        }
    }
    uri
}

/// Makes fingerprints, and counts those that are equal.
#[derive(Default)]
struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// A digest of rule, file and the marked line's text, and which of the findings with that digest this is.
    fn next(&mut self, finding: &Diagnostic, tree: &Tree) -> String {
        let source = tree.file(finding.span.file);
        let bytes = source.bytes();
        let at = (finding.span.start as usize).min(bytes.len());
        let start = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |newline| at + newline);
        let mut digest = Sha256::new();
        for part in [finding.rule.code.as_bytes(), source.path.as_bytes(), bytes[start..end].trim_ascii()] {
            digest.update(part);
            digest.update([0]);
        }
        let mut hash = String::new();
        for byte in &digest.finalize()[..8] {
            write!(hash, "{byte:02x}").expect("a string takes every text");
        }
        let count = self.seen.entry(hash.clone()).or_default();
        *count += 1;
        format!("{hash}:{count}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{BAD_ID, DEAD_LINK, DUPLICATE_ID};

    fn fingerprints(text: &str, marks: &[&str]) -> Vec<String> {
        let mut tree = Tree::default();
        tree.add("a.md", text);
        let file = tree.find("a.md").unwrap();
        let mut fingerprints = Fingerprints::default();
        let at = |mark: &&str| BAD_ID.at(Span::new(file, text.find(*mark).unwrap()..text.len()), "x");
        marks.iter().map(|mark| fingerprints.next(&at(mark), &tree)).collect()
    }

    #[test]
    fn a_fingerprint_survives_a_move_but_not_a_change() {
        let old = fingerprints("id: x\nb\n", &["x"]);
        assert_eq!(old, fingerprints("new\n\n  id: x\r\n", &["x"]));
        assert_ne!(old, fingerprints("id: xy\n", &["x"]));
        let twice = fingerprints("id: x y\n", &["x", "y"]);
        assert_eq!(twice[0].trim_end_matches(":1"), twice[1].trim_end_matches(":2"));
        assert_ne!(twice[0], twice[1]);
    }

    #[test]
    fn a_result_names_its_rule_its_place_and_the_second_place() {
        let mut tree = Tree::default();
        tree.add("content/网 关.md", "ab\ncd");
        let file = tree.find("content/网 关.md").unwrap();
        let findings = [
            DEAD_LINK.at(Span::new(file, 0..2), "leads nowhere").help("try `b`".to_owned()),
            DUPLICATE_ID.at(Span::new(file, 3..5), "taken").note_at(Span::new(file, 0..1), "first").note("for ever"),
        ];
        let log: Value = serde_json::from_str(&render(&findings, &tree)).unwrap();
        let rules: Vec<&str> = log["runs"][0]["tool"]["driver"]["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["id"].as_str().unwrap())
            .collect();
        assert_eq!(rules, ["FB021", "FB060"]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).unwrap(), @r#"
        [
          {
            "ruleId": "FB060",
            "ruleIndex": 1,
            "level": "error",
            "message": {
              "text": "leads nowhere\n\nhelp: try `b`"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "content/%E7%BD%91%20%E5%85%B3.md",
                    "uriBaseId": "SRCROOT"
                  },
                  "region": {
                    "startLine": 1,
                    "startColumn": 1,
                    "endLine": 1,
                    "endColumn": 3
                  }
                }
              }
            ],
            "partialFingerprints": {
              "primaryLocationLineHash": "6ebebdf51ad9cdbe:1"
            }
          },
          {
            "ruleId": "FB021",
            "ruleIndex": 0,
            "level": "error",
            "message": {
              "text": "taken\n\nnote: for ever"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "content/%E7%BD%91%20%E5%85%B3.md",
                    "uriBaseId": "SRCROOT"
                  },
                  "region": {
                    "startLine": 2,
                    "startColumn": 1,
                    "endLine": 2,
                    "endColumn": 3
                  }
                }
              }
            ],
            "relatedLocations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "content/%E7%BD%91%20%E5%85%B3.md",
                    "uriBaseId": "SRCROOT"
                  },
                  "region": {
                    "startLine": 1,
                    "startColumn": 1,
                    "endLine": 1,
                    "endColumn": 2
                  }
                },
                "message": {
                  "text": "first"
                }
              }
            ],
            "partialFingerprints": {
              "primaryLocationLineHash": "8c2ec68adcf6aaf0:1"
            }
          }
        ]
        "#);
    }
}
