//! The engine as pages run it: built from these sources, small enough, and of one mind with the program's own.

use faultbook::engine::{Limits, Probe, answer};
use faultbook::model::{Site, SnippetKind};
use faultbook::source::Tree;
use faultbook::{disk, parse};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use walkdir::WalkDir;

const MODULE: &str = "templates/assets/engine.wasm";

/// The head of the module's last section, which holds the digest: the kind, its length and its name.
const SECTION: &[u8] = b"\0\x48\x07sources";

/// Hexadecimal digits of the digest.
const DIGITS: usize = 64;

#[test]
fn it_is_built_from_these_sources() {
    let mut module = fs::read(MODULE).unwrap();
    let digest = digest();
    let kept = module.len() - DIGITS;
    if module[..kept].ends_with(SECTION) {
        let built_from = String::from_utf8_lossy(&module[kept..]);
        assert_eq!(
            built_from, digest,
            "src/engine or what it stands on has changed: run `.ci/engine` and commit {MODULE}"
        );
    } else {
        assert!(
            std::env::var_os("FAULTBOOK_ACCEPT").is_some(),
            "{MODULE} does not say what it is made of: run `.ci/engine`"
        );
        module.extend_from_slice(SECTION);
        module.extend_from_slice(digest.as_bytes());
        fs::write(MODULE, module).unwrap();
    }
}

/// Of all that enters the module: the sources without their tests, how they are built, and the packages they stand on.
fn digest() -> String {
    let sources = WalkDir::new("src/engine").sort_by_file_name().into_iter().map(Result::unwrap);
    let sources = sources.filter(|entry| entry.file_type().is_file());
    let mut digest = Sha256::new();
    let mut add = |name: &str, text: &str| digest.update(format!("{name}\0{}\0{text}", text.len()));
    for path in sources.map(walkdir::DirEntry::into_path).chain([Path::new(".ci/engine").to_owned()]) {
        let text = fs::read_to_string(&path).unwrap();
        add(path.to_str().unwrap(), text.split("\n#[cfg(test)]\nmod tests {").next().unwrap());
    }
    let (lock, manifest) = (table("Cargo.lock"), table("Cargo.toml"));
    add("profile", &json!(manifest["profile"]["web"]).to_string());
    add("dependencies", &json!(manifest["workspace"]["dependencies"]).to_string());
    for package in packages(&lock) {
        add("package", &package);
    }
    let nibbles = digest.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(b"0123456789abcdef"[usize::from(nibble)])).collect()
}

