//! The theme: templates and assets, built in, overridden file by file by the site's own `templates/`.
//!
//! In comes the tree, out come templates ready to render. A template of the site that does not load is a finding, and
//! the built-in one stands in for it, so that the other pages can still be looked at.

use super::fault;
use crate::diagnostic::{self, Diagnostic, UNKNOWN_FILE, nearest};
use crate::source::{FileId, Source, Span, Tree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::{Kwargs, State, Tera};

/// The built-in templates, by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/base.html")),
    ("home.html", include_str!("../../templates/home.html")),
    ("list.html", include_str!("../../templates/list.html")),
    ("incident.html", include_str!("../../templates/incident.html")),
    ("page.html", include_str!("../../templates/page.html")),
    ("search.html", include_str!("../../templates/search.html")),
    ("permanent.html", include_str!("../../templates/permanent.html")),
    ("redirect.html", include_str!("../../templates/redirect.html")),
    ("styleguide.html", include_str!("../../templates/styleguide.html")),
    ("not_found.html", include_str!("../../templates/not_found.html")),
    ("components/body.html", include_str!("../../templates/components/body.html")),
    ("components/lists.html", include_str!("../../templates/components/lists.html")),
    ("components/run.html", include_str!("../../templates/components/run.html")),
    ("components/search.html", include_str!("../../templates/components/search.html")),
    ("components/snippet.html", include_str!("../../templates/components/snippet.html")),
];

/// The built-in assets, by name.
const ASSETS: &[(&str, &[u8])] = &[
    ("choose.js", include_bytes!("../../templates/assets/choose.js")),
    ("engine.wasm", include_bytes!("../../templates/assets/engine.wasm")),
    ("icon.svg", include_bytes!("../../templates/assets/icon.svg")),
    ("run-worker.js", include_bytes!("../../templates/assets/run-worker.js")),
    ("run.css", include_bytes!("../../templates/assets/run.css")),
    ("run.js", include_bytes!("../../templates/assets/run.js")),
    ("search.css", include_bytes!("../../templates/assets/search.css")),
    ("site.js", include_bytes!("../../templates/assets/site.js")),
    ("style.css", include_bytes!("../../templates/assets/style.css")),
];

/// The scripts of the search as pages load them: `.ci/search` makes them of [`MODULES`].
const BUNDLES: &[(&str, &[u8])] = &[
    ("search/box.js", include_bytes!("../../templates/bundles/box.js")),
    ("search/report.js", include_bytes!("../../templates/bundles/report.js")),
    ("search/worker.js", include_bytes!("../../templates/bundles/worker.js")),
];

/// The same as they are written, for a site that has one of its own in the place of one of these.
const MODULES: &[(&str, &[u8])] = &[
    ("search/box.js", include_bytes!("../../templates/assets/search/box.js")),
    ("search/engine.js", include_bytes!("../../templates/assets/search/engine.js")),
    ("search/excerpt.js", include_bytes!("../../templates/assets/search/excerpt.js")),
    ("search/fallback.js", include_bytes!("../../templates/assets/search/fallback.js")),
    ("search/files.js", include_bytes!("../../templates/assets/search/files.js")),
    ("search/index.js", include_bytes!("../../templates/assets/search/index.js")),
    ("search/matching.js", include_bytes!("../../templates/assets/search/matching.js")),
    ("search/report.js", include_bytes!("../../templates/assets/search/report.js")),
    ("search/signatures.js", include_bytes!("../../templates/assets/search/signatures.js")),
    ("search/terms.js", include_bytes!("../../templates/assets/search/terms.js")),
    ("search/worker.js", include_bytes!("../../templates/assets/search/worker.js")),
];

/// Templates and assets, ready for use.
pub struct Theme {
    pub(super) templates: Tera,
    pub(super) assets: Vec<Asset>,
    /// The site's own templates, by name.
    pub(super) own: BTreeMap<String, FileId>,
}

impl Theme {
    /// Whether a template is the site's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        !self.own.is_empty()
    }
}

