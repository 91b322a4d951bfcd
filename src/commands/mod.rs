//! One file a subcommand: wires the stages to the disk and prints.

mod audit;
mod build;
mod doctor;
mod evidence;
mod explain;
mod init;
mod links;
mod manual;
mod match_;
mod new;
mod paste;
mod rounds;
mod schema;
mod search;
mod serve;
mod status;
mod translated;
mod verify;

use crate::cli::{Cli, Color, Command, Format, Global};
use crate::diagnostic::{Diagnostic, Level, github, human, json, sarif};
use crate::model::{Page, Site, Translation};
use crate::pipeline::{Checked, Memory};
use crate::prove::Cache;
use crate::source::Tree;
use crate::{disk, process};
use anstream::{AutoStream, ColorChoice};
use anyhow::{Context as _, Result};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command of a command line.
///
/// # Errors
/// When the command could not run; what is wrong with content is printed and told by the exit code.
pub fn run(cli: &Cli) -> Result<ExitCode> {
    let console = Console::new(&cli.global);
    match &cli.command {
        Command::Init { dir } => init::run(dir, &console),
        Command::New { path, title, from_log, config, force } => {
            let evidence = evidence::Given { log: from_log.as_deref(), configs: config, force: *force };
            new::run(&site_folder(&cli.global)?, path, title.as_deref(), &evidence, &console)
        }
        Command::Verify { paths, explain, changed, watch, strict, drafts } => {
            let (explain, changed) = (explain.as_deref(), changed.as_deref());
            let shown = verify::Shown { paths, explain, changed, strict: *strict, drafts: *drafts };
            verify::run(&site_folder(&cli.global)?, &shown, *watch, &console)
        }
        Command::Build { out, base_url, drafts } => {
            build::run(&site_folder(&cli.global)?, out, base_url.as_deref(), *drafts, &console)
        }
        Command::Serve { port, editor } => serve::run(&site_folder(&cli.global)?, *port, editor, &console),
        Command::Explain { asked, lang, catalog } => {
            explain::run(asked, lang.as_deref(), catalog.as_deref(), &cli.global, &console)
        }
        Command::Match { files, follow, lang } => {
            match_::run(&site_folder(&cli.global)?, files, *follow, lang.as_deref(), &console)
        }
        Command::Doctor { ids, root, home, apply, lang } => {
            let (home, language) = (home.as_deref(), lang.as_deref());
            let options = doctor::Options { ids, root, home, apply: *apply, language };
            doctor::run(&site_folder(&cli.global)?, &options, &console)
        }
        Command::Search { text, lang, why } => {
            search::run(&site_folder(&cli.global)?, text, lang.as_deref(), *why, &console)
        }
        Command::Audit { paths, strict } => audit::run(&site_folder(&cli.global)?, paths, *strict, &console),
        Command::Status { diff } => status::run(&site_folder(&cli.global)?, diff.as_deref(), &console),
        Command::Translated { page, part } => translated::run(&site_folder(&cli.global)?, page, part, &console),
        Command::Completions { shell } => manual::completions(*shell, &console),
        Command::Man { out } => manual::run(out, &console),
        Command::Schema { of } => schema::run(*of, &console),
        Command::Links { write } => links::run(&site_folder(&cli.global)?, *write, &console),
    }
}

/// Reads, checks and proves a site, with what an earlier run of this program has proven.
fn check(site: &Path, tree: &Tree, drafts: bool) -> Checked {
    let mut memory = memory(site);
    let checked = memory.check(tree, &process::Workers::new(), drafts);
    keep(site, &memory);
    checked
}

/// A memory that knows what an earlier run of this program has proven of a site.
fn memory(site: &Path) -> Memory {
    Memory::with_cache(Cache::new(disk::program(), disk::CacheFile::of(site).read()))
}

/// Leaves what was proven to the next run.
fn keep(site: &Path, memory: &Memory) {
    if let Some(text) = memory.cached() {
        disk::CacheFile::of(site).write(&text);
    }
}

