//! `catalog.json`, `e/ID.json` and `catalog.schema.json`: the incidents for programs.
//!
//! In come the finished site, its links, proofs and facts; out go JSON texts and the JSON Schema that both meet. The
//! schema is made from the very types that are written here and that `explain` reads back. Within a version fields
//! are added, never removed or retyped; a reader passes over those that it does not know.

mod make;

pub use make::{catalog, document};

use super::address;
use crate::link::Links;
use crate::model::{Facts, Site};
use crate::output::Sink;
use crate::prove::Proofs;
use crate::source::Tree;
use rayon::prelude::*;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the schema.
pub const VERSION: u32 = 1;

/// A plain text, one line, by language tag (BCP 47).
pub type Line = BTreeMap<String, String>;

/// `/catalog.json`: every incident of the site, in short.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Catalog {
    /// The version of this format.
    #[schemars(extend("const" = VERSION))]
    pub schema: u32,
    /// The program that wrote this, and its version.
    pub generator: String,
    /// The site.
    pub site: SiteEntry,
    /// Every incident, sorted by id.
    pub incidents: Vec<Entry>,
}

/// The site that an incident is published on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SiteEntry {
    /// Its name.
    pub title: Line,
    /// Its address, ended by a slash.
    pub base_url: String,
    /// Its languages, the default first.
    pub languages: Vec<String>,
    /// The commit that it was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When it was built (RFC 3339, UTC): the time of its sources, not of a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// An incident in short.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its permanent name, such as `OPENCLAW-1`; never reused.
    pub id: String,
    /// Whether it still happens.
    pub status: State,
    /// The id of the incident that it was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// How bad it is.
    pub severity: Grade,
    /// Whom to call.
    pub owner: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The products that it is seen on.
    pub applies_to: Vec<Product>,
    /// Its page, by language.
    pub url: Line,
    /// The address that never changes: what programs link to.
    pub permalink: String,
    /// Old addresses of its page, as paths from the site's root.
    pub aliases: Vec<String>,
    /// What it is called.
    pub title: Line,
    /// What a user sees.
    pub symptom: Line,
    /// Why it happens.
    pub root_cause: Line,
    /// How to be sure.
    pub confirm: Line,
    /// What to do.
    pub fix: Line,
    /// Error text as users see it; `{name}` stands for a part that varies within the line.
    pub signatures: Vec<String>,
    /// Ids of incidents that look alike.
    pub related: Vec<String>,
    /// What the build proved of its checks and fixes; `null` when there is nothing to run.
    pub proof: Option<ProofEntry>,
    /// When its text was last changed (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// `sha256:` and the digest of its sources: pages, fixtures, samples, images.
    pub digest: String,
}

/// Whether an incident still happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It happens.
    Active,
    /// It no longer happens; the page stays for its links.
    Retired,
    /// It is the same as another.
    Merged,
}

/// How bad an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// A nuisance.
    Low,
    /// Something is slower or harder than it should be.
    Medium,
    /// Something does not work.
    High,
    /// Nothing works, or data is lost.
    Critical,
}

/// A product and the versions of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Its name.
    pub product: String,
    /// The versions, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<String>,
}

/// What the build proved by running the snippets of an incident on its fixtures.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProofEntry {
    /// How many checks ran.
    pub checks: usize,
    /// How many fixes ran.
    pub fixes: usize,
    /// How many broken fixtures were flagged, and healed if there is a fix.
    pub broken: usize,
    /// How many healthy fixtures stayed silent and unchanged.
    pub healthy: usize,
    /// How many healthy machines with a single fault were flagged, and healed if there is a fix.
    #[serde(default)]
    pub faults: usize,
    /// How many programs that differ from a check by one token were told from it.
    #[serde(default)]
    pub mutants: MutantEntry,
    /// The versions of jq that the commands were tried with.
    #[serde(default)]
    pub jq: Vec<String>,
    /// The program that proved it, and its version.
    #[serde(default)]
    pub tool: String,
}

/// How many programs that differ from a check by one token were told from it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct MutantEntry {
    /// Those that say something else of some machine.
    pub caught: usize,
    /// All of them.
    pub total: usize,
    /// Those of which the author says that they mean the same.
    pub excused: usize,
}

/// Everything that was tried.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct RecordEntry {
    /// What each check said of each fixture.
    pub runs: Vec<RunEntry>,
    /// The healthy machines with a single fault.
    pub faults: Vec<FaultEntry>,
    /// The programs that differ from a check by one token.
    pub mutants: Vec<TriedEntry>,
}

/// What a check said of a fixture.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RunEntry {
    /// The check.
    pub check: String,
    /// The fixture.
    pub fixture: String,
    /// How many findings.
    pub findings: usize,
    /// The first of them.
    pub first: Option<Value>,
}

