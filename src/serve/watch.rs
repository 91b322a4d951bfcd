//! Edits of a site's sources.
//!
//! In comes a site's folder, out go the paths that changed since last asked. Events that belong together (an editor
//! writes a new file and renames it) are gathered until there is quiet for a moment. Folders may go and come back.

#[cfg(not(target_os = "linux"))]
use super::elsewhere::Watcher;
#[cfg(target_os = "linux")]
use super::inotify::Watcher;
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
    inbox: Receiver<Signal>,
    /// Watches until it is dropped.
    _watcher: Watcher,
}

impl Watch {
    /// Watches the site in the folder `root`; what it sees goes through `signals` to `inbox`.
    pub(super) fn start(root: &Path, signals: Sender<Signal>, inbox: Receiver<Signal>) -> io::Result<Self> {
        let explained = |error: io::Error| io::Error::new(error.kind(), format!("cannot watch the site: {error}"));
        Ok(Self { inbox, _watcher: Watcher::start(root, signals).map_err(explained)? })
    }

    /// Waits for the next edit; `None` when the preview ends.
    pub(super) fn next(&self) -> Option<Change> {
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
        Some(if lost { Change::Anything } else { Change::Some(paths.into_iter().collect()) })
    }
}