/// A file that pages refer to.
pub struct Asset {
    /// As templates call it: `style.css`.
    pub name: String,
    /// Where it is written, with the digest of its bytes in its name: `assets/style.0123456789.css`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The theme of the last round.
#[derive(Default)]
pub struct Memory {
    /// The site's part of it.
    files: Vec<(FileId, Arc<Source>)>,
    loaded: Option<(Arc<Theme>, Vec<Diagnostic>)>,
}

impl Memory {
    /// The theme of a site, and what is wrong with the site's part of it; while that is as it was, the very theme that
    /// was loaded before.
    pub fn load(&mut self, tree: &Tree) -> (Arc<Theme>, Vec<Diagnostic>) {
        let files = || tree.under("templates/").map(|(file, _)| (file, tree.shared(file)));
        let known = self.files.iter().map(|(file, source)| (*file, Arc::as_ptr(source)));
        if !known.eq(files().map(|(file, source)| (file, Arc::as_ptr(source)))) {
            *self = Self { files: files().map(|(file, source)| (file, Arc::clone(source))).collect(), loaded: None };
        }
        let load = || {
            let (theme, findings) = load(tree);
            (Arc::new(theme), findings)
        };
        self.loaded.get_or_insert_with(load).clone()
    }
}

/// The theme of a site, and what is wrong with the site's part of it.
pub fn load(tree: &Tree) -> (Theme, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut own = own_templates(tree, &mut findings);
    loop {
        match templates(tree, &own) {
            Ok(templates) => return (Theme { templates, assets: assets(tree), own }, findings),
            Err(error) if own.is_empty() => panic!("the built-in templates load: {error}"),
            Err(error) => {
                let found = fault::of(&error, tree, &own);
                let bad: Vec<FileId> = found.iter().map(|finding| finding.span.file).collect();
                findings.extend(found);
                let before = own.len();
                own.retain(|_, file| !bad.contains(file));
                if own.len() == before {
                    // Nothing to blame by name: the built-in templates alone do load.
                    own.clear();
                }
            }
        }
    }
}

/// The site's templates by name. One that is not UTF-8 is a finding, and so is one that nothing asks for.
fn own_templates(tree: &Tree, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, FileId> {
    let mut own = BTreeMap::new();
    for (id, file) in tree.under("templates/").filter(|(_, file)| file.unread().is_none()) {
        let name = file.path.strip_prefix("templates/").filter(|name| name.strip_suffix(".html").is_some());
        match (name, file.text()) {
            (Some(name), Ok(_)) => drop(own.insert(name.to_owned(), id)),
            (Some(_), Err(error)) => findings.push(diagnostic::not_utf8(id, error, file.bytes().len())),
            (None, _) => {}
        }
    }
    let built_in = || TEMPLATES.iter().map(|(name, _)| *name);
    for (name, id) in own.iter().filter(|(name, _)| built_in().all(|known| known != name.as_str())) {
        let asks = |other: &FileId| tree.file(*other).text().is_ok_and(|text| text.contains(name.as_str()));
        if !own.values().any(|other| other != id && asks(other)) {
            let finding = UNKNOWN_FILE.at(Span::start_of(*id), format!("no page is made of the template `{name}`"));
            let near = nearest(name, built_in()).map(|near| format!("did you mean `{near}`?"));
            findings
                .push(finding.help(near.or_else(|| Some("include it in another template, or remove it".to_owned()))));
        }
    }
    own
}

fn templates(tree: &Tree, own: &BTreeMap<String, FileId>) -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.register_filter("fill", fill);
    let built_in = TEMPLATES.iter().filter(|(name, _)| !own.contains_key(*name)).copied();
    let overrides = own.iter().map(|(name, file)| (name.as_str(), tree.file(*file).text().unwrap_or_default()));
    tera.add_raw_templates(built_in.chain(overrides))?;
    Ok(tera)
}

/// `{{ t.call | fill(owner=incident.owner) }}`: puts values in the place of `{name}`.
#[expect(clippy::needless_pass_by_value, reason = "the signature that the template engine asks for")]
fn fill(text: &str, values: Kwargs, _: &State<'_>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value.to_string()))
}

fn assets(tree: &Tree) -> Vec<Asset> {
    // A copy of one of the theme's own files replaces nothing.
    let is_copy = |own: &(&str, &[u8])| ASSETS.iter().chain(MODULES).any(|built_in| built_in == own);
    let own = tree.under("templates/assets/").filter(|(_, file)| file.unread().is_none());
    let own = own.map(|(_, file)| (file.path.trim_start_matches("templates/assets/"), file.bytes()));
    let own: Vec<(&str, &[u8])> = own.filter(|file| !is_copy(file)).collect();
    let search = if own.iter().any(|(name, _)| name.starts_with("search/")) { MODULES } else { BUNDLES };
    let built_in = ASSETS.iter().map(|(name, bytes)| (*name, compact(name, bytes)));
    let others = search.iter().copied().chain(own).map(|(name, bytes)| (name, bytes.to_vec()));
    let files: BTreeMap<String, Vec<u8>> =
        built_in.chain(others).map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    let mut published = BTreeMap::new();
    for name in files.keys() {
        publish(name, &files, &mut published, &mut Vec::new());
    }
    published.into_values().collect()
}

/// One of the theme's own scripts or stylesheets without its comments and indentation, a fifth of what a reader would
/// load. None of them has text that goes on over a line, or that looks like a comment.
fn compact(name: &str, bytes: &[u8]) -> Vec<u8> {
    let (Some((_, extension @ ("js" | "css"))), Ok(text)) = (name.rsplit_once('.'), std::str::from_utf8(bytes)) else {
        return bytes.to_vec();
    };
    let mut text = text.to_owned();
    while extension == "css"
        && let Some((start, end)) = text.find("/*").zip(text.find("*/"))
    {
        text.replace_range(start..end + 2, "");
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

/// Gives a file its published name. A script names another one beside it as `"./other.js"`; where it is published, by
/// the name that that one has there, so that the name of a script changes with whatever it loads.
fn publish<'a>(
    name: &'a str,
    files: &'a BTreeMap<String, Vec<u8>>,
    published: &mut BTreeMap<String, Asset>,
    asking: &mut Vec<&'a str>,
) {
    // Scripts that load each other in a circle keep the first one's plain name.
    if published.contains_key(name) || asking.contains(&name) {
        return;
    }
    let mut bytes = files[name].clone();
    let folder = name.rfind('/').map_or("", |at| &name[..=at]);
    if let Some(mut script) = name.strip_suffix(".js").and_then(|_| String::from_utf8(bytes.clone()).ok()) {
        asking.push(name);
        for other in files.keys().filter(|other| *other != name) {
            let Some(beside) = other.strip_prefix(folder).map(|beside| format!("\"./{beside}\"")) else { continue };
            if script.contains(&beside) {
                publish(other, files, published, asking);
                if let Some(asset) = published.get(other) {
                    let path = &asset.path["assets/".len() + folder.len()..];
                    script = script.replace(&beside, &format!("\"./{path}\""));
                }
            }
        }
        asking.pop();
        bytes = script.into_bytes();
    }
    published.insert(name.to_owned(), Asset { path: hashed(name, &bytes), name: name.to_owned(), bytes });
}

/// `assets/NAME.HASH.EXTENSION`: the first ten hexadecimal digits of the SHA-256 of the bytes.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hash = digest.iter().take(5).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
    let hash = format!("{hash:010x}");
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{hash}.{extension}"),
        None => format!("assets/{name}.{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[(&str, &str)]) {
        let mut tree = Tree::default();
        tree.add("site.toml", "");
        for (path, text) in files {
            tree.add(path, *text);
        }
        let (_, findings) = load(&tree);
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.message.as_str(), tree.slice(finding.span).into_owned())).collect();
        let found: Vec<_> = found.iter().map(|(message, place)| (*message, place.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_built_in_templates_load() {
        check(&[], &[]);
    }

    #[test]
    fn a_template_that_does_not_load_is_a_finding_at_its_place() {
        check(&[("templates/page.html", "{% if x %}")], &[("unexpected end of input", "%}")]);
        check(&[("templates/page.html", "a {{ x | upcase }}")], &[("unknown filter `upcase`", "upcase")]);
        check(
            &[("templates/page.html", "{% extends \"bas.html\" %}")],
            &[("the template `bas.html` is not there", "bas.html")],
        );
    }

    #[test]
    fn a_template_that_cannot_be_read_or_that_nothing_asks_for_is_a_finding() {
        check(&[("templates/incdent.html", "x")], &[("no page is made of the template `incdent.html`", "")]);
        check(&[("templates/own.html", "x"), ("templates/page.html", "{% include \"own.html\" %}")], &[]);
        let mut tree = Tree::default();
        tree.add("templates/incident.html", *b"caf\xe9");
        let found: Vec<_> = load(&tree).1.into_iter().map(|finding| (finding.message, finding.span.start)).collect();
        assert_eq!(found, [("this file is not UTF-8".to_owned(), 3)]);
    }

    #[test]
    fn a_script_names_another_as_it_is_published() {
        let mut tree = Tree::default();
        tree.add("site.toml", "");
        tree.add("templates/assets/x/one.js", "import \"./two.js\";");
        tree.add("templates/assets/x/two.js", "two");
        tree.add("templates/assets/x/round.js", "import \"./round.js\";");
        let find = |name: &str| load(&tree).0.assets.into_iter().find(|asset| asset.name == name).unwrap();
        let two = find("x/two.js").path;
        let one = find("x/one.js");
        assert_eq!(String::from_utf8(one.bytes).unwrap(), format!("import \"./{}\";", &two["assets/x/".len()..]));
        assert_eq!(one.path, hashed("x/one.js", format!("import \"./{}\";", &two["assets/x/".len()..]).as_bytes()));
        assert_eq!(find("x/round.js").bytes, b"import \"./round.js\";");
    }

    #[test]
    fn a_site_replaces_one_script_of_the_search_and_keeps_the_others() {
        let mut tree = Tree::default();
        tree.add("site.toml", "");
        let text = |tree: &Tree, name: &str| {
            let asset = load(tree).0.assets.into_iter().find(|asset| asset.name == name);
            asset.map(|asset| String::from_utf8(asset.bytes).unwrap()).unwrap_or_default()
        };
        tree.add("templates/assets/search/files.js", include_str!("../../templates/assets/search/files.js"));
        assert!(!text(&tree, "search/worker.js").contains("import "));
        tree.add("templates/assets/search/terms.js", "mine");
        assert_eq!(text(&tree, "search/terms.js"), "mine");
        assert!(text(&tree, "search/worker.js").contains("import { Engine } from \"./engine."));
    }

    #[test]
    fn an_asset_is_named_after_its_bytes() {
        assert_eq!(hashed("style.css", b""), "assets/style.e3b0c44298.css");
    }
}
