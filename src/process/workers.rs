//! The outside of worker processes: a pool that runs jobs, and stops what does not stop by itself.
//!
//! A worker is this very program, started anew with no environment in the folder `/`. It is used again for the next
//! job until it has to be stopped. No thread waits for it: the pipe is polled, with a time limit for each step.

use super::worker::{ARGUMENT, Answer, Request, read_frame, write_frame};
use crate::prove::{Examined, Job, Killed, Outcome, Prover, Report, Step};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use std::io::{self, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long most steps take at the most.
const SOON: Duration = Duration::from_millis(20);

/// How long a step may take before somebody looks. Within it the interpreter's own budgets have long run out; what is
/// left is one operation of the host that does not end.
const STEP: Duration = Duration::from_millis(800);

/// Processor time that such an operation has taken by then. A process with less is waiting for a busy machine.
const BUSY: Duration = Duration::from_millis(400);

/// How long a process may take in any case: to start and to read its job, too.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a job begins with.
const FIRST: Step = Step { snippet: 0, fixture: None, mutant: None };

/// Runs jobs in processes that can be stopped, one for each thread that asks.
pub struct Workers {
    program: PathBuf,
    idle: Mutex<Vec<Worker>>,
}

struct Worker {
    child: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// How an attempt at a job ended without a report.
enum Stopped {
    /// It did not answer in time, and has been killed.
    Overrun(Option<Step>),
    /// It ended by itself.
    Ended(Option<Step>, ExitStatus),
}

impl Workers {
    /// Workers of this very program.
    #[must_use]
    pub fn new() -> Self {
        Self::of(std::env::current_exe().unwrap_or_else(|_| "faultbook".into()))
    }

    /// Workers of another program that knows the hidden argument.
    #[must_use]
    pub fn of(program: PathBuf) -> Self {
        Self { program, idle: Mutex::default() }
    }

    /// Runs checks on a machine, and fixes on what was read of it.
    ///
    /// # Errors
    /// When the worker had to be stopped; the same job with that snippet skipped may be asked again.
    pub fn examine(&self, job: &Job) -> Result<Examined, Killed> {
        match self.ask(&Request::Examine(job.clone()))? {
            Answer::Examined(examined) => Ok(examined),
            _ => Err(misunderstood()),
        }
    }

    /// What each snippet of a job that proves does on each fixture.
    ///
    /// # Errors
    /// When the worker had to be stopped.
    pub fn outcomes(&self, job: &Job) -> Result<Vec<Outcome>, Killed> {
        match self.ask(&Request::Outcomes(job.clone()))? {
            Answer::Outcomes(outcomes) => Ok(outcomes),
            _ => Err(misunderstood()),
        }
    }

    fn ask(&self, request: &Request) -> Result<Answer, Killed> {
        let mut worker = match self.take() {
            Ok(worker) => worker,
            Err(error) => {
                let reason = format!("could not be started: {error}");
                return Err(Killed { step: FIRST, reason });
            }
        };
        let (step, reason) = match worker.run(request) {
            Ok(answer) => {
                self.put_back(worker);
                return Ok(answer);
            }
            Err(Stopped::Overrun(step)) => (step, "ran out of time".to_owned()),
            Err(Stopped::Ended(step, status)) => (step, reason(status)),
        };
        // Before the first step nothing of the page has run; its first snippet is as good a place as any.
        Err(Killed { step: step.unwrap_or(FIRST), reason })
    }

    fn take(&self) -> io::Result<Worker> {
        let idle = self.idle.lock().expect("no thread panics while it holds the pool").pop();
        idle.map_or_else(|| Worker::start(&self.program), Ok)
    }

    fn put_back(&self, worker: Worker) {
        self.idle.lock().expect("no thread panics while it holds the pool").push(worker);
    }
}

impl Default for Workers {
    fn default() -> Self {
        Self::new()
    }
}

impl Prover for Workers {
    fn prove(&self, job: &Job) -> Result<Report, Killed> {
        match self.ask(&Request::Prove(job.clone()))? {
            Answer::Done(report) => Ok(report),
            _ => Err(misunderstood()),
        }
    }
}

fn misunderstood() -> Killed {
    Killed { step: FIRST, reason: "answered something else, which is a bug of faultbook".to_owned() }
}

/// What the end of a process tells about the step that it was at.
fn reason(status: ExitStatus) -> String {
    const ABORT: i32 = 6;
    const PROCESSOR_TIME: i32 = 24;
    match status.signal() {
        // The allocator aborts when the address space is used up, and so does Rust when the stack is.
        Some(ABORT) => "ran out of memory or stack".to_owned(),
        Some(PROCESSOR_TIME) => "ran out of time".to_owned(),
        Some(signal) => format!("was stopped by signal {signal}"),
        None => format!("ended early, {status}, which is a bug of faultbook"),
    }
}

impl Worker {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let jobs = child.stdin.take().expect("standard input is piped");
        let answers = child.stdout.take().expect("standard output is piped");
        Ok(Self { child, jobs, answers: BufReader::new(answers) })
    }

    fn run(&mut self, request: &Request) -> Result<Answer, Stopped> {
        if write_frame(&mut self.jobs, request).is_err() {
            return Err(self.end(None));
        }
        let mut step = None;
        loop {
            if !self.answers_in_time(step.is_some()) {
                // Both fail only when the process is gone already.
                let _ = self.child.kill();
                let _ = self.child.wait();
                return Err(Stopped::Overrun(step));
            }
            match read_frame::<Answer>(&mut self.answers) {
                Ok(Some(Answer::Begin(next))) => step = Some(next),
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) | Err(_) => return Err(self.end(step)),
            }
        }
    }

    /// Waits for the next answer, as long as the process may take for it.
    fn answers_in_time(&self, running: bool) -> bool {
        // Most answers come at once; asking the system for each would take longer than they do.
        if self.wait(SOON) {
            return true;
        }
        let (began, used) = (Instant::now(), self.processor_time());
        while !self.wait(STEP) {
            let busy = self.processor_time().zip(used).is_none_or(|(now, before)| now.saturating_sub(before) > BUSY);
            if began.elapsed() > PATIENCE || running && busy {
                return false;
            }
        }
        true
    }

    /// Processor time that the process has used, if the system tells: fields 14 and 15 of its `stat`, in ticks.
    fn processor_time(&self) -> Option<Duration> {
        let path = format!("/proc/{}/stat", self.child.id());
        let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()?;
        let mut text = [0; 1024];
        let length = rustix::io::read(&file, &mut text).ok()?;
        // The second field, the program's name in brackets, may hold anything.
        let fields = std::str::from_utf8(&text[..length]).ok()?.rsplit_once(')')?.1;
        let mut fields = fields.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        let ticks = ticks()? + ticks()?;
        Some(Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second()))
    }

    /// Waits for an answer to begin, or the pipe to close.
    fn wait(&self, limit: Duration) -> bool {
        if !self.answers.buffer().is_empty() {
            return true;
        }
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let mut pipe = [PollFd::new(self.answers.get_ref(), PollFlags::IN)];
            match poll(&mut pipe, Timespec::try_from(left).ok().as_ref()) {
                Ok(0) => return false,
                Ok(_) => return true,
                Err(error) if error == rustix::io::Errno::INTR => {}
                Err(_) => return false,
            }
        }
    }

    fn end(&mut self, step: Option<Step>) -> Stopped {
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => Stopped::Ended(step, status),
            Err(_) => Stopped::Overrun(step),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when the process is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