/// A healthy machine with one edit of what makes another one broken.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FaultEntry {
    /// The broken fixture that the edit comes from.
    pub fixture: String,
    /// The healthy fixture that it is made in.
    pub healthy: String,
    /// The file that is edited.
    pub file: String,
    /// The edit, as a jq update of the document.
    pub edit: String,
    /// Why it does no harm alone; `null` when it does, and was flagged.
    pub harmless: Option<String>,
}

/// A program that differs from a check by one token.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TriedEntry {
    /// The check.
    pub check: String,
    /// The line of its program; `null` for a part of a constant.
    pub line: Option<usize>,
    /// The change.
    pub change: String,
    /// The machine that it was caught on; `null` when it was not.
    pub caught_by: Option<String>,
    /// Whether the author says that it means the same.
    pub excused: bool,
}

/// `/e/ID.json`: an incident whole.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// The version of this format.
    #[schemars(extend("const" = VERSION))]
    pub schema: u32,
    /// The program that wrote this, and its version.
    pub generator: String,
    /// What the catalog has of it.
    #[serde(flatten)]
    pub incident: Entry,
    /// Why it has no check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
    /// Further words that people search by, by language.
    pub synonyms: BTreeMap<String, Vec<String>>,
    /// Its text, by language.
    pub sections: BTreeMap<String, Vec<SectionEntry>>,
    /// Its checks and fixes.
    pub snippets: Vec<SnippetEntry>,
    /// Words for the findings of a check, by language and by the check's name.
    pub messages: BTreeMap<String, Line>,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// The machines that its checks and fixes were tried on.
    pub fixtures: FixtureNames,
    /// Everything that was tried to prove it; `null` when nothing is proven.
    #[serde(default)]
    pub record: Option<RecordEntry>,
}

/// A part of a text.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SectionEntry {
    /// Its anchor, which `symptom`, `root-cause`, `confirm`, `fix` and their like have in every language; `null` for
    /// what stands before the first heading.
    pub anchor: Option<String>,
    /// Its heading.
    pub heading: Option<String>,
    /// Its text as Markdown (with tables, footnotes and callouts); links are absolute.
    pub markdown: String,
}

/// A check or a fix.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SnippetEntry {
    /// Its name on the page.
    pub name: String,
    /// What it is for.
    pub kind: Purpose,
    /// `jq` or `diff`.
    pub language: String,
    /// For a fix, the checks that it silences.
    pub silences: Vec<String>,
    /// The files that it reads.
    pub inputs: Vec<InputEntry>,
    /// The program.
    pub code: String,
    /// The command to paste into a shell.
    pub command: String,
}

/// What a snippet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Outputs a finding for each problem, and nothing on a healthy machine.
    Check,
    /// Outputs the healed document.
    Fix,
}

/// A file that a snippet reads.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InputEntry {
    /// Where it is on the reader's machine: `~/…` or `/…`.
    pub path: String,
    /// The variable that it is bound to; `null` when it is the program's `.`.
    pub name: Option<String>,
    /// How it is read: `json`, `json5`, `yaml`, `toml`, `ini`, `systemd`, `env`, `lines`.
    pub format: String,
    /// Whether it may be absent, and is then null.
    pub optional: bool,
}

/// The names of fixtures.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct FixtureNames {
    /// Machines with the fault.
    pub broken: Vec<String>,
    /// Machines without it.
    pub healthy: Vec<String>,
}

/// What a file may be: the root of the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "stands for its variants in the schema; nothing is made of it")]
enum File {
    /// `/catalog.json`
    Catalog(Catalog),
    /// `/e/ID.json`
    Document(Box<Document>),
}

/// What the files of a site are made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// What the authors wrote.
    pub site: &'a Site,
    /// The files.
    pub tree: &'a Tree,
    /// Where pages live.
    pub links: &'a Links<'a>,
    /// What was proven.
    pub proofs: &'a Proofs,
    /// What version control knows.
    pub facts: &'a Facts,
}

/// The JSON Schema (draft 2020-12) of [`Catalog`] and [`Document`].
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<File>();
    schema.insert("title".to_owned(), "Incidents of a faultbook site".into());
    schema.insert("description".to_owned(), "Both `catalog.json` and `e/ID.json` meet this schema.".into());
    schema.to_value()
}

/// Adds the files to `sink`.
pub(super) fn files(inputs: Inputs<'_>, sink: &dyn Sink) {
    let Inputs { site, .. } = inputs;
    let catalog = catalog(inputs);
    let text = serde_json::to_vec(&catalog).expect("the keys of every map are texts");
    sink.add("catalog.json", text);
    make::by_id(site).into_par_iter().zip(catalog.incidents).for_each(|((page, incident), short)| {
        let document = make::whole(inputs, page, incident, short);
        let mut text = serde_json::to_vec_pretty(&document).expect("the keys of every map are texts");
        text.push(b'\n');
        sink.add(&format!("e/{}.json", document.incident.id), text);
    });
    let mut schema = schema();
    schema["$id"] = address::of_file(&site.config, "catalog.schema.json").into();
    sink.add("catalog.schema.json", format!("{schema:#}\n").into_bytes());
}
