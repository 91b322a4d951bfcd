//! What is done to a published site, and what the ledger says of it: a table of edits with the finding that each gets.

use crate::base;
use faultbook::diagnostic::human;
use faultbook::link::ledger::{self, Ledger};
use faultbook::parse;
use faultbook::source::Tree;
use std::collections::BTreeSet;

/// The small site with everything that it publishes in its ledger.
fn published() -> Tree {
    let mut tree = base::site();
    tree.add("content/demo/lifetimes/index.en.md", "---\ntitle: Lifetimes\n---\n\n## Short ones\n\n## Long ones\n");
    tree.add("content/demo/lifetimes/index.zh.md", "---\ntitle: 有效期\n---\n\n## 短的\n\n## 长的\n");
    let (site, _) = parse::site(&tree);
    tree.add(ledger::PATH, Ledger::default().text(&ledger::published(&site)));
    tree
}

/// Changes files of the published site and shows what the ledger says.
fn after(edit: impl FnOnce(&mut Tree)) -> String {
    let mut tree = published();
    edit(&mut tree);
    let (site, _) = parse::site(&tree);
    human::render(&ledger::check(&site, &tree), &tree, false)
}

fn replace(tree: &mut Tree, path: &str, from: &str, to: &str) {
    let text = tree.file(tree.find(path).expect("the file is there")).text().expect("it is text").to_owned();
    assert!(text.contains(from), "{path} has no {from:?}");
    tree.add(path, text.replacen(from, to, 1));
}

/// Renames a folder of the tree.
fn rename(tree: &mut Tree, from: &str, to: &str) {
    let moved = |path: &str| path.strip_prefix(from).map_or(path.to_owned(), |rest| format!("{to}{rest}"));
    *tree = Tree::new(tree.iter().map(|(_, file)| (moved(&file.path), Ok(file.bytes().to_vec()))));
}

const INCIDENT: &str = "content/demo/token-expired/index.en.md";

#[test]
fn what_is_kept_is_no_finding() {
    assert_eq!(after(|_| {}), "");
    let retired = |tree: &mut Tree| replace(tree, INCIDENT, "severity: high", "severity: high\nstatus: retired");
    assert_eq!(after(retired), "");
    let other_words = |tree: &mut Tree| replace(tree, INCIDENT, "## Symptom", "## Symptoms");
    assert_eq!(after(other_words), "");
    let kept_anchor = |tree: &mut Tree| {
        replace(tree, "content/demo/lifetimes/index.en.md", "## Short ones", "## A day {#short-ones}");
    };
    assert_eq!(after(kept_anchor), "");
    let moved = |tree: &mut Tree| {
        rename(tree, "content/demo/token-expired/", "content/demo/expiry/");
        let old = "title: Requests";
        let new = "aliases: [/en/demo/token-expired/, /zh/demo/token-expired]\ntitle: Requests";
        replace(tree, "content/demo/expiry/index.en.md", old, new);
    };
    assert_eq!(after(moved), "");
}

#[test]
fn a_site_without_a_ledger_has_nothing_to_keep() {
    let tree = base::site();
    let (site, _) = parse::site(&tree);
    assert_eq!(ledger::check(&site, &tree), []);
}

#[test]
fn a_removed_incident_takes_its_id_and_its_addresses_with_it() {
    insta::assert_snapshot!(after(|tree| {
        tree.replace("content/demo/token-expired", []);
    }));
}

#[test]
fn a_renamed_page_needs_an_alias_in_every_language() {
    insta::assert_snapshot!(after(|tree| rename(tree, "content/demo/token-expired/", "content/demo/expiry/")));
}

#[test]
fn an_id_is_not_taken_by_another_page() {
    insta::assert_snapshot!(after(|tree| {
        replace(tree, INCIDENT, "id: DEMO-1", "id: DEMO-2");
        let text = tree.file(tree.find(INCIDENT).unwrap()).text().unwrap().replace("DEMO-2", "DEMO-1");
        tree.add("content/demo/other/index.en.md", text);
    }));
}

#[test]
fn a_changed_id_is_to_be_changed_back() {
    insta::assert_snapshot!(after(|tree| replace(tree, INCIDENT, "id: DEMO-1", "id: DEMO-7")));
}

#[test]
fn a_heading_with_other_words_keeps_its_anchor() {
    insta::assert_snapshot!(after(|tree| {
        replace(tree, "content/demo/lifetimes/index.en.md", "## Short ones", "## A day");
        replace(tree, "content/demo/lifetimes/index.zh.md", "## 短的\n\n## 长的\n", "");
    }));
}

#[test]
fn a_language_that_is_no_longer_listed_is_missed() {
    let printed = after(|tree| replace(tree, "site.toml", "[\"en\", \"zh\"]", "[\"en\"]"));
    assert!(printed.contains("list `zh` in `languages` of site.toml again"), "{printed}");
}

#[test]
fn a_ledger_gains_what_is_new_and_loses_nothing() {
    let mut tree = published();
    let written = tree.file(tree.find(ledger::PATH).unwrap()).text().unwrap().to_owned();
    rename(&mut tree, "content/demo/lifetimes/", "content/demo/durations/");
    let (site, _) = parse::site(&tree);
    let ledger = Ledger::read(&tree).0.unwrap();
    let gain = ledger.gain(ledger::published(&site));
    let lines: Vec<String> = gain.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    anchor /en/demo/durations/#long-ones
    anchor /en/demo/durations/#short-ones
    anchor /zh/demo/durations/#短的
    anchor /zh/demo/durations/#长的
    route /en/demo/durations/
    route /zh/demo/durations/
    ");
    let text = ledger.text(&gain);
    assert!(written.lines().all(|line| text.lines().any(|kept| kept == line)));
    assert_eq!(ledger.text(&BTreeSet::new()), written, "without a gain, the same bytes");
}
