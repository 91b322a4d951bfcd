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
