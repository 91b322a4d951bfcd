//! Info strings to snippets: `jq check #name file=~/.x.json`.

use crate::diagnostic::{BAD_ATTRIBUTE, Diagnostic, UNKNOWN_ATTRIBUTE, UNKNOWN_KIND, nearest};
use crate::engine::Format;
use crate::model::{Fence, Input, Snippet, SnippetKind, SnippetLanguage};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

const KINDS: [&str; 2] = ["check", "fix"];
const LANGUAGES: [&str; 2] = ["jq", "diff"];

/// Whether an info string is meant to be a snippet's: a kind after the language, or an attribute after `jq`.
pub(super) fn is_one(info: &str) -> bool {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let mut rest = words.clone();
    let kind = words.next().unwrap_or_default();
    KINDS.contains(&kind)
        || (LANGUAGES.contains(&language) && rest.any(|word| word.starts_with('#') || word.contains('=')))
}

/// The name that a snippet's info string gives; reports a kind or language that is unknown.
pub(super) fn name(info: &str, span: Span, findings: &mut Vec<Diagnostic>) -> Option<String> {
    if !is_one(info) {
        return None;
    }
    let words = words(info, span);
    let [language, kind, ..] = words.as_slice() else { return None };
    if !KINDS.contains(&kind.value) {
        let meant = nearest(kind.value, KINDS).unwrap_or("check");
        findings.push(
            UNKNOWN_KIND
                .at(kind.span, format!("unknown kind `{}`", kind.value))
                .label("a snippet is a `check` or a `fix`")
                .help(format!("write `{} {meant} #name …`", language.value)),
        );
        return None;
    }
    if language.value != "jq" && (kind.value, language.value) != ("fix", "diff") {
        findings.push(
            UNKNOWN_KIND
                .at(language.span, format!("a {} cannot be written in `{}`", kind.value, language.value))
                .help(format!("write it in `jq`, or show it as plain code: ```` ```{} ````", language.value)),
        );
        return None;
    }
    let named = words[2..].iter().find_map(|word| word.value.strip_prefix('#'));
    if named.is_none() {
        findings.push(
            BAD_ATTRIBUTE.at(span, format!("this {} has no name", kind.value)).help(format!(
                "write `{} {} #name …`; translations and `for=` refer to it",
                language.value, kind.value
            )),
        );
    }
    named.map(str::to_owned)
}

/// The snippet that a fence of the default language's page defines.
pub(super) fn read(fence: &Fence, info: &str, findings: &mut Vec<Diagnostic>) -> Option<Snippet> {
    let before = findings.len();
    let name = fence.snippet.clone()?;
    let code = fence.code.clone()?;
    let words = words(info, fence.info.span);
    let [language, kind, attributes @ ..] = words.as_slice() else { return None };
    let mut reader = Reader { inputs: Vec::new(), formats: BTreeMap::new(), silences: None, id: None, findings };
    for word in attributes {
        reader.attribute(word, kind.value);
    }
    let id = reader.id.clone()?;
    if !is_name(&name) {
        reader.findings.push(
            BAD_ATTRIBUTE
                .at(id.span, format!("`{name}` is not a name"))
                .help("a name is lower-case letters and digits, joined by `-`, and starts with a letter".to_owned()),
        );
    }
    let language = if language.value == "diff" { SnippetLanguage::Diff } else { SnippetLanguage::Jq };
    let inputs = reader.finish(language, fence.info.span);
    let kind = match kind.value {
        "check" => {
            if inputs.is_empty() {
                findings.push(
                    BAD_ATTRIBUTE
                        .at(fence.info.span, format!("check `{name}` reads no file"))
                        .help("add `file=PATH`, or `in.NAME=PATH` for several".to_owned()),
                );
            }
            SnippetKind::Check
        }
        _ => fix(&name, language, &inputs, reader_silences(attributes), fence, findings),
    };
    let is_sound = findings.len() == before;
    Some(Snippet { kind, language, id, inputs, code, info: fence.info.clone(), is_sound })
}

