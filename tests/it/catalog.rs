//! The catalog is a promise to programs: its schema only grows, and every file that is built meets it.

use crate::base;
use faultbook::index::{self, catalog};
use faultbook::link::Links;
use faultbook::model::Facts;
use faultbook::output::Output;
use faultbook::prove::Proofs;
use faultbook::source::Tree;
use faultbook::{disk, parse};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The JSON files of a built site, by path.
fn built(tree: &Tree) -> BTreeMap<String, Value> {
    let (site, _) = parse::site(tree);
    let links = Links::new(&site, tree);
    let output = Output::default();
    let facts = Facts { commit: Some("0123456789ab".into()), time: Some(1_750_000_000), ..Facts::default() };
    index::files(&site, tree, &links, &Proofs::default(), &facts, &output);
    let is_json = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "json");
    let files = output.into_files().into_iter().filter(|(path, _)| is_json(path));
    files.map(|(path, bytes)| (path, serde_json::from_slice(&bytes).expect("what ends in .json is JSON"))).collect()
}

fn own_site() -> Tree {
    disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("this repository is a site")
}

#[test]
fn the_schema_is_the_one_that_was_published() {
    insta::assert_snapshot!("schema", format!("{:#}", catalog::schema()));
}

/// Whoever accepts another schema into the snapshot is held to this: what the last release promised stays.
#[test]
fn fields_come_and_none_goes_or_changes_its_type() {
    let snapshot = include_str!("snapshots/it__catalog__schema.snap");
    let (_, published) = snapshot.split_once("\n{").expect("a snapshot has a head");
    let published: Value = serde_json::from_str(&format!("{{{published}")).expect("the schema is JSON");
    let mut lost = Vec::new();
    kept(&published, &catalog::schema(), "", &mut lost);
    assert!(lost.is_empty(), "make it version {}, or keep:\n{}", catalog::VERSION + 1, lost.join("\n"));
}

/// What `new` lacks of `old`, as paths. Descriptions may be written better.
fn kept(old: &Value, new: &Value, path: &str, lost: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old.iter().filter(|(key, _)| *key != "description" && *key != "title") {
                match new.get(key) {
                    Some(there) => kept(value, there, &format!("{path}/{key}"), lost),
                    None => lost.push(format!("{path}/{key}")),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let same = |value: &Value| new.iter().any(|other| without_words(other) == without_words(value));
            lost.extend(old.iter().filter(|value| !same(value)).map(|value| format!("{path}: {value}")));
        }
        (old, new) if old != new => lost.push(format!("{path}: {old} became {new}")),
        _ => {}
    }
}

fn without_words(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.remove("description");
    }
    value
}

#[test]
fn every_file_meets_the_schema_that_stands_beside_it() {
    for tree in [base::site(), own_site()] {
        let files = built(&tree);
        let validator = jsonschema::draft202012::new(&files["catalog.schema.json"]).expect("the schema is one");
        let mut incidents = 0;
        for (path, file) in files.iter().filter(|(path, _)| *path != "catalog.schema.json") {
            let errors: Vec<String> =
                validator.iter_errors(file).map(|error| format!("{path}{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
            incidents += usize::from(path.starts_with("e/"));
        }
        assert_eq!(files["catalog.json"]["incidents"].as_array().expect("it is a list").len(), incidents);
    }
}

#[test]
fn the_schema_refuses_what_is_no_catalog() {
    let files = built(&base::site());
    let validator = jsonschema::draft202012::new(&files["catalog.schema.json"]).expect("the schema is one");
    for (pointer, wrong) in [("/schema", 2.into()), ("/incidents/0/severity", "grave".into()), ("/site", Value::Null)] {
        let mut catalog = files["catalog.json"].clone();
        *catalog.pointer_mut(pointer).expect("it is there") = wrong;
        assert!(!validator.is_valid(&catalog), "{pointer}");
    }
}

#[test]
fn what_was_written_can_be_read_back() {
    let files = built(&own_site());
    let again: catalog::Catalog = serde_json::from_value(files["catalog.json"].clone()).expect("it was just written");
    assert_eq!(serde_json::to_value(&again).expect("it is JSON"), files["catalog.json"]);
    for entry in &again.incidents {
        let file = &files[&format!("e/{}.json", entry.id)];
        let document: catalog::Document = serde_json::from_value(file.clone()).expect("it was just written");
        assert_eq!(&serde_json::to_value(&document).expect("it is JSON"), file);
    }
}

#[test]
fn an_incident_whole_has_all_that_its_page_has() {
    let mut files = built(&base::site());
    for file in files.values_mut().filter(|file| file.get("generator").is_some()) {
        file["generator"] = "faultbook VERSION".into();
        // How a command quotes and backs up is not the catalog's business.
        for snippet in file.get_mut("snippets").and_then(Value::as_array_mut).into_iter().flatten() {
            let command = snippet["command"].as_str().expect("a command is text");
            assert!(command.contains("jq") && command.contains("~/.demo/config.json"), "{command}");
            snippet["command"] = "COMMAND".into();
        }
    }
    insta::assert_snapshot!("short", format!("{:#}", files["catalog.json"]));
    insta::assert_snapshot!("whole", format!("{:#}", files["e/DEMO-1.json"]));
}

#[test]
fn the_digest_changes_with_any_source() {
    let digest = |tree: &Tree| built(tree)["catalog.json"]["incidents"][0]["digest"].clone();
    let before = digest(&base::site());
    assert_eq!(before, digest(&base::site()));
    let incident = "content/demo/token-expired/";
    for path in ["samples/match-gateway.log", "fixtures/healthy/home/.demo/config.json", "samples/clean-new.log"] {
        let mut tree = base::site();
        tree.add(&format!("{incident}{path}"), "{}");
        assert_ne!(before, digest(&tree), "{path}");
    }
}
