//! The program's own diagnostics are incidents of its own site: the pages in `content/faultbook` are made from the
//! documentation of the rules, and a rule whose page is missing or old fails. `FAULTBOOK_ACCEPT=1` writes the pages.

use crate::base;
use crate::rules::{Verb, examples, findings, site_with};
use faultbook::diagnostic::{Diagnostic, Level, RULES, Rule, human};
use faultbook::parse;
use faultbook::prove::{self, Difference};
use faultbook::source::{Tree, Unread};
use pulldown_cmark::{Event, Parser, Tag};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_rule_of_the_catalog_has_its_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/faultbook");
    let pages: BTreeMap<PathBuf, String> = RULES.iter().flat_map(|rule| files(rule, &folder)).collect();
    if std::env::var_os("FAULTBOOK_ACCEPT").is_some() {
        for (path, text) in &pages {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let kept = walkdir::WalkDir::new(&folder).min_depth(2).into_iter().map(|entry| entry.unwrap().into_path());
    let gone = kept.filter(|path| path.is_file() && !pages.contains_key(path));
    let old = pages.iter().filter(|(path, text)| fs::read_to_string(path).ok().as_ref() != Some(text));
    let wrong: Vec<PathBuf> = old.map(|(path, _)| path.clone()).chain(gone).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\nFAULTBOOK_ACCEPT=1 writes these pages; remove those that no rule has");
}

fn files(rule: &Rule, folder: &Path) -> [(PathBuf, String); 3] {
    let folder = folder.join(rule.name);
    let (command, shown) = shown(rule);
    let file = |name: &str, text: String| (folder.join(name), text);
    [
        file("index.en.md", page(rule, &ENGLISH, rule.docs, command, &shown)),
        file("index.zh.md", page(rule, &CHINESE, &rule.docs_in("zh"), command, &shown)),
        file("samples/match-terminal.log", format!("$ {command}\n{shown}")),
    ]
}

/// What a terminal shows of the example that triggers a rule, and the command that does.
fn shown(rule: &Rule) -> (&'static str, String) {
    let all = examples(rule.docs);
    let example = all.iter().find(|example| example.verb == Verb::Triggers);
    let (tree, mut found) = match example {
        Some(example) => with_findings(site_with(example, &all)),
        None if rule.code == "FB122" => with_another_jq(),
        None => with_findings(with_a_large_file()),
    };
    found.retain(|finding| finding.rule == rule);
    found.truncate(1);
    let is_audited = ["FB093", "FB094", "FB095"].contains(&rule.code);
    let command = if is_audited { "faultbook audit src deploy" } else { "faultbook verify" };
    // A sample that shows how a value is let through must not itself let one through.
    let shown = human::render(&found, &tree, false).replace("# allow-secret", "# allow\\u{2d}secret");
    (command, shown)
}

fn with_findings(tree: Tree) -> (Tree, Vec<Diagnostic>) {
    let found = findings(&tree);
    (tree, found)
}

/// A fault that takes a shell and a real jq, here told as if there were one.
fn with_another_jq() -> (Tree, Vec<Diagnostic>) {
    let tree = base::site();
    let (site, _) = parse::site(&tree);
    let (_, incident) = site.incidents().next().unwrap();
    let (expected, actual) = ("{\"hours\":0}".to_owned(), "the command failed".to_owned());
    let difference = Difference { snippet: 0, fixture: 0, version: "1.5".to_owned(), expected, actual };
    let found = vec![prove::paste_differs(incident, &tree, &difference)];
    (tree, found)
}

/// The one fault of which no text can be an example.
fn with_a_large_file() -> Tree {
    let mut tree = base::site();
    let path = "content/demo/token-expired/samples/match-all.log";
    tree.replace(path, [(path.to_owned(), Err(Unread::TooLarge { size: 48_213_907, limit: 1_048_576 }))]);
    tree
}

/// What the pages of a language say around the documentation.
struct Words {
    is_source: bool,
    headings: [&'static str; 5],
    unchecked: &'static str,
    confirm: &'static str,
    run: &'static str,
    /// How a sentence ends.
    stop: &'static str,
    /// Around the file that an example stands for.
    file: [&'static str; 2],
}

const ENGLISH: Words = Words {
    is_source: true,
    headings: ["Symptom", "Root cause", "Confirm", "Fix", "Example {#example}"],
    unchecked: "the fault is in the text of a site, where faultbook itself looks for it",
    confirm: " names the file, the line and the column of each finding.",
    run: "Run this in the site's folder. It names the file, the line and the column of each finding, and what to type instead:",
    stop: ". ",
    file: [" (", "):"],
};

const CHINESE: Words = Words {
    is_source: false,
    headings: ["症状", "根本原因", "确认", "修复", "示例 {#example}"],
    unchecked: "问题出在站点的文字里，faultbook 自己会去查",
    confirm: "会指出每一处所在的文件、行和列。",
    run: "在站点的文件夹里运行。它会指出每一处所在的文件、行和列，并告诉你该怎么写：",
    stop: "。",
    file: ["（", "）："],
};

fn page(rule: &Rule, words: &Words, docs: &str, command: &str, shown: &str) -> String {
    let [blocks, examples] = parts(docs);
    let [what, why, how @ ..] = blocks.as_slice() else { panic!("{} says too little", rule.code) };
    assert!(!how.is_empty(), "{}: before its examples a page says what, why, and then what to do", rule.code);
    let first = |block: &str| {
        let line = block.lines().next().unwrap_or_default().trim_start_matches("- ");
        let in_code = |at: usize| {
            let mut events = Parser::new(line).into_offset_iter();
            events.any(|(event, range)| matches!(event, Event::Code(_)) && range.contains(&at))
        };
        let end = line.match_indices(words.stop).map(|(at, _)| at).find(|at| !in_code(*at));
        quoted(&line[..end.map_or(line.len(), |at| at + words.stop.trim_end().len())])
    };
    let level = match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let (code, number) = (rule.code, rule.code[2..].trim_start_matches('0'));
    let source = format!(
        "severity: low\napplies_to: [{{product: faultbook}}]\n\
         signatures: [\"{level}[{code}]\", \"faultbook explain {code}\"]\n"
    );
    let (id, facts) = if words.is_source { (format!("id: FAULTBOOK-{number}\n"), source) } else { Default::default() };
    let unchecked = words.unchecked;
    let confirm = quoted(&format!("`{command}`{}", words.confirm));
    let mut page = format!(
        "---\n{id}title: \"{code} `{}`\"\n{facts}unchecked: {unchecked}\nsymptom: {}\nroot_cause: {}\nconfirm: {confirm}\nfix: {}\n---\n",
        rule.name,
        first(what),
        first(why),
        first(&how[0])
    );
    let fence = "`".repeat(shown.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
    let example = example(&examples, words);
    let sections = [
        format!("{what}\n\n{fence}text\n{shown}{fence}"),
        why.clone(),
        format!("{}\n\n```sh\n{command}\n```", words.run),
        how.join("\n\n"),
        example,
    ];
    for (heading, text) in words.headings.iter().zip(sections).filter(|(_, text)| !text.is_empty()) {
        page.extend(["\n## ", heading, "\n\n", text.as_str(), "\n"]);
    }
    page
}

/// The blocks of a rule's page before its examples, without its heading; and the examples as they are written.
fn parts(docs: &str) -> [Vec<String>; 2] {
    let (mut depth, mut blocks, mut code) = (0, Vec::new(), None);
    for (event, range) in Parser::new(docs).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 && !matches!(tag, Tag::Heading { .. }) {
                    if matches!(tag, Tag::CodeBlock(_)) {
                        code.get_or_insert(blocks.len());
                    }
                    blocks.push(docs[range].trim_end().to_owned());
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    let introduction = code.map_or(blocks.len(), |first| first - 1);
    let examples = blocks.split_off(introduction);
    [blocks, examples]
}

/// Examples for readers: the file that each stands for is named in the words before it.
fn example(blocks: &[String], words: &Words) -> String {
    let mut text = Vec::new();
    for pair in blocks.chunks(2) {
        let [introduction, code] = pair else { panic!("an example has an introduction") };
        let (info, code) = code.split_once('\n').unwrap();
        let [language, _, path, ..] = info.split(' ').collect::<Vec<_>>()[..] else { panic!("{info} names no file") };
        let introduction = introduction.trim_end_matches([':', '：']);
        text.push(format!("{introduction}{}`{path}`{}\n\n{language}\n{code}", words.file[0], words.file[1]));
    }
    text.join("\n\n")
}

/// A text as YAML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
