//! `doctor` on machines that are not as they should be: links, odd files, fixes that do not heal, a sudden end.

use crate::child;
use faultbook::disk::Machine;
use rustix::fs::{CWD, FileType, Mode, XattrFlags, mknodat};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

/// The site and the machine of the transcript, in a folder of their own.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/doctor.in");
    for entry in walkdir::WalkDir::new(&source) {
        let entry = entry.unwrap();
        let target = folder.path().join(entry.path().strip_prefix(&source).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    folder
}

/// Heals APP-1 on the machine of a site; the exit code and what is printed.
fn heal(site: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args([
        "doctor",
        "APP-1",
        "--root",
        "machine/root",
        "--home",
        "machine/home",
        "--apply",
        "--format",
        "json",
    ]);
    let output = command.current_dir(site).env("LC_ALL", "C").output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_does_not_heal_is_taken_back() {
    let site = site();
    let page = site.path().join("content/app/port-is-text/index.en.md");
    edit(&page, "else . end", "else (if .port == \"9000\" then .name = 1 else . end) end");
    edit(&page, "if (.port | type) == \"string\" then", "if .port == \"8080\" then");
    let file = site.path().join("machine/home/.app/config.json");
    let (code, printed) = heal(site.path());
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("is again as it was"), "{printed}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"port\":\"9000\"}\n");
    assert_eq!(names(file.parent().unwrap()), ["config.json"]);
}

#[test]
fn what_is_not_proven_is_not_applied() {
    let site = site();
    let healthy = site.path().join("content/app/port-is-text/fixtures/healthy/home/.app/config.json");
    edit(&healthy, "8080", "\"8080\"");
    let (code, printed) = heal(site.path());
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("the proofs of this incident do not hold"), "{printed}");
    assert_eq!(names(&site.path().join("machine/home/.app")), ["config.json"]);
}

/// A machine whose home has a file `a`.
fn machine(text: &str) -> (TempDir, Machine) {
    let folder = tempfile::tempdir().unwrap();
    let machine = Machine { root: folder.path().join("root"), home: folder.path().join("root/home") };
    fs::create_dir_all(machine.root.join("etc")).unwrap();
    fs::create_dir(&machine.home).unwrap();
    fs::write(machine.home.join("a"), text).unwrap();
    (folder, machine)
}

fn text(machine: &Machine, path: &str) -> Option<String> {
    machine.read(path, 100).unwrap().map(|file| String::from_utf8(file.bytes).unwrap())
}

#[test]
fn links_mean_what_they_mean_on_the_machine_and_never_lead_out_of_it() {
    let (folder, machine) = machine("");
    fs::write(folder.path().join("secret"), "outside").unwrap();
    fs::write(machine.root.join("etc/x"), "inside").unwrap();
    let link = |target: &str, name: &str| symlink(target, machine.home.join(name)).unwrap();
    link("/etc/x", "absolute");
    link("../etc/x", "relative");
    link("../../../../etc/../etc/x", "far");
    link("/etc", "folder");
    link("../../secret", "out");
    link(folder.path().join("secret").to_str().unwrap(), "out-absolute");
    link("loop", "loop");
    for name in ["~/absolute", "~/relative", "~/far", "~/folder/x", "/etc/x"] {
        assert_eq!(text(&machine, name).as_deref(), Some("inside"), "{name}");
    }
    for name in ["~/out", "~/out-absolute", "~/gone", "~/a/b"] {
        assert_eq!(text(&machine, name), None, "{name}");
    }
    assert!(machine.read("~/loop", 100).is_err());
    // On the machine itself, links are followed as its programs do.
    let own = Machine { root: "/".into(), home: machine.home.clone() };
    assert_eq!(text(&own, "~/out-absolute").as_deref(), Some("outside"));
}

#[test]
fn what_is_no_file_or_too_large_is_not_read() {
    let (_folder, machine) = machine(&"x".repeat(101));
    mknodat(CWD, machine.home.join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    let why = |path: &str| machine.read(path, 100).unwrap_err().cause();
    assert_eq!(why("~/a"), "it has 101 bytes, where 100 are read");
    assert_eq!(why("~/pipe"), "it is no ordinary file");
    assert_eq!(why("/etc"), "it is no ordinary file");
}

#[test]
fn a_file_that_is_replaced_keeps_owner_mode_attributes_and_the_link_to_it() {
    let (_folder, machine) = machine("old");
    let (file, link) = (machine.home.join("a"), machine.home.join("link"));
    symlink("a", &link).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    // Only root may give a file away, and not every file system has attributes.
    let _ = chown(&file, Some(65534), Some(65534));
    let _ = rustix::fs::setxattr(&file, "user.note", b"kept", XattrFlags::empty());
    let facts = |path: &Path| {
        let (metadata, mut note) = (fs::metadata(path).unwrap(), vec![0; 8]);
        let length = rustix::fs::getxattr(path, "user.note", &mut note[..]).unwrap_or(0);
        (metadata.uid(), metadata.gid(), metadata.mode(), note[..length].to_owned())
    };
    let before = facts(&file);
    let read = machine.read("~/link", 100).unwrap().unwrap();
    let backup = read.replace(b"new").unwrap();
    assert_eq!((fs::read(&file).unwrap(), fs::read(&backup).unwrap()), (b"new".to_vec(), b"old".to_vec()));
    assert_eq!((facts(&file), facts(&backup)), (before.clone(), before.clone()));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    // A backup takes no other one's place, and what has changed meanwhile is left alone.
    assert!(read.replace(b"newer").unwrap_err().cause().contains("changed since"));
    machine.read("~/a", 100).unwrap().unwrap().replace(b"newer").unwrap();
    assert_eq!(names(&machine.home), ["a", "a.bak", "a.bak.1", "link"]);
    read.restore(b"newer", &machine.home.join("a.bak.1")).unwrap();
    assert_eq!((fs::read(&file).unwrap(), facts(&file)), (b"old".to_vec(), before));
    fs::hard_link(&file, machine.home.join("twin")).unwrap();
    assert!(read.replace(b"new").unwrap_err().cause().contains("second name"));
    assert_eq!(names(&machine.home), ["a", "a.bak", "link", "twin"]);
}

const LONG: usize = 200_000;

/// Replaces a file until it is killed; does nothing in an ordinary run of the tests.
#[test]
fn replaces_a_file_in_turn() {
    let Some(folder) = child::folder() else { return };
    let machine = Machine { root: folder.clone(), home: folder };
    for letter in [b'b', b'a'].into_iter().cycle() {
        let backup = machine.read("~/a", LONG).unwrap().unwrap().replace(&vec![letter; LONG]).unwrap();
        fs::remove_file(backup).unwrap();
        println!("replaced");
    }
}

#[test]
fn whenever_a_fix_is_killed_the_file_is_the_old_one_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    fs::write(&file, vec![b'a'; LONG]).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let (_never, silence) = channel::<()>();
    let mut random: u32 = 0x2545_f491;
    for round in 0..12 {
        let (mut process, lines) = child::start("doctor::replaces_a_file_in_turn", folder.path());
        while lines.recv_timeout(Duration::from_mins(1)).expect("the process replaces") != "replaced" {}
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let _ = silence.recv_timeout(Duration::from_micros(u64::from(random % 20_000)));
        process.kill().unwrap();
        process.wait().unwrap();
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.len() == LONG && bytes.iter().all(|byte| *byte == bytes[0]), "round {round}: a mixture");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "round {round}");
    }
}
