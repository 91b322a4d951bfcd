//! What an author has in hand the morning after: a log and the configuration with the fault. They come in as files, and
//! go out as a signature, a sample and fixtures, redacted; or as the incident that the log shows already.

use super::match_::{Known, PIECE};
use crate::disk;
use crate::draft::{self, Likely};
use crate::matching::{Matcher, Ranking, Signature};
use crate::model::Site;
use crate::secrets::Redactor;
use crate::source::Tree;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Lines of a sample before the one that tells of the error, and after it.
const BEFORE: usize = 6;
const AFTER: usize = 4;
/// How far these are looked for.
const AROUND: u64 = 16 * 1024;

/// Folders in which a file is in its place on every machine.
const SYSTEM: [&str; 8] = ["/etc/", "/usr/", "/opt/", "/srv/", "/var/lib/", "/run/", "/boot/", "/lib/"];

/// What the command line names.
pub(super) struct Given<'a> {
    pub(super) log: Option<&'a Path>,
    pub(super) configs: &'a [String],
    pub(super) force: bool,
}

/// What it gives.
pub(super) enum Gathered {
    New(Evidence),
    /// The incidents that the log shows already, as `match` tells them.
    Known(String),
}

/// What a new incident begins with.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) signature: Option<String>,
    /// Path in the incident's folder, and text.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// What the author may want to know.
    pub(super) notes: Vec<String>,
}

/// A file with the fault.
struct Config<'a> {
    file: PathBuf,
    place: Option<&'a str>,
    text: Vec<u8>,
}

impl Given<'_> {
    /// Reads what is named.
    pub(super) fn gather(&self, site: &Site, tree: &Tree) -> Result<Gathered> {
        let configs = self.configs.iter().map(|named| config(named)).collect::<Result<Vec<Config<'_>>>>()?;
        let mut evidence = Evidence::default();
        let mut redactor = Redactor::default();
        let mut sample = Vec::new();
        if let Some(log) = self.log {
            let (seen, likely) = search(log, site, tree, &names(&configs))?;
            if let Some(seen) = seen.filter(|_| !self.force) {
                return Ok(Gathered::Known(seen));
            }
            sample = evidence.log(log, likely.as_ref(), &numbers(&configs), &mut redactor)?;
        }
        for config in &configs {
            let place = place(config, &String::from_utf8_lossy(&sample))?;
            let inside = place.strip_prefix("~/").map_or_else(|| format!("root{place}"), |rest| format!("home/{rest}"));
            evidence.files.push((format!("fixtures/broken/{inside}"), redactor.redact(&config.text)));
            evidence.notes.push(format!("`{}` is `{place}` on a reader's machine", config.file.display()));
        }
        let replaced: Vec<String> = redactor.replaced.iter().map(|(what, count)| format!("{count} × {what}")).collect();
        if !replaced.is_empty() {
            evidence.notes.push(format!("made up in the place of real ones: {}", replaced.join(", ")));
        }
        Ok(Gathered::New(evidence))
    }
}

impl Evidence {
    /// Takes a sample and a signature of a log; gives the sample.
    fn log(
        &mut self,
        log: &Path,
        likely: Option<&Likely>,
        configured: &BTreeSet<String>,
        redactor: &mut Redactor,
    ) -> Result<Vec<u8>> {
        let name = log.display();
        let start = likely.map_or(0, |likely| likely.start);
        let from = start.saturating_sub(AROUND);
        let part = disk::read_part(log, from, start - from + AROUND)?;
        let (before, rest) = part.split_at(usize::try_from(start - from).unwrap_or(part.len()).min(part.len()));
        let mut lines: Vec<&[u8]> = before.split_inclusive(|byte| *byte == b'\n').collect();
        // The first may be a part of a line.
        lines.drain(..lines.len().saturating_sub(BEFORE).max(usize::from(from > 0).min(lines.len())));
        let chosen = lines.len();
        lines.extend(rest.split_inclusive(|byte| *byte == b'\n').take(AFTER + 1));
        let mut sample = redactor.redact(&lines.concat());
        if !sample.ends_with(b"\n") {
            sample.push(b'\n');
        }
        match likely {
            Some(likely) => {
                let line = sample.split(|byte| *byte == b'\n').nth(chosen).map(String::from_utf8_lossy);
                self.signature =
                    line.and_then(|line| draft::signature(&line, configured)).filter(|text| finds(text, &sample));
                let Likely { line, why, .. } = likely;
                self.notes.push(match &self.signature {
                    Some(signature) => format!("signature of line {line} of `{name}`: {why}\n    {signature}"),
                    None => {
                        format!("line {line} of `{name}` is the likeliest ({why}), but says too little for a signature")
                    }
                });
            }
            None => self.notes.push(format!("no line of `{name}` tells of an error: write the signature yourself")),
        }
        let stem = crate::slug::slug(&log.file_stem().unwrap_or_default().to_string_lossy());
        let stem = if stem.is_empty() { "log".to_owned() } else { stem };
        self.files.push((format!("samples/match-{stem}.log"), sample.clone()));
        Ok(sample)
    }
}

