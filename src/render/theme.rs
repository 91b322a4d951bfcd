//! The theme: templates and assets, built in, overridden file by file by the site's own `templates/`.
//!
//! In comes the tree, out come templates ready to render. A template of the site that does not load is a finding, and
//! the built-in one stands in for it, so that the other pages can still be looked at.

use super::fault;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Tree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tera::{Kwargs, State, Tera};

/// The built-in templates, by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/base.html")),
    ("home.html", include_str!("../../templates/home.html")),
    ("list.html", include_str!("../../templates/list.html")),
    ("incident.html", include_str!("../../templates/incident.html")),
    ("page.html", include_str!("../../templates/page.html")),
    ("permanent.html", include_str!("../../templates/permanent.html")),
    ("redirect.html", include_str!("../../templates/redirect.html")),
    ("styleguide.html", include_str!("../../templates/styleguide.html")),
    ("not_found.html", include_str!("../../templates/not_found.html")),
    ("components/body.html", include_str!("../../templates/components/body.html")),
    ("components/lists.html", include_str!("../../templates/components/lists.html")),
    ("components/run.html", include_str!("../../templates/components/run.html")),
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
    ("site.js", include_bytes!("../../templates/assets/site.js")),
    ("style.css", include_bytes!("../../templates/assets/style.css")),
];

/// Templates and assets, ready for use.
pub struct Theme {
    pub(super) templates: Tera,
    pub(super) assets: Vec<Asset>,
    /// The site's own templates, by name.
    pub(super) own: BTreeMap<String, FileId>,
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

/// The theme of a site, and what is wrong with the site's part of it.
pub fn load(tree: &Tree) -> (Theme, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut own = own_templates(tree);
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

/// The site's templates by name; one that is not UTF-8 has been reported when the site was read.
fn own_templates(tree: &Tree) -> BTreeMap<String, FileId> {
    let files = tree.under("templates/").filter(|(_, file)| file.unread().is_none() && file.text().is_ok());
    let name = |path: &str| {
        path.strip_prefix("templates/").filter(|name| name.strip_suffix(".html").is_some()).map(str::to_owned)
    };
    files.filter_map(|(id, file)| Some((name(&file.path)?, id))).collect()
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
    let mut files: BTreeMap<String, Vec<u8>> =
        ASSETS.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    for (_, file) in tree.under("templates/assets/").filter(|(_, file)| file.unread().is_none()) {
        let name = file.path.trim_start_matches("templates/assets/").to_owned();
        files.insert(name, file.bytes().to_vec());
    }
    files.into_iter().map(|(name, bytes)| Asset { path: hashed(&name, &bytes), name, bytes }).collect()
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
    fn an_asset_is_named_after_its_bytes() {
        assert_eq!(hashed("style.css", b""), "assets/style.e3b0c44298.css");
    }
}
