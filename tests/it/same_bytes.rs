//! The same site gives the same bytes, wherever and whenever it is built.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn a_build_does_not_depend_on_time_zone_language_threads_or_folder() {
    let folder = tempfile::tempdir().unwrap();
    let build = |name: &str, environment: &[(&str, &str)]| {
        let out = folder.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
        command.args(["--site", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites/small/site"), "build", "--out"]);
        command.arg(&out).env("SOURCE_DATE_EPOCH", "1775000000").envs(environment.iter().copied());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        files(&out)
    };
    let here = build("a", &[("TZ", "UTC"), ("LC_ALL", "C"), ("RAYON_NUM_THREADS", "1")]);
    let there = build("b", &[("TZ", "Asia/Shanghai"), ("LC_ALL", "zh_CN.UTF-8"), ("RAYON_NUM_THREADS", "7")]);
    assert!(here.len() > 30);
    assert_eq!(here, there);
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