/// Whether a signature is found in a log.
fn finds(signature: &str, log: &[u8]) -> bool {
    Signature::parse(signature).is_ok_and(|signature| !Matcher::new(vec![signature]).find(log).is_empty())
}

/// The known incidents of a log, as `match` tells them, and its likeliest line.
fn search(log: &Path, site: &Site, tree: &Tree, names: &[String]) -> Result<(Option<String>, Option<Likely>)> {
    let known = Known::of(site, tree, None)?;
    let (mut stream, mut ranking) = (known.matcher.stream(), Ranking::default());
    let mut search = draft::Search::default();
    let mut file = disk::open_log(log)?;
    let mut piece = vec![0; PIECE];
    let mut add = |found: crate::matching::Match| {
        ranking.add(known.owners[found.signature].0, found);
    };
    loop {
        let length = file.read(&mut piece).with_context(|| format!("cannot read `{}`", log.display()))?;
        if length == 0 {
            break;
        }
        stream.feed(&piece[..length], &mut add);
        search.feed(&piece[..length]);
    }
    stream.end(&mut add);
    let name = log.to_string_lossy();
    let text: String = ranking.seen().iter().map(|seen| known.text(&name, seen)).collect();
    Ok(((!text.is_empty()).then_some(text), search.finish(names)))
}

/// `FILE` or `FILE=PATH`
fn config(named: &str) -> Result<Config<'_>> {
    let (file, place) = match named.rsplit_once('=') {
        Some((file, place)) if !Path::new(named).exists() => (file, Some(place)),
        _ => (named, None),
    };
    if let Some(place) = place {
        let good = (place.starts_with('/') || place.starts_with("~/"))
            && Path::new(place).components().all(|part| part != Component::ParentDir)
            && !place.ends_with('/');
        ensure!(good, "`{place}` is no place on a reader's machine; it starts with `/` or `~/`");
    }
    let file = PathBuf::from(file);
    let text = disk::read_file(&file)?;
    Ok(Config { file, place, text })
}

/// Words of configurations that name one thing: with a sign or a capital letter inside.
fn names(configs: &[Config<'_>]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for config in configs {
        let text = String::from_utf8_lossy(&config.text);
        let of_word = |character: char| character.is_alphanumeric() || "_-.".contains(character);
        let words = text.split(|character| !of_word(character)).map(|word| word.trim_matches(|c| "-_.".contains(c)));
        names.extend(words.filter(|word| is_name(word)).map(str::to_owned));
        names.extend(config.file.file_name().map(|name| name.to_string_lossy().into_owned()));
    }
    names.into_iter().collect()
}

/// The numbers of configurations.
fn numbers(configs: &[Config<'_>]) -> BTreeSet<String> {
    let numbers = |config: &Config<'_>| {
        let text = String::from_utf8_lossy(&config.text).into_owned();
        let numbers = text.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
        numbers.map(str::to_owned).collect::<Vec<_>>()
    };
    configs.iter().flat_map(numbers).collect()
}

fn is_name(word: &str) -> bool {
    word.len() >= 6
        && word.starts_with(char::is_alphabetic)
        && word[1..].contains(|character: char| "_-.".contains(character) || character.is_uppercase())
        && word.contains(char::is_lowercase)
}

/// Where a file is on a reader's machine.
fn place(config: &Config<'_>, sample: &str) -> Result<String> {
    if let Some(place) = config.place {
        return Ok(place.to_owned());
    }
    let file = config.file.display();
    let real = config.file.canonicalize().with_context(|| format!("there is no `{file}`"))?;
    let text = real.to_string_lossy();
    if SYSTEM.iter().any(|folder| text.starts_with(folder)) {
        return Ok(text.into_owned());
    }
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let in_home = home.and_then(|home| Some(real.strip_prefix(home).ok()?.to_string_lossy().into_owned()));
    if let Some(rest) = in_home.filter(|rest| rest.starts_with('.')) {
        return Ok(format!("~/{rest}"));
    }
    let name = format!("/{}", real.file_name().unwrap_or_default().to_string_lossy());
    let ends = |character: char| character.is_whitespace() || "\"'`:,;()[]<>=".contains(character);
    let mut words = sample.split(ends);
    // A file that was copied somewhere to look at it is not in its place, even if the log of a trial names it there.
    let said = words.find(|word| {
        word.ends_with(&name)
            && (word.starts_with('/') || word.starts_with("~/"))
            && !word.starts_with("/tmp/")
            && *word != text
    });
    let Some(said) = said else {
        bail!(
            "where is `{file}` on a reader's machine? Write `--config {file}=/etc/…{name}` or `--config {file}=~/…{name}`"
        );
    };
    let homes = ["/home/user/", "/Users/user/", "/root/"];
    let rest = homes.iter().find_map(|home| said.strip_prefix(home));
    Ok(rest.map_or_else(|| said.to_owned(), |rest| format!("~/{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_configuration_are_told_from_words() {
        for good in ["scrape_timeout", "maxUnavailable", "prometheus.yml", "job-7b"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["server", "listen", "http", "10.0.0.1", "Default", "MAX_SIZE"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
