//! Edits as systems other than Linux tell them.
//!
//! In comes a site's folder, out go [`Signal`]s. These systems watch a folder with all that is in it.

use super::watch::Signal;
use crate::disk;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

/// A watch over a site's folder, which ends when it is dropped.
pub(super) struct Watcher {
    _watcher: RecommendedWatcher,
}

impl Watcher {
    /// Watches the site in the folder `root`.
    pub(super) fn start(root: &Path, signals: Sender<Signal>) -> io::Result<Self> {
        // Events name folders without symbolic links.
        let root = root.canonicalize()?;
        let site = root.clone();
        let told = move |event: notify::Result<Event>| {
            for signal in event.map_or_else(|_| vec![Signal::Lost], |event| signals_of(&site, &event)) {
                // Nobody listens any more when the preview has ended.
                let _ = signals.send(signal);
            }
        };
        let watch = |root: &PathBuf| {
            let mut watcher = notify::recommended_watcher(told)?;
            notify::Watcher::watch(&mut watcher, root, RecursiveMode::Recursive)?;
            Ok::<_, notify::Error>(watcher)
        };
        Ok(Self { _watcher: watch(&root).map_err(io::Error::other)? })
    }
}

/// What an event means for the site. That a file is read is nothing.
fn signals_of(root: &Path, event: &Event) -> Vec<Signal> {
    if event.need_rescan() {
        return vec![Signal::Lost];
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    let relative = event.paths.iter().filter_map(|path| path.strip_prefix(root).ok());
    relative.filter(|path| disk::is_source(path)).map(|path| Signal::Changed(path.to_owned())).collect()
}
