//! The inside of a worker process: jobs in by standard input, steps and reports out by standard output.
//!
//! A frame is four bytes of length, least first, and JSON. Before each step, a report of what is about to be done goes
//! out at once: if the process is stopped, whoever stopped it knows why. The process takes limits upon itself before it
//! reads anything: it can write no file, hold little memory, and dies by a signal when it takes much processor time.

use crate::engine::{Limits, Probe};
use crate::prove::{self, Examined, Job, Outcome, Report, Step};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

/// The hidden argument that makes the program a worker.
pub const ARGUMENT: &str = "__worker";

/// Bytes of address space.
const ADDRESS_SPACE: u64 = 768 << 20;

/// Bytes of stack for the interpreter, twice what its budget allows.
const STACK: usize = 64 << 20;

/// Seconds of processor time that a job may take, in case nobody is there any more to stop it.
const PROCESSOR: u64 = 30;

/// What a worker is asked.
#[derive(Serialize, Deserialize)]
pub(super) enum Request {
    /// Prove an incident.
    Prove(Job),
    /// Examine a machine.
    Examine(Job),
    /// Tell what each snippet does on each fixture.
    Outcomes(Job),
}

/// What a worker says.
#[derive(Serialize, Deserialize)]
pub(super) enum Answer {
    /// This is begun now.
    Begin(Step),
    /// The job is done.
    Done(Report),
    /// The machine is examined.
    Examined(Examined),
    /// What each snippet does.
    Outcomes(Vec<Outcome>),
}

/// Runs jobs until standard input ends.
///
/// # Errors
/// When the limits cannot be set, or the pipes fail.
pub fn main() -> io::Result<()> {
    limit()?;
    let thread = thread::Builder::new().stack_size(STACK).spawn(serve)?;
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the engine has a bug: it panicked")))
}

fn limit() -> io::Result<()> {
    let set = |resource, value| setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) });
    set(Resource::As, ADDRESS_SPACE)?;
    set(Resource::Fsize, 0)?;
    set(Resource::Core, 0)?;
    set(Resource::Nofile, 16)?;
    Ok(())
}

/// Raises the limit on processor time, which counts from the start of the process.
fn allow_processor(seconds: u64) -> io::Result<()> {
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(seconds), maximum: None })?)
}

fn serve() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let (limits, probe) = (Limits::default(), Meter::open()?);
    while let Some(request) = read_frame::<Request>(&mut input)? {
        allow_processor(probe.elapsed().as_secs() + PROCESSOR)?;
        let mut broken = None;
        let mut begin = |step| {
            if let Err(error) = write_frame(&mut output, &Answer::Begin(step)) {
                broken = Some(error);
            }
        };
        let answer = match request {
            Request::Prove(job) => Answer::Done(prove::run(&job, &limits, &probe, &mut begin)),
            Request::Outcomes(job) => Answer::Outcomes(prove::outcomes(&job, &limits, &probe, &mut begin)),
            Request::Examine(job) => Answer::Examined(prove::examine(&job, &limits, &probe, &mut begin)),
        };
        if let Some(error) = broken {
            return Err(error);
        }
        write_frame(&mut output, &answer)?;
    }
    Ok(())
}

/// Time and memory as this process uses them, whatever else the machine is doing.
struct Meter {
    memory: OwnedFd,
}

impl Meter {
    fn open() -> io::Result<Self> {
        Ok(Self { memory: rustix::fs::open("/proc/self/statm", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())? })
    }
}

impl Probe for Meter {
    fn elapsed(&self) -> Duration {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::try_from(time).unwrap_or_default()
    }

    /// The resident pages: the second number of `statm`.
    fn memory(&self) -> usize {
        let mut text = [0; 64];
        let length = rustix::io::pread(&self.memory, &mut text, 0).unwrap_or(0);
        let pages = std::str::from_utf8(&text[..length]).ok().and_then(|text| text.split(' ').nth(1)?.parse().ok());
        pages.unwrap_or(0) * rustix::param::page_size()
    }
}

/// Reads a frame; nothing when the other side has closed.
pub(super) fn read_frame<T: for<'a> Deserialize<'a>>(input: &mut dyn Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other)
}

/// Writes a frame and sends it off.
pub(super) fn write_frame(output: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, value)?;
    let length = u32::try_from(bytes.len() - 4).map_err(io::Error::other)?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    output.write_all(&bytes)?;
    output.flush()
}
