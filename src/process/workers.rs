//! The build's side of the processes that run snippets.
//!
//! A job goes to a worker that has nothing to do, or to a new one. One that stays at a step for too long is killed; one
//! that dies is buried, and how it died says which limit it hit. Nothing is left behind: no thread waits for a worker,
//! and a worker whose build is gone ends by itself.

use super::{frame, worker};
use crate::prove::{Job, Killed, Prover, Report, Step};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a step may take on the clock.
const STEP: Duration = Duration::from_secs(1);

/// How often a job that takes long is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Worker processes; as many as there are jobs at a time.
#[derive(Debug)]
pub struct Workers {
    executable: PathBuf,
    idle: Mutex<Vec<Worker>>,
}

impl Workers {
    /// Workers of this executable.
    ///
    /// # Errors
    /// When its path is not known.
    pub fn new() -> io::Result<Self> {
        Ok(Self::of(std::env::current_exe()?))
    }

    /// Workers of another executable that serves jobs when it is given [`worker::ARGUMENT`].
    #[must_use]
    pub fn of(executable: PathBuf) -> Self {
        Self { executable, idle: Mutex::default() }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().expect("no thread panics while it holds the list of workers")
    }
}

impl Prover for Workers {
    fn prove(&self, job: &Job) -> Result<Report, Killed> {
        let first = Step { snippet: 0, fixture: None };
        let idle = self.idle().pop();
        let mut worker = match idle.map_or_else(|| Worker::start(&self.executable), Ok) {
            Ok(worker) => worker,
            Err(error) => return Err(Killed { step: first, reason: format!("could not be started: {error}") }),
        };
        match worker.prove(job) {
            Ok(report) => {
                self.idle().push(worker);
                Ok(report)
            }
            Err(stopped) => Err(worker.bury(stopped)),
        }
    }
}

#[derive(Debug)]
struct Worker {
    child: Child,
    /// `None` once the worker is to end.
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// Standard error of the worker: its last words, and the step that it is at.
    notes: OwnedFd,
    /// The number of the step that it was at when its job began.
    begun: u64,
}

/// Why there is no report.
enum Stopped {
    /// It stayed at a step for too long.
    Late,
    /// It is gone.
    Gone,
    /// What it says is no report.
    Nonsense,
}

impl Worker {
    fn start(executable: &PathBuf) -> io::Result<Self> {
        let notes: OwnedFd = tempfile::tempfile()?.into();
        let mut child = Command::new(executable)
            .arg(worker::ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(notes.try_clone()?)
            .spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().expect("standard output is a pipe");
        Ok(Self { child, input, output, notes, begun: 0 })
    }

    fn prove(&mut self, job: &Job) -> Result<Report, Stopped> {
        self.begun = self.step().0;
        let input = self.input.as_mut().ok_or(Stopped::Gone)?;
        frame::write(input, job).map_err(|_| Stopped::Gone)?;
        let head = self.receive(frame::HEAD)?;
        let head = head.try_into().expect("as many bytes as asked for");
        let length = frame::length(head).map_err(|_| Stopped::Nonsense)?;
        let message = self.receive(length)?;
        serde_json::from_slice(&message).map_err(|_| Stopped::Nonsense)
    }

    /// So many bytes of the worker's output, as long as it gets on with its steps.
    fn receive(&mut self, length: usize) -> Result<Vec<u8>, Stopped> {
        let mut bytes = vec![0; length];
        let mut filled = 0;
        let mut at = (self.step().0, Instant::now());
        let timeout = Timespec::try_from(LOOK).expect("a short time is a time");
        while filled < length {
            let mut ready = [PollFd::new(&self.output, PollFlags::IN)];
            match poll(&mut ready, Some(&timeout)) {
                Ok(0) => {
                    let number = self.step().0;
                    if number != at.0 {
                        at = (number, Instant::now());
                    } else if at.1.elapsed() > STEP {
                        return Err(Stopped::Late);
                    }
                }
                Ok(_) => match self.output.read(&mut bytes[filled..]) {
                    Ok(0) => return Err(Stopped::Gone),
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return Err(Stopped::Gone),
                },
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Stopped::Gone),
            }
        }
        Ok(bytes)
    }

    /// The step that the worker is at, and its number; number 0 before the first.
    fn step(&self) -> (u64, Step) {
        let mut bytes = [0; frame::STEP];
        // Of a file that is shorter nothing is read.
        let _ = rustix::io::pread(&self.notes, &mut bytes, frame::STEP_AT);
        frame::decode(bytes)
    }

    fn last_words(&self) -> String {
        let mut bytes = [0; frame::STEP_AT as usize];
        let length = rustix::io::pread(&self.notes, &mut bytes, 0).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// Ends the worker for good and says why it had to be.
    fn bury(mut self, stopped: Stopped) -> Killed {
        if !matches!(stopped, Stopped::Gone) {
            // It may have died in this moment.
            let _ = self.child.kill();
        }
        self.input = None;
        let status = self.child.wait();
        let (number, step) = self.step();
        let step = if number > self.begun { step } else { Step { snippet: 0, fixture: None } };
        let reason = match (stopped, status) {
            (Stopped::Late, _) => "ran out of time".to_owned(),
            (Stopped::Nonsense, _) => "gave no answer that can be read".to_owned(),
            (Stopped::Gone, Ok(status)) => reason(status, &self.last_words()),
            (Stopped::Gone, Err(error)) => format!("ended, and nobody knows how: {error}"),
        };
        Killed { step, reason }
    }
}

impl Drop for Worker {
    /// A worker whose input ends, ends.
    fn drop(&mut self) {
        self.input = None;
        // Waiting for what is dead already does nothing.
        let _ = self.child.wait();
    }
}

/// What the end of a worker says about the program that it ran.
fn reason(status: ExitStatus, last_words: &str) -> String {
    const ABORT: i32 = 6;
    const KILL: i32 = 9;
    const SEGV: i32 = 11;
    const XCPU: i32 = 24;
    match status.signal() {
        Some(ABORT) if last_words.contains("overflowed its stack") => "ran out of stack".to_owned(),
        Some(ABORT) => "ran out of memory".to_owned(),
        Some(SEGV) => "ran out of stack".to_owned(),
        Some(XCPU | KILL) => "ran out of time".to_owned(),
        Some(signal) => format!("was stopped by signal {signal}"),
        None => format!("ended early, {status}: {}", last_words.lines().next().unwrap_or("without a word")),
    }
}
