//! What authors are told of the mistakes that they make: one finding for one mistake, and help that can be typed.

use crate::base::{self, InPlace};
use faultbook::diagnostic::Diagnostic;
use faultbook::model::Facts;
use faultbook::pipeline::{self, Checked, Preview};
use faultbook::source::Tree;
use std::sync::Arc;

const PAGE: &str = "content/demo/token-expired/index.en.md";
const CHINESE: &str = "content/demo/token-expired/index.zh.md";

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    tree.file(tree.find(path).unwrap()).text().unwrap()
}

/// The small site, with a text of one of its files put in the place of another.
fn edited(path: &str, from: &str, to: &str) -> Tree {
    let mut tree = base::site();
    let old = text(&tree, path).to_owned();
    assert!(old.contains(from), "{from}");
    tree.add(path, old.replacen(from, to, 1));
    tree
}

fn check(tree: &Tree) -> Checked {
    pipeline::check(tree, &InPlace, false)
}

/// Code, place, message and help of a finding.
fn shown(tree: &Tree, finding: &Diagnostic) -> String {
    let source = tree.file(finding.span.file);
    let place = source.locate(finding.span.start as usize);
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    format!("{} {}:{}: {}{help}", finding.rule.code, source.path, place.line, finding.message)
}

fn found(tree: &Tree) -> Vec<String> {
    check(tree).findings.iter().map(|finding| shown(tree, finding)).collect()
}

#[test]
fn a_template_that_fails_while_it_renders_is_found_before_it_is_built_and_told_once() {
    let mut tree = base::site();
    let broken = include_str!("../../templates/base.html").replacen("{{ ", "{{ foo.bar }}{{ ", 1);
    tree.add("templates/base.html", broken);
    for all in [false, true] {
        let mut checked = check(&tree);
        assert!(checked.is_sound());
        checked.try_templates(&tree, &Facts::default(), all);
        let [finding] = checked.findings.as_slice() else { panic!("{:?}", checked.findings) };
        assert!(shown(&tree, finding).starts_with("FB090 templates/base.html:2: variable `foo` is not defined"));
    }
    // A page that was not among those tried says what is wrong with it.
    let preview = Preview::new(check(&tree), Arc::new(tree), Facts::default());
    let page = String::from_utf8(preview.file("en/index.html").unwrap()).unwrap();
    assert!(page.contains("FB090"), "{page}");
}

#[test]
fn a_mistake_in_site_toml_is_not_one_in_every_file() {
    for (from, to) in [("languages = [", "languages = [["), ("[title]", "[title"), ("\"zh\"]", "\"zh\"")] {
        let found = found(&edited("site.toml", from, to));
        assert!(matches!(found.as_slice(), [only] if only.starts_with("FB011 site.toml:")), "{to}: {found:#?}");
    }
    let found = found(&edited("site.toml", "languages = [\"en\", \"zh\"]", ""));
    assert!(
        matches!(found.as_slice(), [only] if only.starts_with("FB013 site.toml:1: `languages` is missing")),
        "{found:#?}"
    );
}

#[test]
fn of_two_pages_with_one_id_the_published_one_keeps_it() {
    for copy in ["a-copy", "z-copy"] {
        let mut tree = base::site();
        for (_, file) in base::site().iter().filter(|(_, file)| file.path.contains("/token-expired/")) {
            tree.add(&file.path.replace("token-expired", copy), file.bytes());
        }
        tree.add("content/permalinks.lock", "id DEMO-1 demo/token-expired\nid DEMO-7 demo/gone\n");
        let found = found(&tree);
        let [copied, gone] = found.as_slice() else { panic!("{found:#?}") };
        let expected =
            format!("FB021 content/demo/{copy}/index.en.md:2: the id `DEMO-1` is taken; the next free id is `DEMO-8`");
        assert_eq!(copied, &expected);
        assert!(gone.starts_with("FB089 content/permalinks.lock:2:"), "{gone}");
    }
}

#[test]
fn what_looks_like_a_number_is_quoted_as_it_was_written() {
    for number in ["2026.10", "1e3", "0x1F", "true"] {
        let found =
            found(&edited(PAGE, "title: Requests fail with \"token expired\"", &format!("title: {number}  # x")));
        assert!(found[0].ends_with(&format!("; write `\"{number}\"`")), "{found:#?}");
    }
    let found = found(&edited("site.toml", "\"Runbooks\"", "1.10"));
    assert!(found.iter().any(|found| found.ends_with("; write `\"1.10\"`")), "{found:#?}");
}

