//! Commands as readers paste them: `verify` runs them with every jq on the `PATH`, and the page says with which.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The site of the transcript about `doctor`, of which the incident whose check takes `jc` is left out.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/doctor.in");
    for entry in walkdir::WalkDir::new(&source).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(&source).unwrap();
        if entry.file_type().is_file()
            && !path.starts_with("content/app/clock-skew")
            && !path.starts_with("content/app/restart-loop")
        {
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            fs::copy(entry.path(), folder.path().join(path)).unwrap();
        }
    }
    folder
}

/// Runs a command in a site; `path` is looked through first. The exit code and what is printed.
fn faultbook(site: &Path, path: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    let path = format!("{}:/usr/bin:/bin", path.display());
    command.args(arguments).current_dir(site).env("PATH", path).env("XDG_CACHE_HOME", site.join("cache"));
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A program that calls itself a jq.
fn jq(folder: &Path, script: &str) {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join("jq");
    fs::write(&path, format!("#!/bin/sh\n[ \"$1\" = --version ] && {{ echo jq-0.9; exit; }}\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_a_jq_does_otherwise_is_found_and_the_page_is_silent_about_it() {
    let site = site();
    let bin = site.path().join("bin");
    jq(&bin, "echo '{\"port\":\"1\"}'");
    let (code, printed) = faultbook(site.path(), &bin, &["verify", "--format", "json"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("actual: {\\\"port\\\":\\\"1\\\"}"), "{printed}");
    let said = "check `port`, pasted into a shell with jq 0.9, does something else on the fixture `broken`";
    assert!(printed.contains(said) && printed.contains("FB122"), "{printed}");
    assert!(printed.contains("fix `port-number`, pasted"), "{printed}");
    // A build looks up what is known.
    assert_eq!(faultbook(site.path(), &bin, &["build"]).0, Some(1));
}

#[test]
fn a_jq_that_fails_must_leave_the_file_alone_and_one_that_is_right_is_named() {
    let real = ["/usr/bin/jq", "/usr/local/bin/jq"].into_iter().find(|path| Path::new(path).exists());
    let Some(real) = real else {
        // Where `tests/run` has prepared the machine, there is one.
        assert!(std::env::var_os("FAULTBOOK_TOOLS").is_none(), "jq is not installed");
        return;
    };
    let site = site();
    let bin = site.path().join("bin");
    jq(&bin, &format!("exec {real} \"$@\""));
    let (code, printed) = faultbook(site.path(), &bin, &["build"]);
    assert_eq!(code, Some(0), "{printed}");
    let page = || fs::read_to_string(site.path().join("public/en/app/port-is-text/index.html")).unwrap();
    assert!(!page().contains("<dt>jq</dt>"), "nothing was tried");
    let (code, printed) = faultbook(site.path(), &bin, &["verify"]);
    assert_eq!(code, Some(0), "{printed}");
    assert_eq!(fs::read_dir(site.path().join("cache/faultbook/pasted")).unwrap().count(), 1);
    assert_eq!(faultbook(site.path(), &bin, &["build"]).0, Some(0));
    assert!(page().contains("<dt>jq</dt><dd><code>0.9</code>"), "{}", page());
    // Another jq is another question.
    jq(&bin, &format!("exec {real} \"$@\" # changed"));
    let (code, printed) = faultbook(site.path(), Path::new("/nowhere"), &["verify"]);
    assert_eq!(code, Some(0), "{printed}");
}
