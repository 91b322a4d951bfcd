//! The documentation of every rule, run: what its examples say of themselves must be so.
//!
//! An example is a fence whose info string is `LANGUAGE VERB PATH`. `triggers` puts the text at that path of the small
//! site and expects a finding of the rule, `passes` expects none, `with` adds a file to every example of the page.
//! `hex` as language gives bytes; `escaped` at the end turns `\u{202e}` into its character.

use crate::base;
use faultbook::audit::Known;
use faultbook::diagnostic::{Diagnostic, RULES, Rule, human};
use faultbook::model::{Facts, Site};
use faultbook::output::Output;
use faultbook::pipeline;
use faultbook::source::Tree;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Rules of which no text can be an example, and why.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("FB002", "files over the limit are not read, so a tree in memory has none"),
    ("FB122", "it takes a shell and the real jq; `it/paste.rs` has them"),
];

#[test]
fn the_small_site_has_no_findings() {
    let tree = base::site();
    let findings = findings(&tree);
    assert!(findings.is_empty(), "{}", human::render(&findings, &tree, false));
}

#[test]
fn every_page_is_there_in_chinese_with_the_same_examples() {
    for rule in RULES {
        let chinese = rule.docs_in("zh");
        let heading = format!("# {} {}\n\n", rule.code, rule.name);
        assert!(chinese.starts_with(&heading), "the page of {} does not begin with {heading:?}", rule.code);
        assert!(prose(&chinese).contains('。'), "the page of {} says nothing in Chinese", rule.code);
        assert!(examples(&chinese) == examples(rule.docs), "{} has other examples in Chinese", rule.code);
    }
}

#[test]
fn every_page_begins_with_its_rule_and_says_something() {
    for rule in RULES {
        let heading = format!("# {} {}\n\n", rule.code, rule.name);
        assert!(rule.docs.starts_with(&heading), "the page of {} does not begin with {heading:?}", rule.code);
        let prose = prose(rule.docs).split_whitespace().count();
        assert!((60..=260).contains(&prose), "the page of {} has {prose} words", rule.code);
    }
}

#[test]
fn every_example_is_true() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let examples = examples(rule.docs);
        let exempt = WITHOUT_EXAMPLE.iter().any(|(code, _)| *code == rule.code);
        for verb in [Verb::Triggers, Verb::Passes] {
            if !exempt && !examples.iter().any(|example| example.verb == verb) {
                wrong.push(format!("{} has no example that {verb:?}", rule.code));
            }
        }
        let untrue: Vec<String> = examples.iter().filter_map(|example| fault(rule, example, &examples)).collect();
        wrong.extend(untrue);
    }
    assert!(wrong.is_empty(), "{} examples are not true:\n\n{}", wrong.len(), wrong.join("\n"));
}

/// What is found instead of what an example says.
fn fault(rule: &Rule, example: &Example, all: &[Example]) -> Option<String> {
    let expected = match example.verb {
        Verb::Triggers => true,
        Verb::Passes => false,
        Verb::With => return None,
    };
    let findings = findings(&site_with(example, all));
    if findings.iter().any(|finding| finding.rule == rule) == expected {
        return None;
    }
    let found: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", finding.rule.code, finding.message)).collect();
    Some(format!("{} {:?} {}, found: {found:#?}", rule.code, example.verb, example.path))
}

/// The small site with an example, and what stands beside it.
pub fn site_with(example: &Example, all: &[Example]) -> Tree {
    let mut tree = base::site();
    for other in all.iter().filter(|other| other.verb == Verb::With) {
        tree.add(&other.path, other.bytes.clone());
    }
    tree.add(&example.path, example.bytes.clone());
    tree
}

#[test]
fn every_example_is_introduced() {
    for (rule, docs) in RULES.iter().flat_map(|rule| [(rule, rule.docs), (rule, rule.docs_zh)]) {
        let mut before = "";
        for (event, range) in Parser::new(docs).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) => {
                    let introduced = before.ends_with([':', '：']);
                    assert!(introduced, "{}: nothing introduces the example after {before:?}", rule.code);
                }
                Event::End(TagEnd::Paragraph | TagEnd::CodeBlock) => before = docs[range].trim_end(),
                _ => {}
            }
        }
    }
}

/// All that is wrong with a site; with its templates too, if nothing else keeps it from being rendered.
pub fn findings(tree: &Tree) -> Vec<Diagnostic> {
    let checked = pipeline::check(tree, &base::InPlace, false);
    let mut findings = checked.findings.clone();
    if checked.is_sound() {
        findings.extend(pipeline::write(&checked, tree, &Facts::default(), &Output::default()));
    }
    findings.extend(audited(tree, &checked.site));
    findings
}

/// What an audit finds in the files of an example that are not the site's.
fn audited(tree: &Tree, site: &Site) -> Vec<Diagnostic> {
    let is_site = |path: &str| ["content/", "templates/", "site.toml"].iter().any(|part| path.starts_with(part));
    let files = tree.iter().filter(|(_, file)| !is_site(&file.path));
    let files: Vec<_> = files.map(|(_, file)| (file.path.clone(), file.bytes().to_vec())).collect();
    if files.is_empty() { Vec::new() } else { Known::new(site).check(tree, files).1 }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Triggers,
    Passes,
    With,
}

#[derive(PartialEq)]
pub struct Example {
    pub verb: Verb,
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The examples of a page.
pub fn examples(docs: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<(String, String)> = None;
    for event in Parser::new(docs) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some((info.into_string(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, code)) = &mut open {
                    code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let (info, code) = open.take().expect("a block that ends was begun");
                examples.extend(example(&info, &code));
            }
            _ => {}
        }
    }
    examples
}

/// The example of a fence; `None` for code that is only to be read.
fn example(info: &str, code: &str) -> Option<Example> {
    let words: Vec<&str> = info.split_whitespace().collect();
    let [language, verb, path, flags @ ..] = words.as_slice() else { return None };
    let verb = match *verb {
        "triggers" => Verb::Triggers,
        "passes" => Verb::Passes,
        "with" => Verb::With,
        other => panic!("an example cannot `{other}`: {info}"),
    };
    let mut text = code.to_owned();
    for flag in flags {
        match *flag {
            "escaped" => text = unescape(&text),
            _ => panic!("`{flag}` means nothing: {info}"),
        }
    }
    let bytes = if *language == "hex" { hex(&text) } else { text.into_bytes() };
    Some(Example { verb, path: (*path).to_owned(), bytes })
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("a byte is two digits")).collect()
}

fn unescape(text: &str) -> String {
    let mut pieces = text.split("\\u{");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (number, rest) = piece.split_once('}').expect("a number ends in `}`");
        let number = u32::from_str_radix(number, 16).expect("a number is hexadecimal");
        plain.push(char::from_u32(number).expect("a number is a character's"));
        plain.push_str(rest);
    }
    plain
}

/// The text of a page without its code blocks.
fn prose(docs: &str) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for event in Parser::new(docs) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) | Event::Code(text) if !in_code => {
                prose.push_str(&text);
                prose.push(' ');
            }
            _ => {}
        }
    }
    prose
}
