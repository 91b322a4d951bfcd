//! `verify` of what a branch touches, and again after every edit; and the hook of the README.

use crate::{base, child};
use faultbook::source::Tree;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use tempfile::TempDir;

const PAGE: &str = "content/demo/token-expired/index.en.md";

/// The small site, a page that links to its incident, and one that has a fault of its own; in a repository.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = base::site();
    let note = |title: &str, link: &str| format!("---\ntitle: {title}\n---\n\n[x]({link})\n");
    tree.add("content/demo/note/index.en.md", note("Note", "../token-expired/index.en.md#symptom"));
    tree.add("content/demo/old/index.en.md", note("Old", "../nowhere/index.en.md"));
    write(folder.path(), &tree);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit(folder.path());
    folder
}

fn write(folder: &Path, tree: &Tree) {
    for (_, file) in tree.iter() {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.bytes()).unwrap();
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let path = std::env::var("PATH").unwrap_or_default();
    let program = Path::new(env!("CARGO_BIN_EXE_faultbook")).parent().unwrap().display();
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(who).args(arguments).env("PATH", format!("{program}:{path}"));
    command.output().unwrap()
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    assert!(git(folder, &["commit", "-q", "-m", "x"]).status.success());
}

/// The places of the findings.
fn verify(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(["--format", "json", "verify", "--site"]).arg(folder).args(arguments);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let place = |line: &str| {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        let folder = finding["file"].as_str().unwrap().split('/').nth(2).unwrap_or_default().to_owned();
        format!("{} {folder}", finding["code"].as_str().unwrap())
    };
    let mut places: Vec<String> = text.lines().map(place).filter(|place| !place.starts_with("FB030")).collect();
    places.dedup();
    places
}

fn edit(folder: &Path, from: &str, to: &str) {
    let path = folder.join(PAGE);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    // In one step, as editors save.
    fs::write(folder.join("new"), text.replace(from, to)).unwrap();
    fs::rename(folder.join("new"), path).unwrap();
}

#[test]
fn a_template_that_fails_on_a_page_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = base::site();
    tree.add("templates/not_found.html", "{{ nothing }}");
    write(folder.path(), &tree);
    assert_eq!(verify(folder.path(), &["--strict"]), ["FB090 "]);
}

#[test]
fn a_command_that_cannot_do_as_it_is_asked_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &base::site());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
        let output = command.arg("--site").arg(folder.path()).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, says) in [
        (["verify", "--changed", "main"].as_slice(), "the site must be in a repository"),
        (&["explain", "DEMO-1", "--format", "json"], "written as `human` only"),
        (&["status", "--format", "sarif"], "written as `human` or `json`"),
        (&["new", "../x/y"], "write `group/name`"),
    ] {
        let (code, said) = run(arguments);
        assert!(code == Some(2) && said.contains(says), "{arguments:?}: {said}");
    }
    assert_eq!(run(&["new", "2024/x"]).0, Some(0));
    let group = fs::read_to_string(folder.path().join("content/2024/_index.en.md")).unwrap();
    assert_eq!(group, "---\ntitle: \"2024\"\n---\n");
}

#[test]
fn a_branch_is_told_of_what_it_touches_and_of_what_refers_to_that() {
    let folder = repository();
    let folder = folder.path();
    assert_eq!(verify(folder, &[]), ["FB060 old"]);
    assert_eq!(verify(folder, &["--changed", "HEAD"]), Vec::<String>::new());
    git(folder, &["switch", "-q", "-c", "branch"]);
    edit(folder, "## Symptom", "## Symptoms of it {#symptoms}");
    let found = verify(folder, &["--changed", "main"]);
    assert!(found.contains(&"FB061 note".to_owned()), "{found:?}");
    assert!(found.iter().all(|place| !place.ends_with("old")), "{found:?}");
    commit(folder);
    assert_eq!(verify(folder, &["--changed", "main"]), found);
    assert_eq!(verify(folder, &["--changed", "HEAD"]), Vec::<String>::new());
    git(folder, &["switch", "-q", "main"]);
    fs::remove_dir_all(folder.join("content/demo/token-expired")).unwrap();
    let found = verify(folder, &["--changed", "HEAD"]);
    assert!(found.contains(&"FB060 note".to_owned()), "{found:?}");
}

#[test]
fn a_base_that_git_does_not_know_is_an_error() {
    let folder = repository();
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    let output = command.args(["verify", "--changed", "nowhere", "--site"]).arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("git knows no `nowhere`"));
}

/// A watch, which ends with the test.
struct Watch(Child, Lines<BufReader<ChildStdout>>);

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Watch {
    /// What is printed of the next round, without its time.
    fn round(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.1.next().expect("the watch goes on").unwrap();
            if let Some((count, _)) = line.strip_prefix("faultbook: ").and_then(|line| line.split_once(',')) {
                lines.push(count.to_owned());
                return lines;
            }
            lines.push(line);
        }
    }
}

#[test]
fn a_watch_tells_the_findings_again_after_every_edit() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &base::site());
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(["verify", "--watch", "--color", "never", "--site"]).arg(folder.path()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut watch = Watch(child, lines);
    assert_eq!(watch.round(), ["faultbook: checking", "0 findings"]);
    edit(folder.path(), "severity: high", "severity: grave");
    let round = watch.round();
    assert!(round.iter().any(|line| line.starts_with("error[FB015]")), "{round:?}");
    assert_eq!(round.last().unwrap(), "1 finding");
    edit(folder.path(), "severity: grave", "severity: high");
    assert_eq!(watch.round(), ["faultbook: checking", "0 findings"]);
}

#[test]
fn a_watch_that_nobody_reads_ends_at_the_next_edit() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &base::site());
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(["verify", "--watch", "--site"]).arg(folder.path()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("faultbook: 0 findings")));
    drop(lines);
    edit(folder.path(), "severity: high", "severity: grave");
    assert!(child::end(child).success());
}

#[test]
fn the_hook_refuses_what_has_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, &base::site());
    git(folder, &["init", "-q", "-b", "main"]);
    commit(folder);
    let hook = folder.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, crate::readme::block("sh pre-commit")).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&hook).status().unwrap().success());
    edit(folder, "severity: high", "severity: grave");
    git(folder, &["add", "-A"]);
    let refused = git(folder, &["commit", "-q", "-m", "x"]);
    assert!(!refused.status.success());
    let said = [refused.stdout, refused.stderr].concat();
    assert!(String::from_utf8_lossy(&said).contains("FB015"), "{}", String::from_utf8_lossy(&said));
    edit(folder, "severity: grave", "severity: critical");
    commit(folder);
}
