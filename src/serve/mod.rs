//! The preview: the site in a browser while its author edits it.
//!
//! In come a folder to watch and a function that builds; out goes the site at an address of this machine alone. After
//! an edit the function builds again, and every open page shows the new site, or over the old one what is wrong. How a
//! site is built is left to the function. Two threads: the caller's builds, another one answers.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod http;
#[cfg(target_os = "linux")]
mod inotify;
mod media;
mod watch;

use serde::Serialize;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;
use tokio::sync::watch::channel;
use watch::{Signal, Watch};

/// Where the preview is when nothing else is asked for.
const PORT: u16 = 4000;

/// How many ports after [`PORT`] are tried when others are in use.
const FURTHER_PORTS: u16 = 100;

/// A built site: the file of a path, such as `en/index.html`. It may be rendered when it is asked for.
pub type Site = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// What to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// The port; `None` takes 4000, or the next that is free, and 0 any.
    pub port: Option<u16>,
}

/// What a build gave.
pub struct Built {
    /// The new site; `None` when it is as before, or could not be built.
    pub site: Option<Site>,
    /// Where the site is below the host: `/` or `/base/`.
    pub base_path: String,
    /// What is wrong. The page shows it over itself.
    pub findings: Vec<Finding>,
    /// What the runs of an incident's snippets showed, in words, by the folder of its page: `openclaw/x`.
    pub proofs: BTreeMap<String, String>,
}

/// Something that is wrong with the site.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// As the terminal shows it, without colour.
    pub text: String,
    /// An address that opens its place in an editor.
    pub link: Option<String>,
}

/// What the browser is to show.
#[derive(Clone)]
struct Shown {
    site: Option<Site>,
    base_path: String,
    findings: Vec<Finding>,
    proofs: BTreeMap<String, String>,
    /// Another number whenever the site is another one.
    version: u64,
}

impl Shown {
    fn first(built: Built) -> Self {
        // Not from zero: a page that an earlier preview served must be seen to be old.
        let version = RandomState::new().hash_one(()) >> 1;
        let Built { site, base_path, findings, proofs } = built;
        Self { site, base_path, findings, proofs, version }
    }

    fn next(&self, mut built: Built) -> Self {
        if built.site.is_none() && self.site.is_some() {
            built.proofs.values_mut().for_each(|proof| proof.push_str("; this page is as it was before the last edit"));
        }
        let version = self.version + u64::from(built.site.is_some());
        Self { version, site: built.site.clone().or_else(|| self.site.clone()), ..Self::first(built) }
    }
}

/// Serves a site until the user interrupts it. `build` gets the paths that changed, relative to the site's folder; `None`
/// the first time and when that is not known. The address and the time of each build are written to `log`.
///
/// # Errors
/// When no port is free, the folder cannot be watched, or the address cannot be written.
pub fn run(
    options: &Options,
    mut build: impl FnMut(Option<&[PathBuf]>) -> Built,
    log: &mut dyn Write,
) -> io::Result<()> {
    let listener = listen(options.port)?;
    let address = listener.local_addr()?;
    let (signals, inbox) = mpsc::channel();
    // Watched before it is read, so that no edit falls between.
    let watch = Watch::start(&options.root, signals.clone(), inbox)?;
    let mut shown = Shown::first(build(None));
    let state = channel(Arc::new(shown.clone())).0;
    let server = http::Server::new(listener, state.subscribe())?;
    let answering = thread::spawn(move || {
        let ended = server.run();
        // Nobody listens when the build has ended already.
        let _ = signals.send(Signal::Stop);
        ended
    });
    say(log, &format!("http://{address}{}\n", shown.base_path))?;
    while let Some(change) = watch.next() {
        let start = Instant::now();
        shown = shown.next(build(change.paths()));
        state.send_replace(Arc::new(shown.clone()));
        // The author reads the page, not the terminal, if that is gone.
        let _ = say(log, &format!("{change}: {} ms\n", start.elapsed().as_millis()));
    }
    answering.join().expect("the server does not panic")
}

/// Calls `see` now and after every edit of the site in the folder `root`, with the paths that changed, as [`run`] does,
/// until it breaks off.
///
/// # Errors
/// When the folder cannot be watched.
pub fn watch(root: &Path, mut see: impl FnMut(Option<&[PathBuf]>) -> ControlFlow<()>) -> io::Result<()> {
    let (signals, inbox) = mpsc::channel();
    let watch = Watch::start(root, signals, inbox)?;
    let mut seen = see(None);
    while seen.is_continue()
        && let Some(change) = watch.next()
    {
        seen = see(change.paths());
    }
    Ok(())
}

/// A line in one piece, so that whoever waits for it reads all of it.
fn say(log: &mut dyn Write, line: &str) -> io::Result<()> {
    log.write_all(line.as_bytes())?;
    log.flush()
}

fn listen(port: Option<u16>) -> io::Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let bound = match port {
        Some(port) => bind(port),
        None => (PORT..PORT + FURTHER_PORTS).map(bind).find(Result::is_ok).unwrap_or_else(|| bind(PORT)),
    };
    bound.map_err(|error| {
        let port = port.unwrap_or(PORT);
        io::Error::new(error.kind(), format!("cannot listen on port {port} of this machine: {error}"))
    })
}
