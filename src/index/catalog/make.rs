//! From the model to what is written.

use super::super::{address, changed};
use super::{
    Catalog, Document, Entry, FaultEntry, FixtureNames, Grade, InputEntry, Inputs, Line, MutantEntry, Product,
    ProofEntry, Purpose, RecordEntry, RunEntry, SectionEntry, SiteEntry, SnippetEntry, State, TriedEntry, VERSION,
};
use crate::markdown;
use crate::model::{
    Expected, Incident, Page, Section, Severity, Site, Snippet, SnippetKind, SnippetLanguage, Status, Translation,
    Words,
};
use crate::portable::Portable;
use crate::prove::{CheckRun, FaultVerdict, Grown, MutantCount, MutantOutcome, Proof, Report, SingleFault};
use crate::source::{FileId, Spanned};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Every incident of the site, in short.
#[must_use]
pub fn catalog(inputs: Inputs<'_>) -> Catalog {
    let Inputs { site, facts, .. } = inputs;
    let incidents = by_id(site);
    let config = &site.config;
    Catalog {
        schema: VERSION,
        generator: generator(),
        site: SiteEntry {
            title: config.title.iter().map(|(language, title)| (language.to_string(), title.clone())).collect(),
            base_url: config.base_url.clone(),
            languages: config.languages.iter().map(ToString::to_string).collect(),
            commit: facts.commit.clone(),
            time: facts.time.map(changed::rfc3339),
        },
        incidents: incidents.par_iter().map(|(page, incident)| entry(inputs, page, incident)).collect(),
    }
}

/// The incidents in the order of the catalog.
pub(super) fn by_id(site: &Site) -> Vec<(&Page, &Incident)> {
    let mut incidents: Vec<(&Page, &Incident)> = site.incidents().collect();
    incidents.sort_by_key(|(_, incident)| &incident.id.value);
    incidents
}

/// An incident whole; `None` for a page that is none.
#[must_use]
pub fn document(inputs: Inputs<'_>, page: &Page) -> Option<Document> {
    let incident = page.incident()?;
    Some(whole(inputs, page, incident, entry(inputs, page, incident)))
}

/// An incident whole, from what the catalog has of it and the rest.
pub(super) fn whole(inputs: Inputs<'_>, page: &Page, incident: &Incident, short: Entry) -> Document {
    let by_language = |translation: &Translation| translation.language.to_string();
    let fixtures = |expected: Expected| {
        let named = incident.fixtures.iter().filter(move |fixture| fixture.expected == expected);
        named.map(|fixture| fixture.name.clone()).collect()
    };
    let messages = |translation: &Translation| {
        translation.messages.iter().map(|(name, text)| (name.value.clone(), text.value.clone())).collect()
    };
    let sections = |translation| sections(inputs, page, translation);
    Document {
        schema: VERSION,
        generator: generator(),
        incident: short,
        unchecked: incident.unchecked.as_ref().map(|why| why.value.clone()),
        synonyms: page.translations.iter().map(|shown| (by_language(shown), texts(&shown.synonyms))).collect(),
        sections: page.translations.iter().map(|shown| (by_language(shown), sections(shown))).collect(),
        snippets: incident.snippets.iter().map(|of| snippet(incident, of)).collect(),
        messages: page.translations.iter().map(|shown| (by_language(shown), messages(shown))).collect(),
        sources: texts(&incident.sources),
        record: inputs.proofs.of(&page.folder).map(|proof| record(incident, proof.report())),
        fixtures: FixtureNames { broken: fixtures(Expected::Present), healthy: fixtures(Expected::Absent) },
    }
}

fn mutants(MutantCount { caught, total, excused }: MutantCount) -> MutantEntry {
    MutantEntry { caught, total, excused }
}

fn record(incident: &Incident, report: &Report) -> RecordEntry {
    let check = |at: usize| incident.snippets[at].id.value.clone();
    let fixture = |at: usize| incident.fixtures[at].name.clone();
    let run = |run: &CheckRun| RunEntry {
        check: check(run.snippet),
        fixture: fixture(run.fixture),
        findings: run.findings,
        first: run.first.as_ref().and_then(|json| serde_json::from_str(json).ok()),
    };
    let fault = |fault: &SingleFault| FaultEntry {
        fixture: fixture(fault.fixture),
        healthy: fixture(fault.healthy),
        file: fault.path.clone(),
        edit: fault.update.clone(),
        harmless: match fault.verdict {
            FaultVerdict::Harmless { excuse } => {
                Some(incident.fixtures[fault.fixture].harmless[excuse].because.clone())
            }
            FaultVerdict::Flagged | FaultVerdict::Missed => None,
        },
    };
    let tried = |mutant: &Grown| {
        let before = incident.snippets[mutant.snippet].code.text.get(..mutant.at.start).unwrap_or_default();
        TriedEntry {
            check: check(mutant.snippet),
            line: mutant.constant.is_none().then(|| before.matches('\n').count() + 1),
            change: mutant.change.clone(),
            caught_by: match &mutant.outcome {
                MutantOutcome::Caught { by } => Some(by.clone()),
                MutantOutcome::Survived | MutantOutcome::Excused => None,
            },
            excused: mutant.outcome == MutantOutcome::Excused,
        }
    };
    RecordEntry {
        runs: report.runs.iter().map(run).collect(),
        faults: report.faults.iter().map(fault).collect(),
        mutants: report.mutants.iter().map(tried).collect(),
    }
}

fn generator() -> String {
    concat!("faultbook ", env!("CARGO_PKG_VERSION")).to_owned()
}

