//! What a round finds that remembers the last one is what a round finds that remembers nothing.

use crate::base;
use faultbook::diagnostic::human;
use faultbook::pipeline::Memory;
use faultbook::source::Tree;

/// An edit: a file, and what of its text becomes what. A file that becomes nothing is gone.
type Edit = (&'static str, &'static str, &'static str);

const ONE: &str = "content/demo/token-expired/index.en.md";
const HEALTHY: &str = "content/demo/token-expired/fixtures/healthy/home/.demo/config.json";
const SAMPLE: &str = "content/demo/token-expired/samples/match-gateway.log";
const OTHER: &str = "content/demo/other/index.en.md";
const OTHER_PAGE: &str = "---\ntitle: Other page\n---\n\nSee [why](../token-expired/index.en.md#more) and \
    [the incident](/e/DEMO-1/).\n";

/// Each goes on from the one before, and brings other findings.
const EDITS: &[Edit] = &[
    (OTHER, "", OTHER_PAGE),
    (ONE, "## Fix", "## More {#more}\n\n## Fix"),
    (ONE, "## More {#more}\n\n## Fix", "## Fix"),
    (ONE, "id: DEMO-1", "id: DEMO-7"),
    (ONE, "id: DEMO-7", "id: DEMO-1"),
    (ONE, "token expired at {time}", "no such line"),
    (ONE, "no such line", "token expired at {time}"),
    (SAMPLE, "token expired", "token gone"),
    (SAMPLE, "token gone", "token expired"),
    (ONE, "= 24 else", "= 0 else"),
    (ONE, "= 0 else", "= 24 else"),
    ("site.toml", "languages = [\"en\", \"zh\"]", "languages = [\"en\"]"),
    ("site.toml", "languages = [\"en\"]", "languages = [\"en\", \"zh\"]"),
    ("templates/list.html", "", "{{ nothing"),
    ("templates/list.html", "{{ nothing", ""),
    (HEALTHY, "24", "0"),
    (HEALTHY, "0", "24"),
    (OTHER, OTHER_PAGE, ""),
];

#[test]
fn what_is_remembered_changes_no_finding() {
    let mut tree = base::site();
    let mut memory = Memory::default();
    let first = memory.check(&tree, &base::InPlace, false);
    let mut before = human::render(&first.findings, &tree, false);
    for (path, from, to) in EDITS {
        edit(&mut tree, path, from, to);
        let remembered = memory.check(&tree, &base::InPlace, false);
        let fresh = Memory::default().check(&tree, &base::InPlace, false);
        let told = human::render(&remembered.findings, &tree, false);
        assert_eq!(told, human::render(&fresh.findings, &tree, false), "after {from:?} became {to:?} in {path}");
        for page in &fresh.site.pages {
            let proofs = (remembered.proofs.of(&page.folder), fresh.proofs.of(&page.folder));
            assert_eq!(proofs.0, proofs.1, "the proof of {}, after {from:?} became {to:?}", page.folder);
        }
        assert_ne!(before, told, "{from:?} became {to:?} in {path}, and brought nothing");
        before = told;
    }
}

fn edit(tree: &mut Tree, path: &str, from: &str, to: &str) {
    let text = tree.find(path).map_or("", |file| tree.file(file).text().expect("the site is text")).to_owned();
    assert!(text.contains(from), "{path} has {from:?}");
    let text = text.replacen(from, to, 1);
    let fresh = (!text.is_empty()).then(|| (path.to_owned(), Ok(text.into_bytes())));
    tree.replace(path, fresh);
}
