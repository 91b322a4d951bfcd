//! Laws of the printers, tried on any bytes and any places.

use faultbook::diagnostic::{Diagnostic, RULES, explain, github, human, json, sarif};
use faultbook::source::{LineColumn, Span, Tree};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What is hard to print: wide, joined and hidden characters, line ends, escape sequences, bytes that are no text.
const PIECES: &[&[u8]] = &[
    b"a",
    b" ",
    b"\t",
    b"\n",
    b"\r\n",
    b"\r",
    b"\x1b[31m",
    b"\x00",
    b"\x01",
    b"\x7f",
    b"\xff",
    b"\x80",
    b"\xe7\xbd",
    "网关，".as_bytes(),
    "🦀".as_bytes(),
    "👨‍👩‍👧".as_bytes(),
    "e\u{301}".as_bytes(),
    "\u{9b}2J".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{feff}".as_bytes(),
    &[b'x'; 200],
    &[b' '; 50],
];

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = String> {
    file().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

prop_compose! {
    fn span()(file in any::<Index>(), start in 0..9_000_usize, length in 0..400_usize) -> (Index, usize, usize) {
        (file, start, start + length)
    }
}

prop_compose! {
    /// Two files, and a finding in one of them with notes in both.
    fn scene()(
        files in prop::array::uniform2(file()),
        name in text(),
        rule in select(RULES),
        message in text(),
        label in prop::option::of(text()),
        help in prop::option::of(text()),
        place in span(),
        notes in prop::collection::vec((prop::option::of(span()), text()), 0..3),
    ) -> (Tree, Vec<Diagnostic>) {
        let mut tree = Tree::default();
        let [one, other] = files;
        tree.add("content/a.md", one);
        tree.add(&format!("content/b{}.md", name.replace('/', "")), other);
        let at = |(file, start, end): (Index, usize, usize)| {
            let (id, source) = tree.iter().nth(file.index(2)).expect("there are two files");
            // Places past the end and within a character are not asked for by stages, but must do no harm.
            let length = source.bytes().len() + 2;
            Span::new(id, start % length..end.min(start % length + 400))
        };
        let mut finding = rule.at(at(place), message).help(help);
        finding.label = label;
        for (place, text) in notes {
            finding = match place {
                Some(place) => finding.note_at(at(place), text),
                None => finding.note(text),
            };
        }
        (tree, vec![finding.clone(), finding])
    }
}

proptest! {
    #[test]
    fn nothing_but_text_reaches_a_terminal((tree, findings) in scene()) {
        let plain = human::render(&findings, &tree, false);
        let hidden = plain.chars().find(|character| character.is_control() && !matches!(character, '\n' | '\t'));
        prop_assert_eq!(hidden, None, "{}", plain);
        prop_assert!(plain.lines().all(|line| line.chars().count() < 12_000));
        let coloured = human::render(&findings, &tree, true);
        prop_assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }

    #[test]
    fn every_printed_place_is_the_one_of_the_finding((tree, findings) in scene()) {
        let printed = human::render(&findings, &tree, false);
        let places: Vec<LineColumn> = printed.lines().filter_map(place).collect();
        let spans = findings.iter().flat_map(|finding| {
            [finding.span].into_iter().chain(finding.notes.iter().filter_map(|note| note.span))
        });
        let expected: Vec<LineColumn> =
            spans.map(|span| tree.file(span.file).locate(span.start as usize)).collect();
        prop_assert_eq!(places, expected, "{}", printed);
    }

    #[test]
    fn what_programs_read_is_well_formed((tree, findings) in scene()) {
        for line in json::render(&findings, &tree).lines() {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(object["message"].as_str().unwrap(), &findings[0].message);
        }
        let log: serde_json::Value = serde_json::from_str(&sarif::render(&findings, &tree)).unwrap();
        prop_assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
        let commands = github::render(&findings, &tree);
        prop_assert_eq!(commands.matches('\n').count(), 2);
        prop_assert!(!commands.contains('\r'));
    }

    #[test]
    fn any_markdown_can_be_explained(markdown in text(), width in 0..120_usize) {
        let plain = explain::render(&markdown, explain::Look::plain(width));
        let obeyed = plain.contains('\u{1b}');
        prop_assert!(!obeyed);
    }
}

/// The place in a line that names one.
fn place(line: &str) -> Option<LineColumn> {
    let rest = line.trim_start().strip_prefix("--> content/")?;
    let mut parts = rest.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some(LineColumn { line, column })
}