fn reader_silences(attributes: &[Spanned<&str>]) -> Vec<Spanned<String>> {
    let Some(word) = attributes.iter().find(|word| word.value.starts_with("for=")) else { return Vec::new() };
    let mut start = word.span.start + 4;
    word.value[4..]
        .split(',')
        .map(|name| {
            let end = start + u32::try_from(name.len()).unwrap_or(0);
            let span = Span { file: word.span.file, start, end };
            start = end + 1;
            Spanned::new(name.to_owned(), span)
        })
        .filter(|name| !name.value.is_empty())
        .collect()
}

fn fix(
    name: &str,
    language: SnippetLanguage,
    inputs: &[Input],
    silences: Vec<Spanned<String>>,
    fence: &Fence,
    findings: &mut Vec<Diagnostic>,
) -> SnippetKind {
    if !inputs.iter().any(|input| input.name.is_none()) {
        findings.push(
            BAD_ATTRIBUTE
                .at(fence.info.span, format!("fix `{name}` does not say which file it heals"))
                .help("add `file=PATH`".to_owned()),
        );
    }
    let written = |format| {
        language == SnippetLanguage::Diff
            || matches!(format, Format::Json | Format::Json5 | Format::Yaml | Format::Lines)
    };
    if let Some(file) = inputs.iter().find(|input| input.name.is_none() && !written(input.format)) {
        findings.push(
            BAD_ATTRIBUTE
                .at(file.path.span, format!("fix `{name}` cannot write a file of the format {}", file.format))
                .label("no common tool writes this from JSON")
                .help("write the fix as a unified diff: ```` ```diff fix #name for=CHECK file=PATH ````".to_owned()),
        );
    }
    if language == SnippetLanguage::Diff
        && let Some(other) = inputs.iter().find(|input| input.name.is_some())
    {
        findings.push(
            BAD_ATTRIBUTE
                .at(other.path.span, format!("fix `{name}` is a diff, which reads no other file"))
                .help("take the attribute away, or write the fix in `jq`".to_owned()),
        );
    }
    if silences.is_empty() {
        findings.push(
            BAD_ATTRIBUTE
                .at(fence.info.span, format!("fix `{name}` does not say which checks it silences"))
                .help("add `for=CHECK`".to_owned()),
        );
    }
    SnippetKind::Fix { silences }
}

