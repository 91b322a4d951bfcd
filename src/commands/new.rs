//! `faultbook new`: the folder of an incident, with a page in every language and the next id. What is left to write
//! is what `verify` then lists.

use super::evidence::{Gathered, Given};
use super::{Console, print};
use crate::link::ledger::Ledger;
use crate::model::{IncidentId, Language, PageKind, SectionKind, Site};
use crate::source::Tree;
use crate::{disk, parse};
use anyhow::{Result, bail, ensure};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(
    root: &Path,
    path: &str,
    title: Option<&str>,
    given: &Given<'_>,
    console: &Console,
) -> Result<ExitCode> {
    let folder = path.trim_start_matches("content/").trim_matches('/');
    let parts: Vec<&str> = folder.split('/').collect();
    ensure!(parts.len() >= 2, "`{path}` has no group; write `group/{folder}`");
    let good = |part: &&str| !part.is_empty() && crate::slug::slug(part) == **part;
    if let Some(bad) = parts.iter().find(|part| !good(part)) {
        match crate::slug::slug(bad) {
            slug if slug.is_empty() => {
                bail!("`{bad}` cannot be part of an address; write `group/name`, below `content`")
            }
            slug => bail!("`{bad}` cannot be part of an address; write `{slug}`"),
        }
    }
    let tree = disk::read(root)?;
    let (site, _) = parse::site(&tree);
    ensure!(site.page(folder).is_none() && !site.unreadable.contains(folder), "`content/{folder}` is there already");
    let evidence = match given.gather(&site, &tree)? {
        Gathered::New(evidence) => evidence,
        Gathered::Known(text) => {
            print(&mut console.out(), &text)?;
            console.note("this is known already: nothing was written; `--force` begins a new page nevertheless");
            return Ok(ExitCode::FAILURE);
        }
    };
    let id = next_id(&site, &tree, &parts);
    let mut written = Vec::new();
    let mut write = |path: String, bytes: &[u8]| -> Result<()> {
        disk::write_new(&root.join(&path), bytes)?;
        written.push(path);
        Ok(())
    };
    for depth in 1..parts.len() {
        let group = parts[..depth].join("/");
        let known = site.page(&group).is_some_and(|page| matches!(page.kind, PageKind::Group));
        for language in site.config.languages.iter().filter(|_| !known) {
            let title = parts[depth - 1];
            // YAML takes such a name for something else than text.
            let odd =
                title.starts_with(|first: char| first.is_ascii_digit()) || ["true", "false", "null"].contains(&title);
            let title = if odd { quoted(title) } else { title.to_owned() };
            write(format!("content/{group}/_index.{language}.md"), format!("---\ntitle: {title}\n---\n").as_bytes())?;
        }
    }
    for language in &site.config.languages {
        let text = page(&site, language, &id, title, evidence.signature.as_deref());
        write(format!("content/{folder}/index.{language}.md"), text.as_bytes())?;
    }
    for (path, bytes) in &evidence.files {
        write(format!("content/{folder}/{path}"), bytes)?;
    }
    for path in &written {
        console.note(&format!("wrote {path}"));
    }
    for note in &evidence.notes {
        console.note(note);
    }
    console.note(&format!("next: write what `faultbook verify content/{folder}` lists"));
    Ok(ExitCode::SUCCESS)
}

/// The next id of the prefix that most incidents of the group have, else of the group's name.
/// An id that was ever published is not given again.
fn next_id(site: &Site, tree: &Tree, parts: &[&str]) -> String {
    let ids = || site.incidents().map(|(page, incident)| (page, &incident.id.value));
    let group = format!("{}/", parts[..parts.len() - 1].join("/"));
    let in_group: Vec<&IncidentId> =
        ids().filter(|(page, _)| page.folder.starts_with(&group)).map(|(_, id)| id).collect();
    let usual = in_group.iter().max_by_key(|id| {
        let same = in_group.iter().filter(|other| other.prefix() == id.prefix()).count();
        (same, std::cmp::Reverse(id.prefix()))
    });
    let prefix = usual.map_or_else(|| prefix_of(parts[0]), |id| id.prefix().to_owned());
    Ledger::read(tree).0.unwrap_or_default().next_id(site, &prefix)
}

/// `OPENCLAW` of `openclaw`; `INC` of a name without two Latin letters.
fn prefix_of(group: &str) -> String {
    let upper: String =
        group.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_uppercase()).collect();
    let upper = upper.trim_start_matches(|character: char| character.is_ascii_digit());
    if upper.len() >= 2 { upper.chars().take(16).collect() } else { "INC".to_owned() }
}

/// A page with all that its language needs, and nothing filled in but what is known.
fn page(site: &Site, language: &Language, id: &str, title: Option<&str>, signature: Option<&str>) -> String {
    let owns_facts = language == site.config.default_language();
    let mut text = String::from("---\n");
    let mut line = |key: &str, value: &str| {
        let space = if value.is_empty() { "" } else { " " };
        writeln!(text, "{key}:{space}{value}").expect("writing to a text cannot fail");
    };
    if owns_facts {
        line("id", id);
        line("title", &title.map(quoted).unwrap_or_default());
        line("severity", "");
        line("owner", "");
        line("applies_to", "");
        line("tags", "");
        line("signatures", &signature.map(|signature| format!("[{}]", quoted(signature))).unwrap_or_default());
    } else {
        line("title", "");
    }
    for key in ["symptom", "root_cause", "confirm", "fix"] {
        line(key, "");
    }
    text.push_str("---\n");
    for kind in SectionKind::REQUIRED {
        let key = kind.anchor().replace('-', "_");
        let word = site.strings[language].ui.get(&key).map_or(kind.anchor(), String::as_str);
        write!(text, "\n## {word}\n").expect("writing to a text cannot fail");
    }
    text
}

/// A text as YAML reads it back.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_gives_its_ids_a_prefix() {
        assert_eq!(prefix_of("openclaw"), "OPENCLAW");
        assert_eq!(prefix_of("s3-gateway"), "S3GATEWAY");
        assert_eq!(prefix_of("网关"), "INC");
        assert_eq!(prefix_of("3proxy"), "PROXY");
    }
}
