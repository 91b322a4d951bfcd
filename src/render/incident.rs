//! The page of an incident, and the plain pages that are only a part of it.

use super::body::{self, Text};
use super::escape;
use super::highlight;
use super::inline;
use super::stage::{Stage, Tongue};
use super::view::{
    ActView, CommandView, FixtureView, IncidentView, InputView, LinkView, PartView, RelatedView, RichView, RowView,
    RunView, SnippetView, ToolView, WordsView,
};
use crate::diagnostic::Diagnostic;
use crate::engine::{Format, Known};
use crate::markdown;
use crate::matching::{self, Part};
use crate::model::{
    Expected, Fixture, Incident, IncidentId, Input, Page, Related, Snippet, SnippetKind, SnippetLanguage, Status,
    Taxonomy, Translation,
};
use pulldown_cmark::Event;
use tera::Context;

/// Writes a page in a language: an incident, or a page without an id.
pub fn page(stage: &Stage<'_>, tongue: &Tongue<'_>, page: &Page) -> Vec<Diagnostic> {
    let shown = Stage::shown(page, tongue.language);
    let incident = page.incident();
    let mut view = stage.page(tongue, page, if incident.is_some() { "incident" } else { "page" });
    view.body = parts(stage, tongue, page, shown);
    let file = stage.file(&view.url);
    let mut context = Context::new();
    context.insert("page", &view);
    let template = if let Some(incident) = incident {
        context.insert("incident", &incident_view(stage, tongue, page, incident, shown, &view.body));
        "incident.html"
    } else {
        "page.html"
    };
    stage.emit(tongue, template, &context, &file)
}

/// The text of a page.
pub fn parts(stage: &Stage<'_>, tongue: &Tongue<'_>, page: &Page, shown: &Translation) -> Vec<PartView> {
    let foreign = Some((tongue.language, &shown.language)).filter(|(ours, theirs)| ours != theirs);
    let text = Text { scope: stage.scope(page, shown), body: &shown.body, strings: tongue.ui, foreign };
    let markdown = stage.tree.slice(shown.body.span);
    body::parts(&text, &markdown, &|fence| {
        let incident = page.incident()?;
        let snippet = incident.snippet(fence.snippet.as_deref()?)?;
        Some(snippet_view(stage, page, shown, incident, snippet))
    })
}

fn snippet_view(
    stage: &Stage<'_>,
    page: &Page,
    shown: &Translation,
    incident: &Incident,
    snippet: &Snippet,
) -> SnippetView {
    let (kind, silences): (_, &[_]) = match &snippet.kind {
        SnippetKind::Check => ("check", &[]),
        SnippetKind::Fix { silences } => ("fix", silences),
    };
    let language = match snippet.language {
        SnippetLanguage::Jq => "jq",
        SnippetLanguage::Diff => "diff",
    };
    SnippetView {
        run: (kind == "check").then(|| run_view(stage, page, shown, incident, snippet)),
        kind,
        id: snippet.id.value.clone(),
        inputs: inputs(snippet),
        silences: silences.iter().map(|check| check.value.clone()).collect(),
        language,
        html: highlight::code(language, snippet.code.text.trim_end()).to_string(),
        command: command_view(incident, snippet),
        needs: needs(snippet),
        backup: snippet.file().filter(|_| kind == "fix").map(|file| format!("{}.bak", file.path.value)),
        proof: stage.proof(page),
    }
}

/// A check with the words of the language shown, else those of the one that owns the facts.
fn run_view(stage: &Stage<'_>, page: &Page, shown: &Translation, incident: &Incident, check: &Snippet) -> RunView {
    let words = |translation: &Translation| {
        let message = translation.messages.iter().find(|(of, _)| of.value == check.id.value)?;
        Some(message.1.value.clone())
    };
    let message = words(shown).or_else(|| words(page.translations.first()?));
    let mut run = incident.run(check, message.as_deref());
    run.known = check.inputs.iter().filter_map(|input| known(stage, incident, input)).collect();
    // What only a fix reads, the check runs without.
    let of_fixes = run.fixes.iter().flat_map(|fix| &fix.inputs).map(|input| (input, true));
    let mut files: Vec<InputView> = Vec::new();
    for (input, optional) in run.check.inputs.iter().map(|input| (input, input.optional)).chain(of_fixes) {
        if files.iter().all(|known| known.path != input.path) {
            files.push(InputView { path: input.path.clone(), name: None, optional, changed: false });
        }
    }
    RunView { question: serde_json::to_string(&run).expect("texts and lists are JSON"), files }
}

