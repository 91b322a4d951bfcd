//! Edits of a site's sources.
//!
//! In comes a site's folder, out go the paths that changed since last asked. Events that belong together (an editor
//! writes a new file and renames it) are gathered until there is quiet for a moment. Folders may go and come back.

use crate::disk;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

/// An edit is over when nothing happened for this long.
const QUIET: Duration = Duration::from_millis(5);

/// A longer one is shown in between.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the watch is told.
pub(super) enum Signal {
    /// A path changed, relative to the site's folder.
    Changed(PathBuf),
    /// There was more to tell than the system could hold.
    Lost,
    /// The preview ends.
    Stop,
}

/// What changed.
pub(super) enum Change {
    /// These files and folders, sorted.
    Some(Vec<PathBuf>),
    /// Nobody knows.
    Anything,
}

impl Change {
    /// The paths, if they are known.
    pub(super) fn paths(&self) -> Option<&[PathBuf]> {
        match self {
            Self::Some(paths) => Some(paths),
            Self::Anything => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.paths() {
            Some([path]) => write!(f, "{}", path.display()),
            Some([path, others @ ..]) => write!(f, "{} and {} more", path.display(), others.len()),
            _ => write!(f, "everything"),
        }
    }
}

/// A watch over a site's sources.
pub(super) struct Watch {
    root: PathBuf,
    watcher: RecommendedWatcher,
    inbox: Receiver<Signal>,
}

impl Watch {
    /// Watches the site in the folder `root`; what it sees goes through `signals` to `inbox`.
    pub(super) fn start(root: &Path, signals: Sender<Signal>, inbox: Receiver<Signal>) -> io::Result<Self> {
        let site = root.to_owned();
        let told = move |event: notify::Result<Event>| {
            for signal in event.map_or_else(|_| vec![Signal::Lost], |event| signals_of(&site, &event)) {
                // Nobody listens any more when the preview has ended.
                let _ = signals.send(signal);
            }
        };
        let watcher = RecommendedWatcher::new(told, Config::default().with_follow_symlinks(false)).map_err(to_io)?;
        let mut watch = Self { root: root.to_owned(), watcher, inbox };
        // The folder itself tells when a part of the site goes or comes, and of site.toml.
        watch.watcher.watch(root, RecursiveMode::NonRecursive).map_err(to_io)?;
        for part in disk::PARTS {
            watch.follow(Path::new(part)).map_err(to_io)?;
        }
        Ok(watch)
    }

    /// Waits for the next edit; `None` when the preview ends.
    pub(super) fn next(&mut self) -> Option<Change> {
        let mut signal = self.inbox.recv().ok()?;
        let latest = Instant::now() + PATIENCE;
        let (mut paths, mut lost) = (BTreeSet::new(), false);
        loop {
            match signal {
                Signal::Changed(path) => {
                    paths.insert(path);
                }
                Signal::Lost => lost = true,
                Signal::Stop => return None,
            }
            let rest = latest.saturating_duration_since(Instant::now());
            match self.inbox.recv_timeout(QUIET.min(rest)) {
                Ok(next) => signal = next,
                Err(_) => break,
            }
        }
        for part in disk::PARTS.map(Path::new) {
            // A folder that came back is another one, which nobody watches yet. If it is gone again, that will be told.
            if lost || paths.contains(part) {
                let _ = self.follow(part);
            }
        }
        Some(if lost { Change::Anything } else { Change::Some(paths.into_iter().collect()) })
    }

    /// Watches a folder of the site with all that is in it, if it is there.
    fn follow(&mut self, part: &Path) -> notify::Result<()> {
        let folder = self.root.join(part);
        if folder.is_dir() && !folder.is_symlink() {
            self.watcher.watch(&folder, RecursiveMode::Recursive)
        } else {
            Ok(())
        }
    }
}

/// What an event means for the site. That a file is read is nothing.
fn signals_of(root: &Path, event: &Event) -> Vec<Signal> {
    if event.need_rescan() {
        return vec![Signal::Lost];
    }
    if matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)) {
        return Vec::new();
    }
    let relative = event.paths.iter().filter_map(|path| path.strip_prefix(root).ok());
    relative.filter(|path| disk::is_source(path)).map(|path| Signal::Changed(path.to_owned())).collect()
}

fn to_io(error: notify::Error) -> io::Error {
    let explained = format!("cannot watch the site: {error}");
    match error.kind {
        notify::ErrorKind::Io(cause) => io::Error::new(cause.kind(), explained),
        _ => io::Error::other(explained),
    }
}
