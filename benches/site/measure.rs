//! One build, stage by stage, in this process or in one of its own.

use faultbook::disk::{self, Staging};
use faultbook::index::search::{self, Index};
use faultbook::link::Links;
use faultbook::model::Facts;
use faultbook::output::Sink;
use faultbook::process::Workers;
use faultbook::prove::{self, Cache};
use faultbook::{index, link, parse, render, rules};
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Where the pages go.
#[derive(Clone, Copy)]
pub enum Target {
    /// Nowhere, so that no stage waits for the disk.
    Nothing,
    /// To a folder, as in a real build.
    Disk,
}

impl Target {
    /// Reads the argument that names it.
    pub fn parse(argument: &str) -> Option<Self> {
        [Self::Nothing, Self::Disk].into_iter().find(|target| target.argument() == argument)
    }

    fn argument(self) -> &'static str {
        match self {
            Self::Nothing => "--stages-of",
            Self::Disk => "--whole-of",
        }
    }
}

/// What a build took.
#[derive(Default)]
pub struct Measured {
    /// Its stages in order.
    pub stages: Vec<(String, Duration)>,
    /// What the proofs take when all of them are in the cache.
    pub cached: Duration,
    /// The most memory that the process had, in bytes; 0 where the system does not tell.
    pub memory: u64,
}

impl Measured {
    /// The stage that proves.
    pub fn proofs(&self) -> Duration {
        self.stages.iter().filter(|(name, _)| name == "prove").map(|(_, time)| *time).sum()
    }

    /// All stages together.
    pub fn total(&self) -> Duration {
        self.stages.iter().map(|(_, time)| *time).sum()
    }

    fn stage<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.stages.push((name.to_owned(), start.elapsed()));
        result
    }

    /// Reads what [`Display`](fmt::Display) wrote.
    fn parse(text: &str) -> Option<Self> {
        let mut measured = Self::default();
        for line in text.lines() {
            let (name, value) = line.split_once('\t')?;
            let value: u64 = value.parse().ok()?;
            match name {
                "memory" => measured.memory = value,
                "cached" => measured.cached = Duration::from_nanos(value),
                _ => measured.stages.push((name.to_owned(), Duration::from_nanos(value))),
            }
        }
        Some(measured)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, time) in &self.stages {
            writeln!(f, "{name}\t{}", time.as_nanos())?;
        }
        writeln!(f, "cached\t{}", self.cached.as_nanos())?;
        write!(f, "memory\t{}", self.memory)
    }
}

/// Builds the site in `folder` in a process of its own.
pub fn apart(folder: &Path, target: Target) -> Result<Measured, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).arg(target.argument()).arg(folder).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Measured::parse(std::str::from_utf8(&output.stdout)?).ok_or_else(|| "the other process wrote no times".into())
}

/// Builds the site in `folder/site`, to `folder/public` if the target is the disk.
pub fn build(folder: &Path, target: Target) -> Result<Measured, Box<dyn Error>> {
    let root = folder.join("site");
    let mut measured = Measured::default();
    let tree = measured.stage("read", || disk::read(&root))?;
    let (site, mut findings) = measured.stage("parse", || parse::site(&tree));
    findings.extend(measured.stage("rules", || rules::check(&site, &tree, &mut rules::Memory::default())));
    findings.extend(measured.stage("link", || link::check(&site, &tree, &mut link::Memory::default())));
    let links = Links::new(&site, &tree);
    let workers = Workers::of(env!("CARGO_BIN_EXE_faultbook").into());
    let mut memory = prove::Memory::with_cache(Cache::new("bench".to_owned(), String::new()));
    let (proofs, found) = measured.stage("prove", || memory.site(&site, &tree, &workers));
    findings.extend(found);
    let text = memory.cache().text().unwrap_or_default();
    let start = Instant::now();
    drop(prove::Memory::with_cache(Cache::new("bench".to_owned(), text)).site(&site, &tree, &workers));
    measured.cached = start.elapsed();
    let facts = Facts::default();
    let (theme, found) = measured.stage("theme", || render::theme::load(&tree));
    findings.extend(found);
    let staging = match target {
        Target::Nothing => None,
        Target::Disk => Some(Staging::begin(&root, &folder.join("public"))?),
    };
    let sink: &dyn Sink = staging.as_ref().map_or(&Nowhere, |staging| staging);
    findings.extend(measured.stage("render", || render::pages(&site, &tree, &links, &proofs, &facts, &theme, sink)));
    measured.stage("index", || index::files(&site, &tree, &links, &proofs, &facts, sink));
    let files = measured.stage("search", || search::of_site(&site, &tree));
    let index = Index::open(|name| files.get(name).cloned())?;
    measured.stage("find", || search::hidden(&site, &index).map(|hidden| hidden.len()))?;
    search::add(&files, sink);
    if let Some(staging) = staging {
        measured.stage("replace", || staging.commit())?;
    }
    if let Some(finding) = findings.first() {
        return Err(format!("{} findings, first {}: {}", findings.len(), finding.rule.code, finding.message).into());
    }
    measured.memory = peak_memory();
    Ok(measured)
}

/// Takes pages and forgets them.
struct Nowhere;

impl Sink for Nowhere {
    fn add(&self, _path: &str, _bytes: Vec<u8>) {}
}

/// The most memory that this process had, where Linux tells.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: Option<u64> = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kibibytes.unwrap_or(0) * 1_024
}
