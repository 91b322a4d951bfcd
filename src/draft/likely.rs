//! The line of a log that most likely tells what went wrong.

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Words of trouble, and how grave each is.
const WORDS: &[(&str, u32)] = &[
    ("fatal", 5),
    ("panic", 5),
    ("emerg", 5),
    ("segfault", 5),
    ("out of memory", 5),
    ("caused by", 5),
    ("critical", 4),
    ("traceback", 3),
    ("uncaught", 4),
    ("error", 3),
    ("exception", 3),
    ("failed", 3),
    ("failure", 3),
    ("cannot", 3),
    ("can't", 3),
    ("could not", 3),
    ("couldn't", 3),
    ("unable to", 3),
    ("refused", 3),
    ("refusing", 3),
    ("denied", 3),
    ("rejected", 3),
    ("invalid", 3),
    ("unknown", 2),
    ("unauthorized", 3),
    ("forbidden", 3),
    ("not allowed", 3),
    ("not permitted", 3),
    ("not found", 2),
    ("no such", 3),
    ("mismatch", 3),
    ("timed out", 2),
    ("timeout", 1),
    ("abort", 3),
    ("must be", 2),
    ("warn", 1),
    ("失败", 3),
    ("错误", 3),
    ("拒绝", 3),
    ("无法", 3),
    ("异常", 3),
];

/// What takes the gravity from a line: a count of nothing, the frame of a stack.
const EASED: &[&str] =
    &["0 error", "no error", "error=null", "error=<nil>", "error: null", "errors=0", "errors: 0", "without error"];

/// So many kinds of lines are told apart; of a log that has more, those that come later are not looked at.
const MOST_KINDS: usize = 20_000;

/// So much of a line is looked at.
const LONGEST: usize = 2048;

/// The line that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likely {
    /// The line, from 1.
    pub line: u64,
    /// Where it begins in the log.
    pub start: u64,
    /// Its text, or as much as is looked at.
    pub text: String,
    /// How often lines of its kind are in the log.
    pub count: u64,
    /// Why it was chosen, in words.
    pub why: String,
}

/// Lines that say the same of different things.
#[derive(Debug)]
struct Kind {
    line: u64,
    start: u64,
    text: String,
    count: u64,
    gravity: u32,
    word: &'static str,
}

/// A log that is looked through.
#[derive(Debug)]
pub struct Search {
    words: AhoCorasick,
    kinds: BTreeMap<u64, Kind>,
    /// The beginning of a line whose end has not come yet.
    held: Vec<u8>,
    lines: u64,
    bytes: u64,
}

impl Default for Search {
    fn default() -> Self {
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostFirst)
            .build(WORDS.iter().map(|(word, _)| word))
            .expect("the words are few and short");
        Self { words, kinds: BTreeMap::new(), held: Vec::new(), lines: 0, bytes: 0 }
    }
}

impl Search {
    /// Takes the next part of the log.
    pub fn feed(&mut self, mut piece: &[u8]) {
        if !self.held.is_empty() {
            let end = piece.iter().position(|byte| *byte == b'\n').map_or(piece.len(), |end| end + 1);
            self.held.extend_from_slice(&piece[..end]);
            piece = &piece[end..];
            if !self.held.ends_with(b"\n") {
                return;
            }
            let held = std::mem::take(&mut self.held);
            self.whole(&held);
        }
        let end = piece.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.whole(&piece[..end]);
        self.held.extend_from_slice(&piece[end..]);
    }

    /// The line to begin with; `None` when none tells of trouble. `names` are words of the configuration: a line that
    /// has one of them is likelier.
    #[must_use]
    pub fn finish(mut self, names: &[String]) -> Option<Likely> {
        let held = std::mem::take(&mut self.held);
        self.whole(&held);
        let known = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok();
        let judged = self.kinds.into_values().map(|kind| {
            let name =
                known.as_ref().and_then(|known| known.find(&kind.text)).map(|hit| &names[hit.pattern().as_usize()]);
            let words = kind.text.split_whitespace().count();
            let score = kind.gravity * 4
                + u32::from(name.is_some()) * 10
                + kind.count.ilog2().min(4)
                + u32::from(words >= 4) * 4
                + u32::from(words >= 8) * 2;
            (score, kind, name)
        });
        let (_, kind, name) = judged.min_by_key(|(score, kind, _)| (std::cmp::Reverse(*score), kind.line))?;
        let mut why = format!("it says `{}`", kind.word);
        let times = if kind.count == 1 { "once".to_owned() } else { format!("{} times", kind.count) };
        write!(why, ", {times}").expect("a text takes every text");
        if let Some(name) = name {
            write!(why, ", and names `{name}` of the configuration").expect("a text takes every text");
        }
        Some(Likely { line: kind.line, start: kind.start, text: kind.text, count: kind.count, why })
    }

