//! What a run may take, and the meter that stops it.
//!
//! A program is rewritten to tick ([`super::lower`]): at the head of every definition, fold step and part that can
//! fail. A tick that finds a budget used up gives an exception that no `try` catches. What cannot be stopped here, a
//! single long operation of the host, is stopped by whoever runs the engine in a process of its own.

use std::cell::Cell;
use std::time::Duration;

/// What a run may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Parts of the program that are begun.
    pub steps: u64,
    /// Bytes that are live at a time, and bytes of a single value.
    pub memory: usize,
    /// Values that come out.
    pub outputs: usize,
    /// Time on the clock.
    pub deadline: Duration,
    /// Bytes of stack; the thread that runs must have more.
    pub stack: usize,
    /// Bytes of a file.
    pub input: usize,
    /// Levels of nesting in a file.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 200_000,
            memory: 64 << 20,
            outputs: 10_000,
            deadline: Duration::from_millis(250),
            stack: 32 << 20,
            input: 1 << 20,
            depth: 256,
        }
    }
}

/// The world's side of budgets: clock and memory come from the caller, so that the engine also runs where the
/// standard library has neither.
pub trait Probe {
    /// Time since some fixed moment.
    fn elapsed(&self) -> Duration;
    /// Bytes in use by the process.
    fn memory(&self) -> usize;
}

/// Counts a run.
pub(super) struct Meter<'a> {
    limits: &'a Limits,
    probe: &'a dyn Probe,
    began: Duration,
    memory: usize,
    stack: usize,
    steps: Cell<u64>,
    outputs: Cell<usize>,
    /// Bytes made since memory was last looked at.
    made: Cell<usize>,
    /// The part that is being run.
    place: Cell<Option<usize>>,
    /// The part that an error on its way to a `try` came from.
    failed: Cell<Option<usize>>,
    exhausted: Cell<Option<(&'static str, Option<usize>)>>,
    /// The mutant that the program is to be.
    mutant: Option<usize>,
}

/// A budget is used up.
pub(super) struct Exhausted;

/// Steps between two looks at clock and memory; a power of two.
const LOOK: u64 = 256;

impl<'a> Meter<'a> {
    pub(super) fn new(limits: &'a Limits, probe: &'a dyn Probe, mutant: Option<usize>) -> Self {
        Self {
            limits,
            probe,
            began: probe.elapsed(),
            memory: probe.memory(),
            stack: stack_address(),
            steps: Cell::new(0),
            outputs: Cell::new(0),
            made: Cell::new(0),
            place: Cell::new(None),
            failed: Cell::new(None),
            exhausted: Cell::new(None),
            mutant,
        }
    }

    /// The mutant that the program is to be; without one it is as written.
    pub(super) fn mutant(&self) -> Option<usize> {
        self.mutant
    }

    /// Counts a step.
    pub(super) fn tick(&self) -> Result<(), Exhausted> {
        if self.exhausted.get().is_some() {
            return Err(Exhausted);
        }
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        self.failed.set(None);
        if steps > self.limits.steps {
            return self.exhaust("ran out of steps");
        }
        if stack_address().abs_diff(self.stack) > self.limits.stack {
            return self.exhaust("ran out of stack");
        }
        if steps.is_multiple_of(LOOK) { self.look() } else { Ok(()) }
    }

    /// Counts a step at a part of the program.
    pub(super) fn enter(&self, place: usize) -> Result<(), Exhausted> {
        self.place.set(Some(place));
        self.tick()
    }

    /// A part gave a value whose outermost level takes `size` bytes.
    pub(super) fn output(&self, size: usize) -> Result<(), Exhausted> {
        let outputs = self.outputs.get().wrapping_add(1);
        self.outputs.set(outputs);
        if outputs.is_multiple_of(1024) {
            self.look()?;
        }
        self.made(size)
    }

    /// Counts bytes that were made; says no where they are more than one value may have.
    pub(super) fn made(&self, bytes: usize) -> Result<(), Exhausted> {
        if bytes > self.limits.memory {
            return self.exhaust("ran out of memory");
        }
        self.made.set(self.made.get() + bytes);
        if self.made.get() > 1 << 20 { self.look() } else { Ok(()) }
    }

    /// How many bytes a text may have that a function writes piece by piece.
    pub(super) fn room(&self) -> usize {
        self.limits.memory / 4
    }

    /// Stops the run because a value would not fit.
    pub(super) fn overflow(&self) -> Exhausted {
        // The reason is kept; the caller passes the exception on.
        let _ = self.exhaust("ran out of memory");
        Exhausted
    }

    /// A part failed; the innermost one that says so is where the error came from.
    pub(super) fn fail(&self, place: usize) {
        if self.failed.get().is_none() {
            self.failed.set(Some(place));
        }
    }

    /// Where the last error came from.
    pub(super) fn failed(&self) -> Option<usize> {
        self.failed.get()
    }

    /// Which budget is used up, and at which part.
    pub(super) fn exhausted(&self) -> Option<(&'static str, Option<usize>)> {
        self.exhausted.get()
    }

    fn look(&self) -> Result<(), Exhausted> {
        self.made.set(0);
        if self.probe.elapsed().saturating_sub(self.began) > self.limits.deadline {
            return self.exhaust("ran out of time");
        }
        if self.probe.memory().saturating_sub(self.memory) > self.limits.memory {
            return self.exhaust("ran out of memory");
        }
        Ok(())
    }

    fn exhaust(&self, reason: &'static str) -> Result<(), Exhausted> {
        if self.exhausted.get().is_none() {
            self.exhausted.set(Some((reason, self.place.get())));
        }
        Err(Exhausted)
    }
}

/// About where the stack stands.
fn stack_address() -> usize {
    let here = 0_u8;
    (&raw const here).addr()
}