fn texts(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

fn entry(inputs: Inputs<'_>, page: &Page, incident: &Incident) -> Entry {
    let Inputs { site, links, .. } = inputs;
    let line = |field: fn(&Words) -> &Spanned<String>| -> Line {
        let of =
            |shown: &Translation| Some((shown.language.to_string(), one_line(&field(shown.words.as_ref()?).value)));
        page.translations.iter().filter_map(of).collect()
    };
    let title = |shown: &Translation| (shown.language.to_string(), one_line(&shown.title.value));
    let url = |shown: &Translation| {
        let url = address::absolute(&site.config, &links.page(page, &shown.language));
        (shown.language.to_string(), url)
    };
    let (status, merged_into) = match &incident.status {
        Status::Active => (State::Active, None),
        Status::Retired => (State::Retired, None),
        Status::Merged(into) => (State::Merged, Some(into.value.to_string())),
    };
    let product = |product: &crate::model::AppliesTo| Product {
        product: product.product.value.clone(),
        versions: product.versions.as_ref().map(|versions| versions.value.clone()),
    };
    Entry {
        id: incident.id.value.to_string(),
        status,
        merged_into,
        severity: grade(incident.severity),
        owner: incident.owner.as_ref().map(|owner| owner.value.clone()),
        tags: texts(&incident.tags),
        applies_to: incident.applies_to.iter().map(product).collect(),
        url: page.translations.iter().map(url).collect(),
        permalink: address::absolute(&site.config, &links.permanent(&incident.id.value)),
        aliases: texts(&page.aliases),
        title: page.translations.iter().map(title).collect(),
        symptom: line(|words| &words.symptom),
        root_cause: line(|words| &words.root_cause),
        confirm: line(|words| &words.confirm),
        fix: line(|words| &words.fix),
        signatures: incident.signatures.as_deref().map(texts).unwrap_or_default(),
        related: incident.related.iter().map(|related| related.id.value.to_string()).collect(),
        proof: inputs.proofs.of(&page.folder).map(|proof| ProofEntry {
            checks: proof.checks(),
            fixes: proof.fixes(),
            broken: proof.broken(),
            healthy: proof.healthy(),
            faults: proof.faults(),
            mutants: mutants(proof.mutants()),
            jq: proof.jq().to_vec(),
            tool: Proof::TOOL.to_owned(),
        }),
        updated: updated(inputs, page),
        digest: digest(inputs, page, incident),
    }
}

/// The words of a line without its marks, as one line.
fn one_line(text: &str) -> String {
    markdown::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn grade(severity: Severity) -> Grade {
    match severity {
        Severity::Low => Grade::Low,
        Severity::Medium => Grade::Medium,
        Severity::High => Grade::High,
        Severity::Critical => Grade::Critical,
    }
}

fn updated(inputs: Inputs<'_>, page: &Page) -> Option<String> {
    let changed = |shown| changed::changed(page, shown, inputs.tree, inputs.facts);
    page.translations.iter().filter_map(changed).max().map(changed::rfc3339)
}

/// The digest of everything that an incident is made from. Each file counts with its path below the page's folder and
/// its length, so that no two sets of files give the same bytes.
fn digest(inputs: Inputs<'_>, page: &Page, incident: &Incident) -> String {
    let fixtures = incident.fixtures.iter().flat_map(|fixture| fixture.files.iter().copied());
    let samples = incident.samples.iter().map(|sample| sample.file);
    let pages = page.translations.iter().map(|translation| translation.file);
    let files: BTreeSet<FileId> =
        pages.chain(fixtures).chain(samples).chain(page.attachments.iter().copied()).collect();
    let folder = format!("content/{}/", page.folder);
    let mut digest = Sha256::new();
    for file in files {
        let source = inputs.tree.file(file);
        let path = source.path.strip_prefix(&folder).unwrap_or(&source.path);
        digest.update(format!("{path}\0{}\0", source.bytes().len()));
        digest.update(source.bytes());
    }
    let mut text = String::from("sha256:");
    for byte in digest.finalize() {
        write!(text, "{byte:02x}").expect("a string takes every text");
    }
    text
}

fn sections(inputs: Inputs<'_>, page: &Page, shown: &Translation) -> Vec<SectionEntry> {
    let portable = Portable { site: inputs.site, tree: inputs.tree, links: inputs.links };
    let entry = |section: &Section| {
        let heading = section.heading.and_then(|at| shown.body.headings.get(at));
        let span = section.span.range();
        let start = heading.map_or(span.start, |heading| (heading.span.end as usize).clamp(span.start, span.end));
        let markdown = portable.text(page, shown, start..span.end).trim().to_owned();
        let entry = SectionEntry {
            anchor: heading.map(|heading| heading.anchor.clone()),
            heading: heading.map(|heading| heading.text.trim().to_owned()),
            markdown,
        };
        (heading.is_some() || !entry.markdown.is_empty()).then_some(entry)
    };
    shown.body.sections.iter().filter_map(entry).collect()
}

fn snippet(incident: &Incident, snippet: &Snippet) -> SnippetEntry {
    let (kind, silences): (_, &[_]) = match &snippet.kind {
        SnippetKind::Check => (Purpose::Check, &[]),
        SnippetKind::Fix { silences } => (Purpose::Fix, silences),
    };
    let language = match snippet.language {
        SnippetLanguage::Jq => "jq",
        SnippetLanguage::Diff => "diff",
    };
    let inputs = snippet.inputs.iter().map(|input| InputEntry {
        path: input.path.value.clone(),
        name: input.name.clone(),
        format: input.format.as_str().to_owned(),
        optional: input.optional,
    });
    SnippetEntry {
        name: snippet.id.value.clone(),
        kind,
        language: language.to_owned(),
        silences: texts(silences),
        inputs: inputs.collect(),
        code: snippet.code.text.clone(),
        command: incident.command(snippet),
    }
}
