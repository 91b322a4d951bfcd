//! What was proven before, by the digest of all that it depends on.
//!
//! A text of lines, each a digest and a report; where it is kept is not known here. A report is taken from it only for
//! the very job, and the very program, that gave it, so that whoever deletes the text loses nothing but time.

use super::job::{Contract, Job, Report};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;

/// Reports by the digest of their job.
#[derive(Debug, Default)]
pub struct Cache {
    /// What names the program; without a name nothing is kept.
    program: String,
    /// What was kept, as it was read.
    text: String,
    /// Where in the text the report of a digest is.
    places: BTreeMap<Key, (usize, usize)>,
    /// What was asked for or learned since.
    used: Mutex<BTreeMap<Key, Option<String>>>,
}

type Key = [u8; 32];

/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

impl Cache {
    /// A cache with what an earlier one gave as its [`text`](Self::text). `program` names this very program: its version,
    /// and whatever else tells two builds of it apart.
    #[must_use]
    pub fn new(program: String, text: String) -> Self {
        let mut places = BTreeMap::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let key = line.get(..DIGITS).and_then(key);
            let (from, upto) = (start + DIGITS + 1, start + line.len() - 1);
            places.extend(key.filter(|_| line.ends_with('\n') && from < upto).map(|key| (key, (from, upto))));
            start += line.len();
        }
        Self { program, text, places, used: Mutex::default() }
    }

    /// The name of a job: the digest of all that its report depends on.
    pub(super) fn key(&self, job: &Job) -> Key {
        let mut digest = Sha256::new();
        digest.update(self.program.as_bytes());
        digest.update(serde_json::to_vec(job).unwrap_or_default());
        digest.finalize().into()
    }

    pub(super) fn get(&self, key: &Key) -> Option<Report> {
        let used = || self.used.lock().expect("no thread panics while it holds the cache");
        let learned = used().get(key).cloned().flatten();
        if let Some(json) = learned {
            return serde_json::from_str(&json).ok();
        }
        let &(from, upto) = self.places.get(key)?;
        let report = serde_json::from_str(self.text.get(from..upto)?).ok()?;
        used().insert(*key, None);
        Some(report)
    }

    /// Keeps a report, unless it says that a budget ran out: another time it may not.
    pub(super) fn put(&self, key: Key, report: &Report) {
        let of_clock = report.breaches.iter().any(|breach| matches!(breach.contract, Contract::Budget { .. }));
        if self.program.is_empty() || of_clock {
            return;
        }
        if let Ok(json) = serde_json::to_string(report) {
            self.used.lock().expect("no thread panics while it holds the cache").insert(key, Some(json));
        }
    }

    /// What is to be kept: every report that was asked for or learned; `None` when that is what was kept before.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let used = self.used.lock().expect("no thread panics while it holds the cache");
        if used.values().all(Option::is_none) && used.len() == self.places.len() {
            return None;
        }
        let mut text = String::new();
        for (key, json) in used.iter() {
            let old = self.places.get(key).and_then(|&(from, upto)| self.text.get(from..upto));
            let Some(json) = json.as_deref().or(old) else { continue };
            for byte in key {
                write!(text, "{byte:02x}").expect("a string takes every text");
            }
            text.extend([" ", json, "\n"]);
        }
        Some(text)
    }
}

fn key(digits: &str) -> Option<Key> {
    let mut key = Key::default();
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str) -> Job {
        Job { constants: vec![(name.to_owned(), "1".to_owned())], ..Job::default() }
    }

    #[test]
    fn a_report_is_found_again_for_the_same_job_and_program_only() {
        let cache = Cache::new("one".into(), String::new());
        cache.put(cache.key(&job("a")), &Report::default());
        assert_eq!(cache.get(&cache.key(&job("a"))), Some(Report::default()), "what was learned is known at once");
        let text = cache.text().unwrap();
        let again = Cache::new("one".into(), text.clone());
        assert_eq!(again.get(&again.key(&job("a"))), Some(Report::default()));
        assert_eq!(again.get(&again.key(&job("b"))), None);
        assert_eq!(again.text(), None, "nothing was learned");
        let other = Cache::new("two".into(), text);
        assert_eq!(other.get(&other.key(&job("a"))), None);
        assert_eq!(other.text().as_deref(), Some(""), "what nobody asks for is not kept");
    }

    #[test]
    fn a_text_that_is_damaged_holds_nothing() {
        let key = "00".repeat(32);
        let long = "ä".repeat(70);
        for text in ["", "\n", "x y\n", &key, &format!("{key} \n"), &format!("{key} {{}}"), &format!("{long}\n")] {
            assert!(Cache::new("one".into(), text.to_owned()).places.is_empty(), "{text}");
        }
        let cache = Cache::new("one".into(), format!("{key} not a report\n"));
        assert_eq!(cache.get(&[0; 32]), None);
    }
}
