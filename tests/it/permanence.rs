//! Every address of an older site, asked of a newer one over HTTP: what was published once leads to its incident.

use crate::base;
use faultbook::index;
use faultbook::link::Links;
use faultbook::link::ledger::{self, Entry, Ledger};
use faultbook::model::Facts;
use faultbook::output::Output;
use faultbook::prove::Proofs;
use faultbook::render::{self, theme};
use faultbook::source::Tree;
use faultbook::{diagnostic::human, link, parse};
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

type Files = BTreeMap<String, Vec<u8>>;

fn built(tree: &Tree) -> Files {
    let (site, _) = parse::site(tree);
    let findings = link::check(&site, tree, &mut link::Memory::default());
    let links = Links::new(&site, tree);
    assert!(findings.is_empty(), "{}", human::render(&findings, tree, false));
    let (theme, _) = theme::load(tree);
    let (proofs, facts, output) = (Proofs::default(), Facts::default(), Output::default());
    render::pages(&site, tree, &Links::new(&site, tree), &proofs, &facts, &theme, &output);
    index::files(&site, tree, &links, &proofs, &facts, &output);
    output.into_files()
}

/// A site below a base path: a page that will be moved, one that will be merged, one that will be retired, and
/// headings whose words will change.
fn older() -> Tree {
    let mut tree = base::site();
    replace(&mut tree, "site.toml", "runbooks.example.org/", "example.org/runbooks/");
    for (language, word) in [("en", "Background"), ("zh", "背景")] {
        let page = |id: &str| {
            let head = if language == "en" {
                format!("id: {id}\nseverity: low\nsignatures: []\nunchecked: x\ntags: [old tag]\n")
            } else {
                String::new()
            };
            format!("---\n{head}title: {id} 网\nsymptom: s\nroot_cause: r\nconfirm: c\nfix: f\n---\n\n## {word}\n")
        };
        tree.add(&format!("content/demo/网关/index.{language}.md"), page("DEMO-2"));
        tree.add(&format!("content/demo/twin/index.{language}.md"), page("DEMO-3"));
        tree.add(&format!("content/demo/gone/index.{language}.md"), page("DEMO-4"));
    }
    replace(&mut tree, "content/demo/twin/index.en.md", "severity", "aliases: [/wiki/twin.html, /wiki/dir]\nseverity");
    tree
}

/// The same site, later.
fn newer() -> Tree {
    let mut tree = older();
    for language in ["en", "zh"] {
        let path = format!("content/demo/网关/index.{language}.md");
        let text = tree.file(tree.find(&path).unwrap()).text().unwrap().to_owned();
        tree.add(&format!("content/net/gateway/index.{language}.md"), text);
        tree.add(&format!("content/net/_index.{language}.md"), "---\ntitle: Network\n---\n");
    }
    tree.replace("content/demo/网关", []);
    let aliases = "aliases: [/en/demo/网关/, /zh/demo/网关/]\nseverity";
    replace(&mut tree, "content/net/gateway/index.en.md", "severity", aliases);
    replace(&mut tree, "content/net/gateway/index.en.md", "## Background", "## How it came about {#background}");
    replace(&mut tree, "content/net/gateway/index.zh.md", "## 背景", "## 来由 {#背景}");
    replace(&mut tree, "content/demo/twin/index.en.md", "severity", "status: merged\nmerged_into: DEMO-2\nseverity");
    replace(&mut tree, "content/demo/gone/index.en.md", "severity", "status: retired\nseverity");
    tree
}

fn replace(tree: &mut Tree, path: &str, from: &str, to: &str) {
    let text = tree.file(tree.find(path).expect("the file is there")).text().expect("it is text").to_owned();
    assert!(text.contains(from), "{path} has no {from:?}");
    tree.add(path, text.replacen(from, to, 1));
}

/// Serves files below a path as a plain static host does, on this machine only, until the test ends. Returns where.
fn serve(files: Files, base: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let origin = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A reader who has gone away is no fault.
            let _ = answer(stream, &files, base);
        }
    });
    origin
}

fn answer(mut stream: TcpStream, files: &Files, base: &str) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let inside = path.strip_prefix(base).unwrap_or("\0");
    let file =
        if inside.is_empty() || inside.ends_with('/') { format!("{inside}index.html") } else { inside.to_owned() };
    if let Some(bytes) = files.get(&file) {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len())?;
        return stream.write_all(bytes);
    }
    if files.contains_key(&format!("{file}/index.html")) {
        return write!(stream, "HTTP/1.1 301 Moved\r\nLocation: {path}/\r\nConnection: close\r\n\r\n");
    }
    write!(stream, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")
}

