//! The general grammars: two hundred languages, at a fraction of a millisecond a line.

use super::{Class, span};
use crate::render::escape;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

/// The grammar of a language, as fences name it.
pub fn of(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "csharp" | "c#" => "cs",
        "golang" => "go",
        "docker" => "dockerfile",
        "ps1" | "pwsh" => "powershell",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name).filter(|syntax| syntax.name != "Plain Text")
}

/// The code in the classes that the grammar gives it; without colour from where the grammar gives up.
pub fn html(syntax: &SyntaxReference, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 3);
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut pending: Option<(Class, String)> = None;
    for line in LinesWithEndings::from(code) {
        let Ok(operations) = state.parse_line(line, &SYNTAXES) else {
            flush(&mut html, &mut pending);
            escape::push(&mut html, line);
            continue;
        };
        let mut from = 0;
        for (at, operation) in operations {
            piece(&mut html, &mut pending, class(&stack), &line[from..at]);
            from = at;
            // An operation that does not fit leaves the stack as it was: the next piece keeps its colour.
            let _ = stack.apply(&operation);
        }
        piece(&mut html, &mut pending, class(&stack), &line[from..]);
    }
    flush(&mut html, &mut pending);
    html
}

/// Appends a piece; neighbours of one class become one span.
fn piece(html: &mut String, pending: &mut Option<(Class, String)>, class: Option<Class>, code: &str) {
    if code.is_empty() {
        return;
    }
    match (pending.as_mut(), class) {
        (Some((held, text)), Some(class)) if *held == class => text.push_str(code),
        (_, Some(class)) => {
            flush(html, pending);
            *pending = Some((class, code.to_owned()));
        }
        (_, None) => {
            flush(html, pending);
            escape::push(html, code);
        }
    }
}

fn flush(html: &mut String, pending: &mut Option<(Class, String)>) {
    if let Some((class, text)) = pending.take() {
        span(html, class, &text);
    }
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> Option<Class> {
    stack
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class))?
}

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes and their classes; the first prefix that fits wins, `None` leaves the code plain.
static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    [
        ("comment", Some(Class::Comment)),
        ("constant.character.escape", Some(Class::Text)),
        ("constant", Some(Class::Number)),
        ("string", Some(Class::Text)),
        ("keyword.operator", None),
        ("keyword", Some(Class::Keyword)),
        ("storage.type", Some(Class::Keyword)),
        ("storage", Some(Class::Keyword)),
        ("entity.name.function", Some(Class::Function)),
        ("support.function", Some(Class::Function)),
        ("variable.function", Some(Class::Function)),
        ("entity.name.tag", Some(Class::Type)),
        ("entity.name.type", Some(Class::Type)),
        ("support.type", Some(Class::Type)),
        ("support.class", Some(Class::Type)),
        ("entity.other.attribute-name", Some(Class::Name)),
        ("entity.name", Some(Class::Name)),
        ("variable.parameter.option", Some(Class::Flag)),
        ("variable.parameter", None),
        ("variable", Some(Class::Variable)),
        ("markup.inserted", Some(Class::Inserted)),
        ("markup.deleted", Some(Class::Deleted)),
        ("meta.diff", Some(Class::Meta)),
    ]
    .into_iter()
    .map(|(name, class)| (Scope::new(name).expect("the table holds at most eight atoms a scope"), class))
    .collect()
});
