//! The formats against the tools in whose shape they are read: of every file in `tests/formats`, the engine and the
//! pipe that the page shows must give the same.

use faultbook::engine::{CommandInput, Format, Limits, check_command, read};
use std::path::Path;
use std::process::Command;

/// The files of a corpus: each begins after a line `=== NAME`.
fn files(corpus: &str) -> Vec<(&str, String)> {
    let parts = corpus.split("\n=== ").map(|part| part.strip_prefix("=== ").unwrap_or(part));
    let whole =
        |text: &str| if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).map(|(name, text)| (name, whole(text))).collect()
}

/// Files that both sides refuse, by the end of their names.
const UNREADABLE: &str = "-unreadable";

/// Of an empty YAML file Python's `yq` prints nothing, and Go's null, as the engine reads it.
const NULL: &str = "-null";

/// Prints the tool's JSON of each file that is an argument: the program of the pipe, started once.
const JC: &str = "PYTHONUTF8=1 \"$(sed -n '1s/^#!//p' \"$(command -v jc)\")\" -c \
                  'import jc, json, sys; [print(json.dumps(jc.parse(\"ini_dup\", open(f).read()))) for f in sys.argv[1:]]'";
const PYTHON: &str = "python3 -c 'import json, sys, tomllib; \
                      [print(json.dumps(tomllib.load(open(f, \"rb\")), default=lambda moment: moment.isoformat())) \
                      for f in sys.argv[1:]]'";

/// What a command prints in a folder.
fn printed(command: &str, home: &Path) -> String {
    let output = Command::new("sh").args(["-c", command]).current_dir(home).env("HOME", home).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Reads a corpus by the engine and by a tool, of which `all` reads many files at once.
fn check(format: Format, tool: &str, all: &str, corpus: &str) {
    let home = tempfile::tempdir().unwrap();
    if !["jq", tool].iter().all(|tool| !printed(&format!("command -v {tool}"), home.path()).is_empty()) {
        // Where `tests/run` has prepared the machine, the tools are there.
        assert!(std::env::var_os("FAULTBOOK_TOOLS").is_none(), "{tool} is not installed");
        return;
    }
    let input = CommandInput { name: None, path: "~/file".to_owned(), format, optional: false };
    let pipe = check_command(".", &[input], &[]);
    let files = files(corpus);
    assert!(files.len() >= 40, "{} files of {format}", files.len());
    let (mut names, mut ours) = (Vec::new(), String::new());
    for (at, (name, text)) in files.into_iter().enumerate() {
        let (name, text) = match name.split_once(' ') {
            Some((name, "(crlf)")) => (name, text.replace('\n', "\r\n")),
            Some((name, "(no newline)")) => (name, text.trim_end().to_owned()),
            _ => (name, text),
        };
        let value = read(format, text.as_bytes(), &Limits::default());
        let stem = name.split('.').next().unwrap_or(name);
        if stem.ends_with(UNREADABLE) || stem.ends_with(NULL) {
            std::fs::write(home.path().join("file"), &text).unwrap();
            assert_eq!(printed(&pipe, home.path()), "", "{name}");
            assert_eq!(value.is_err(), stem.ends_with(UNREADABLE), "{name}: {value:?}");
            continue;
        }
        // What the pipe does to a file before the tool has it.
        let file = format!("{at:03}");
        std::fs::write(home.path().join(&file), &text).unwrap();
        if let Some((before, _)) = pipe.split_once(" | jc") {
            let before = before.strip_prefix("json=$({ ").expect("the pipe is read into a variable");
            let edited = printed(&format!("{{ {before}; }} < {file}"), home.path());
            std::fs::write(home.path().join(&file), edited).unwrap();
        }
        ours += &value.unwrap_or_else(|fault| panic!("{name}: {}", fault.message)).to_json();
        ours.push('\n');
        names.push((name, file));
    }
    std::fs::write(home.path().join("ours"), ours).unwrap();
    // One jq writes both, because jq 1.6 writes 1.0 as 1.
    let ours = printed("jq -c . ours", home.path());
    let theirs = printed(&format!("set -e; set -- 0*; {all} | jq -c ."), home.path());
    let (mut ours, mut theirs) = (ours.lines(), theirs.lines());
    for (name, _) in &names {
        assert_eq!(ours.next(), theirs.next(), "{name}");
    }
    assert_eq!((ours.next(), theirs.next()), (None, None));
    // The pipe itself, as a reader runs it.
    let (name, file) = &names[0];
    std::fs::copy(home.path().join(file), home.path().join("file")).unwrap();
    assert_eq!(printed(&pipe, home.path()), printed("jq -c . ours | head -n 1", home.path()), "{name}: {pipe}");
}

#[test]
fn yaml_is_read_as_by_yq() {
    check(Format::Yaml, "yq", "yq . \"$@\"", include_str!("../formats/yaml.txt"));
}

#[test]
fn toml_is_read_as_by_python() {
    check(Format::Toml, "python3", &format!("{PYTHON} \"$@\""), include_str!("../formats/toml.txt"));
}

#[test]
fn ini_files_are_read_as_by_jc() {
    check(Format::Ini, "jc", &format!("{JC} \"$@\""), include_str!("../formats/ini.txt"));
}

#[test]
fn units_are_read_as_by_jc_after_what_systemd_does_to_lines() {
    check(Format::Systemd, "jc", &format!("{JC} \"$@\""), include_str!("../formats/systemd.txt"));
}

#[test]
fn env_files_are_read_as_by_jc() {
    check(Format::Env, "jc", &format!("{JC} \"$@\""), include_str!("../formats/env.txt"));
}

#[test]
fn lines_are_read_as_by_jq() {
    let all = "for file; do jq -Rn '[inputs]' \"$file\"; done";
    check(Format::Lines, "jq", all, include_str!("../formats/lines.txt"));
}
