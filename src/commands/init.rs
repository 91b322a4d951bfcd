//! `faultbook init`: a small site that builds, from the binary alone.

use super::Console;
use crate::disk;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::ExitCode;

macro_rules! starter {
    ($($path:literal),+ $(,)?) => {
        /// Path in the new site, and text.
        const FILES: &[(&str, &str)] = &[$(($path, include_str!(concat!("starter/", $path)))),+];
    };
}

starter! {
    "site.toml",
    "content/_index.en.md",
    "content/_index.zh.md",
    "content/example/_index.en.md",
    "content/example/_index.zh.md",
    "content/example/port-is-text/index.en.md",
    "content/example/port-is-text/index.zh.md",
    "content/example/port-is-text/fixtures/broken/root/etc/example/server.json",
    "content/example/port-is-text/fixtures/healthy/root/etc/example/server.json",
    "content/example/port-is-text/samples/match-journal.log",
    "content/example/port-is-text/samples/clean-restart.log",
}

pub(super) fn run(dir: &Path, console: &Console) -> Result<ExitCode> {
    if let Some((path, _)) = FILES.iter().find(|(path, _)| dir.join(path).symlink_metadata().is_ok()) {
        bail!("`{}` is there already; nothing was written", dir.join(path).display());
    }
    for (path, text) in FILES {
        disk::write_new(&dir.join(path), text.as_bytes())?;
    }
    console.note(&format!("made a site of {} files in `{}`", FILES.len(), dir.display()));
    let enter = if dir == Path::new(".") { String::new() } else { format!("cd {} && ", dir.display()) };
    console.note(&format!("next: {enter}faultbook serve"));
    Ok(ExitCode::SUCCESS)
}
