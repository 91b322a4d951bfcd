//! Edits as Linux tells them.
//!
//! In comes a site's folder, out go [`Signal`]s. The kernel watches one folder at a time, so new ones are watched as
//! they come. Asked for is what changes a file, not that it is opened: reading a large site would else drown its edits,
//! which is why the portable watch is not used here.

use super::watch::Signal;
use crate::disk;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;

/// What is told of a folder: files written whole, things that come and go.
const EVENTS: WatchFlags = WatchFlags::CLOSE_WRITE
    .union(WatchFlags::CREATE)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVE)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::DONT_FOLLOW);

/// A watch over a site's folder, which ends when it is dropped.
pub(super) struct Watcher {
    queue: Arc<OwnedFd>,
    top: i32,
}

impl Watcher {
    /// Watches the site in the folder `root`.
    pub(super) fn start(root: &Path, signals: Sender<Signal>) -> io::Result<Self> {
        let queue = Arc::new(inotify::init(CreateFlags::CLOEXEC)?);
        // The folder itself tells of site.toml, and when the other parts go and come.
        let top = inotify::add_watch(&queue, root, EVENTS)?;
        let watched = BTreeMap::from([(top, PathBuf::new())]);
        let mut folders = Folders { queue: Arc::clone(&queue), root: root.to_owned(), top, watched };
        for part in disk::PARTS {
            folders.follow(Path::new(part))?;
        }
        thread::spawn(move || folders.listen(&signals));
        Ok(Self { queue, top })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // The last event of the folder itself ends the thread that listens.
        let _ = inotify::remove_watch(&self.queue, self.top);
    }
}

/// The folders that are watched.
struct Folders {
    queue: Arc<OwnedFd>,
    root: PathBuf,
    top: i32,
    /// What the kernel calls a folder, and its path relative to the site's.
    watched: BTreeMap<i32, PathBuf>,
}

impl Folders {
    /// Tells of edits until the watch or the preview ends.
    fn listen(mut self, signals: &Sender<Signal>) {
        let queue = Arc::clone(&self.queue);
        let mut buffer = [MaybeUninit::uninit(); 8192];
        let mut events = Reader::new(&*queue, &mut buffer);
        loop {
            let (what, signal) = match events.next() {
                Ok(event) if event.events().contains(ReadFlags::IGNORED) && event.wd() == self.top => return,
                Ok(event) => (event.events(), self.signal(&event)),
                Err(Errno::INTR) => continue,
                Err(_) => return,
            };
            let followed = match &signal {
                Some(Signal::Lost) => disk::PARTS.iter().try_for_each(|part| self.follow(Path::new(part))),
                Some(Signal::Changed(path)) if what.contains(ReadFlags::ISDIR) => {
                    self.forget(path);
                    self.follow(path)
                }
                _ => Ok(()),
            };
            // A folder that can no longer be watched will be seen with the next edit elsewhere.
            let _ = followed;
            // Told when new folders are watched, so that what comes into them meanwhile is read or told.
            if signal.is_some_and(|signal| signals.send(signal).is_err()) {
                return;
            }
        }
    }

    /// What an event means for the site.
    fn signal(&mut self, event: &inotify::Event<'_>) -> Option<Signal> {
        if event.events().contains(ReadFlags::QUEUE_OVERFLOW) {
            return Some(Signal::Lost);
        }
        if event.events().contains(ReadFlags::IGNORED) {
            self.watched.remove(&event.wd());
            return None;
        }
        let path = self.watched.get(&event.wd())?.join(OsStr::from_bytes(event.file_name()?.to_bytes()));
        disk::is_source(&path).then_some(Signal::Changed(path))
    }

    /// Watches the folder at `part` and all in it; nothing when there is no folder.
    fn follow(&mut self, part: &Path) -> io::Result<()> {
        let mut failed = Ok(());
        disk::each_folder(&self.root, part, |folder| {
            match inotify::add_watch(&self.queue, self.root.join(folder), EVENTS) {
                Ok(watch) => {
                    self.watched.insert(watch, folder.to_owned());
                    true
                }
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => false,
                Err(error) => {
                    failed = Err(explained(error));
                    false
                }
            }
        });
        failed
    }

    /// Stops watching the folder at `path` and all in it, which may live on elsewhere.
    fn forget(&mut self, path: &Path) {
        for (watch, _) in self.watched.extract_if(.., |_, folder| folder.starts_with(path)) {
            let _ = inotify::remove_watch(&self.queue, watch);
        }
    }
}

fn explained(error: Errno) -> io::Error {
    match error {
        Errno::NOSPC => {
            io::Error::other("it has more folders than the system watches; raise fs.inotify.max_user_watches")
        }
        error => error.into(),
    }
}
