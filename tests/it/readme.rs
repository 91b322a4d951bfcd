//! What the README shows is real: its snippets are read, and its alert is checked by Prometheus' own tool.

use faultbook::source::Tree;
use faultbook::{audit::Known, disk, parse};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::path::Path;
use std::process::Command;

/// The code blocks of the README: info string and text.
fn blocks() -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for event in Parser::new(include_str!("../../README.md")) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                blocks.push((info.into_string(), String::new()));
                inside = true;
            }
            Event::Text(text) if inside => blocks.last_mut().expect("one was begun").1.push_str(&text),
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    blocks
}

fn own_site() -> Tree {
    disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("this repository is a site")
}

#[test]
fn json_is_json() {
    let snippets: Vec<_> = blocks().into_iter().filter(|(info, _)| info == "json").collect();
    assert!(snippets.len() >= 2);
    for (_, text) in snippets {
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
}

#[test]
fn every_id_that_is_shown_has_a_page() {
    let tree = own_site();
    let (site, _) = parse::site(&tree);
    let text = blocks().into_iter().map(|(_, text)| text).collect::<String>();
    let known = Known::new(&site);
    assert!(known.is_mentioned_in(text.as_bytes()));
    let (_, findings) = known.check(&tree, vec![("README.md".into(), text.into_bytes())]);
    let wrong: Vec<_> = findings.iter().filter(|finding| finding.rule.name != "never-emitted").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_alert_is_one_that_prometheus_takes() {
    let alerts: Vec<_> = blocks().into_iter().filter(|(info, _)| info == "yaml alert").collect();
    let [(_, alert)] = alerts.as_slice() else { panic!("there is one alert, not {}", alerts.len()) };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("alert.yml");
    std::fs::write(&path, alert).expect("the folder takes a file");
    match Command::new("promtool").args(["check", "rules", "--lint-fatal"]).arg(&path).output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => {
            let message = format!("promtool (Debian package prometheus) cannot be run: {error}");
            assert!(std::env::var_os("CI").is_none(), "{message}");
        }
    }
}

/// The one block with an info string.
pub fn block(info: &str) -> String {
    let blocks: Vec<_> = blocks().into_iter().filter(|(other, _)| other == info).collect();
    let [(_, text)] = blocks.as_slice() else { panic!("there is one block `{info}`, not {}", blocks.len()) };
    text.clone()
}

#[test]
fn the_workflows_are_such() {
    for (info, schema) in [("yaml github", "vendor.github-workflows"), ("yaml gitlab", "vendor.gitlab-ci")] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("workflow.yml");
        std::fs::write(&path, block(info)).unwrap();
        match Command::new("check-jsonschema").args(["--builtin-schema", schema]).arg(&path).output() {
            Ok(output) => assert!(output.status.success(), "{info}: {}", String::from_utf8_lossy(&output.stdout)),
            Err(error) => {
                let message = format!("check-jsonschema (`tests/run` installs it) cannot be run: {error}");
                assert!(std::env::var_os("CI").is_none(), "{message}");
            }
        }
    }
}

/// A pattern of the task for Visual Studio Code.
fn pattern(pointer: &str) -> (regex::Regex, serde_json::Value) {
    let tasks: serde_json::Value = serde_json::from_str(&block("json tasks")).unwrap();
    let matcher = &tasks["tasks"][0]["problemMatcher"];
    let found = matcher.pointer(pointer).unwrap();
    let text = found.as_str().or_else(|| found["regexp"].as_str()).unwrap();
    (regex::Regex::new(text).unwrap(), found.clone())
}

#[test]
fn an_editor_finds_every_finding_in_what_is_printed() {
    let mut tree = crate::base::site();
    tree.add("content/demo/网 关/index.en.md", "---\ntitle: x\nowner: [\n---\n\n[a](../nowhere/)\n");
    tree.add("content/demo/note/index.en.md", "---\ntitle: x\n---\n\n[a](../nowhere/)\n");
    let findings = faultbook::pipeline::addresses(&tree).1;
    assert!(findings.len() > 2);
    let printed = faultbook::diagnostic::human::render(&findings, &tree, false);
    let lines: Vec<&str> = printed.lines().collect();
    let ((first, says), (second, place)) = (pattern("/pattern/0"), pattern("/pattern/1"));
    let group = |pattern: &serde_json::Value, key: &str| usize::try_from(pattern[key].as_u64().unwrap()).unwrap();
    let seen: Vec<String> = lines
        .windows(2)
        .filter_map(|pair| {
            let (head, at) = (first.captures(pair[0])?, second.captures(pair[1])?);
            let (code, severity) = (&head[group(&says, "code")], &head[group(&says, "severity")]);
            let (file, line) = (&at[group(&place, "file")], &at[group(&place, "line")]);
            Some(format!("{severity} {code} {file}:{line}:{}", &at[group(&place, "column")]))
        })
        .collect();
    let expected = findings.iter().map(|finding| {
        let source = tree.file(finding.span.file);
        let place = source.locate(finding.span.start as usize);
        format!("{} {} {}:{place}", finding.level.as_str(), finding.rule.code, source.path)
    });
    assert_eq!(seen, expected.collect::<Vec<_>>());
}
