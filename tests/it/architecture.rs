//! Who may use whom, as ARCHITECTURE.md draws it: the head of every file is read and held against the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module of the crate and the modules that it may use. A stage may use another only for the value that it is given.
const MAY_USE: &[(&str, &[&str])] = &[
    ("secrets", &[]),
    ("source", &["secrets"]),
    ("slug", &[]),
    ("markdown", &[]),
    ("output", &[]),
    ("engine", &[]),
    ("matching", &[]),
    ("model", &["engine", "source"]),
    ("diagnostic", &["markdown", "source"]),
    ("parse", &["diagnostic", "engine", "markdown", "model", "secrets", "slug", "source"]),
    ("translation", &["markdown", "model", "source"]),
    ("rules", &["diagnostic", "matching", "model", "source"]),
    ("link", &["diagnostic", "model", "slug", "source"]),
    ("portable", &["link", "markdown", "model", "source"]),
    ("prove", &["diagnostic", "engine", "matching", "model", "source"]),
    (
        "render",
        &[
            "diagnostic",
            "engine",
            "link",
            "markdown",
            "matching",
            "model",
            "output",
            "portable",
            "prove",
            "slug",
            "source",
            "translation",
        ],
    ),
    ("index", &["link", "markdown", "matching", "model", "output", "portable", "prove", "slug", "source"]),
    ("draft", &["matching"]),
    ("audit", &["diagnostic", "model", "source"]),
    ("explain", &["index", "markdown", "matching", "model"]),
    ("offline", &["output"]),
    (
        "pipeline",
        &["diagnostic", "index", "link", "model", "offline", "output", "parse", "prove", "render", "rules", "source"],
    ),
    ("disk", &["output", "source"]),
    ("process", &["engine", "model", "prove"]),
    ("serve", &["disk"]),
    ("cli", &[]),
    (
        "commands",
        &[
            "audit",
            "cli",
            "diagnostic",
            "disk",
            "draft",
            "engine",
            "explain",
            "index",
            "link",
            "markdown",
            "matching",
            "model",
            "output",
            "parse",
            "pipeline",
            "process",
            "prove",
            "secrets",
            "serve",
            "slug",
            "source",
            "translation",
        ],
    ),
    ("main", &["cli", "commands", "process"]),
    ("lib", &[]),
];

/// What only one place may touch: the text, the place, and why.
const ONLY_IN: &[(&str, &str, &str)] = &[
    ("std::fs", "disk", "the file system is read and written in one place"),
    ("std::process::{Child", "process", "processes are started in one place"),
    ("process::Command", "process", "processes are started in one place"),
    ("std::net", "serve", "nothing but the preview server knows a network"),
    ("SystemTime", "process", "what is built depends on no clock"),
];

#[test]
fn modules_use_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let Some(allowed) = table.get(module.as_str()) else {
            wrong.push(format!("{}: `{module}` is not in the table", path.display()));
            continue;
        };
        for used in used_modules(&text) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: `{module}` may not use `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_module_that_is_gone() {
    let modules: BTreeSet<String> = sources().iter().map(|(path, _)| module_of(path)).collect();
    for (module, _) in MAY_USE {
        assert!(modules.contains(*module), "`{module}` is in the table, not in src");
    }
}

#[test]
fn the_outside_world_is_touched_in_its_place_alone() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (what, place, why) in ONLY_IN {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let uses = code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(what));
            if uses && module_of(&path) != *place {
                wrong.push(format!("{}: {what}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `parse` of `src/parse/yaml.rs` and of `src/parse.rs`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(source_folder()).expect("the file was found there");
    let first = inside.components().next().expect("a file has a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of the crate that a file names after `crate::` or, in main.rs, after `faultbook::`.
fn used_modules(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for root in ["crate::", "faultbook::"] {
        for (at, _) in lines.match_indices(root) {
            let rest = &lines[at + root.len()..];
            let list = match rest.strip_prefix('{') {
                Some(list) => top_level(list),
                None => vec![rest],
            };
            used.extend(
                list.into_iter()
                    .map(first_word)
                    .filter(|word| !word.is_empty() && word.chars().next().is_some_and(char::is_lowercase)),
            );
        }
    }
    used
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

/// The items of `{a::{b, c}, d}` after its first brace.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<(PathBuf, String)> {
    walkdir::WalkDir::new(source_folder())
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .filter(|entry| entry.file_name() != "tests.rs")
        .map(|entry| (entry.path().to_owned(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect()
}
