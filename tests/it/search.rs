//! The search: the vectors that `search.js` is held to as well, and laws of the reader.

use crate::laws::a_broken_index_is_told;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use faultbook::index::search::{self, Block, Document, Index, MANIFEST, Manifest, Section, Site, Text};
use faultbook::pipeline;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use walkdir::WalkDir;

const LANGUAGES: [&str; 2] = ["en", "zh"];

#[test]
fn every_vector_gives_its_terms_and_its_results() {
    let text = std::fs::read_to_string(file()).unwrap();
    let kept: Value = serde_json::from_str(&text).unwrap();
    let mut actual = kept.clone();
    for case in actual["terms"].as_array_mut().unwrap() {
        let mut terms = Vec::new();
        search::terms(case["text"].as_str().unwrap(), &mut |term, kind| terms.push(json!([term, format!("{kind:?}")])));
        case["terms"] = terms.into();
    }
    let files = files(kept["pages"].as_array().unwrap());
    let index = Index::open(|name| files.get(name).cloned()).unwrap();
    for case in actual["queries"].as_array_mut().unwrap() {
        let language = LANGUAGES.iter().position(|language| case["language"] == *language).unwrap();
        let sought = search::sought(&index, case["text"].as_str().unwrap()).unwrap();
        let hits = search::hits(&index, &sought, language);
        case["hits"] = hits.iter().map(|hit| json!([hit.page, hit.score, hit.part])).collect();
    }
    let bytes = files.iter().map(|(name, bytes)| (name.clone(), BASE64.encode(bytes).into()));
    actual["files"] = Value::Object(bytes.collect::<Map<String, Value>>());
    if std::env::var_os("FAULTBOOK_ACCEPT").is_some() {
        std::fs::write(file(), written(&actual)).unwrap();
        return;
    }
    for key in ["terms", "queries"] {
        for (old, new) in kept[key].as_array().unwrap().iter().zip(actual[key].as_array().unwrap()) {
            assert_eq!(old, new, "FAULTBOOK_ACCEPT=1 accepts what came");
        }
    }
    assert!(text == written(&actual), "other files; FAULTBOOK_ACCEPT=1 accepts them");
}

