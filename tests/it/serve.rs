//! The preview over loopback, with a build that stands in for the real one.

use crate::child;
use faultbook::disk;
use faultbook::serve::{self, Built, Options};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(20);

/// A preview in this process, which ends with it.
struct Preview {
    folder: TempDir,
    address: String,
    changes: Receiver<Option<Vec<PathBuf>>>,
}

/// Sends each line that is written.
struct Lines(Sender<String>, String);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.push_str(std::str::from_utf8(bytes).unwrap());
        while let Some((line, rest)) = self.1.clone().split_once('\n') {
            let _ = self.0.send(line.to_owned());
            rest.clone_into(&mut self.1);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Each `content/PATH.md` is a page `PATH.html`; one that says `broken` is a finding, and then the old site stays.
fn build(root: &Path) -> Built {
    let tree = disk::read(root).unwrap();
    let broken = |(_, file): (_, &faultbook::source::Source)| {
        file.text().unwrap().contains("broken").then(|| format!("error: {} is <b>broken</b>", file.path))
    };
    let findings: Vec<String> = tree.iter().filter_map(broken).collect();
    let link = |text: String| serve::Finding { link: Some(format!("editor:{}", text.len())), text };
    let findings: Vec<serve::Finding> = findings.into_iter().map(link).collect();
    let site: serve::Site = Arc::new(move |path: &str| match path {
        "data.json" => Some(b"{}".to_vec()),
        path => {
            let file = tree.find(&format!("content/{}.md", path.strip_suffix(".html")?))?;
            Some(format!("<html><head></head><body>{}</body>", tree.file(file).text().unwrap()).into_bytes())
        }
    });
    let proofs = BTreeMap::from([("网关".to_owned(), "proven".to_owned())]);
    Built { site: findings.is_empty().then_some(site), base_path: "/base/".to_owned(), findings, proofs }
}

impl Preview {
    fn start(files: &[(&str, &str)], port: Option<u16>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let (told, changes) = channel();
        let (sender, lines) = channel();
        let root = folder.path().to_owned();
        thread::spawn(move || {
            let options = Options { root: root.clone(), port };
            let build = |paths: Option<&[PathBuf]>| {
                told.send(paths.map(<[_]>::to_vec)).unwrap();
                build(&root)
            };
            serve::run(&options, build, &mut Lines(sender, String::new())).unwrap();
        });
        let line = lines.recv_timeout(DEADLINE).unwrap();
        let address = line.strip_prefix("http://").unwrap().strip_suffix("/base/").unwrap().to_owned();
        assert_eq!(changes.recv_timeout(DEADLINE).unwrap(), None);
        // Nobody reads further lines, which must not end the preview.
        Self { folder, address, changes }
    }

    /// Saves a file in one step, as editors do, so that no build sees a part of it.
    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        let new = path.with_file_name(".new");
        write(&new, text);
        fs::rename(new, path).unwrap();
    }

    fn request(&self, path: &str, host: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        stream
    }

    /// Status line, headers in lower case, and body.
    fn get_from(&self, path: &str, host: &str) -> (u16, String, String) {
        let mut answer = String::new();
        self.request(path, host).read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), head.to_lowercase(), body.to_owned())
    }

    fn get(&self, path: &str) -> (u16, String, String) {
        self.get_from(path, "localhost")
    }

    fn events(&self) -> Events {
        Events(BufReader::new(self.request("/__faultbook/events", &self.address)))
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What a page is told.
struct Events(BufReader<TcpStream>);

impl Events {
    /// The next version and findings.
    fn next(&mut self) -> (String, Vec<String>) {
        let mut line = String::new();
        while !line.starts_with("data:") {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the events ended");
        }
        let state: serde_json::Value = serde_json::from_str(line["data:".len()..].trim()).unwrap();
        let findings = state["findings"].as_array().unwrap().iter().map(|finding| {
            assert!(finding["link"].as_str().unwrap().starts_with("editor:"));
            finding["text"].as_str().unwrap().to_owned()
        });
        (state["version"].as_str().unwrap().to_owned(), findings.collect())
    }
}

#[test]
fn pages_are_served_as_a_static_host_would() {
    let preview = Preview::start(
        &[("content/index.md", "home"), ("content/en/网关/index.md", "gateway"), ("content/404.md", "not here")],
        Some(0),
    );
    let check = |path: &str, status: u16, header: &str, body: &str| {
        let answer = preview.get(path);
        assert_eq!(answer.0, status, "{path}");
        assert!(answer.1.contains(header), "{path}: {}", answer.1);
        assert!(answer.2.contains(body), "{path}: {}", answer.2);
        assert!(answer.1.contains("cache-control: no-store"), "{path}: {}", answer.1);
    };
    check("/base/", 200, "content-type: text/html; charset=utf-8", "<body>home");
    check("/base/?q=1", 200, "text/html", "/__faultbook/live.js?version=");
    check("/base/index.html", 200, "text/html", "home");
    check("/base/en/%E7%BD%91%E5%85%B3/", 200, "text/html", "gateway");
    check("/base/en/%E7%BD%91%E5%85%B3?a=b", 307, "location: /base/en/%e7%bd%91%e5%85%b3/?a=b", "");
    check("/base/data.json", 200, "content-type: application/json", "{}");
    check("/base/nowhere/", 404, "text/html", "<body>not here");
    check("/base/%ff/../../etc/passwd", 404, "text/html", "<body>not here");
    check("/", 307, "location: /base/", "");
    check("/nowhere", 404, "text/plain", "/base/");
    check("/__faultbook/live.js", 200, "content-type: text/javascript; charset=utf-8", "EventSource");
    check("/__faultbook/live.css", 200, "content-type: text/css; charset=utf-8", "dialog");
}

#[test]
fn a_page_is_told_what_was_proven_of_it_and_shows_its_languages_side_by_side() {
    let preview = Preview::start(&[("content/en/网关/index.md", "gateway")], Some(0));
    for (path, proof) in [("/base/en/%E7%BD%91%E5%85%B3/", "\"proof\":\"proven\""), ("/base/en/", "\"proof\":null")] {
        let mut events = Events(BufReader::new(preview.request(&format!("/__faultbook/events?{path}"), "localhost")));
        let mut line = String::new();
        while !line.starts_with("data:") {
            line.clear();
            events.0.read_line(&mut line).unwrap();
        }
        assert!(line.contains(proof), "{line}");
    }
    let compare = preview.get("/base/en/%E7%BD%91%E5%85%B3/?compare");
    assert!(compare.0 == 200 && compare.2.contains("/__faultbook/compare.js"), "{}", compare.2);
    assert!(preview.get("/__faultbook/compare.js").2.contains("hreflang"));
    assert!(preview.get("/__faultbook/compare.css").1.contains("text/css"));
}

#[test]
fn a_page_from_elsewhere_is_not_answered() {
    let preview = Preview::start(&[("content/index.md", "home")], Some(0));
    assert_eq!(preview.get_from("/base/", &preview.address).0, 200);
    for path in ["/base/", "/__faultbook/live.js", "/__faultbook/events"] {
        let (status, _, body) = preview.get_from(path, "rebound.example.org");
        assert_eq!((status, body.contains("home")), (403, false), "{path}");
    }
}

#[test]
fn an_edit_reaches_the_page_with_the_path_that_changed() {
    let preview = Preview::start(&[("content/index.md", "old")], Some(0));
    let mut events = preview.events();
    let (before, _) = events.next();
    preview.write("content/index.md", "new");
    let (after, findings) = events.next();
    assert_ne!(before, after);
    assert_eq!(findings, Vec::<String>::new());
    assert!(preview.get("/base/").2.contains("new"));
    assert!(preview.get("/base/").2.contains(&format!("live.js?version={after}\"")));
    assert_eq!(preview.changes.recv_timeout(DEADLINE).unwrap(), Some(vec!["content/index.md".into()]));
}

#[test]
fn a_broken_edit_shows_what_is_wrong_over_the_old_site() {
    let preview = Preview::start(&[("content/index.md", "old")], Some(0));
    let mut events = preview.events();
    let (whole, _) = events.next();
    preview.write("content/index.md", "broken");
    assert_eq!(events.next(), (whole.clone(), vec!["error: content/index.md is <b>broken</b>".to_owned()]));
    assert!(preview.get("/base/").2.contains("old"));
    // A page that is opened now is told too.
    assert_eq!(preview.events().next().1.len(), 1);
    preview.write("content/index.md", "healed");
    let (healed, findings) = events.next();
    assert_eq!((healed == whole, findings.len()), (false, 0));
}

#[test]
fn a_site_that_was_broken_from_the_start_comes_when_it_is_healed() {
    let preview = Preview::start(&[("content/index.md", "broken")], Some(0));
    let (status, _, body) = preview.get("/base/");
    assert!(status == 503 && body.contains("live.js"), "{status} {body}");
    let mut events = preview.events();
    assert_eq!(events.next().1.len(), 1);
    preview.write("content/index.md", "healed");
    assert_eq!(events.next().1.len(), 0);
    assert_eq!(preview.get("/base/").0, 200);
}

#[test]
fn saves_by_renaming_and_folders_that_come_back_are_seen() {
    let preview = Preview::start(&[("content/index.md", "1"), ("site.toml", "")], Some(0));
    let root = preview.folder.path();
    let mut events = preview.events();
    let shows = |events: &mut Events, text: &str| {
        while !preview.get("/base/").2.contains(text) {
            events.next();
        }
    };
    shows(&mut events, "1");
    preview.write("content/index.md", "renamed");
    shows(&mut events, "renamed");
    write(&root.join("content/index.md"), "in place");
    shows(&mut events, "in place");
    fs::remove_dir_all(root.join("content")).unwrap();
    shows(&mut events, "No site yet");
    preview.write("content/index.md", "3");
    shows(&mut events, "3");
    preview.write("content/index.md", "4");
    shows(&mut events, "4");
    fs::rename(root.join("content"), root.join("elsewhere")).unwrap();
    shows(&mut events, "No site yet");
    fs::rename(root.join("elsewhere"), root.join("content")).unwrap();
    shows(&mut events, "4");
    preview.write("content/en/new/index.md", "broken");
    while events.next().1.is_empty() {}
}

#[test]
fn what_is_not_the_sites_builds_nothing() {
    let preview = Preview::start(&[("content/index.md", "1"), ("site.toml", "")], Some(0));
    preview.write("public/index.html", "");
    preview.write("content/.index.md.swp", "");
    preview.write("content/index.md~", "");
    preview.write("site.toml", "title = 1");
    assert_eq!(preview.changes.recv_timeout(DEADLINE).unwrap(), Some(vec!["site.toml".into()]));
}

#[test]
fn a_port_in_use_is_an_error_when_it_was_asked_for_and_else_passed_over() {
    let preview = Preview::start(&[("content/index.md", "1")], None);
    let other = Preview::start(&[("content/index.md", "1")], None);
    assert_ne!(preview.address, other.address);
    let port: u16 = preview.address.rsplit_once(':').unwrap().1.parse().unwrap();
    let options = Options { root: preview.folder.path().to_owned(), port: Some(port) };
    let error = serve::run(&options, |_| build(preview.folder.path()), &mut io::sink()).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on port {port}")), "{error}");
}

/// Serves until it is interrupted; does nothing in an ordinary run of the tests.
#[test]
fn serves_until_it_is_interrupted() {
    let Some(folder) = child::folder() else { return };
    let options = Options { root: folder.clone(), port: Some(0) };
    serve::run(&options, |_| build(&folder), &mut io::stdout()).unwrap();
}

#[test]
fn an_interrupt_ends_it_well_even_while_a_page_listens() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("content/index.md"), "home");
    let (mut process, lines) = child::start("serve::serves_until_it_is_interrupted", folder.path());
    let line = std::iter::from_fn(|| lines.recv_timeout(DEADLINE).ok()).find(|line| line.contains("http://")).unwrap();
    let address = line.split("http://").nth(1).unwrap().strip_suffix("/base/").unwrap().to_owned();
    let preview = Preview { folder, address, changes: channel().1 };
    let mut events = preview.events();
    events.next();
    kill_process(Pid::from_child(&process), Signal::INT).unwrap();
    assert!(process.wait().unwrap().success());
}
