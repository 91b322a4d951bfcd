//! The command line: the clap types, nothing else.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An incident knowledge base in which every page is a test that its reader can run.
///
/// Exit status: 0 all well, 1 something was found, 2 the command could not run.
#[derive(Debug, Parser)]
#[command(name = "faultbook", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// The site's folder [default: the nearest folder upwards with a site.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// How findings are written to standard output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source line and a caret
    #[default]
    Human,
    /// An object a line
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// When standard output is a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a small site that builds
    Init {
        /// Where; it may exist, but no file of it is overwritten
        #[arg(default_value = ".", value_name = "DIR")]
        dir: PathBuf,
    },
    /// Begin an incident: its folder, a page in every language, the next id
    ///
    /// From a log: a signature, and a redacted sample around the likeliest error line. From a configuration with the
    /// fault: a redacted fixture. When the log shows an incident that has a page, that is named and nothing is written.
    New {
        /// Group and name, such as `openclaw/cron-pairing-required`
        path: String,
        /// The title in the default language
        #[arg(long, value_name = "TITLE")]
        title: Option<String>,
        /// A log that shows the incident
        #[arg(long, value_name = "LOG")]
        from_log: Option<PathBuf>,
        /// A file with the fault, and where it is on a reader's machine [default: where it is here, or where the log says]
        #[arg(long, value_name = "FILE[=PATH]")]
        config: Vec<String>,
        /// Begin it even if the log shows an incident that has a page
        #[arg(long)]
        force: bool,
    },
    /// Find and prove everything that a build does; write nothing
    Verify {
        /// Show only what is in these files or folders
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Show only what concerns pages that differ from this branch or commit, and those that refer to them
        #[arg(long, value_name = "BASE")]
        changed: Option<String>,
        /// Go on after every edit, until interrupted
        #[arg(long)]
        watch: bool,
        /// Count warnings as errors
        #[arg(long)]
        strict: bool,
        /// Include pages marked `draft: true`
        #[arg(long)]
        drafts: bool,
    },
    /// Verify, then write the site
    Build {
        /// The folder to write, which is replaced as a whole
        #[arg(long, value_name = "DIR", default_value = "public")]
        out: PathBuf,
        /// The address to publish at, instead of the one in site.toml
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Include pages marked `draft: true`
        #[arg(long)]
        drafts: bool,
    },
    /// Build, watch and serve the site on this machine; drafts included
    Serve {
        /// The port; 0 takes a free one [default: 4000 or the next free one]
        #[arg(long, value_name = "PORT")]
        port: Option<u16>,
        /// The address that opens a finding's line: `{path}`, `{line}` and `{column}` are filled in
        #[arg(long, value_name = "URL", env = "FAULTBOOK_EDITOR", hide_env_values = true)]
        #[arg(default_value = "vscode://file{path}:{line}:{column}")]
        editor: String,
    },
    /// Explain an incident by its id, an address or pasted error text, or a finding's rule by its code or name
    Explain {
        /// Such as `OPENCLAW-1`, `/e/OPENCLAW-1/`, `gateway closed (1008): pairing required`, `FB060` or `dead-link`
        #[arg(value_name = "ID_OR_TEXT")]
        asked: String,
        /// The language [default: that of the environment, else the site's first]
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
        /// Read a built site instead of one's sources: its folder or address, or that of its catalog.json
        #[arg(long, value_name = "FILE|URL")]
        catalog: Option<String>,
    },
    /// Look for the incidents that logs show
    ///
    /// Of each log its incidents are printed, the likeliest first, with the first line and how often; with
    /// `--format json` an object a line for every match, as it is found. Exit status: 0 something matched, 1 nothing.
    Match {
        /// The logs; standard input without one, or as `-`
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Go on as the log grows, is emptied or replaced, until interrupted
        #[arg(long)]
        follow: bool,
        /// The language of titles [default: that of the environment, else the site's first]
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
    },
    /// Tell of each page which languages it has, what of a translation is behind its source, proof and owner
    ///
    /// With `--format json` an object a line. Exit status: 0 all is up to date, 1 a translation is missing or behind.
    Status {
        /// Show what the source of this page says now and said when it was translated
        #[arg(long, value_name = "PAGE")]
        diff: Option<String>,
    },
    /// Record that a translation is up to date with its source
    Translated {
        /// An id, a folder below `content/`, or the file of one translation
        page: String,
        /// Only this part, as `faultbook status` calls it; may be repeated. The way to pass over a corrected typo
        #[arg(long, value_name = "PART")]
        part: Vec<String>,
    },
    /// Run the checks of incidents on this machine, or on a copy of one
    ///
    /// The paths are shown before they are read; files are opened read-only unless `--apply` is given. Exit status: 0 no
    /// incident is present, 1 one is.
    Doctor {
        /// The incidents [default: every active one]
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// The folder of `/`: a mounted disk, or a copy of a machine, which no link leads out of
        #[arg(long, value_name = "DIR", default_value = "/")]
        root: PathBuf,
        /// The folder of `~` [default: $HOME within the root]
        #[arg(long, value_name = "DIR")]
        home: Option<PathBuf>,
        /// Heal what is present: show the change, keep the old file as `.bak`, check again, undo what does not heal
        #[arg(long)]
        apply: bool,
        /// The language [default: that of the environment, else the site's first]
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
    },
    /// Search the pages as the box of the site does
    ///
    /// Incidents whose signatures the text shows come first, then pages with their scores. Exit status: 0 something was
    /// found, 1 nothing.
    Search {
        /// Words, an identifier, an error code or a line of a log
        #[arg(value_name = "TEXT")]
        text: String,
        /// The reader's language [default: that of the environment, else the site's first]
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
        /// Show what each score is made of
        #[arg(long)]
        why: bool,
    },
    /// Find ids and permanent links in source code, alert rules and logs that no page answers
    Audit {
        /// What to look through
        #[arg(required = true, value_name = "DIR")]
        paths: Vec<PathBuf>,
        /// Count warnings as errors
        #[arg(long)]
        strict: bool,
    },
    /// Show what the ledger of published addresses would gain; exit status 1 when there is something
    Links {
        /// Add it to content/permalinks.lock
        #[arg(long)]
        write: bool,
    },
    /// Print what a shell completes after `faultbook`
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command
    Man {
        /// The folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Print the JSON Schema of front matter and of site.toml
    Schema {
        /// Of one of them alone [default: all, by name]
        #[arg(value_enum)]
        of: Option<Described>,
    },
}

/// What a JSON Schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// The front matter of an incident in the default language
    Incident,
    /// The front matter of an incident in another language
    Translation,
    /// The front matter of a page that is no incident
    Page,
    /// site.toml
    Site,
}