#[test]
fn pages_load_the_scripts_that_are_written_here() {
    let mut digest = Sha256::new();
    for file in WalkDir::new("templates/assets/search").min_depth(1).sort_by_file_name() {
        digest.update(std::fs::read(file.unwrap().path()).unwrap());
    }
    let sources = digest.finalize().iter().take(8).fold(0, |sources: u64, byte| sources << 8 | u64::from(*byte));
    for file in WalkDir::new("templates/bundles").min_depth(1) {
        let bundle = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(
            bundle.ends_with(&format!("// {sources:016x}\n")),
            "a script of the search has changed: run `.ci/search`"
        );
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/search.json")
}

/// The file: a page, a case, a file of the index a line.
fn written(vectors: &Value) -> String {
    let lines = |values: &Value| {
        let lines: Vec<String> = values.as_array().unwrap().iter().map(Value::to_string).collect();
        format!("[\n{}\n]", lines.join(",\n"))
    };
    let files: Vec<String> =
        vectors["files"].as_object().unwrap().iter().map(|(name, bytes)| format!("{}: {bytes}", json!(name))).collect();
    format!(
        "{{\n\"pages\": {},\n\"terms\": {},\n\"queries\": {},\n\"files\": {{\n{}\n}}\n}}\n",
        lines(&vectors["pages"]),
        lines(&vectors["terms"]),
        lines(&vectors["queries"]),
        files.join(",\n")
    )
}

fn files(pages: &[Value]) -> BTreeMap<String, Vec<u8>> {
    let documents: Vec<Document> = pages.iter().map(document).collect();
    let files = Mutex::new(BTreeMap::new());
    let languages = LANGUAGES.map(str::to_owned).to_vec();
    search::files(&Site { languages, documents: &documents, glossary: &[] }, &|name, bytes| {
        files.lock().unwrap().insert(name.to_owned(), bytes);
    });
    files.into_inner().unwrap()
}

fn document(page: &Value) -> Document {
    let texts = |values: &Value| -> Vec<String> {
        values.as_array().into_iter().flatten().map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    let section = |section: &Value| Section {
        anchor: section[0].as_str().unwrap().to_owned(),
        heading: section[1].as_str().unwrap().to_owned(),
        blocks: [(2, false), (3, true)]
            .into_iter()
            .flat_map(|(at, is_code)| texts(&section[at]).into_iter().map(move |text| Block { text, is_code }))
            .collect(),
    };
    let languages: Vec<&str> = LANGUAGES.into_iter().filter(|language| page["titles"][language].is_string()).collect();
    let sections: Vec<Vec<Section>> = languages
        .iter()
        .map(|language| page["sections"][language].as_array().unwrap().iter().map(section).collect())
        .collect();
    let of_language = languages.iter().zip(search::parts(&sections)).map(|(language, (parts, outline))| Text {
        language: LANGUAGES.iter().position(|known| known == language).unwrap(),
        title: page["titles"][language].as_str().unwrap().to_owned(),
        route: page["place"].as_str().unwrap().to_owned(),
        names: texts(&page["names"][language]),
        parts,
        row: json!({ "title": page["titles"][language], "route": page["place"], "outline": outline }),
    });
    Document { texts: of_language.collect(), ..Document::default() }
}

#[test]
fn a_word_of_the_glossary_finds_a_page_in_the_other_language() {
    let mut tree = crate::base::site();
    let config = tree.file(tree.find("site.toml").unwrap()).text().unwrap().to_owned();
    tree.add("site.toml", format!("{config}\n[glossary]\nquota = \"配额\"\n"));
    tree.add("content/demo/quota/index.en.md", "---\ntitle: The quota is used up\n---\n");
    tree.add("content/demo/quota-raised/index.en.md", "---\ntitle: How to ask for more quota\n---\n");
    let (site, _) = pipeline::addresses(&tree);
    let files = search::of_site(&site, &tree);
    let index = Index::open(|name| files.get(name).cloned()).unwrap();
    let hits = |text: &str| search::hits(&index, &search::sought(&index, text).unwrap(), 1).len();
    assert_eq!((hits("配额"), hits("网络")), (2, 0));
}

#[test]
fn a_glossary_has_both_of_its_words() {
    let mut tree = crate::base::site();
    let config = tree.file(tree.find("site.toml").unwrap()).text().unwrap().to_owned();
    tree.add("site.toml", format!("{config}\n[glossary]\netcd = \"\"\nquota = \"配额\"\n"));
    let (site, findings) = pipeline::addresses(&tree);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["the glossary does not say what `etcd` is called in another language"]);
    assert_eq!(site.config.glossary, [("quota".to_owned(), "配额".to_owned())]);
}

#[test]
fn a_truncated_or_missing_file_is_named() {
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    let files = files(vectors["pages"].as_array().unwrap());
    let manifest = Manifest::read(&files[MANIFEST]).unwrap();
    let shard = manifest.terms.file(manifest.terms.find("pair").unwrap()).unwrap();
    for length in [None, Some(0), Some(20), Some(files[shard].len() - 9)] {
        let index = Index::open(|name| {
            let file = files.get(name).cloned()?;
            if name == shard { Some(file[..length?].to_vec()) } else { Some(file) }
        });
        let broken = search::sought(&index.unwrap(), "pairing").unwrap_err();
        assert_eq!(broken.0, shard);
    }
    assert_eq!(Index::open(|_| None).err().unwrap().0, MANIFEST);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_of_an_index_may_be_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        a_broken_index_is_told(&bytes);
    }

    #[test]
    fn any_text_has_terms_that_are_found_again(text in "(?s).{0,60}") {
        search::terms(&text, &mut |term, _| assert!(!term.is_empty() && term.len() <= 48, "{term:?} of {text:?}"));
    }
}
