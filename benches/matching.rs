//! How fast logs are matched: `cargo bench --bench matching [-- MEGABYTES]`.
//!
//! Makes a log that rarely matches and signatures of the same words, matches it with more and more signatures, and
//! beside that searches the same file for the signatures' longest fixed texts with `rg -F -f`, if `rg` is there. All
//! runs are on one core; of each the best of three counts.

use faultbook::matching::{Matcher, Signature};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];
const RUNS: usize = 3;

fn main() {
    let megabytes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(256_u32);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let words = words(&mut random);
    let all: Vec<String> = (0..COUNTS[3]).map(|_| sentence(&mut random, &words)).collect();
    let log = log(&mut random, &words, &all, (megabytes as usize) << 20);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("log");
    std::fs::write(&file, &log).expect("the log can be written");
    let mut out = std::io::stdout().lock();
    writeln!(out, "{megabytes} MB, {} lines", log.split(|&byte| byte == b'\n').count() - 1).expect("stdout");
    writeln!(
        out,
        "{:>10} {:>10} {:>10} {:>10} {:>8} {:>10}",
        "signatures", "compile", "MB/s", "rg MB/s", "ratio", "found"
    )
    .expect("stdout");
    for count in COUNTS {
        let begun = Instant::now();
        let signatures = all[..count].iter().map(|text| Signature::parse(text).expect("sentences are signatures"));
        let matcher = Matcher::new(signatures.collect());
        let compiled = begun.elapsed();
        let mut found = 0;
        let ours = best(|| found = run(&matcher, &file));
        let rg = rg(&all[..count], &file, folder.path());
        let speed = |time: Duration| f64::from(megabytes) / time.as_secs_f64();
        let (rg_speed, ratio) = rg.map_or(("-".to_owned(), "-".to_owned()), |rg| {
            (format!("{:.0}", speed(rg)), format!("{:.2}", ours.as_secs_f64() / rg.as_secs_f64()))
        });
        let ours = speed(ours);
        writeln!(out, "{count:>10} {compiled:>10.1?} {ours:>10.0} {rg_speed:>10} {ratio:>8} {found:>10}")
            .expect("stdout");
    }
}

/// Matches a file as a stream, as the command does.
fn run(matcher: &Matcher, file: &Path) -> usize {
    let mut file = std::fs::File::open(file).expect("the log is there");
    let (mut stream, mut buffer, mut found) = (matcher.stream(), vec![0; 1 << 18], 0);
    loop {
        let length = file.read(&mut buffer).expect("the log can be read");
        if length == 0 {
            break;
        }
        stream.feed(&buffer[..length], &mut |_| found += 1);
    }
    stream.end(&mut |_| found += 1);
    found
}

/// The time that ripgrep takes for the longest fixed texts of the same signatures.
fn rg(signatures: &[String], file: &Path, folder: &Path) -> Option<Duration> {
    let fixed = signatures.iter().map(|text| text.split(['{', '}']).step_by(2).max_by_key(|text| text.len()));
    let fixed: Vec<&str> = fixed.map(|text| text.expect("a split has a part").trim()).collect();
    let patterns = folder.join("patterns");
    std::fs::write(&patterns, fixed.join("\n")).expect("the patterns can be written");
    let mut command = Command::new("rg");
    command.args(["--no-config", "-j1", "-a", "-c", "-F", "-f"]).arg(&patterns).arg(file).stdout(Stdio::null());
    command.status().ok()?;
    Some(best(|| drop(command.status())))
}

fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..RUNS).map(|_| {
        let begun = Instant::now();
        run();
        begun.elapsed()
    });
    times.min().expect("there are runs")
}

/// A small generator of numbers that look random (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    /// Small numbers are common, as words are in a language.
    fn uneven(&mut self, limit: usize) -> usize {
        let first = self.below(limit) + 1;
        self.below(first)
    }
}

/// A vocabulary: words of operations, and words made of syllables.
fn words(random: &mut Random) -> Vec<String> {
    const WORDS: &str = "failed to connect error gateway request timeout for open file no such device not allowed \
        permission denied server started listening on port config invalid missing key value token expired user session \
        closed by peer connection refused reset job skipped worker retry after seconds disk full memory limit exceeded \
        certificate unknown authority host name lookup address already in use node ready pod evicted image pull back off \
        volume mount read only lock held transaction aborted deadlock detected query slow index corrupt table";
    const BEGIN: [&str; 18] =
        ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "pr", "tr", "cl", "qu"];
    const MIDDLE: [&str; 7] = ["a", "e", "i", "o", "u", "io", "ea"];
    const END: [&str; 8] = ["", "", "", "n", "r", "s", "l", "m"];
    let mut words: Vec<String> = WORDS.split_whitespace().map(str::to_owned).collect();
    for _ in 0..30_000 {
        let mut word = String::new();
        for _ in 0..2 + random.below(3) {
            word += BEGIN[random.below(BEGIN.len())];
            word += MIDDLE[random.below(MIDDLE.len())];
            word += END[random.below(END.len())];
        }
        words.push(word);
    }
    words
}

/// An error message: words, now and then a variable part.
fn sentence(random: &mut Random, words: &[String]) -> String {
    let mut text = String::new();
    let length = 5 + random.below(6);
    for at in 0..length {
        let separator = if at == 0 { "" } else { " " };
        match random.below(12) {
            0 if at > 2 && at + 1 < length && !text.ends_with('}') => text.push_str(" {name}"),
            1 => {
                write!(text, "{separator}{}={}", words[random.uneven(words.len())], random.below(2000)).expect("text");
            }
            _ => {
                text.push_str(separator);
                text.push_str(&words[random.uneven(words.len())]);
            }
        }
    }
    text
}

/// Lines of several programs; one in a hundred thousand is a signature's.
fn log(random: &mut Random, words: &[String], signatures: &[String], size: usize) -> Vec<u8> {
    let messages: Vec<String> = (0..400).map(|_| sentence(random, words).replace("{name}", "\"x-17\"")).collect();
    let mut log = String::with_capacity(size + 1024);
    let mut line = 0_usize;
    while log.len() < size {
        line += 1;
        let (hour, minute, second) = (line / 3600 % 24, line / 60 % 60, line % 60);
        let message = match line % 100_000 {
            99_999 => signatures[random.below(signatures.len())].replace("{name}", "y"),
            _ => messages[random.uneven(messages.len())].clone(),
        };
        let id = random.below(1 << 32);
        match random.below(4) {
            0 => writeln!(log, "Apr 16 {hour:02}:{minute:02}:{second:02} box app[{id}]: {message}"),
            1 => writeln!(log, "2026-04-16T{hour:02}:{minute:02}:{second:02}.118Z info  [worker-{id:x}] {message} id={id}"),
            2 => writeln!(log, "{{\"ts\":\"2026-04-16T{hour:02}:{minute:02}:{second:02}Z\",\"level\":\"info\",\"msg\":\"{message}\",\"trace\":\"{id:016x}\"}}"),
            _ => writeln!(log, "192.0.2.{} - - [16/Apr/2026:{hour:02}:{minute:02}:{second:02} +0000] \"GET /api/v1/{}/{id} HTTP/1.1\" 200 {} \"-\" \"curl/8.5.0\"", id % 256, words[random.below(words.len())], id % 10_000),
        }
        .expect("text");
    }
    log.into_bytes()
}