#[test]
fn the_help_for_a_key_can_be_typed() {
    let tree = edited(PAGE, "severity: high", "severity:");
    let found = found(&tree);
    let expected = format!("FB013 {PAGE}:4: `severity` is missing; write its value after the colon");
    assert_eq!(found, [expected]);
    let tree = edited(PAGE, "severity: high", "severity: high\nseverity: low");
    let [twice] = check(&tree).findings.try_into().unwrap();
    assert_eq!(
        shown(&tree, &twice),
        format!("FB010 {PAGE}:5: the key `severity` is there twice; keep one of the two lines")
    );
    assert_eq!(tree.slice(twice.span), "severity");
    assert_eq!(tree.file(twice.span.file).locate(twice.notes[0].span.unwrap().start as usize).line, 4);
    for (from, to, help) in [
        ("base_url = \"https://runbooks.example.org/\"", "", "add `base_url = \"…\"`"),
        ("[title]", "offline = \"no\"\n[title]", "write `offline = true`"),
        ("[title]", "[glossary]\ncertificate = [1]\n[title]", "write `certificate = \"…\"`"),
    ] {
        let found = self::found(&edited("site.toml", from, to));
        assert!(matches!(found.as_slice(), [only] if only.ends_with(help)), "{help}: {found:#?}");
    }
}

#[test]
fn an_image_is_a_file_beside_the_page() {
    let mut tree = base::site();
    tree.add("content/demo/token-expired/load.png", *b"\x89PNG\r\n\x1a\n");
    for path in [PAGE, CHINESE] {
        let old = text(&tree, path).to_owned();
        tree.add(
            path,
            format!("{old}\n![load](https://example.org/x.png)\n\n![load](laod.png)\n\n![load](load.png)\n"),
        );
    }
    let found = found(&tree);
    let told: Vec<_> = found.iter().map(|found| found.split(": ").skip(1).collect::<Vec<_>>().join(": ")).collect();
    let outside = "this image is on another site; put the image beside the page, and write its name here";
    let dead = "no image is at `laod.png`; did you mean `load.png`?";
    assert_eq!(told, [outside, dead, outside, dead], "{found:#?}");
}

#[test]
fn a_mistake_in_a_fence_is_told_where_it_is_and_nowhere_else() {
    let good = "```jq check #token-lifetime file=~/.demo/config.json";
    for bad in ["fil=~/.demo/config.json", "file=etc/x.json", "file=/etc/../x.json", "file=~/.demo/config.json as=ymal"]
    {
        let found = found(&edited(PAGE, good, &format!("```jq check #token-lifetime {bad}")));
        assert!(found.iter().all(|found| found.starts_with("FB051 ") || found.starts_with("FB053 ")), "{found:#?}");
    }
    let found = found(&edited(PAGE, good, "```jq check #token-lifetime file=~/.demo/config"));
    assert!(found[0].contains("`systemd`"), "{found:#?}");
}

#[test]
fn a_fence_that_is_not_closed_is_one_finding() {
    let whole = text(&base::site(), PAGE).to_owned();
    let fences: Vec<usize> = whole.match_indices("\n```\n").map(|(at, _)| at).collect();
    assert!(fences.len() >= 2);
    for at in fences {
        let mut tree = base::site();
        tree.add(PAGE, format!("{}\n{}", &whole[..at], &whole[at + 5..]));
        let found = found(&tree);
        assert!(
            matches!(found.as_slice(), [only] if only.starts_with("FB055") && only.contains("is not closed")),
            "{found:#?}"
        );
    }
}

#[test]
fn a_missing_section_is_named_as_the_page_would() {
    let found = found(&edited(CHINESE, "## 确认", "## 其他"));
    assert!(found.iter().any(|found| found.ends_with("`confirm` is missing; add a heading `## 确认`")), "{found:#?}");
    let found = self::found(&edited(PAGE, "## Confirm", "## Confrm"));
    assert!(
        found.iter().any(|found| found.ends_with("`confirm` is missing; did you mean `## Confirm`?")),
        "{found:#?}"
    );
}

#[test]
fn what_an_unreadable_page_may_answer_for_is_not_called_gone() {
    let mut tree = edited(PAGE, "severity: high", "severity: high\nseverity: low");
    tree.add(
        "content/permalinks.lock",
        "route /en/tags/\nroute /en/tags/tokens/\nroute /wiki/old.html\nroute /en/gone/\n",
    );
    let found = found(&tree);
    let [twice, gone] = found.as_slice() else { panic!("{found:#?}") };
    assert!(twice.starts_with("FB010") && gone.starts_with("FB087 content/permalinks.lock:4"), "{found:#?}");
}
