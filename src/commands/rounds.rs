//! A site that is checked again and again: each round reads and proves only what has changed since the last.

use crate::pipeline::{Checked, Memory};
use crate::source::Tree;
use crate::{disk, process};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A site between two rounds.
pub(super) struct Rounds {
    root: PathBuf,
    tree: Option<Arc<Tree>>,
    memory: Memory,
    workers: process::Workers,
    drafts: bool,
}

impl Rounds {
    pub(super) fn new(root: &Path, drafts: bool) -> Self {
        let (memory, workers) = (super::memory(root), process::Workers::new());
        Self { root: root.to_owned(), tree: None, memory, workers, drafts }
    }

    /// Reads what `changed` names, relative to the site's folder, or all of it; checks and proves it.
    pub(super) fn next(&mut self, changed: Option<&[PathBuf]>) -> Result<(Checked, Arc<Tree>)> {
        let tree = match (&self.tree, changed) {
            (Some(tree), Some(changed)) => disk::reread(tree, &self.root, changed)?,
            _ => disk::read(&self.root)?,
        };
        ensure!(tree.iter().next().is_some(), "the site is empty");
        let tree = Arc::new(tree);
        self.tree = Some(Arc::clone(&tree));
        let checked = self.memory.check(&tree, &self.workers, self.drafts);
        // Who edits must not wait for the disk; what a later round proves, the next process proves again.
        if changed.is_none() {
            super::keep(&self.root, &self.memory);
        }
        Ok((checked, tree))
    }
}
