//! `faultbook match`: the incidents that logs show.
//!
//! Logs come in as streams of any length; what is printed of each is its incidents when it ends, or with
//! `--format json` every match as it is found.

use super::{Console, print, print_on};
use crate::cli::Format;
use crate::diagnostic::visible::visible_line;
use crate::disk::{self, Growth, LiveLog};
use crate::link::Links;
use crate::markdown;
use crate::matching::{self, Match, Matcher, Ranking, Seen, Stream};
use crate::model::{Incident, IncidentId, Page, Site};
use crate::parse;
use crate::source::Tree;
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How much is read at a time.
pub(super) const PIECE: usize = 256 * 1024;
/// A log that is silent for so long has paused: what its last lines show is told.
const PAUSE: Duration = Duration::from_millis(200);
/// How standard input is called.
const STANDARD_INPUT: &str = "-";

pub(super) fn run(
    site: &Path,
    files: &[PathBuf],
    follow: bool,
    language: Option<&str>,
    console: &Console,
) -> Result<ExitCode> {
    ensure!(
        matches!(console.format, Format::Human | Format::Json),
        "matches are written as `human` or `json`; the other formats are for findings about pages"
    );
    let tree = disk::read(site)?;
    let (site, _) = parse::site(&tree);
    let known = Known::of(&site, &tree, language)?;
    let mut report = Report { known: &known, console, matched: false, gone: false };
    match files {
        [file] if follow && file.as_os_str() != STANDARD_INPUT => report.follow(file)?,
        _ if follow => bail!("`--follow` takes one file"),
        [] => report.read(STANDARD_INPUT, io::stdin())?,
        files => {
            for file in files {
                if report.gone {
                    break;
                }
                if file.as_os_str() == STANDARD_INPUT {
                    report.read(STANDARD_INPUT, io::stdin())?;
                } else {
                    report.read(&file.to_string_lossy(), disk::open_log(file)?)?;
                }
            }
        }
    }
    Ok(if report.matched { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The signatures of a site, and the words of the incidents that they are of.
pub(super) struct Known<'a> {
    pub(super) matcher: Matcher,
    pub(super) owners: Vec<(&'a IncidentId, &'a str)>,
    titles: BTreeMap<&'a IncidentId, String>,
    /// What stands before the id in a permanent address.
    host: String,
    links: Links<'a>,
}

impl<'a> Known<'a> {
    pub(super) fn of(site: &'a Site, tree: &'a Tree, language: Option<&str>) -> Result<Self> {
        let languages: Vec<String> = site.config.languages.iter().map(ToString::to_string).collect();
        let language = super::language(&languages, language)?;
        let texts = site.incidents().flat_map(|(_, incident)| signatures(incident));
        let (matcher, owners) = matching::compile(texts.map(|(id, text)| ((id, text), text)));
        let titles = site.incidents().map(|(page, incident)| (&incident.id.value, title(page, language)));
        let host = site.config.origin().to_owned();
        Ok(Self { matcher, owners, titles: titles.collect(), host, links: Links::new(site, tree) })
    }

    fn title(&self, id: &IncidentId) -> &str {
        self.titles.get(id).map_or("", String::as_str)
    }

    fn address(&self, id: &IncidentId) -> String {
        format!("{}{}", self.host, self.links.permanent(id))
    }
}

fn signatures(incident: &Incident) -> impl Iterator<Item = (&IncidentId, &str)> {
    let id = &incident.id.value;
    incident.signatures.iter().flatten().map(move |text| (id, text.value.as_str()))
}

fn title(page: &Page, language: &str) -> String {
    let translation = page.translations.iter().find(|translation| translation.language.as_str() == language);
    let title = translation.or(page.translations.first()).map_or("", |translation| &translation.title.value);
    markdown::plain(title)
}

/// Prints what is found.
struct Report<'a> {
    known: &'a Known<'a>,
    console: &'a Console,
    /// Whether any log showed an incident.
    matched: bool,
    /// Whether nobody reads what is printed any more.
    gone: bool,
}

/// One log, and what it showed so far.
struct Log<'a> {
    name: String,
    stream: Stream<'a>,
    ranking: Ranking<&'a IncidentId>,
    /// Incidents that were seen since the log last paused, and where.
    news: Vec<(u64, &'a IncidentId)>,
}

impl<'a> Report<'a> {
    fn log(&self, name: &str) -> Log<'a> {
        Log {
            name: name.to_owned(),
            stream: self.known.matcher.stream(),
            ranking: Ranking::default(),
            news: Vec::new(),
        }
    }

    /// Reads a log up to its end.
    fn read(&mut self, name: &str, reader: impl Read + Send + 'static) -> Result<()> {
        let mut log = self.log(name);
        let pieces = pieces(reader);
        while !self.gone {
            match pieces.recv_timeout(PAUSE) {
                Ok(piece) => {
                    let piece = piece.with_context(|| format!("cannot read `{name}`"))?;
                    self.step(&mut log, |stream, report| stream.feed(&piece, report))?;
                }
                Err(RecvTimeoutError::Timeout) => self.pause(&mut log)?,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.finish(log)
    }

    /// Reads a log as it grows, until it is interrupted.
    fn follow(&mut self, file: &Path) -> Result<()> {
        let name = file.to_string_lossy();
        let mut source = LiveLog::open(file)?;
        let mut log = self.log(&name);
        let mut buffer = vec![0; PIECE];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
            while !self.gone {
                let wait = match source.read(&mut buffer)? {
                    Growth::More(length) => {
                        self.step(&mut log, |stream, report| stream.feed(&buffer[..length], report))?;
                        Duration::ZERO
                    }
                    Growth::Nothing => {
                        self.pause(&mut log)?;
                        PAUSE
                    }
                    Growth::Anew => {
                        let old = std::mem::replace(&mut log, self.log(&name));
                        self.finish(old)?;
                        Duration::ZERO
                    }
                };
                tokio::select! {
                    biased;
                    interrupted = &mut interrupted => {
                        interrupted?;
                        break;
                    }
                    () = tokio::time::sleep(wait) => {}
                }
            }
            Ok::<(), anyhow::Error>(())
        })?;
        self.finish(log)
    }

    /// Does something to a log's stream and tells what it found.
    fn step(&mut self, log: &mut Log<'a>, step: impl FnOnce(&mut Stream<'a>, &mut dyn FnMut(Match))) -> Result<()> {
        let (known, json) = (self.known, self.console.format == Format::Json);
        let (mut lines, name) = (String::new(), &log.name);
        let (ranking, news) = (&mut log.ranking, &mut log.news);
        step(&mut log.stream, &mut |found| {
            let (id, signature) = known.owners[found.signature];
            let line = found.line;
            let object = json.then(|| known.object(name, id, signature, &found));
            let count = ranking.add(id, found);
            if count == 1 && news.iter().all(|(_, known)| *known != id) {
                news.push((line, id));
            }
            if let Some(mut object) = object {
                object["count"] = count.into();
                lines.push_str(&object.to_string());
                lines.push('\n');
            }
        });
        if !lines.is_empty() {
            self.matched = true;
            self.gone = print_on(&mut self.console.out(), &lines)?.is_break();
        }
        Ok(())
    }

    /// Tells whoever watches a log that grows what is new.
    fn pause(&mut self, log: &mut Log<'a>) -> Result<()> {
        self.step(log, Stream::pause)?;
        if self.console.format == Format::Json {
            return Ok(());
        }
        for (line, id) in log.news.drain(..) {
            self.console.note(&format!("{}:{line}: {id} {}", place(&log.name), self.known.title(id)));
        }
        Ok(())
    }

    fn finish(&mut self, mut log: Log<'a>) -> Result<()> {
        self.step(&mut log, Stream::end)?;
        let seen = log.ranking.seen();
        self.matched |= !seen.is_empty();
        if self.console.format == Format::Json {
            return Ok(());
        }
        if seen.is_empty() {
            self.console.note(&format!("{}: no known incident", place(&log.name)));
        }
        let text: String = seen.iter().map(|seen| self.known.text(&log.name, seen)).collect();
        print(&mut self.console.out(), &text)
    }
}

