//! The matcher: the vectors that every front end is held to, and laws that hold for any log.

use faultbook::index::search::signatures;
use faultbook::matching::{self, Match, Matcher, Signature};
use faultbook::model::IncidentId;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

#[test]
fn every_vector_gives_its_incidents_in_their_order() {
    let text = std::fs::read_to_string(file()).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let signatures = vectors["signatures"].as_object().unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 300, "there are {} cases", cases.len());
    let known: Vec<(IncidentId, &str)> = signatures
        .iter()
        .flat_map(|(id, texts)| texts.as_array().unwrap().iter().map(move |text| (id, text.as_str().unwrap())))
        .map(|(id, text)| (IncidentId::parse(id).unwrap(), text))
        .collect();
    let (matcher, owners) = matching::compile(known.iter().map(|(id, text)| ((id, *text), *text)));
    assert_eq!(owners.len(), known.len(), "every text is a signature");
    for_browsers(&matcher, &owners);
    let mut wrong = Vec::new();
    let actual: Vec<Value> = cases.iter().map(|case| with_found(case, &matcher, &owners)).collect();
    for (case, actual) in cases.iter().zip(&actual) {
        if case["expect"] != actual["expect"] {
            wrong.push(format!("{}\n  expected {}\n  found    {}", case["name"], case["expect"], actual["expect"]));
        }
    }
    if std::env::var_os("FAULTBOOK_ACCEPT").is_some() {
        std::fs::write(file(), written(signatures, &actual)).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(text, written(signatures, &actual), "a case is a line");
}

/// The signatures as a browser gets them: `tests/browser` holds the script to the same cases.
fn for_browsers(matcher: &Matcher, owners: &[(&IncidentId, &str)]) {
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let texts: Vec<(&str, usize, &str)> =
        ids.iter().zip(owners).map(|(id, (_, text))| (id.as_str(), 0, *text)).collect();
    for (number, bytes) in signatures::files(matcher, &texts).into_iter().enumerate() {
        let file = file().with_file_name("signatures").join(format!("{number}.bin"));
        if std::env::var_os("FAULTBOOK_ACCEPT").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        } else {
            assert!(std::fs::read(&file).unwrap() == bytes, "{} is as the index writes it", file.display());
        }
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/matching.json")
}

/// A case with what the matcher finds in its text.
fn with_found(case: &Value, matcher: &Matcher, owners: &[(&IncidentId, &str)]) -> Value {
    let text = case["text"].as_str().unwrap();
    let seen = matching::rank(matcher.find(text.as_bytes()), |signature| owners[signature].0);
    let expect = seen.iter().map(|seen| {
        let best = &seen.best;
        let captures: Map<String, Value> =
            best.captures.iter().map(|(name, held)| (name.clone(), held.as_str().into())).collect();
        json!({
            "id": seen.incident.to_string(), "signature": owners[best.signature].1, "line": seen.first_line,
            "count": seen.count, "cut": best.cut, "captures": captures,
        })
    });
    json!({"name": case["name"], "text": text, "expect": expect.collect::<Vec<Value>>()})
}

/// The file: a signature's incident a line, a case a line.
fn written(signatures: &Map<String, Value>, cases: &[Value]) -> String {
    let mut text = String::from("{\n\"signatures\": {\n");
    for (at, (id, texts)) in signatures.iter().enumerate() {
        let comma = if at + 1 < signatures.len() { "," } else { "" };
        writeln!(text, "{}: {texts}{comma}", json!(id)).unwrap();
    }
    text.push_str("},\n\"cases\": [\n");
    for (at, case) in cases.iter().enumerate() {
        let comma = if at + 1 < cases.len() { "," } else { "" };
        writeln!(text, "{case}{comma}").unwrap();
    }
    text.push_str("]\n}\n");
    text
}

/// Pieces of logs: of signatures, of what may stand within them, and of what may not.
const PIECES: &[&str] = &[
    "pairing required",
    "pairing",
    " required",
    "gateway closed (1008): pairing required",
    "model ",
    "not allowed by policy",
    "model x not allowed by policy",
    "existing config is missing gateway.mode",
    "existing config is missing gate…",
    "existing config is mis...",
    "网关未能启动",
    "\\u7f51\\u5173\\u672a\\u80fd\\u542f\\u52a8",
    "PAIRING",
    "\n",
    "\n",
    "\r\n",
    "\n> ",
    " ",
    "\t",
    "\\n",
    "\\\"",
    "\\\\",
    "\x1b[31m",
    "\x1b[",
    "\x1b]8;;x",
    "\x07",
    "\\u001b[1m",
    "12:00 ",
    "2026-04-16",
    "...",
    "…",
    "\0",
    "│",
];

