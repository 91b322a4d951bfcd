//! The published schemas, held against the readers: both take the same values of every key.

use crate::base;
use faultbook::parse::{self, Described, schema};
use faultbook::source::Tree;
use serde_json::{Map, Value, json};

/// Values of every type.
fn values() -> Vec<Value> {
    let texts = ["", "word", "DEMO-7", "high", "retired", "https://example.org/", "a\nb"].map(Value::from);
    let others = [
        json!(1),
        json!(true),
        json!([]),
        json!(["word"]),
        json!([1]),
        json!({}),
        json!({"en": "word"}),
        json!({"en": 1}),
        json!([{"product": "word"}]),
        json!([{"colour": "word"}]),
        json!([{"id": "DEMO-1", "because": "word"}]),
    ];
    texts.into_iter().chain(others).collect()
}

/// Rules that say that a value cannot be what its key takes.
const REFUSED: [&str; 5] = ["FB012", "FB013", "FB014", "FB015", "FB020"];

/// Where the reader knows more than a schema can say, and about what.
fn beyond(key: &str, value: &Value) -> bool {
    match key {
        // These need each other, the site's languages, or something else of the page.
        "status" | "merged_into" | "default_language" | "languages" | "strings" | "description" | "title" => true,
        // An old address and a source have a form; a tag has a letter; a signature one line.
        "aliases" | "sources" | "tags" | "signatures" => value.is_array(),
        "base_url" => value == "https://example.org/",
        _ => false,
    }
}

#[test]
fn a_schema_takes_what_the_reader_takes() {
    let page = "content/demo/token-expired/index.en.md";
    let mut wrong = Vec::new();
    for of in [Described::Incident, Described::Site] {
        let schema = schema(Some(of));
        let validator = jsonschema::validator_for(&schema).unwrap();
        let whole = whole(of, page);
        assert!(validator.is_valid(&Value::Object(whole.clone())), "{whole:?}");
        for key in schema["properties"].as_object().unwrap().keys() {
            for value in values() {
                if beyond(key, &value) {
                    continue;
                }
                let mut fields = whole.clone();
                fields.insert(key.clone(), value.clone());
                let mut tree = base::site();
                write(&mut tree, of, page, &fields);
                let (_, findings) = parse::site(&tree);
                let read = findings.iter().all(|finding| !REFUSED.contains(&finding.rule.code));
                let valid = validator.is_valid(&Value::Object(fields));
                if read != valid {
                    let said: Vec<_> = findings.iter().map(|finding| &finding.message).collect();
                    wrong.push(format!("{key}: {value} is valid: {valid}, is read: {read} {said:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fields of the small site.
fn whole(of: Described, page: &str) -> Map<String, Value> {
    let tree = base::site();
    let text = |path: &str| tree.file(tree.find(path).unwrap()).text().unwrap().to_owned();
    match of {
        Described::Site => toml::from_str(&text("site.toml")).unwrap(),
        _ => serde_yaml::from_str(text(page).split("---\n").nth(1).unwrap()).unwrap(),
    }
}

fn write(tree: &mut Tree, of: Described, page: &str, fields: &Map<String, Value>) {
    // JSON is YAML.
    match of {
        Described::Site => tree.add("site.toml", toml_of(fields)),
        _ => tree.add(page, format!("---\n{}\n---\n", Value::Object(fields.clone()))),
    }
}

/// Inline tables need no order, and a JSON text is a TOML text.
fn toml_of(fields: &Map<String, Value>) -> String {
    let lines: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
    lines.join("\n")
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("\"{key}\" = {}", inline(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[test]
fn every_page_of_this_site_is_valid() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let tree = faultbook::disk::read(root).unwrap();
    let (site, _) = parse::site(&tree);
    let validators = [Described::Incident, Described::Translation, Described::Page]
        .map(|of| jsonschema::validator_for(&schema(Some(of))).unwrap());
    for page in &site.pages {
        for (at, translation) in page.translations.iter().enumerate() {
            let file = tree.file(translation.file);
            let front = file.text().unwrap().split("---\n").nth(1).unwrap();
            let front: Value = serde_yaml::from_str(front).unwrap();
            let kind = if page.incident().is_none() { 2 } else { at.min(1) };
            let errors: Vec<String> = validators[kind].iter_errors(&front).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", file.path);
        }
    }
}
