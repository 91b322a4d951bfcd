//! The same site gives the same bytes, wherever and whenever it is built.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn a_build_does_not_depend_on_time_zone_language_threads_or_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = build(folder.path(), "a", &[("TZ", "UTC"), ("LC_ALL", "C"), ("RAYON_NUM_THREADS", "1")]);
    let there =
        [("TZ", "Asia/Shanghai"), ("LC_ALL", "zh_CN.UTF-8"), ("RAYON_NUM_THREADS", "7"), ("XDG_CACHE_HOME", "")];
    let there = build(folder.path(), "b", &[&there[..], &[("HOME", "")]].concat());
    assert!(here.len() > 30);
    assert_eq!(here, there);
}

#[test]
fn a_build_does_not_depend_on_what_was_proven_before() {
    let folder = tempfile::tempdir().unwrap();
    let cold = build(folder.path(), "cold", &[]);
    let kept: Vec<_> = walkdir::WalkDir::new(folder.path().join("cache")).into_iter().map(Result::unwrap).collect();
    let kept = kept.iter().find(|entry| entry.file_type().is_file()).expect("proofs are kept").path();
    let text = fs::read_to_string(kept).unwrap();
    assert!(text.contains("\"mutants\""), "{text}");
    assert_eq!(build(folder.path(), "warm", &[]), cold);
    assert_eq!(fs::read_to_string(kept).unwrap(), text, "nothing new was proven");
    fs::write(kept, text.replace('{', "[")).unwrap();
    assert_eq!(build(folder.path(), "damaged", &[]), cold);
    assert_eq!(fs::read_to_string(kept).unwrap(), text, "it was proven again");
    fs::remove_file(kept).unwrap();
    assert_eq!(build(folder.path(), "removed", &[]), cold);
}

/// The files of the small site, built with a cache below `folder`.
fn build(folder: &Path, name: &str, environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let out = folder.join(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(["--site", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites/small/site"), "build", "--out"]);
    command.arg(&out).env("SOURCE_DATE_EPOCH", "1775000000").env("XDG_CACHE_HOME", folder.join("cache"));
    let done = command.envs(environment.iter().copied()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    files(&out)
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}