fn matcher() -> Matcher {
    let texts = [
        "pairing required",
        "gateway closed ({code}): pairing required",
        "model {model} not allowed by policy",
        "existing config is missing gateway.mode",
        "网关未能启动",
        "(?i)model {a} pairing {b} required",
        "{before} not allowed by policy {after}",
    ];
    Matcher::new(texts.iter().map(|text| Signature::parse(text).unwrap()).collect())
}

/// A log of such pieces, with long runs and bytes of any kind between them.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        24 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        2 => "\\PC{0,6}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..4),
        1 => (0..12_000_usize, prop::sample::select(&[b' ', b'x', b'\n', b'\\'][..])).prop_map(|(length, byte)| vec![byte; length]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// What a log shows that comes in parts of these lengths.
fn in_parts(matcher: &Matcher, log: &[u8], lengths: &[usize]) -> Vec<Match> {
    let (mut stream, mut found, mut rest) = (matcher.stream(), Vec::new(), log);
    let mut lengths = lengths.iter().cycle();
    while !rest.is_empty() {
        let length = (*lengths.next().unwrap()).clamp(1, rest.len());
        stream.feed(&rest[..length], &mut |matched| found.push(matched));
        rest = &rest[length..];
    }
    stream.end(&mut |matched| found.push(matched));
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_log_shows_the_same_in_whatever_parts_it_comes(
        log in log(),
        lengths in prop::collection::vec(prop_oneof![1..40_usize, 1..30_000_usize], 1..8),
    ) {
        let matcher = matcher();
        let whole = matcher.find(&log);
        prop_assert_eq!(&in_parts(&matcher, &log, &lengths), &whole);
        for found in &whole {
            prop_assert!(found.start < found.end && found.end <= log.len() as u64);
            let before = &log[..usize::try_from(found.start).unwrap()];
            prop_assert_eq!(found.line, before.split(|&byte| byte == b'\n').count() as u64);
        }
        let mut places: Vec<_> = whole.iter().map(|found| (found.signature, found.start)).collect();
        places.sort_unstable();
        places.dedup();
        prop_assert_eq!(places.len(), whole.len(), "no match is told twice");
    }

    #[test]
    fn what_stands_before_and_after_a_match_does_not_hide_it(before in log(), after in log()) {
        let line = b"\n2026-04-16 00:00 gateway closed (1008): pairing required\n".to_vec();
        let found = matcher().find(&[before, line, after].concat());
        prop_assert!(found.iter().any(|found| !found.cut && found.signature == 1));
    }

    #[test]
    fn any_text_is_a_signature_or_a_fault(text in "\\PC{0,40}", log in log()) {
        if let Ok(signature) = Signature::parse(&text) {
            let found = Matcher::new(vec![signature]).find(&log);
            let lines = log.split(|byte| *byte == b'\n').count() as u64;
            prop_assert!(found.iter().all(|found| (1..=lines).contains(&found.line)));
        }
    }
}

#[test]
fn the_work_grows_with_the_length_of_the_log_and_no_faster() {
    // Each is made to be looked at again and again: beginnings without an end, ends without a beginning, no lines.
    let logs = [
        "model x ",
        "not allowed by policy ",
        "gateway closed (1008): pairing requir\n",
        "gateway closed (1008): pairing requir ",
        "existing config is missing gateway.mod\n",
        "pairing required",
        "\\\\\\\\",
        "\x1b[31mpairing\n",
    ];
    for unit in logs {
        let part = unit.repeat((64 << 10) / unit.len() + 1);
        let matcher = matcher();
        let mut stream = matcher.stream();
        // What each part of the log adds to the work.
        let mut added = Vec::new();
        for _ in 0..4 {
            let before = stream.steps();
            stream.feed(part.as_bytes(), &mut |_| {});
            added.push(stream.steps() - before);
        }
        let (early, late) = (added[1], added[3]);
        assert!(late <= early * 5 / 4 + 10_000, "{unit:?}: {added:?}");
        assert!(late < 100 * part.len() as u64, "{unit:?}: {added:?}");
    }
}

#[test]
fn a_line_of_many_megabytes_is_survived() {
    let mut log = vec![b'x'; 20 << 20];
    log.extend_from_slice(b" gateway closed (1008): pairing required ");
    log.extend(std::iter::repeat_n(b'\0', 1 << 20));
    log.extend_from_slice(b"\xff\xfe\nmodel a/b not allowed by policy\n");
    let found = matcher().find(&log);
    let seen: Vec<(usize, u64)> = found.iter().map(|found| (found.signature, found.line)).collect();
    assert_eq!(seen, [(1, 1), (0, 1), (2, 2), (6, 2)]);
}
