//! Reading a site's folder, and replacing a built one as a whole.

use crate::child;
use faultbook::disk::{self, Committed, Error, Staging};
use faultbook::output::Sink;
use faultbook::source::{Tree, Unread};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(&folder.path().join(path), text);
    }
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.iter().map(|(_, file)| file.path.as_str()).collect()
}

fn unread(tree: &Tree, path: &str) -> Unread {
    tree.file(tree.find(path).unwrap()).unread().unwrap().clone()
}

#[test]
fn a_site_is_read_with_all_that_belongs_to_it_and_nothing_else() {
    let folder = folder(&[
        ("site.toml", ""),
        ("README.md", ""),
        ("public/index.html", ""),
        ("templates/base.html", "x"),
        ("content/.hidden", ""),
        ("content/x/index.en.md", "y"),
        ("content/x/.index.en.md.swp", ""),
        ("content/x/fixtures/broken/home/.config/a.json", "{}"),
        ("content/x/fixtures/broken/home/.DS_Store", ""),
    ]);
    let tree = disk::read(folder.path()).unwrap();
    let expected =
        ["content/x/fixtures/broken/home/.config/a.json", "content/x/index.en.md", "site.toml", "templates/base.html"];
    assert_eq!(paths(&tree), expected);
    assert_eq!(tree.file(tree.find("content/x/index.en.md").unwrap()).bytes(), b"y");
}

#[test]
fn a_folder_without_a_site_is_an_empty_tree() {
    assert_eq!(disk::read(folder(&[]).path()).unwrap().iter().count(), 0);
}

