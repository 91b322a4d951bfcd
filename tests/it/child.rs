//! This test program as a second process, for what a process can only show by ending.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

const FOLDER: &str = "FAULTBOOK_TEST_FOLDER";

/// Runs one of these tests in a process of its own, which is told a folder; gives the process and what it prints.
pub fn start(test: &str, folder: &Path) -> (Child, Receiver<String>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(FOLDER, folder).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, receiver) = channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    (child, receiver)
}

/// The folder that a process was told by [`start`]; `None` in an ordinary run of the tests.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// How a process ends, which it does soon.
pub fn end(mut child: Child) -> ExitStatus {
    let (sender, receiver) = channel();
    let id = child.id();
    thread::spawn(move || sender.send(child.wait()));
    receiver.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("process {id} goes on")).unwrap()
}
