//! The secret gate on values written for it: how many it misses, and how often it is wrong.

use faultbook::diagnostic::{github, human, json, sarif};
use faultbook::secrets::{self, Redactor, review};
use faultbook::source::Tree;
use std::path::Path;

/// Of a hundred values, so many may be missed or found wrongly.
const MOST_PERCENT: usize = 2;

/// The lines of a set.
fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/secrets").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    // A backslash that is written twice is one of the text.
    let read = |line: &str| line.replace('¦', "").replace("\\\\n", "\0").replace("\\n", "\n").replace('\0', "\\n");
    lines.map(read).collect()
}

fn check(name: &str, wrong: impl Fn(&str) -> bool) {
    let lines = lines(name);
    assert!(lines.len() >= 150, "{name} has {} values", lines.len());
    let wrong: Vec<&String> = lines.iter().filter(|line| wrong(line)).collect();
    assert!(
        wrong.len() * 100 <= lines.len() * MOST_PERCENT,
        "{} of {} in {name}:\n{wrong:#?}",
        wrong.len(),
        lines.len()
    );
}

#[test]
fn few_planted_values_are_missed() {
    check("planted.txt", |line| review(line.as_bytes()).found.is_empty());
}

#[test]
fn few_harmless_values_are_found() {
    check("harmless.txt", |line| !review(line.as_bytes()).found.is_empty());
}

#[test]
fn a_masked_value_shows_only_how_it_begins() {
    for line in lines("planted.txt") {
        let found = review(line.as_bytes()).found;
        let mut masked = line.clone().into_bytes();
        secrets::mask(&mut masked, &found);
        assert_eq!(masked.len(), line.len());
        for found in found {
            let left = masked[found.range.clone()].iter().filter(|byte| **byte != b'*').count();
            let spaces = line.as_bytes()[found.range.clone()].iter().filter(|byte| byte.is_ascii_whitespace()).count();
            assert!((left - spaces).saturating_sub(1) * 4 <= found.range.len(), "{line}");
        }
    }
}

#[test]
fn what_was_redacted_is_clean() {
    let mut redactor = Redactor::default();
    let dirty = |line: &&String| !review(&redactor.redact(line.as_bytes())).found.is_empty();
    let lines = lines("planted.txt");
    let dirty: Vec<&String> = lines.iter().filter(dirty).collect();
    assert!(dirty.is_empty(), "{dirty:#?}");
}

#[test]
fn what_is_flagged_is_not_in_the_tree() {
    let planted = lines("planted.txt");
    let mut tree = Tree::default();
    tree.add("content/demo/x/samples/match-a.log", planted.join("\n"));
    let (_, file) = tree.iter().next().unwrap();
    let text = String::from_utf8_lossy(file.bytes()).into_owned();
    for line in &planted {
        for found in review(line.as_bytes()).found {
            assert!(!text.contains(&line[found.range.clone()]), "{line}");
        }
    }
}

#[test]
fn no_printer_shows_a_secret_in_a_line_that_has_other_faults() {
    let secret = ["Zx81q", "Lm!t&2"].concat();
    let mut tree = crate::base::site();
    let text = format!("---\ntitle: x\nowner: [\n---\n\n[a](../nowhere/) password: {secret}\n");
    tree.add("content/demo/note/index.en.md", text.replace("owner: [\n", ""));
    tree.add("content/demo/other/index.en.md", text.replace("title: x", &format!("title: \"password: {secret}")));
    let findings = faultbook::pipeline::addresses(&tree).1;
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
    assert!(rules.contains(&"secret") && rules.contains(&"dead-link") && rules.contains(&"yaml-syntax"), "{rules:?}");
    for printed in [
        human::render(&findings, &tree, false),
        json::render(&findings, &tree),
        github::render(&findings, &tree),
        sarif::render(&findings, &tree),
    ] {
        assert!(!printed.contains(&secret) && printed.contains("Z****"), "{printed}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_a_text_is_it_is_masked_in_its_place(
        pieces in proptest::collection::vec((".*", 0..200_usize, 0..40_usize), 0..5),
        end in proptest::arbitrary::any::<Vec<u8>>()
    ) {
        let planted = lines("planted.txt");
        let mut text = Vec::new();
        for (noise, line, cut) in pieces {
            text.extend(noise.bytes());
            let line = planted[line % planted.len()].as_bytes();
            text.extend_from_slice(&line[..line.len().saturating_sub(cut)]);
        }
        let mut masked = text.clone();
        secrets::mask(&mut masked, &review(&text).found);
        assert!(std::str::from_utf8(&masked).is_ok(), "{}", String::from_utf8_lossy(&masked));
        text.extend(end);
        let found = review(&text).found;
        let mut masked = text.clone();
        secrets::mask(&mut masked, &found);
        assert_eq!(masked.len(), text.len());
        assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        assert!(found.iter().all(|found| !found.range.is_empty()));
        Redactor::default().redact(&text);
    }
}
