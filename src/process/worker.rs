//! The process that runs snippets.
//!
//! Jobs come in on standard input, reports go out on standard output, and standard error is a file in which the step
//! stands that is being done. The process limits itself first: memory, processor time, files. It ends when nobody
//! gives it jobs any more.

use super::frame;
use crate::engine::{Limits, Probe};
use crate::prove::{self, Job, Step};
use rustix::fd::OwnedFd;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::time::{Duration, Instant};

/// The argument that makes the executable a worker.
pub const ARGUMENT: &str = "__worker";

/// Bytes of address space.
const MEMORY: u64 = 512 << 20;

/// Bytes of stack; most of it is never touched.
const STACK: usize = 192 << 20;

/// Seconds of processor time that a job may take, in case nobody is there to stop it.
const PROCESSOR: u64 = 10;

/// Serves jobs until standard input ends, and gives the status to exit with.
#[must_use]
pub fn serve() -> u8 {
    let probe = Machine::new();
    if limit().is_err() {
        return 2;
    }
    let thread = std::thread::Builder::new().stack_size(STACK);
    match thread.spawn(move || jobs(&probe)).map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => 0,
        _ => 2,
    }
}

fn jobs(probe: &Machine) -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let limits = Limits::default();
    let mut number = 0;
    while let Some(message) = frame::read(&mut input)? {
        let job: Job = serde_json::from_slice(&message)?;
        allow_processor(probe.elapsed().as_secs() + PROCESSOR)?;
        let report = prove::run(&job, &limits, probe, &mut |step| {
            number += 1;
            note(number, step);
        });
        frame::write(&mut output, &report)?;
    }
    Ok(())
}

/// Writes the step down where the build finds it. If that fails the build names the step before.
fn note(number: u64, step: Step) {
    let _ = rustix::io::pwrite(io::stderr(), &frame::encode(number, step), frame::STEP_AT);
}

fn limit() -> io::Result<()> {
    let fixed = [
        (Resource::As, MEMORY),
        (Resource::Core, 0),
        (Resource::Nofile, 16),
        // Enough for the step, too little for anything else.
        (Resource::Fsize, frame::STEP_AT + frame::STEP as u64),
    ];
    for (resource, amount) in fixed {
        setrlimit(resource, Rlimit { current: Some(amount), maximum: Some(amount) })?;
    }
    Ok(())
}

/// Raises the limit on processor time, which counts from the start of the process.
fn allow_processor(seconds: u64) -> io::Result<()> {
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(seconds, |maximum| maximum.min(seconds));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// Clock and memory of this process.
struct Machine {
    start: Instant,
    /// The system's account of this process, where there is one.
    memory: Option<OwnedFd>,
    page: usize,
}

impl Machine {
    fn new() -> Self {
        use rustix::fs::{CWD, Mode, OFlags};
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let memory = rustix::fs::openat(CWD, "/proc/self/statm", flags, Mode::empty()).ok();
        Self { start: Instant::now(), memory, page: rustix::param::page_size() }
    }
}

impl Probe for Machine {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Where the system gives no account, the limit on address space alone holds.
    fn memory(&self) -> usize {
        let pages = || {
            let mut text = [0; 128];
            let length = rustix::io::pread(self.memory.as_ref()?, &mut text, 0).ok()?;
            let text = std::str::from_utf8(&text[..length]).ok()?;
            text.split(' ').nth(1)?.parse::<usize>().ok()
        };
        pages().unwrap_or(0) * self.page
    }
}
