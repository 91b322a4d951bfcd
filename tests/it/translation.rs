//! How translations stand to their source: in a page, and against the history of a repository.

use crate::base;
use faultbook::model::Facts;
use faultbook::output::Output;
use faultbook::source::Tree;
use faultbook::translation::{parts, record, with_record};
use faultbook::{parse, pipeline};
use std::path::Path;
use std::process::Command;

const SOURCE: &str = "content/demo/token-expired/index.en.md";
const TRANSLATION: &str = "content/demo/token-expired/index.zh.md";

fn text(tree: &Tree, path: &str) -> String {
    tree.file(tree.find(path).unwrap()).text().unwrap().to_owned()
}

/// The small site, its Chinese page recorded as made from the English one as it stands.
fn recorded() -> Tree {
    let mut tree = base::site();
    let (site, _) = parse::site(&tree);
    let parts = parts(site.page("demo/token-expired").unwrap(), &tree);
    let record = record(parts.iter().map(|part| (part.name.as_str(), part.digest.as_str())));
    tree.add(TRANSLATION, with_record(&text(&tree, TRANSLATION), &record));
    tree
}

/// The Chinese page's notice when its source was edited.
fn notice(edit: impl Fn(String) -> String) -> Option<String> {
    let mut tree = recorded();
    tree.add(SOURCE, edit(text(&tree, SOURCE)));
    let checked = pipeline::check(&tree, &base::InPlace, false);
    assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    let output = Output::default();
    assert_eq!(pipeline::write(&checked, &tree, &Facts::default(), &output), []);
    let page = output.into_files().remove("zh/demo/token-expired/index.html").unwrap();
    let page = String::from_utf8(page).unwrap();
    page.lines().find(|line| line.contains("过时")).map(str::to_owned)
}

#[test]
fn a_page_names_the_sections_that_are_behind() {
    assert_eq!(notice(|text| text), None);
    assert_eq!(notice(|text| text.replace("A token that lives", "A **token** that\nlives")), None);
    assert_eq!(notice(|text| text.replace("select(.token_hours < 1) |", "select(.token_hours < 1.0) |")), None);
    let changed = notice(|text| text.replace("A token that lives for zero hours", "Such a token")).unwrap();
    assert!(changed.contains("<a href=\"#root-cause\" lang=\"zh\">根本原因</a>"), "{changed}");
    assert_eq!(changed.matches("<a ").count(), 1, "{changed}");
    let front = notice(|text| text.replace("fix: Set a lifetime", "fix: Choose a lifetime")).unwrap();
    assert!(front.contains("<a href=\"#main\" lang=\"zh\">标题和概要</a>"), "{front}");
}

#[test]
fn the_difference_is_against_the_commit_that_was_translated() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
        let mut git = Command::new("git");
        let status = git.arg("-C").arg(folder.path()).args(identity).args(arguments).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    };
    let commit = |tree: &Tree| {
        for (_, file) in tree.iter() {
            let path = folder.path().join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file.bytes()).unwrap();
        }
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "one"]);
    };
    let mut tree = recorded();
    git(&["init", "--quiet"]);
    commit(&tree);
    for lifetime in ["two", "three"] {
        let old = text(&recorded(), SOURCE);
        tree.add(SOURCE, old.replace("A token that lives for zero hours", &format!("A token of {lifetime} seconds")));
        commit(&tree);
    }
    assert_eq!(
        difference(folder.path()),
        "--- content/demo/token-expired/index.en.md root-cause, as it was translated\n\
         +++ content/demo/token-expired/index.en.md root-cause, now\n\
         @@ -1,3 +1,3 @@\n ## Root cause\n\n\
         -A token that lives for zero hours has expired when it is made.\n\
         +A token of three seconds has expired when it is made.\n"
    );
}

fn difference(site: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.arg("--site").arg(site).args(["status", "--diff", "DEMO-1"]);
    let output = command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}
