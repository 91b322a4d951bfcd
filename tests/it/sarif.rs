//! The SARIF printer against the schema of SARIF 2.1.0.

use faultbook::diagnostic::{RULES, sarif};
use faultbook::source::{Span, Tree};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

#[test]
fn every_log_is_valid_sarif() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&json!({"version": "2.1.0", "runs": [{}]})), "the schema refuses what it must");
    let mut tree = Tree::default();
    tree.add("content/网 关/100%.md", "\u{feff}id: 网关\r\n\n");
    tree.add("empty", "");
    let (file, empty) = (tree.find("content/网 关/100%.md").unwrap(), tree.find("empty").unwrap());
    let mut findings = Vec::new();
    for rule in RULES {
        findings.push(rule.at(Span::new(file, 3..8), "one `{word}` of [this](0)"));
        findings.push(rule.at(Span::start_of(empty), "").label("here").note("a fact").help("type this".to_owned()));
        findings.push(rule.at(Span::new(file, 0..99), "all").note_at(Span::start_of(empty), "there"));
    }
    for findings in [&findings[..], &[]] {
        let log: Value = serde_json::from_str(&sarif::render(findings, &tree)).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), findings.len());
    }
}

#[test]
fn every_rule_leads_to_its_page_on_the_programs_own_site() {
    let tree = faultbook::disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (site, _) = faultbook::parse::site(&tree);
    let links = faultbook::link::Links::new(&site, &tree);
    let permanent: std::collections::BTreeMap<String, &str> = site
        .incidents()
        .map(|(page, incident)| {
            let address = links.permanent(&incident.id.value);
            (format!("{}{address}", site.config.origin()), page.folder.as_str())
        })
        .collect();
    let file = tree.find("site.toml").unwrap();
    let findings: Vec<_> = RULES.iter().map(|rule| rule.at(Span::start_of(file), "x")).collect();
    let log: Value = serde_json::from_str(&sarif::render(&findings, &tree)).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        let address = rule["helpUri"].as_str().unwrap();
        let folder = format!("faultbook/{}", rule["name"].as_str().unwrap());
        assert_eq!(permanent.get(address), Some(&folder.as_str()), "{address}");
    }
}

/// The schema that the package of a development dependency carries.
fn schema() -> Value {
    let arguments = ["metadata", "--format-version=1", "--locked"];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("it is a dependency");
    let manifest = Path::new(package["manifest_path"].as_str().expect("a path is text"));
    let text = std::fs::read_to_string(manifest.with_file_name("src/schema.json")).expect("the package has the schema");
    // One pattern has a stray bracket, which a strict reader of patterns refuses.
    serde_json::from_str(&text.replace("{2}]?$", "{2}$")).expect("the schema is JSON")
}