fn get(origin: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).expect("the host is there");
    let path = path.replace(' ', "%20");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("the host listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the host answers in UTF-8");
    (answer[9..12].parse().expect("an answer has a status"), answer)
}

/// Follows redirects, by status and by HTML, to the page that a reader ends on; `Err` is where the way ends.
fn follow(origin: &str, address: &str) -> Result<(String, String), String> {
    let mut path = address.to_owned();
    for _ in 0..4 {
        let (status, text) = get(origin, &path);
        let next = match status {
            200 => between(&text, "<meta http-equiv=\"refresh\" content=\"0; url=", "\""),
            301 => between(&text, "Location: ", "\r"),
            _ => return Err(format!("{address}: {status} at {path}")),
        };
        match next {
            Some(next) => next.clone_into(&mut path),
            None => return Ok((path, text)),
        }
    }
    Err(format!("{address}: redirected in circles"))
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

fn text<'f>(files: &'f Files, path: &str) -> &'f str {
    std::str::from_utf8(&files[path]).expect("it is text")
}

/// Every address of a built site: its sitemap's, those that `_redirects` leads from, permanent ones, and with its
/// ledger all the rest, anchors included.
fn addresses(files: &Files, tree: &Tree) -> BTreeSet<String> {
    let locations = text(files, "sitemap.xml").split("<loc>https://example.org").skip(1);
    let mut addresses: BTreeSet<String> =
        locations.map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect();
    addresses
        .extend(text(files, "_redirects").lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()));
    addresses.extend(
        files
            .keys()
            .filter(|path| path.starts_with("e/"))
            .map(|path| format!("/runbooks/{}", path.trim_end_matches("index.html"))),
    );
    let (site, _) = parse::site(tree);
    addresses.extend(ledger::published(&site).iter().map(|entry| match entry {
        Entry::Anchor { route, anchor } => format!("/runbooks{route}#{anchor}"),
        Entry::Id { id, .. } => format!("/runbooks/e/{id}"),
        Entry::Route(route) => format!("/runbooks{route}"),
    }));
    addresses
}

#[test]
fn every_address_of_an_older_site_leads_somewhere_on_the_newer() {
    let (old, mut new) = (older(), newer());
    let (site, _) = parse::site(&old);
    new.add(ledger::PATH, Ledger::default().text(&ledger::published(&site)));
    let all = addresses(&built(&old), &old);
    assert!(all.len() > 40, "{all:#?}");
    let origin = serve(built(&new), "/runbooks/");
    let mut dead = Vec::new();
    for address in &all {
        let (path, anchor) =
            address.split_once('#').map_or((address.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        match follow(&origin, path) {
            Err(why) => dead.push(why),
            Ok((end, page)) => {
                if anchor.is_some_and(|anchor| !page.contains(&format!("id=\"{anchor}\""))) {
                    dead.push(format!("{address}: {end} has no such anchor"));
                }
                let language = ["/en/", "/zh/"].into_iter().find(|language| path[9..].starts_with(language));
                if language.is_some_and(|language| !end[9..].starts_with(language)) {
                    dead.push(format!("{address}: leads into another language, {end}"));
                }
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn old_addresses_lead_to_the_same_page_by_html_and_by_redirects() {
    let files = built(&newer());
    let redirects: BTreeMap<String, String> = text(&files, "_redirects")
        .lines()
        .map(|line| {
            let mut words = line.split(' ').map(|word| percent_decode_str(word).decode_utf8_lossy().into_owned());
            (words.next().unwrap_or_default(), words.next().unwrap_or_default())
        })
        .collect();
    let origin = serve(files, "/runbooks/");
    for (from, to) in &redirects {
        let (end, _) = follow(&origin, from).expect("it leads somewhere");
        let (there, _) = follow(&origin, to).expect("it leads somewhere");
        assert_eq!(end, there, "{from}");
    }
    assert_eq!(redirects["/runbooks/zh/demo/网关/"], "/runbooks/zh/net/gateway/");
    assert_eq!(redirects["/runbooks/wiki/twin.html"], "/runbooks/en/demo/twin/");
}

#[test]
fn pages_that_no_longer_count_stay_and_say_so() {
    let origin = serve(built(&newer()), "/runbooks/");
    let (_, retired) = follow(&origin, "/runbooks/e/DEMO-4/").expect("it leads somewhere");
    assert!(retired.contains("Retired: this incident no longer happens"), "{retired}");
    let (_, merged) = follow(&origin, "/runbooks/e/DEMO-3/").expect("it leads somewhere");
    assert!(merged.contains("Merged into <a href=\"/runbooks/en/net/gateway/\""), "{merged}");
}
