//! What the runs of an incident showed. Only this stage makes one, and only when every contract held.

use super::job::{FaultVerdict, Grown, MutantOutcome, Report};
use super::paste::Pasted;

/// What the runs of one incident's snippets showed: every contract held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub(super) checks: usize,
    pub(super) fixes: usize,
    pub(super) broken: usize,
    pub(super) healthy: usize,
    pub(super) report: Report,
    pub(super) pasted: Pasted,
}

/// How many programs that differ from a check by one token its fixtures tell from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MutantCount {
    /// Those that say something else of some machine.
    pub caught: usize,
    /// All of them.
    pub total: usize,
    /// Those of which the author says that they mean the same.
    pub excused: usize,
}

impl Proof {
    /// The version of the program that proved it.
    pub const TOOL: &'static str = concat!("faultbook ", env!("CARGO_PKG_VERSION"));

    /// How many checks ran.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// How many fixes ran.
    #[must_use]
    pub fn fixes(&self) -> usize {
        self.fixes
    }

    /// How many broken fixtures were flagged, and healed if there is a fix.
    #[must_use]
    pub fn broken(&self) -> usize {
        self.broken
    }

    /// How many healthy fixtures stayed silent and unchanged.
    #[must_use]
    pub fn healthy(&self) -> usize {
        self.healthy
    }

    /// How many single faults were flagged, and healed if there is a fix.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.report.faults.iter().filter(|fault| fault.verdict == FaultVerdict::Flagged).count()
    }

    /// How many mutants of the checks were caught.
    #[must_use]
    pub fn mutants(&self) -> MutantCount {
        let count = |is: fn(&Grown) -> bool| self.report.mutants.iter().filter(|mutant| is(mutant)).count();
        MutantCount {
            caught: count(|mutant| matches!(mutant.outcome, MutantOutcome::Caught { .. })),
            total: self.report.mutants.len(),
            excused: count(|mutant| mutant.outcome == MutantOutcome::Excused),
        }
    }

    /// The versions of jq with which every command did what the engine did; none where that was not tried.
    #[must_use]
    pub fn jq(&self) -> &[String] {
        &self.pasted.versions
    }

    /// Every run, fault and mutant.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}
