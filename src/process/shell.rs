//! The shell and the tools that readers have: which versions of jq there are, and what a command does in a folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A jq on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jq {
    /// Where it is.
    pub program: PathBuf,
    /// Such as `1.6`.
    pub version: String,
}

/// How a jq may be called.
const NAMES: [&str; 4] = ["jq", "jq-1.6", "jq-1.7", "jq-1.8"];

/// Every jq on the `PATH`, each version once, the oldest first.
#[must_use]
pub fn jqs() -> Vec<Jq> {
    let mut jqs: Vec<Jq> = Vec::new();
    for program in NAMES.into_iter().filter_map(find) {
        let output = Command::new(&program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else { continue };
        let version = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches("jq-").to_owned();
        if !version.is_empty() && jqs.iter().all(|jq| jq.version != version) {
            jqs.push(Jq { program, version });
        }
    }
    jqs.sort_by(|one, other| one.version.cmp(&other.version));
    jqs
}

/// Where a program of the `PATH` is.
#[must_use]
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let is_program = |file: &PathBuf| rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok() && file.is_file();
    std::env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).find(is_program)
}

/// What a command did: whether it succeeded, and what it printed.
///
/// It runs in a clean environment. `~` is `home` for the shell alone: the tools do not see it. It may take 10 seconds
/// of processor time, and write files of 8 MiB.
#[must_use]
pub fn run(command: &str, home: &Path, tools: &Path) -> (bool, String) {
    const LIMITED: &str = "ulimit -t 10 && ulimit -f 16384 && ulimit -c 0 && HOME=$1 && eval \"$2\"";
    let path = format!("{}:/usr/bin:/bin", tools.display());
    let output = Command::new("/bin/sh")
        .args(["-c", LIMITED, "sh"])
        .arg(home)
        .arg(command)
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("LC_ALL", "C.UTF-8"),
            ("PYTHONNOUSERSITE", "1"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ])
        .current_dir(home)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output.map_or((false, String::new()), |output| {
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    })
}