fn site_folder(global: &Global) -> Result<PathBuf> {
    if let Some(folder) = &global.site {
        anyhow::ensure!(folder.join("site.toml").exists(), "there is no site.toml in `{}`", folder.display());
        return Ok(folder.clone());
    }
    let here = std::env::current_dir().context("the current folder cannot be told")?;
    disk::find_site(&here).with_context(|| {
        format!("no site.toml in `{}` or above; `faultbook init` makes a site, `--site DIR` names one", here.display())
    })
}

/// The language asked for, which the site must have; else that of the environment, else the site's first.
fn language<'l>(languages: &'l [String], asked: Option<&str>) -> Result<&'l str> {
    if let Some(asked) = asked {
        anyhow::ensure!(
            languages.iter().any(|known| known == asked),
            "the site has no language `{asked}`; it has {}",
            languages.join(", ")
        );
    }
    let locales = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    Ok(crate::explain::language(languages, asked.map(str::to_owned).into_iter().chain(locales)).unwrap_or_default())
}

/// The page of an id, of a folder or of a file; of a file, its translation too.
fn page<'s>(site: &'s Site, tree: &Tree, root: &Path, asked: &str) -> Result<(&'s Page, Option<&'s Translation>)> {
    if let Some((page, _)) = site.incidents().find(|(_, incident)| incident.id.value.to_string() == asked) {
        return Ok((page, None));
    }
    let path = [PathBuf::from(asked), root.join("content").join(asked)].into_iter().find(|path| path.exists());
    let path = path.with_context(|| format!("no page has the id or the folder `{asked}`"))?;
    let path = verify::prefix(root, &path)?;
    let of_file = site.pages.iter().find_map(|page| {
        let translation = page.translations.iter().find(|translation| tree.file(translation.file).path == path)?;
        Some((page.as_ref(), Some(translation)))
    });
    let folder = path.strip_prefix("content").unwrap_or(&path).trim_start_matches('/');
    let page = of_file.or_else(|| Some((site.page(folder)?, None)));
    page.with_context(|| format!("`{asked}` is not a page of the site"))
}

/// Where a command prints, and how.
struct Console {
    format: Format,
    colour: ColorChoice,
}

impl Console {
    fn new(global: &Global) -> Self {
        let colour = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { format: global.format, colour }
    }

    /// Standard output; colours are taken away where they are not wanted.
    fn out(&self) -> AutoStream<io::Stdout> {
        AutoStream::new(io::stdout(), self.colour)
    }

    /// Standard error, for what is not data.
    fn err(&self) -> AutoStream<io::Stderr> {
        AutoStream::new(io::stderr(), self.colour)
    }

    /// A line about what was done, to standard error.
    fn note(&self, line: &str) {
        // Nothing is left to be told when standard error is closed.
        let _ = writeln!(self.err(), "{line}");
    }

    /// Prints findings in the format asked for; one that counts decides the exit code.
    fn findings(&self, findings: &[Diagnostic], tree: &Tree, strict: bool) -> Result<ExitCode> {
        let text = match self.format {
            Format::Human => human::render(findings, tree, true),
            Format::Json => json::render(findings, tree),
            Format::Github => github::render(findings, tree),
            Format::Sarif => sarif::render(findings, tree),
        };
        print(&mut self.out(), &text)?;
        let counts = |finding: &Diagnostic| strict || finding.level == Level::Error;
        Ok(if findings.iter().any(counts) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Writes text; a reader who has gone away is no fault.
fn print(out: &mut dyn Write, text: &str) -> Result<()> {
    print_on(out, text).map(drop)
}

/// Writes a part of a text that goes on; tells to break off when the reader has gone away.
fn print_on(out: &mut dyn Write, text: &str) -> Result<ControlFlow<()>> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        other => other.map(ControlFlow::Continue).context("cannot write to standard output"),
    }
}