    /// Looks at whole lines.
    fn whole(&mut self, text: &[u8]) {
        let (mut counted, mut at) = (0, 0);
        while let Some(hit) = self.words.find(&text[at..]).map(|hit| at + hit.start()) {
            let start = text[..hit].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let end = text[hit..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| hit + end);
            self.lines += newlines(&text[counted..start]);
            counted = start;
            self.line(&text[start..end.min(start + LONGEST)], start);
            at = end;
        }
        self.lines += newlines(&text[counted..]);
        self.bytes += text.len() as u64;
    }

    /// Looks at a line that has a word of trouble, and begins at `start` of what is looked at.
    fn line(&mut self, line: &[u8], start: usize) {
        let key = key(line);
        if let Some(kind) = self.kinds.get_mut(&key) {
            kind.count += 1;
            return;
        }
        if self.kinds.len() >= MOST_KINDS {
            return;
        }
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        let lower = text.to_lowercase();
        let mut found: Vec<&(&'static str, u32)> =
            self.words.find_iter(line).map(|hit| &WORDS[hit.pattern().as_usize()]).collect();
        found.sort_unstable();
        found.dedup();
        let (word, gravest) = *found.iter().copied().max_by_key(|(_, gravity)| *gravity).unwrap_or(&("", 0));
        let frame = line.first().is_some_and(u8::is_ascii_whitespace);
        let eased = frame || EASED.iter().any(|eased| lower.contains(eased));
        // Two words of trouble say more than one; a third says little more.
        let gravity = (gravest + u32::from(found.len() > 1)).saturating_sub(3 * u32::from(eased));
        let (line, start) = (self.lines + 1, self.bytes + start as u64);
        self.kinds.insert(key, Kind { line, start, text, count: 1, gravity, word });
    }
}

/// What lines of a kind have in common: their letters, but for words with a digit.
fn key(line: &[u8]) -> u64 {
    let mut key = 0xcbf2_9ce4_8422_2325_u64;
    for word in line.split(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80) {
        if !word.iter().any(u8::is_ascii_digit) {
            for byte in word {
                key = (key ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    key
}

fn newlines(text: &[u8]) -> u64 {
    text.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(log: &str, names: &[&str], expected: &str) {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        // However the log is cut, the line is the same.
        let chosen = [1, 7, 4096].map(|size| {
            let mut search = Search::default();
            log.as_bytes().chunks(size).for_each(|piece| search.feed(piece));
            search.finish(&names)
        });
        assert_eq!(chosen[0], chosen[1]);
        assert_eq!(chosen[0], chosen[2]);
        let chosen = chosen.into_iter().next().flatten();
        assert_eq!(chosen.map_or(String::new(), |line| format!("{} {} {}", line.line, line.text, line.why)), expected);
    }

    #[test]
    fn the_gravest_line_is_chosen_and_the_first_of_its_kind() {
        check("all is well\n", &[], "");
        check(
            "GET /a 200\nwarn: slow disk sda1\nerror: cannot open port 80\nerror: cannot open port 81\n",
            &[],
            "3 error: cannot open port 80 it says `error`, 2 times",
        );
        check(
            "done, 0 errors in 12 files today\nrefused: no more room on the disk",
            &[],
            "2 refused: no more room on the disk it says `refused`, once",
        );
    }

    #[test]
    fn a_line_that_names_what_is_configured_is_likelier() {
        check(
            "error: cannot reach the update server today\nscrape_timeout: value is invalid\n",
            &["scrape_timeout"],
            "2 scrape_timeout: value is invalid it says `invalid`, once, and names `scrape_timeout` of the configuration",
        );
    }
}
