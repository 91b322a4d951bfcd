//! A log that is followed while it grows, is replaced, and is let go by an interrupt.

use crate::{base, child};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn append(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn a_log_is_followed_until_it_is_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("app.log");
    for (_, file) in base::site().iter() {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes()).unwrap();
    }
    append(&log, "12:00 started\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(["match", "--lang", "en", "--follow", "app.log"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    append(&log, "12:01 token expired at 12:00\n");
    // It tells at once what is new, and waits for more.
    assert_eq!(notes.next().unwrap().unwrap(), "app.log:2: DEMO-1 Requests fail with \"token expired\"");
    std::fs::rename(&log, folder.path().join("app.log.1")).unwrap();
    append(&log, "12:02 token expired at 12:02\n");
    assert_eq!(notes.next().unwrap().unwrap(), "app.log:1: DEMO-1 Requests fail with \"token expired\"");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let status = child.wait().unwrap();
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(status.success(), "{status}: {printed}");
    // What each of the two files showed.
    for line in ["    app.log:2, once: token expired at {time}\n", "    app.log:1, once: token expired at {time}\n"] {
        assert!(printed.contains(line), "{printed}");
    }
}

#[test]
fn a_log_without_end_is_left_when_nobody_reads_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    for (_, file) in base::site().iter() {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes()).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(["match", "--format", "json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = child.stdin.take().unwrap();
    // It ends when the program has.
    let writer = std::thread::spawn(move || while log.write_all(b"token expired at 12:00\n").is_ok() {});
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("DEMO-1"));
    drop(lines);
    assert!(child::end(child).success());
    writer.join().unwrap();
}