#[test]
fn links_pipes_and_odd_names_are_not_opened() {
    let folder = folder(&[("content/x/index.en.md", ""), ("secret", "hidden")]);
    let content = folder.path().join("content");
    symlink("../../secret", content.join("x/link.md")).unwrap();
    symlink("..", content.join("up")).unwrap();
    symlink("nowhere", folder.path().join("templates")).unwrap();
    mknodat(CWD, content.join("x/pipe.md"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    fs::write(content.join(OsStr::from_bytes(b"\xff.md")), "").unwrap();
    let tree = disk::read(folder.path()).unwrap();
    let link = |target: &str| Unread::Symlink { target: target.to_owned() };
    assert_eq!(unread(&tree, "content/x/link.md"), link("../../secret"));
    assert_eq!(unread(&tree, "content/up"), link(".."));
    assert_eq!(unread(&tree, "templates"), link("nowhere"));
    assert_eq!(unread(&tree, "content/x/pipe.md"), Unread::Special);
    assert_eq!(unread(&tree, "content/\u{fffd}.md"), Unread::BadName);
    assert_eq!(tree.iter().count(), 6);
}

#[test]
fn a_file_over_its_limit_is_not_read() {
    const MEBIBYTE: u64 = 1 << 20;
    let folder = folder(&[]);
    let cases = [
        ("site.toml", MEBIBYTE),
        ("templates/base.html", MEBIBYTE),
        ("content/x/index.en.md", MEBIBYTE),
        ("content/x/fixtures/broken/root/etc/a.conf", MEBIBYTE),
        ("content/x/samples/match-a.log", 8 * MEBIBYTE),
        ("content/x/screen.png", 8 * MEBIBYTE),
    ];
    for (path, limit) in cases {
        write(&folder.path().join(path), "");
        // A file with a hole: large to ask, quick to make.
        fs::File::options().write(true).open(folder.path().join(path)).unwrap().set_len(limit + 1).unwrap();
    }
    let tree = disk::read(folder.path()).unwrap();
    for (path, limit) in cases {
        assert_eq!(unread(&tree, path), Unread::TooLarge { size: limit + 1, limit }, "{path}");
    }
}

#[test]
fn after_an_edit_only_what_changed_is_read() {
    let folder = folder(&[("site.toml", ""), ("content/x/index.en.md", "old"), ("content/y/index.en.md", "old")]);
    let old = disk::read(folder.path()).unwrap();
    write(&folder.path().join("content/x/index.en.md"), "new");
    write(&folder.path().join("content/z/samples/match.log"), "new");
    fs::remove_dir_all(folder.path().join("content/y")).unwrap();
    write(&folder.path().join("site.toml"), "not named, so not read");
    let changed = ["content/x", "content/x/index.en.md", "content/y", "content/z", "public/z"].map(PathBuf::from);
    let new = disk::reread(&old, folder.path(), &changed).unwrap();
    let texts: Vec<_> = new.iter().map(|(_, file)| (file.path.as_str(), file.text().unwrap())).collect();
    assert_eq!(texts, [("content/x/index.en.md", "new"), ("content/z/samples/match.log", "new"), ("site.toml", "")]);
}

#[test]
fn the_site_is_the_nearest_folder_upwards() {
    let folder = folder(&[("site.toml", ""), ("content/x/index.en.md", "")]);
    assert_eq!(disk::find_site(&folder.path().join("content/x")), Some(folder.path().to_owned()));
    assert_eq!(disk::find_site(Path::new("/")), None);
}

#[test]
fn a_new_file_takes_no_other_files_place() {
    let folder = folder(&[]);
    let path = folder.path().join("content/x/index.en.md");
    disk::write_new(&path, b"first").unwrap();
    let error = disk::write_new(&path, b"second").unwrap_err();
    assert!(error.to_string().starts_with("cannot create `/"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"first");
}

/// Every file below a folder, but the marker.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries =
        walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let mut files: BTreeMap<String, Vec<u8>> = entries
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect();
    assert!(files.remove(".faultbook").is_some(), "the site is not marked");
    files
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn build(root: &Path, out: &Path, site: &[(&str, &str)]) -> Result<Committed, Error> {
    let staging = Staging::begin(root, out)?;
    for (path, text) in site {
        staging.add(path, text.as_bytes().to_vec());
    }
    staging.commit()
}

#[test]
fn a_new_site_takes_the_old_ones_place_and_leaves_nothing_beside_it() {
    let folder = folder(&[("site/site.toml", "")]);
    let (root, out) = (folder.path().join("site"), folder.path().join("public"));
    build(&root, &out, &[("index.html", "1"), ("en/old/index.html", "1")]).unwrap();
    build(&root, &out, &[("index.html", "2"), ("zh/new/index.html", "2")]).unwrap();
    let expected = [("index.html", b"2"), ("zh/new/index.html", b"2")];
    assert_eq!(files(&out), expected.map(|(path, text)| (path.to_owned(), text.to_vec())).into());
    assert_eq!(names(folder.path()), ["public", "site"]);
}

#[test]
fn a_file_that_did_not_change_is_not_written_again() {
    let folder = folder(&[("site.toml", "")]);
    let out = folder.path().join("public");
    build(folder.path(), &out, &[("a", "same"), ("b", "old"), ("c", "long")]).unwrap();
    let before = fs::metadata(out.join("a")).unwrap();
    let committed = build(folder.path(), &out, &[("a", "same"), ("b", "new"), ("c", "longer")]).unwrap();
    let after = fs::metadata(out.join("a")).unwrap();
    assert_eq!(committed, Committed { written: 2, kept: 1 });
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(after.nlink(), 1);
}

#[test]
fn a_site_that_is_not_committed_leaves_no_trace() {
    let folder = folder(&[("site.toml", "")]);
    let out = folder.path().join("public");
    build(folder.path(), &out, &[("a", "old")]).unwrap();
    Staging::begin(folder.path(), &out).unwrap().add("a", b"new".to_vec());
    assert_eq!(files(&out), [("a".to_owned(), b"old".to_vec())].into());
    assert_eq!(names(folder.path()), ["public", "site.toml"]);
}

#[test]
fn a_file_that_cannot_be_written_keeps_the_old_site() {
    let folder = folder(&[("site.toml", "")]);
    let out = folder.path().join("public");
    build(folder.path(), &out, &[("a", "old")]).unwrap();
    for bad in [[("a", ""), ("a/b", "")], [("a", ""), ("../b", "")], [("a", ""), ("a", "")]] {
        build(folder.path(), &out, &bad).unwrap_err();
    }
    assert_eq!(files(&out), [("a".to_owned(), b"old".to_vec())].into());
    assert_eq!(names(folder.path()), ["public", "site.toml"]);
}

#[test]
fn what_faultbook_did_not_make_is_not_replaced() {
    let folder = folder(&[
        ("site/site.toml", ""),
        ("site/content/x/index.en.md", ""),
        ("site/templates/base.html", ""),
        ("photos/cat.png", ""),
        ("file", ""),
    ]);
    let root = folder.path().join("site");
    symlink("photos", folder.path().join("link")).unwrap();
    let before: Vec<_> =
        walkdir::WalkDir::new(folder.path()).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    let check = |out: &str, reason: &str| {
        let error = build(&root, &folder.path().join(out), &[("a", "")]).unwrap_err().to_string();
        assert!(error.starts_with("will not write to `") && error.contains(reason), "{out}: {error}");
    };
    check("photos", "not made by `faultbook build`");
    check("file", "it is a file");
    check("link", "symbolic link");
    check("link/", "symbolic link");
    check("site", "sources are in it");
    check("site/.", "sources are in it");
    check("site/content/..", "sources are in it");
    check(".", "sources are in it");
    check("/", "root of the file system");
    check("site/content", "among the site's own sources");
    check("site/content/x/public", "among the site's own sources");
    check("site/templates/new/public", "among the site's own sources");
    let after: Vec<_> =
        walkdir::WalkDir::new(folder.path()).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    assert_eq!(before, after);
}

#[test]
fn an_empty_folder_and_one_that_is_not_there_are_free() {
    let folder = folder(&[("site.toml", "")]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    for out in ["empty", "not/yet/there"] {
        let out = folder.path().join(out);
        build(folder.path(), &out, &[("a", "1")]).unwrap();
        assert_eq!(files(&out).len(), 1);
    }
}

/// What the killed process builds in turn.
fn site(letter: char) -> BTreeMap<String, Vec<u8>> {
    (0..300).map(|page| (format!("{}/{page}/index.html", page % 7), format!("{letter}{page}").into_bytes())).collect()
}

/// Builds until it is killed; does nothing in an ordinary run of the tests.
#[test]
fn builds_two_sites_in_turn() {
    let Some(folder) = child::folder() else { return };
    for letter in ['a', 'b'].into_iter().cycle() {
        let staging = Staging::begin(&folder, &folder.join("public")).unwrap();
        for (path, bytes) in site(letter) {
            staging.add(&path, bytes);
        }
        staging.commit().unwrap();
        println!("built");
    }
}

#[test]
fn whenever_a_build_is_killed_the_site_is_one_or_the_other() {
    let folder = folder(&[("site.toml", "")]);
    let out = folder.path().join("public");
    let (a, b) = (site('a'), site('b'));
    let (_never, silence) = channel::<()>();
    let mut random: u32 = 0x2545_f491;
    for round in 0..20 {
        let (mut process, lines) = child::start("disk::builds_two_sites_in_turn", folder.path());
        let built = || lines.recv_timeout(Duration::from_mins(1)).expect("the process builds");
        while built() != "built" {}
        for shift in [13, 17, 5] {
            random = if shift == 17 { random ^ (random >> shift) } else { random ^ (random << shift) };
        }
        // It builds on for a moment, within which a build may end or not.
        let _ = silence.recv_timeout(Duration::from_micros(u64::from(random % 50_000)));
        process.kill().unwrap();
        process.wait().unwrap();
        let found = files(&out);
        assert!(found == a || found == b, "round {round}: a mixture of {} files", found.len());
    }
    build(folder.path(), &out, &[("a", "1")]).unwrap();
    assert_eq!(names(folder.path()), ["public", "site.toml"]);
}

#[test]
fn texts_are_those_that_people_wrote_and_that_are_wanted() {
    let site = folder(&[
        ("site.toml", "DEMO-1"),
        ("content/x/index.en.md", "DEMO-1"),
        ("public/.faultbook", ""),
        ("public/index.html", "DEMO-1"),
        ("src/target/x.rs", "DEMO-1"),
        ("src/node_modules/x.js", "DEMO-1"),
        ("src/.git/x", "DEMO-1"),
        ("src/.github/x.yml", "DEMO-1"),
        ("src/content/x.rs", "DEMO-1"),
        ("src/other.rs", "nothing"),
        ("src/binary", "DEMO-1\0"),
    ]);
    fs::write(site.path().join("src/large"), "DEMO-1".repeat(1 << 20)).unwrap();
    let wanted = |bytes: &[u8]| bytes.starts_with(b"DEMO-1");
    let roots = [site.path().to_owned(), site.path().join("src")];
    let found = disk::texts(&roots, site.path(), wanted).unwrap();
    let prefix = format!("{}/", site.path().display());
    let names: Vec<_> = found.iter().map(|(name, _)| name.strip_prefix(&prefix).unwrap()).collect();
    assert_eq!(names, ["src/.github/x.yml", "src/content/x.rs"]);
    assert!(disk::texts(&[site.path().join("gone")], site.path(), wanted).is_err());
}

#[test]
fn a_file_is_replaced_as_a_whole_and_keeps_its_mode() {
    let folder = folder(&[("a", "old")]);
    let path = folder.path().join("a");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    disk::write(&path, b"new").unwrap();
    disk::write(&folder.path().join("b"), b"first").unwrap();
    assert_eq!((fs::read(&path).unwrap(), disk::read_file(&path).unwrap()), (b"new".to_vec(), b"new".to_vec()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    assert!(disk::write(&folder.path().join("gone/a"), b"").is_err());
}