fn table(path: &str) -> toml::Table {
    fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Name, version and checksum of every package that the module's own depends on.
fn packages(lock: &toml::Table) -> BTreeSet<String> {
    let all = lock["package"].as_array().unwrap();
    let text =
        |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or("").to_owned();
    let (mut reached, mut open) = (BTreeSet::new(), vec!["faultbook-web".to_owned()]);
    while let Some(wanted) = open.pop() {
        // `name`, or `name version` where there are several.
        let is_wanted = |package: &&toml::Value| {
            let (name, version) = (text(package, "name"), text(package, "version"));
            wanted == name || wanted == format!("{name} {version}")
        };
        let package = all.iter().find(is_wanted).unwrap_or_else(|| panic!("Cargo.lock has no {wanted}"));
        if reached.insert(["name", "version", "checksum"].map(|key| text(package, key)).join(" ")) {
            let dependencies = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
            open.extend(dependencies.filter_map(|name| name.as_str().map(str::to_owned)));
        }
    }
    reached
}

#[test]
fn it_answers_as_the_program_does() {
    let tree = disk::read(Path::new(".")).unwrap();
    let (site, _) = parse::site(&tree);
    let mut questions = of_incidents(&site, &tree);
    questions.extend(hostile());
    let pages: Vec<Value> = in_node(&questions);
    assert_eq!(pages.len(), questions.len());
    let compare = move || {
        for (question, page) in questions.iter().zip(pages) {
            let own = answer(&question.to_string(), &Limits::default(), &Still).unwrap();
            assert_eq!(page.as_str().unwrap(), own, "{question}");
        }
    };
    // As much stack as a worker process has.
    std::thread::Builder::new().stack_size(64 << 20).spawn(compare).unwrap().join().unwrap();
}

/// What the lines of an incident's `broken` fixture say that decide its findings, without spaces.
fn deciding(site: &Site, tree: &Tree, id: &str) -> String {
    let mut incidents = site.pages.iter().filter_map(|page| page.incident());
    let incident = incidents.find(|incident| incident.id.value.to_string() == id).expect("it has a page");
    let fixture = incident.fixtures.iter().find(|fixture| fixture.name == "broken").expect("it has this fixture");
    let check = incident.snippets.iter().find(|snippet| snippet.kind == SnippetKind::Check).expect("it has a check");
    let run = incident.run(check, None);
    let file = |path: &String| {
        let text = tree.file(tree.find(&fixture.path_of(path))?).text().ok()?;
        Some((path.clone(), Value::from(text)))
    };
    let files: Map<String, Value> = run.check.inputs.iter().filter_map(|input| file(&input.path)).collect();
    let question = json!({"task": "lines", "run": run, "files": files});
    let findings: Value =
        serde_json::from_str(&answer(&question.to_string(), &Limits::default(), &Still).unwrap()).unwrap();
    let told = findings.as_array().unwrap().iter().flat_map(|lines| lines.as_array().unwrap());
    let told = told.map(|line| {
        let (path, number) = (line["path"].as_str().unwrap(), line["line"].as_u64().unwrap());
        let text = files[path].as_str().unwrap().lines().nth(usize::try_from(number).unwrap() - 1).unwrap();
        format!("{}: {}\n", path.rsplit('/').next().unwrap(), text.trim())
    });
    told.collect()
}

#[test]
fn a_finding_comes_from_the_innermost_lines_that_decide_it() {
    let tree = disk::read(Path::new(".")).unwrap();
    let (site, _) = parse::site(&tree);
    for (id, part) in [
        ("PROMETHEUS-1", "prometheus.yml: scrape_timeout: 30s"),
        ("OPENCLAW-3", "device-auth.json: \"operator\": {"),
        ("OPENCLAW-8", ": \"model\": "),
        ("OPENCLAW-6", "openclaw.json: \"url\": "),
        ("OPENCLAW-1", "\"scopes\": "),
    ] {
        let told = deciding(&site, &tree, id);
        assert!(told.to_lowercase().contains(part), "{id} has no `{part}`:\n{told}");
        let opens = told.lines().find(|line| line.ends_with("global:") || line.ends_with("scrape_configs:"));
        assert_eq!(opens, None, "{id}:\n{told}");
    }
}

/// Every check of this repository's incidents on every fixture: the verdict, the lines, the healed files.
fn of_incidents(site: &Site, tree: &Tree) -> Vec<Value> {
    let mut questions = Vec::new();
    for incident in site.pages.iter().filter_map(|page| page.incident()) {
        for check in incident.snippets.iter().filter(|snippet| snippet.kind == SnippetKind::Check) {
            let run = incident.run(check, Some("{at}: {lacks}"));
            for fixture in &incident.fixtures {
                let paths = run.fixes.iter().chain([&run.check]).flat_map(|snippet| &snippet.inputs);
                let file = |path: &String| {
                    let text = tree.file(tree.find(&fixture.path_of(path))?).text().ok()?;
                    Some((path.clone(), Value::from(text)))
                };
                let files: Map<String, Value> = paths.filter_map(|input| file(&input.path)).collect();
                let tasks = ["check", "lines", "heal"];
                questions.extend(tasks.map(|task| json!({"task": task, "run": run, "files": files})));
            }
        }
    }
    assert!(questions.len() > 100, "{} questions", questions.len());
    questions
}

/// Programs and files at the limits, where the two could come apart.
fn hostile() -> Vec<Value> {
    let deep = "[".repeat(256) + &"]".repeat(256);
    let ask = |code: &str, format: &str, text: &str| {
        let inputs = json!([{"name": null, "path": "/f", "format": format, "optional": false}]);
        let check = json!({"code": code, "diff": false, "inputs": inputs});
        let run = json!({"check": check, "fixes": [], "constants": [["c", "1"]], "message": null});
        json!({"task": "check", "run": run, "files": {"/f": text}})
    };
    let mut questions: Vec<Value> = ["json", "json5", "yaml"].map(|format| ask("[..] | length", format, &deep)).into();
    questions.extend([
        ask(".", "json", &format!("[{deep}]")),
        ask("[range(1e9)]", "json", "{}"),
        ask("\"x\" * 1e9", "json", "{}"),
        ask("repeat(1)", "json", "{}"),
        ask(".a | error", "json", "{\"a\": \"网关\"}"),
        ask("[.a, -.a, .a * 2, (.a | tojson)]", "json", "{\"a\": 9007199254740993}"),
        ask("[.[] | sin, exp, pow(.; 1.5)]", "json", "[0.5, 2, 1e10]"),
        ask("[.[4294967297]?, .[-4294967297]?, (.[4294967296:] | length)]", "json", "[1, 2]"),
        ask("[match(\"(?<x>\\\\w+) \\\\d\"; \"g\").captures[].string]", "lines", "a 1 网关 2\n"),
        ask("strptime(\"%Y-%m-%d\") | mktime | todate", "json", "\"2026-03-01\""),
        ask(".a", "yaml", "a: [1, 2\nb: 3\n"),
        ask(".", "toml", "a = 1979-05-27T07:32:00Z\nb = 1.5\n"),
    ]);
    questions
}

/// A clock that stands still: what ends by time would end anywhere.
struct Still;

impl Probe for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn memory(&self) -> usize {
        0
    }
}

/// What the module answers, run by Node.js.
fn in_node(questions: &[Value]) -> Vec<Value> {
    let script = "tests/browser/support/engine.js";
    let mut node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines: String = questions.iter().map(|question| question.to_string() + "\n").collect();
    let mut input = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
