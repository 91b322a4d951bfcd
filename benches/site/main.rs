//! How long a build of a large site takes, and where the time goes.
//!
//! `cargo bench --bench site` builds sites of 100 and 1,000 incidents in two languages; `INCIDENTS=10000` those of
//! 1,000 and 10,000. Each build runs in a process of its own, so that it starts cold and its memory is its own: once
//! with pages thrown away as they are made, which shows the stages, and once onto the disk, which shows the whole.
//! The floor is the time that it takes merely to write the same bytes as files, one after the other. At the end stands
//! what the largest incident of this repository takes, every contract and every mutant, and each run of its snippets.

mod corpus;
mod measure;
mod single;

use measure::{Measured, Target};
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((target, [folder])) =
        arguments.split_first().and_then(|(first, rest)| Some((Target::parse(first)?, rest)))
    {
        return Ok(writeln!(io::stdout(), "{}", measure::build(Path::new(folder), target)?)?);
    }
    let incidents = std::env::var("INCIDENTS").map_or(Ok(1_000), |number| number.parse())?;
    let small = Sizes::of(incidents / 10)?;
    let large = Sizes::of(incidents)?;
    report(&small, &large, &mut io::stdout().lock())?;
    writeln!(io::stdout(), "{}", single::incident(Path::new(env!("CARGO_MANIFEST_DIR")))?)?;
    Ok(())
}

/// What one site took.
struct Sizes {
    pages: usize,
    stages: Measured,
    whole: Measured,
    floor: Duration,
    bytes: u64,
    /// Removed at the end of all, because that takes longer than all the rest.
    _folder: TempDir,
}

impl Sizes {
    /// Writes a site with so many incidents into a folder of its own, and builds it.
    fn of(incidents: usize) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        for (path, text) in corpus::files(incidents) {
            let path = folder.path().join("site").join(path);
            fs::create_dir_all(path.parent().expect("every file is in a folder"))?;
            fs::write(path, text)?;
        }
        let stages = measure::apart(folder.path(), Target::Nothing)?;
        let whole = measure::apart(folder.path(), Target::Disk)?;
        let mut floor = Floor::default();
        floor.copy(&folder.path().join("public"), &folder.path().join("floor"))?;
        Ok(Self { pages: incidents * 2, stages, whole, floor: floor.time, bytes: floor.bytes, _folder: folder })
    }

    fn per_page(&self) -> f64 {
        self.whole.total().as_secs_f64() / f64::from(u32::try_from(self.pages).unwrap_or(u32::MAX))
    }
}

/// The time that it takes to write files, without that for reading them.
#[derive(Default)]
struct Floor {
    time: Duration,
    bytes: u64,
}

impl Floor {
    fn copy(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.time(|| fs::create_dir(to))?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.copy(&entry.path(), &target)?;
            } else {
                let bytes = fs::read(entry.path())?;
                self.bytes += bytes.len() as u64;
                self.time(|| fs::write(target, bytes))?;
            }
        }
        Ok(())
    }

    fn time(&mut self, write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let start = Instant::now();
        let written = write();
        self.time += start.elapsed();
        written
    }
}

fn report(small: &Sizes, large: &Sizes, out: &mut dyn Write) -> io::Result<()> {
    let row = |out: &mut dyn Write, name: &str, small: String, large: String| {
        writeln!(out, "{name:<24}{small:>14}{large:>14}")
    };
    let seconds = |time: Duration| format!("{:.3} s", time.as_secs_f64());
    let megabytes = |bytes: u64| format!("{} MB", bytes / 1_000_000);
    row(out, "pages", small.pages.to_string(), large.pages.to_string())?;
    for ((name, few), (_, many)) in small.stages.stages.iter().zip(&large.stages.stages) {
        row(out, name, seconds(*few), seconds(*many))?;
    }
    let both = |measure: fn(&Sizes) -> Duration| (seconds(measure(small)), seconds(measure(large)));
    let (few, many) = both(|sizes| sizes.whole.total().saturating_sub(sizes.stages.total()));
    row(out, "write", few, many)?;
    let (few, many) = both(|sizes| sizes.whole.total());
    row(out, "whole build", few, many)?;
    let (few, many) = both(|sizes| sizes.whole.cached);
    row(out, "proofs from the cache", few, many)?;
    let (few, many) = both(|sizes| sizes.floor);
    row(out, "merely writing the files", few, many)?;
    row(out, "bytes written", megabytes(small.bytes), megabytes(large.bytes))?;
    row(out, "peak memory", megabytes(small.whole.memory), megabytes(large.whole.memory))?;
    let over_floor = |sizes: &Sizes| format!("{:.2}", sizes.whole.total().as_secs_f64() / sizes.floor.as_secs_f64());
    row(out, "build over writing", over_floor(small), over_floor(large))?;
    let with_cache = |sizes: &Sizes| {
        let rest = sizes.whole.total().saturating_sub(sizes.whole.proofs());
        format!("{:.2}", (rest + sizes.whole.cached).as_secs_f64() / rest.as_secs_f64())
    };
    row(out, "cache over no proofs", with_cache(small), with_cache(large))?;
    row(out, "time per page, ratio", String::new(), format!("{:.2}", large.per_page() / small.per_page()))
}