/// By what a file is known: the keys that it has on the machines of the fixtures.
fn known(stage: &Stage<'_>, incident: &Incident, input: &Input) -> Option<Known> {
    let file = |fixture: &Fixture| {
        let file = stage.tree.find(&fixture.path_of(&input.path.value))?;
        Some(stage.tree.file(file).text().ok()?.as_bytes())
    };
    Known::new(&input.path.value, input.format, incident.fixtures.iter().filter_map(file))
}

fn inputs(snippet: &Snippet) -> Vec<InputView> {
    let inputs = snippet.inputs.iter().map(|input| InputView {
        path: input.path.value.clone(),
        name: input.name.clone(),
        optional: input.optional,
        changed: snippet.kind != SnippetKind::Check && input.name.is_none(),
    });
    inputs.collect()
}

/// The tools that the command of a snippet calls.
fn needs(snippet: &Snippet) -> Vec<ToolView> {
    let tool = |name, from| ToolView { name, from };
    if snippet.language == SnippetLanguage::Diff {
        return vec![tool("patch", None)];
    }
    let mut tools = vec![tool("jq", None)];
    for input in &snippet.inputs {
        let needed = match input.format {
            Format::Json | Format::Lines => continue,
            Format::Json5 => tool("json5", Some("npm")),
            // Other programs have this name, too.
            Format::Yaml => tool("yq", Some("PyPI")),
            Format::Toml => tool("python3", Some("3.11")),
            Format::Ini | Format::Systemd | Format::Env => tool("jc", Some("PyPI")),
        };
        if !tools.contains(&needed) {
            tools.push(needed);
        }
    }
    tools
}

fn command_view(incident: &Incident, snippet: &Snippet) -> CommandView {
    let command = incident.command(snippet);
    let text = command.trim_end();
    let html = highlight::code("sh", text).to_string();
    CommandView { html, text: text.to_owned(), lines: text.lines().count(), blanks: Vec::new(), caution: None }
}

/// The command of Confirm that the first screen shows: the first one, else that of the first check.
fn confirming(body: &[PartView]) -> Option<ActView> {
    let first = body.iter().filter(|part| part.section == Some("confirm")).find_map(act);
    first.or_else(|| body.iter().filter(|part| of_kind(part, "check")).find_map(act))
}

/// The command that the first screen shows under Fix: that of the first step, where it is a proven fix or holds the
/// first word that the `fix:` line sets in code. Any other first step only leads up to the fix (stop the program, list
/// the requests), and what comes later must not be run without it: there the line itself stands.
fn fixing(body: &[PartView], line: &str) -> Option<ActView> {
    let part = body.iter().filter(|part| part.begins).find(|part| part.snippet.is_some() || part.command.is_some())?;
    let act = act(part)?;
    let meant = first_code(line).is_some_and(|code| act.command.text.contains(&code));
    (act.proven || meant).then(|| ActView { steps: steps(body), ..act })
}

/// How many numbered steps Fix has.
fn steps(body: &[PartView]) -> usize {
    body.iter().find_map(|part| part.steps).unwrap_or(0)
}

fn of_kind(part: &PartView, kind: &str) -> bool {
    part.snippet.as_ref().is_some_and(|snippet| snippet.kind == kind)
}

fn act(part: &PartView) -> Option<ActView> {
    let command = part.snippet.as_ref().map(|snippet| &snippet.command).or(part.command.as_ref())?.clone();
    let inputs = part.snippet.as_ref().map_or(Vec::new(), |snippet| snippet.inputs.clone());
    let changes = inputs.iter().find(|input| input.changed).map(|input| input.path.clone());
    let needs = part.snippet.as_ref().map_or(Vec::new(), |snippet| snippet.needs.clone());
    Some(ActView { command, needs, inputs, changes, proven: of_kind(part, "fix"), steps: 0 })
}

/// What a line of Markdown first sets in code.
fn first_code(line: &str) -> Option<String> {
    markdown::shown(line).into_iter().find_map(|(event, _)| match event {
        Event::Code(code) => Some(code.into_string()),
        _ => None,
    })
}

