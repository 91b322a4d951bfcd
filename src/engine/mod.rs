//! Runs a snippet over a parsed document: formats, budgets, spans. Knows nothing of pages, files or processes.
//!
//! A program is read by [`syntax`], resolved and rewritten by [`lower`] onto the functions of [`library`] and
//! [`natives`], and run by the interpreter jaq under the [`budget`]. Documents come from [`formats`]. What comes out
//! is what jq 1.7 would print, because readers paste the same programs into it.

mod budget;
mod command;
mod diff;
mod formats;
mod library;
mod lower;
mod mutants;
mod names;
mod natives;
mod program;
mod reader;
mod syntax;
mod value;

pub use budget::{Limits, Probe};
pub use command::{CommandInput, check_command, diff_command, fix_command};
pub use diff::Diff;
pub use formats::{Unreadable, read, write};
pub use mutants::Mutant;
pub use program::{Fault, FaultKind, Program};
pub use reader::{Known, Run, RunSnippet, answer};
pub use value::{Edit, Value};

use std::fmt;

/// How a file is read into the JSON shape of a tool that a reader can install.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `json`
    Json,
    /// `json5`: comments, trailing commas, single quotes
    Json5,
    /// `yaml`
    Yaml,
    /// `toml`
    Toml,
    /// `ini`: every value an array, so that repeated keys stay
    Ini,
    /// `systemd`: units, as `ini` but for lines that go on
    Systemd,
    /// `env`: `KEY=value` lines
    Env,
    /// `lines`: an array of strings
    Lines,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] =
        [Self::Json, Self::Json5, Self::Yaml, Self::Toml, Self::Ini, Self::Systemd, Self::Env, Self::Lines];

    /// As authors write it in `as=`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Json5 => "json5",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Ini => "ini",
            Self::Systemd => "systemd",
            Self::Env => "env",
            Self::Lines => "lines",
        }
    }

    /// Reads what an author wrote.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// The format that a path's extension tells: `.json`, `.json5`, `.yaml`, `.yml`, `.toml`, `.ini`, `.env`, and
    /// systemd's `.service`, `.timer`, `.socket`, `.mount`, `.target`, `.path`, `.slice` and `.network`.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension)?;
        Some(match extension {
            "json" => Self::Json,
            "json5" => Self::Json5,
            "yaml" | "yml" => Self::Yaml,
            "toml" => Self::Toml,
            "ini" => Self::Ini,
            "service" | "timer" | "socket" | "mount" | "target" | "path" | "slice" | "network" => Self::Systemd,
            "env" => Self::Env,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