/// The words of an info string with their places.
fn words(info: &str, span: Span) -> Vec<Spanned<&str>> {
    let origin = info.as_ptr() as usize;
    info.split_whitespace()
        .map(|word| {
            let start = span.start as usize + (word.as_ptr() as usize - origin);
            Spanned::new(word, Span::new(span.file, start..start + word.len()))
        })
        .collect()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

struct Reader<'a> {
    id: Option<Spanned<String>>,
    /// Variable, path, optional, place of the attribute.
    inputs: Vec<(Option<String>, Spanned<String>, bool, Span)>,
    formats: BTreeMap<Option<String>, Spanned<String>>,
    silences: Option<Span>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn attribute(&mut self, word: &Spanned<&str>, kind: &str) {
        if let Some(name) = word.value.strip_prefix('#') {
            if self.id.is_some() {
                self.repeated(word.span, "a name");
            }
            self.id.get_or_insert_with(|| Spanned::new(name.to_owned(), word.span));
            return;
        }
        let Some((key, value)) = word.value.split_once('=') else { return self.unknown(word, kind) };
        let start = word.span.start + u32::try_from(key.len() + 1).unwrap_or(0);
        let value = Spanned::new(value.to_owned(), Span { start, ..word.span });
        let (key, optional) = key.strip_suffix('?').map_or((key, false), |key| (key, true));
        match key.split_once('.') {
            None if key == "file" => self.input(None, value, optional, word.span),
            Some(("in", name)) if is_variable(name) => self.input(Some(name.to_owned()), value, optional, word.span),
            None if key == "as" && !optional => self.format(None, value),
            Some(("as", name)) if is_variable(name) && !optional => self.format(Some(name.to_owned()), value),
            None if key == "for" && !optional && kind == "fix" => {
                if self.silences.replace(word.span).is_some() {
                    self.repeated(word.span, "`for=`");
                }
            }
            _ => self.unknown(word, kind),
        }
    }

    fn unknown(&mut self, word: &Spanned<&str>, kind: &str) {
        let known: &[&str] = if kind == "fix" { &["file", "as", "for", "in.NAME"] } else { &["file", "as", "in.NAME"] };
        let key = word.value.split('=').next().unwrap_or_default().trim_end_matches('?');
        let meant = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}=…`?"));
        let list = || {
            format!(
                "a {kind} takes `#name`, {}",
                known.iter().map(|key| format!("`{key}=`")).collect::<Vec<_>>().join(", ")
            )
        };
        self.findings.push(
            UNKNOWN_ATTRIBUTE
                .at(word.span, format!("unknown attribute `{}`", word.value))
                .help(meant.unwrap_or_else(list)),
        );
    }

    fn repeated(&mut self, span: Span, what: &str) {
        self.findings.push(BAD_ATTRIBUTE.at(span, format!("{what} is given twice")));
    }

    fn input(&mut self, name: Option<String>, path: Spanned<String>, optional: bool, span: Span) {
        if self.inputs.iter().any(|(known, ..)| *known == name) {
            return self.repeated(span, "this input");
        }
        let rest = path.value.strip_prefix("~/").or_else(|| path.value.strip_prefix('/'));
        let good = rest.is_some_and(|rest| {
            !rest.is_empty()
                && rest.split('/').all(|part| !matches!(part, "" | "." | ".."))
                && !rest.chars().any(|character| character.is_control() || matches!(character, '\\' | '\'' | '"'))
        });
        if !good {
            self.findings.push(
                BAD_ATTRIBUTE
                    .at(path.span, format!("`{}` is not a path on a reader's machine", path.value))
                    .help("write `~/…` or `/…`, without `..`".to_owned()),
            );
        }
        self.inputs.push((name, path, optional, span));
    }

    fn format(&mut self, name: Option<String>, format: Spanned<String>) {
        if Format::parse(&format.value).is_none() {
            let known = Format::ALL.map(Format::as_str);
            let meant = nearest(&format.value, known);
            let help = meant.map_or_else(
                || format!("the formats are {}", known.map(|name| format!("`{name}`")).join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.findings.push(BAD_ATTRIBUTE.at(format.span, format!("unknown format `{}`", format.value)).help(help));
        }
        let span = format.span;
        if self.formats.insert(name, format).is_some() {
            self.repeated(span, "this format");
        }
    }

    fn finish(mut self, language: SnippetLanguage, info: Span) -> Vec<Input> {
        let mut inputs = Vec::new();
        for (name, path, optional, _) in std::mem::take(&mut self.inputs) {
            let given = self.formats.remove(&name).map(|format| Format::parse(&format.value).unwrap_or(Format::Json));
            let format = given.or_else(|| Format::of_path(&path.value)).unwrap_or_else(|| {
                // To a diff every file is lines.
                if language == SnippetLanguage::Diff {
                    return Format::Lines;
                }
                let attribute = name.as_ref().map_or("as".to_owned(), |name| format!("as.{name}"));
                let others = Format::ALL.iter().filter(|format| !matches!(format, Format::Lines));
                let others = others.map(|format| format!("`{format}`")).collect::<Vec<_>>().join(", ");
                self.findings.push(
                    BAD_ATTRIBUTE
                        .at(path.span, format!("the extension of `{}` does not tell its format", path.value))
                        .help(format!("add `{attribute}=lines`, or one of {others}")),
                );
                Format::Lines
            });
            inputs.push(Input { name, path, format, optional });
        }
        for (name, format) in self.formats {
            let what = name.map_or("file=".to_owned(), |name| format!("in.{name}="));
            self.findings.push(
                BAD_ATTRIBUTE
                    .at(format.span, format!("this format has no `{what}` to belong to"))
                    .label(what)
                    .note_at(info, "in this snippet"),
            );
        }
        inputs
    }
}
