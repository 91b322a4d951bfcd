//! Which incident is meant by what, and how it looks in a terminal.

use crate::base;
use faultbook::diagnostic::explain::{Look, render};
use faultbook::index::catalog::{self, Catalog, Document, Inputs};
use faultbook::link::Links;
use faultbook::model::Facts;
use faultbook::prove::Proofs;
use faultbook::source::Tree;
use faultbook::{explain, parse};

/// A site with one more incident, which was moved and is now merged into the first.
fn site() -> Tree {
    let mut tree = base::site();
    tree.add(
        "content/demo/old/index.en.md",
        "---\nid: DEMO-2\ntitle: Login `fails`\nseverity: low\nstatus: merged\nmerged_into: DEMO-1\n\
         related: [DEMO-1]\nowner: \"@gateway\"\napplies_to: [{product: Gateway, versions: \"1.0-2.0\"}]\n\
         aliases: [/wiki/login fails.html, /en/demo/旧/]\nsources: [\"https://example.org/notes\"]\n\
         signatures: [\"token expired\", \"login refused {why} for {user}\"]\n\
         symptom: a * b * c\nroot_cause: r\nconfirm: c\nfix: f\n---\n\n\
         ## Symptom\n\n> [!WARNING]\n> Do not [restart](../token-expired/index.en.md#fix).\n\n- [ ] one[^1]\n\n[^1]: A note.\n",
    );
    tree
}

fn read(tree: &Tree) -> (Catalog, Vec<Document>) {
    let (site, _) = parse::site(tree);
    let links = Links::new(&site, tree);
    let inputs = Inputs { site: &site, tree, links: &links, proofs: &Proofs::default(), facts: &Facts::default() };
    (catalog::catalog(inputs), site.pages.iter().filter_map(|page| catalog::document(inputs, page)).collect())
}

#[test]
fn an_incident_is_found_by_id_address_and_error_text() {
    let (catalog, _) = read(&site());
    let check = |asked: &str, expected: &[&str]| {
        let found: Vec<&str> = explain::find(&catalog, asked).iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(found, expected, "{asked}");
    };
    check("DEMO-1", &["DEMO-1"]);
    check(" demo-2 ", &["DEMO-2"]);
    check("DEMO-3", &[]);
    check("/en/demo/token-expired/", &["DEMO-1"]);
    check("https://runbooks.example.org/zh/demo/token-expired#fix", &["DEMO-1"]);
    check("https://mirror.example.net/e/DEMO-1/", &["DEMO-1"]);
    check("https://runbooks.example.org/e/DEMO-2.json", &["DEMO-2"]);
    check("/wiki/login%20fails.html", &["DEMO-2"]);
    check("/en/demo/%E6%97%A7/index.html", &["DEMO-2"]);
    check("/en/demo/unknown/", &[]);
    check("12:00 gateway: token expired at 11:59\nanother line", &["DEMO-1", "DEMO-2"]);
    check("login refused today for root", &["DEMO-2"]);
    check("for login refused", &[]);
    check("all is well", &[]);
}

fn shown(id: &str, language: &str, look: Look) -> String {
    let (catalog, mut documents) = read(&site());
    let document = documents.iter_mut().find(|document| document.incident.id == id).expect("the site has it");
    // How a command quotes and backs up is not what is looked at here.
    for snippet in &mut document.snippets {
        snippet.command = format!("jq -c '{}…' file", snippet.name);
    }
    let related = document.incident.related.iter().flat_map(|id| explain::find(&catalog, id));
    render(&explain::page(document, &related.collect::<Vec<_>>(), language), look)
}

#[test]
fn an_incident_reads_well_in_a_terminal() {
    insta::assert_snapshot!("english", shown("DEMO-1", "en", Look::plain(60)));
    insta::assert_snapshot!("chinese", shown("DEMO-1", "zh", Look::plain(40)));
    insta::assert_snapshot!("merged", shown("DEMO-2", "zh", Look::plain(60)));
}

#[test]
fn where_a_terminal_takes_links_no_address_is_spelled_out() {
    let look = Look { links: true, ..Look::plain(60) };
    let text = shown("DEMO-2", "en", look);
    assert!(
        text.contains("\u{1b}]8;;https://runbooks.example.org/en/demo/token-expired/#fix\u{1b}\\restart\u{1b}]8;;")
    );
    let plain = anstream::adapter::strip_str(&text).to_string();
    assert!(plain.contains("Do not restart.") && !plain.contains('<'), "{plain}");
}