fn incident_view(
    stage: &Stage<'_>,
    tongue: &Tongue<'_>,
    page: &Page,
    incident: &Incident,
    shown: &Translation,
    body: &[PartView],
) -> IncidentView {
    // The line of the language that owns the facts, so that every language shows the same command.
    let owned = page.translations.first().and_then(|translation| translation.words.as_ref());
    let scope = stage.scope(page, shown);
    let row = |id: &IncidentId| Some(stage.row_of(tongue, stage.links.incident(id)?));
    let (status, merged_into) = match &incident.status {
        Status::Active => ("active", None),
        Status::Retired => ("retired", None),
        Status::Merged(id) => ("merged", row(&id.value).map(|row| merged_link(&row))),
    };
    let applies_to = incident.applies_to.iter().map(|applies| match &applies.versions {
        Some(versions) => format!("{} {}", applies.product.value, versions.value),
        None => applies.product.value.clone(),
    });
    let facts_language = stage.site.config.default_language().to_string();
    let tags = incident
        .tags
        .iter()
        .map(|tag| LinkView {
            html: escape::escaped(&tag.value),
            url: stage.links.term(Taxonomy::Tags, &tag.value, tongue.language),
            language: facts_language.clone(),
        })
        .collect();
    IncidentView {
        id: incident.id.value.to_string(),
        permanent: stage.links.permanent(&incident.id.value),
        facts_language,
        severity: incident.severity.as_str(),
        status,
        merged_into,
        signatures: incident.signatures.iter().flatten().map(|signature| signature_html(&signature.value)).collect(),
        applies_to: applies_to.collect(),
        words: shown.words.as_ref().map(|words| WordsView {
            symptom: inline::line(&words.symptom.value, scope),
            root_cause: inline::line(&words.root_cause.value, scope),
            confirm: inline::line(&words.confirm.value, scope),
            fix: inline::line(&words.fix.value, scope),
        }),
        check: confirming(body),
        fix: fixing(body, owned.map_or("", |words| &words.fix.value)),
        steps: steps(body),
        proof: stage.proof(page),
        unchecked: unchecked_view(page, shown),
        owner: incident.owner.as_ref().map(|owner| owner.value.clone()),
        tags,
        related: incident
            .related
            .iter()
            .filter_map(|related| Some(related_view(stage, page, shown, related, row(&related.id.value)?)))
            .collect(),
        sources: incident.sources.iter().map(|source| source.value.clone()).collect(),
        fixtures: incident.fixtures.iter().map(|fixture| fixture_view(stage, fixture)).collect(),
        changed: stage.changed(page),
    }
}

/// Why there is no check: in the language shown, else in the one that owns the facts.
fn unchecked_view(page: &Page, shown: &Translation) -> Option<RichView> {
    let mut told = [Some(shown), page.translations.first()].into_iter().flatten();
    let (why, language) = told.find_map(|told| Some((told.unchecked.as_ref()?, &told.language)))?;
    let text = why.value.clone();
    Some(RichView { html: escape::escaped(&text), text, language: language.to_string() })
}

/// Another incident, and what tells it apart: in the language shown, else in the one that owns the facts.
fn related_view(stage: &Stage<'_>, page: &Page, shown: &Translation, related: &Related, row: RowView) -> RelatedView {
    let id = related.id.value.to_string();
    let translated = shown.related_because.iter().find(|(of, _)| of.value == id).map(|(_, text)| (text, shown));
    let because = translated.or_else(|| Some((related.because.as_ref()?, page.translations.first()?)));
    let because = because.map(|(text, translation)| RichView {
        html: inline::line(&text.value, stage.scope(page, translation)),
        text: markdown::plain(&text.value),
        language: translation.language.to_string(),
    });
    RelatedView { row, because }
}

fn merged_link(row: &RowView) -> LinkView {
    let id = row.id.as_deref().unwrap_or_default();
    LinkView {
        html: format!("{}: {}", escape::escaped(id), row.title.html),
        url: row.url.clone(),
        language: row.title.language.clone(),
    }
}

fn fixture_view(stage: &Stage<'_>, fixture: &Fixture) -> FixtureView {
    let files = fixture.files.iter().filter_map(|file| {
        let path = stage.tree.file(*file).path.strip_prefix(&fixture.folder)?.trim_start_matches('/');
        let home = path.strip_prefix("home/").map(|rest| format!("~/{rest}"));
        home.or_else(|| path.strip_prefix("root/").map(|rest| format!("/{rest}")))
    });
    FixtureView { name: fixture.name.clone(), broken: fixture.expected == Expected::Present, files: files.collect() }
}

/// A signature with its `{name}` parts as variables.
fn signature_html(signature: &str) -> String {
    let mut html = String::with_capacity(signature.len() + 32);
    for part in matching::parts(signature) {
        match part {
            Part::Text(text) => escape::push(&mut html, text),
            Part::Variable(name) => html.extend(["<var>", name, "</var>"]),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_parts_of_a_signature_stand_out() {
        let check = |signature: &str, expected: &str| assert_eq!(signature_html(signature), expected);
        check("closed (1008): <x>", "closed (1008): &lt;x&gt;");
        check("id {request_id})", "id <var>request_id</var>)");
        check("{\"a\": {x}}", "{&quot;a&quot;: <var>x</var>}");
        check("{", "{");
    }
}
