//! Whole sites: `tests/sites/NAME/site` is built in memory, and every file and finding is compared with what is kept
//! beside it in `public/` and `findings.txt`. `FAULTBOOK_ACCEPT=1` writes what came instead.

use crate::base::InPlace;
use faultbook::diagnostic::human;
use faultbook::model::Facts;
use faultbook::output::Output;
use faultbook::{disk, pipeline};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_site_is_built_as_before() {
    let accept = std::env::var_os("FAULTBOOK_ACCEPT").is_some();
    let mut wrong = Vec::new();
    for site in folders(&sites()) {
        let (files, findings) = build(&site.join("site"));
        let kept = read(&site.join("public"));
        let kept_findings = fs::read_to_string(site.join("findings.txt")).unwrap_or_default();
        if accept {
            let _ = fs::remove_dir_all(site.join("public"));
            for (path, bytes) in &files {
                let path = site.join("public").join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            fs::write(site.join("findings.txt"), &findings).unwrap();
            continue;
        }
        let name = site.file_name().unwrap().to_string_lossy();
        if findings != kept_findings {
            wrong.push(format!("{name}: other findings:\n{findings}"));
        }
        for path in files.keys().chain(kept.keys()).collect::<std::collections::BTreeSet<_>>() {
            match (files.get(path), kept.get(path)) {
                (Some(new), Some(old)) if new == old => {}
                (Some(new), Some(old)) => wrong.push(format!("{name}: {path}: {}", first_difference(old, new))),
                (Some(_), None) => wrong.push(format!("{name}: {path} is new")),
                (None, _) => wrong.push(format!("{name}: {path} is gone")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nFAULTBOOK_ACCEPT=1 accepts what came", wrong.join("\n"));
}

fn build(site: &Path) -> (BTreeMap<String, Vec<u8>>, String) {
    let tree = disk::read(site).unwrap();
    let facts = Facts { commit: Some("0123abc".into()), time: Some(1_775_000_000), changed: BTreeMap::new() };
    let checked = pipeline::check(&tree, &InPlace, false);
    let output = Output::default();
    let mut findings = checked.findings.clone();
    if checked.is_sound() {
        findings.extend(pipeline::write(&checked, &tree, &facts, &output));
    }
    let files = output.into_files().into_iter().filter(|(path, _)| !path.starts_with("assets/"));
    let files = files.map(|(path, bytes)| (path, without_digests(bytes))).collect();
    (files, human::render(&findings, &tree, false))
}

/// A page without the digests in its assets' names: how a page looks is compared by the browser's tests.
fn without_digests(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(text) = String::from_utf8(bytes.clone()) else { return bytes };
    let mut parts = text.split("/assets/");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_at(part.find('"').unwrap_or(0));
        let words: Vec<&str> = name.split('.').collect();
        let name = if words.len() == 3 { format!("{}.*.{}", words[0], words[2]) } else { name.to_owned() };
        clean.extend(["/assets/", &name, rest]);
    }
    clean.into_bytes()
}

fn first_difference(old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let line = old.lines().zip(new.lines()).position(|(old, new)| old != new);
    match line {
        Some(at) => format!(
            "line {} was\n  {}\nand is\n  {}",
            at + 1,
            old.lines().nth(at).unwrap_or_default(),
            new.lines().nth(at).unwrap_or_default()
        ),
        None => "one is longer".to_owned(),
    }
}

fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn read(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}
