//! Which file is what: the folders of `content/` with their pages, fixtures, samples and images.

use super::harmless;
use crate::diagnostic::{Diagnostic, UNKNOWN_FILE, UNKNOWN_FIXTURE, UNKNOWN_LANGUAGE, nearest};
use crate::model::{Config, Expected, Fixture, Language, Polarity, Sample};
use crate::source::{FileId, Span, Tree};
use std::collections::BTreeMap;

/// A folder of `content/` that has a page.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Below `content/`, empty for the top.
    pub(super) path: String,
    /// `index.<lang>.md`.
    pub(super) index: Vec<(Language, FileId)>,
    /// `_index.<lang>.md`.
    pub(super) group: Vec<(Language, FileId)>,
    pub(super) fixtures: Vec<FixtureFiles>,
    pub(super) samples: Vec<FileId>,
    pub(super) attachments: Vec<FileId>,
}

/// A folder below `fixtures/`.
#[derive(Debug)]
pub(super) struct FixtureFiles {
    name: String,
    folder: String,
    files: Vec<FileId>,
}

const IMAGES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// Sorts the files of `content/` into folders, the folders sorted by path.
pub(super) fn read(tree: &Tree, config: &Config) -> (Vec<Folder>, Vec<Diagnostic>) {
    let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, source) in tree.under("content/") {
        let path = &source.path["content/".len()..];
        if path == "permalinks.lock" {
            continue;
        }
        if let Some((folder, rest)) = path.split_once("/fixtures/") {
            let Some((name, inner)) = rest.split_once('/') else {
                findings.push(stray_fixture(file, "a fixture is a folder"));
                continue;
            };
            if !(inner.starts_with("home/") || inner.starts_with("root/") || inner == harmless::NAME) {
                findings.push(stray_fixture(
                    file,
                    "this file is neither under `home/` nor under `root/`, nor `harmless.yaml`",
                ));
            }
            let fixtures = &mut folders.entry(folder).or_default().fixtures;
            match fixtures.last_mut().filter(|fixture| fixture.name == name) {
                Some(fixture) => fixture.files.push(file),
                None => {
                    let folder = source.path[..source.path.len() - inner.len() - 1].to_owned();
                    fixtures.push(FixtureFiles { name: name.to_owned(), folder, files: vec![file] });
                }
            }
        } else if let Some((folder, _)) = path.split_once("/samples/") {
            folders.entry(folder).or_default().samples.push(file);
        } else {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            page_file(file, name, folders.entry(folder).or_default(), config, &mut findings);
        }
    }
    let mut pages = Vec::new();
    for (path, mut folder) in folders {
        path.clone_into(&mut folder.path);
        if folder.index.is_empty() && folder.group.is_empty() {
            findings.extend(orphans(&folder));
        } else {
            pages.push(folder);
        }
    }
    (pages, findings)
}

fn page_file(file: FileId, name: &str, folder: &mut Folder, config: &Config, findings: &mut Vec<Diagnostic>) {
    let span = Span::start_of(file);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if IMAGES.contains(&extension) {
        folder.attachments.push(file);
        return;
    }
    let stem = name.strip_suffix(".md").unwrap_or_default();
    let (pages, tag) = match stem.split_once('.') {
        Some(("index", tag)) => (&mut folder.index, tag),
        Some(("_index", tag)) => (&mut folder.group, tag),
        _ => {
            let language = config.default_language();
            let help = match stem {
                "index" | "_index" => format!("say its language: `{stem}.{language}.md`"),
                _ if extension == "svg" => "an SVG file may carry scripts; export it as PNG".to_owned(),
                _ => format!("a page is `index.{language}.md` in a folder of its own, a group `_index.{language}.md`"),
            };
            findings.push(UNKNOWN_FILE.at(span, format!("nothing reads `{name}`")).help(help));
            return;
        }
    };
    match config.languages.iter().find(|language| language.as_str() == tag) {
        Some(language) => pages.push((language.clone(), file)),
        None => {
            let meant = nearest(tag, config.languages.iter().map(Language::as_str));
            let meant = meant.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            findings.push(
                UNKNOWN_LANGUAGE
                    .at(span, format!("site.toml does not list the language `{tag}`"))
                    .help(format!("{meant}add it to `languages`, or rename the file")),
            );
        }
    }
}

fn stray_fixture(file: FileId, why: &str) -> Diagnostic {
    UNKNOWN_FIXTURE
        .at(Span::start_of(file), why)
        .help("`fixtures/NAME/home/…` stands for `~`, `fixtures/NAME/root/…` for `/`".to_owned())
}

fn orphans(folder: &Folder) -> Vec<Diagnostic> {
    let fixtures = folder.fixtures.iter().filter_map(|fixture| fixture.files.first());
    let files = fixtures.chain(folder.samples.first()).chain(folder.attachments.first());
    files
        .map(|file| {
            UNKNOWN_FILE
                .at(Span::start_of(*file), "this file belongs to no page")
                .help(format!("add `content/{}/index.<language>.md`, or remove it", folder.path))
        })
        .collect()
}

impl Folder {
    /// Every file of the folder, in a fixed order.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        let pages = self.index.iter().chain(&self.group).map(|(_, file)| *file);
        let fixtures = self.fixtures.iter().flat_map(|fixture| fixture.files.iter().copied());
        pages.chain(fixtures).chain(self.samples.iter().copied()).chain(self.attachments.iter().copied())
    }
}

/// The fixtures of a folder; a name that does not say what it shows is a finding.
pub(super) fn fixtures(tree: &Tree, folder: &Folder, findings: &mut Vec<Diagnostic>) -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for fixture in &folder.fixtures {
        let expected = match fixture.name.as_str() {
            name if name.starts_with("broken") => Expected::Present,
            name if name.starts_with("healthy") => Expected::Absent,
            name => {
                let at = Span::start_of(fixture.files[0]);
                findings.push(
                    UNKNOWN_FIXTURE
                        .at(at, format!("the fixture `{name}` does not say what it shows"))
                        .help(format!("rename the folder to `broken-{name}` or `healthy-{name}`")),
                );
                continue;
            }
        };
        let (name, folder, files) = (fixture.name.clone(), fixture.folder.clone(), fixture.files.clone());
        let excuses = tree.find(&format!("{folder}/{}", harmless::NAME)).filter(|file| files.contains(file));
        let harmless = excuses.map(|file| harmless::read(tree, file, findings)).unwrap_or_default();
        fixtures.push(Fixture { name, expected, folder, files, harmless });
    }
    fixtures
}

/// The samples of a folder; a name that does not say what it shows is a finding.
pub(super) fn samples(tree: &Tree, folder: &Folder, findings: &mut Vec<Diagnostic>) -> Vec<Sample> {
    let mut samples = Vec::new();
    for &file in &folder.samples {
        let path = &tree.file(file).path;
        let name = path.rsplit('/').next().unwrap_or(path);
        let polarity = if name.starts_with("match") {
            Polarity::Match
        } else if name.starts_with("clean") {
            Polarity::Clean
        } else {
            findings.push(
                UNKNOWN_FIXTURE
                    .at(Span::start_of(file), format!("the sample `{name}` does not say what it shows"))
                    .help(format!("rename it to `match-{name}` or `clean-{name}`")),
            );
            continue;
        };
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        samples.push(Sample { name, polarity, file });
    }
    samples
}