impl Known<'_> {
    /// An incident of a log for a terminal.
    pub(super) fn text(&self, name: &str, seen: &Seen<&IncidentId>) -> String {
        let (id, signature) = self.owners[seen.best.signature];
        let times = if seen.count == 1 { "once".to_owned() } else { format!("{} times", seen.count) };
        let cut = if seen.best.cut { ", cut short" } else { "" };
        let mut text = format!("{id} {}\n", visible_line(self.title(id)));
        let _ = writeln!(text, "    {}:{}, {times}{cut}: {}", place(name), seen.first_line, visible_line(signature));
        for (name, held) in &seen.best.captures {
            let _ = writeln!(text, "    {name} = {}", visible_line(held));
        }
        let _ = writeln!(text, "    {}", self.address(id));
        text
    }

    /// A match for a program.
    pub(super) fn object(&self, name: &str, id: &IncidentId, signature: &str, found: &Match) -> serde_json::Value {
        let captures: serde_json::Map<_, _> =
            found.captures.iter().map(|(name, held)| (name.clone(), held.as_str().into())).collect();
        json!({
            "id": id.to_string(),
            "title": self.title(id),
            "url": self.address(id),
            "file": name,
            "line": found.line,
            "signature": signature,
            "cut": found.cut,
            "captures": captures,
        })
    }
}

/// How a log is called where its lines are told.
fn place(name: &str) -> Cow<'_, str> {
    if name == STANDARD_INPUT { "standard input".into() } else { visible_line(name) }
}

/// What a reader gives, read by a thread of its own, so that nobody has to wait for a log that is silent.
fn pieces(mut reader: impl Read + Send + 'static) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(4);
    std::thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece).map(|length| {
                piece.truncate(length);
                piece
            });
            let over = match &read {
                Ok(piece) => piece.is_empty(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => false,
            };
            let failed = read.is_err();
            if over || sender.send(read).is_err() || failed {
                break;
            }
        }
    });
    receiver
}
