//! Laws tried on generated texts: made of the pieces that mean something to the parser, and of anything else.

use crate::laws::{parses_and_every_place_is_in_its_file, places_are_in_their_files, site_with_page};
use faultbook::diagnostic::Diagnostic;
use faultbook::model::Facts;
use faultbook::output::Output;
use faultbook::pipeline;
use faultbook::prove::{Job, Killed, Prover, Report};
use faultbook::slug::slug;
use faultbook::source::{Span, Tree};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A front matter without faults, for those pages that are to have a body worth reading.
const HEAD: &str = "id: DEMO-1\ntitle: x\nseverity: high\nsymptom: a\nroot_cause: b\nconfirm: c\nfix: d\n";

/// Pieces of front matter.
const KEYS: &[&str] = &[
    "id: DEMO-1\n",
    "title: x\n",
    "severity: high\n",
    "signatures:\n",
    "  - \"a {b}\"\n",
    "let: {a: [1]}\n",
    "symptom: '症状'\n",
    "fix: &a [*a]\n",
    "tags: [a, b\n",
    "aliases: [/x]\n",
    "messages: {c: \"{at}\"}\n",
    "related: [DEMO-2]\n",
    "status: merged\n",
    "? ",
    ": ",
    "- ",
    "|\n",
    ">-\n",
    "  ",
    "\t",
    "'",
    "\"",
    "!!binary ",
    "---\n",
    "...\n",
    "\r\n",
    "\n",
    "#",
    "🦀",
    "网关",
    "\0",
];

/// Pieces of a page's text: each opens, closes or changes something.
const BODY: &[&str] = &[
    "## Symptom\n",
    "## 确认 {#confirm}\n",
    "# ",
    "```jq check #c file=~/.a.json\n",
    "```jq fix #f for=c file=/a.json\n",
    "```diff fix #d file=/a\n",
    "```jq check #e in.a=/a in.b?=~/b as.b=lines\n",
    "~~~\n",
    "```\n",
    ".a[]\n",
    "[a](../b/index.en.md#c)",
    "![](x.png)",
    "<b>",
    "<!-- ",
    "> ",
    "- [ ] ",
    "1. ",
    "    ",
    "\t",
    "|a|b|\n|-|-|\n",
    "[^1]",
    "[^1]: n\n",
    "[r]: <x y>\n",
    "\\",
    "\r\n",
    "\r",
    "\n",
    "\n\n",
    "\u{feff}",
    "\0",
    "🦀",
    "网关",
    "**注意：**",
    "\u{202e}",
    "---\n",
];

/// Pieces of `site.toml`.
const CONFIG: &[&str] = &[
    "base_url = ",
    "\"https://example.org/\"\n",
    "default_language = \"en\"\n",
    "languages = [\"en\", \"zh\"]\n",
    "languages = ",
    "[title]\n",
    "en = ",
    "\"x\"\n",
    "edit_url = \"{path}\"\n",
    "[",
    "]",
    "\"",
    "'''",
    "=",
    "\n",
    "#",
    "9999999999999999999999",
    "{a = 1}",
    "网关",
    "\r\n",
    "\u{feff}",
];

/// Pieces of templates.
const TEMPLATE: &[&str] = &[
    "{{ ",
    "}}",
    "{% ",
    "%}",
    "{# ",
    "#}",
    "page.title.text",
    "page.titel",
    "site.base",
    "t.copy",
    "incident.id",
    " | safe",
    " | upper",
    "{% extends \"base.html\" %}",
    "{% block main %}",
    "{% endblock %}",
    "if ",
    "{% endif %}",
    "{% for x in page.trail %}",
    "{% endfor %}",
    "{{ <Body page={page} /> }}",
    "{% include \"x.html\" %}",
    "\"",
    "(",
    ")",
    " + 1",
    " / 0",
    "[0]",
    "<p>",
    "网关",
    "\n",
    "\r\n",
    "\u{feff}",
];

/// A text of such pieces, with other characters and now and then bytes that are no characters between them.
fn made_of(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        16 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        4 => "\\PC{0,6}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// A page: most have a front matter, and of those most a good one.
fn page() -> impl Strategy<Value = Vec<u8>> {
    let head = prop_oneof![2 => Just(HEAD.as_bytes().to_vec()), 1 => made_of(KEYS)];
    let whole = (head, made_of(BODY)).prop_map(|(head, body)| [b"---\n", &*head, b"---\n", &*body].concat());
    prop_oneof![4 => whole, 1 => made_of(BODY)]
}

/// Believes every snippet: what they do is not what is tried here.
struct Credulous;

impl Prover for Credulous {
    fn prove(&self, _job: &Job) -> Result<Report, Killed> {
        Ok(Report::default())
    }
}

/// The files of a site, built for all its faults, and those faults.
fn built(tree: &Tree) -> (BTreeMap<String, Vec<u8>>, Vec<Diagnostic>) {
    let checked = pipeline::check(tree, &Credulous, true);
    let output = Output::default();
    let mut findings = pipeline::write(&checked, tree, &Facts::default(), &output);
    findings.extend(checked.findings);
    (output.into_files(), findings)
}

/// The places of findings, notes included.
fn places(findings: &[Diagnostic]) -> impl Iterator<Item = Span> {
    let of_notes = |finding: &Diagnostic| finding.notes.iter().filter_map(|note| note.span).collect::<Vec<_>>();
    findings.iter().flat_map(move |finding| std::iter::once(finding.span).chain(of_notes(finding)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_a_page_with_its_places_inside(english in page(), chinese in page()) {
        parses_and_every_place_is_in_its_file(&site_with_page(&english, &chinese));
    }

    #[test]
    fn any_bytes_are_a_site_file_with_its_places_inside(config in made_of(CONFIG)) {
        let mut tree = Tree::default();
        tree.add("site.toml", config);
        parses_and_every_place_is_in_its_file(&tree);
    }

    #[test]
    fn two_builds_are_equal_whatever_the_threads(english in page(), chinese in page()) {
        let tree = site_with_page(&english, &chinese);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
        let (files, findings) = built(&tree);
        prop_assert_eq!(alone.install(|| built(&tree)), (files, findings.clone()));
        places_are_in_their_files(places(&findings), &tree);
    }

    #[test]
    fn any_bytes_are_a_template_with_its_faults_inside(template in made_of(TEMPLATE)) {
        let mut tree = site_with_page(format!("---\n{HEAD}---\n").as_bytes(), b"");
        tree.add("templates/incident.html", template);
        places_are_in_their_files(places(&built(&tree).1), &tree);
    }

    #[test]
    fn a_slug_of_a_slug_is_itself(text in "\\PC{0,40}") {
        let once = slug(&text);
        prop_assert_eq!(slug(&once), once);
    }
}
