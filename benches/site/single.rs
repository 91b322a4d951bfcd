//! What it takes to prove one incident of this repository in full.

use faultbook::engine::{Limits, Probe};
use faultbook::prove::{self, Job, Killed, Prover, Report};
use faultbook::{disk, parse};
use std::error::Error;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The incident: three inputs, several fixtures, some sixty mutants.
const FOLDER: &str = "openclaw/cron-pairing-required";

/// How often it is proven; the median counts.
const ROUNDS: usize = 15;

/// Proves in this very thread, and keeps how long each job took and in how many steps.
#[derive(Default)]
struct Timed(Mutex<Vec<(Duration, u32)>>);

impl Prover for Timed {
    fn prove(&self, job: &Job) -> Result<Report, Killed> {
        let (start, mut steps) = (Instant::now(), 0);
        let report = prove::run(job, &Limits::default(), &Since(start), &mut |_| steps += 1);
        self.0.lock().expect("one thread proves").push((start.elapsed(), steps));
        Ok(report)
    }
}

struct Since(Instant);

impl Probe for Since {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn memory(&self) -> usize {
        0
    }
}

/// Proves the incident of the site in `root` and says what that took.
pub fn incident(root: &Path) -> Result<String, Box<dyn Error>> {
    let tree = disk::read(root)?;
    let (mut site, _) = parse::site(&tree);
    site.pages.retain(|page| page.folder == FOLDER);
    let timed = Timed::default();
    for _ in 0..ROUNDS {
        let (proofs, _) = prove::site(&site, &tree, &timed);
        proofs.of(FOLDER).ok_or("the incident is not proven")?;
    }
    let mut rounds = timed.0.into_inner()?;
    rounds.sort();
    let (time, steps) = rounds[rounds.len() / 2];
    Ok(format!("{FOLDER}: {time:.1?} in {steps} steps, {:.1?} each", time / steps))
}
