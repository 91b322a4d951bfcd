//! Runs every check and fix on every fixture and says what that showed.
//!
//! [`site`] turns each incident into a [`Job`], hands it to a [`Prover`] (a process that can be killed; in tests the
//! same thread) and turns the [`Report`] into findings with their places, and into a [`Proof`] that nothing else can
//! construct.

mod job;

pub use job::{Breach, Contract, Job, JobFile, JobFixture, JobSnippet, Killed, Prover, Report, Step};

use std::collections::BTreeMap;

/// What the runs showed, by the folder of the incident's page.
#[derive(Debug, Default)]
pub struct Proofs {
    proofs: BTreeMap<String, Proof>,
}

impl Proofs {
    /// The proof of an incident, if all of its contracts hold.
    #[must_use]
    pub fn of(&self, folder: &str) -> Option<&Proof> {
        self.proofs.get(folder)
    }
}

/// What the runs of one incident's snippets showed: every contract held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    checks: usize,
    fixes: usize,
    broken: usize,
    healthy: usize,
}

impl Proof {
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
}
