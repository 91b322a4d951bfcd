//! Programs that differ from a check by one token: what its fixtures must be able to tell apart.
//!
//! In: the tree of a program. Out: the same tree with every mutant in it, so that one compilation serves them all; the
//! run is told which of them to be. Each mutant has its place, what changes there, and the fixture by which it would
//! be caught.

use super::syntax::{Kind, Operator, Piece, Term};
use std::ops::Range;

/// A program that differs by one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The bytes of the program that are changed, or the operator that is.
    pub at: Range<usize>,
    /// The change, such as "`==` becomes `!=`".
    pub change: String,
    /// What no fixture shows when it is not caught.
    pub missing: String,
}

/// Puts every mutant of a program into its tree, and lists them: their position is their number.
pub(super) fn grow<'s>(code: &str, root: &mut Term<'s>, text: &dyn Fn(String) -> &'s str) -> Vec<Mutant> {
    let mut nursery = Nursery { code, text, mutants: Vec::new() };
    nursery.grow(root);
    nursery.mutants
}

struct Nursery<'c, 's> {
    code: &'c str,
    /// Keeps a text for as long as the tree.
    text: &'c dyn Fn(String) -> &'s str,
    mutants: Vec<Mutant>,
}

impl<'s> Nursery<'_, 's> {
    fn grow(&mut self, term: &mut Term<'s>) {
        let first = self.mutants.len();
        let grown = self.alternatives(term);
        for child in term.kind.children_mut() {
            self.grow(child);
        }
        if !grown.is_empty() {
            let original = Term { kind: std::mem::take(&mut term.kind), at: term.at.clone() };
            let numbered =
                grown.into_iter().enumerate().map(|(at, kind)| (first + at, Term { kind, at: term.at.clone() }));
            term.kind = Kind::Choice(Box::new(original), numbered.collect());
        }
    }

    /// What a term may become; each is listed.
    #[expect(clippy::too_many_lines, reason = "a row for each kind of term")]
    fn alternatives(&mut self, term: &Term<'s>) -> Vec<Kind<'s>> {
        let mut kinds = Vec::new();
        let at = &term.at;
        let mut add = |at: &Range<usize>, kind: Kind<'s>, change: String, missing: String| {
            self.mutants.push(Mutant { at: at.clone(), change, missing: format!("no fixture {missing}") });
            kinds.push(kind);
        };
        let shown = |term: &Term<'_>| source(self.code, term);
        match &term.kind {
            Kind::Binary(left, operator, right) => {
                let (one, other) = (shown(left), shown(right));
                for (instead, missing) in swaps(*operator, &one, &other) {
                    let kind = Kind::Binary(left.clone(), instead, right.clone());
                    add(at, kind, format!("`{}` becomes `{}`", operator.as_text(), instead.as_text()), missing);
                }
                match operator {
                    Operator::Math('-') => {
                        let kind = Kind::Binary(right.clone(), *operator, left.clone());
                        let missing = format!("where `{one}` and `{other}` each have what the other lacks");
                        add(at, kind, "the two sides of `-` are swapped".to_owned(), missing);
                    }
                    Operator::Comma => {
                        for (kept, gone) in [(right, &one), (left, &other)] {
                            let missing = format!("where only `{gone}` shows the fault");
                            add(at, kept.kind.clone(), format!("`{gone}` is dropped"), missing);
                        }
                    }
                    Operator::Alternative => {
                        let missing = format!("where `{one}` is absent");
                        add(at, left.kind.clone(), format!("`// {other}` is dropped"), missing);
                    }
                    _ => {}
                }
            }
            Kind::Call(name, arguments) => {
                let call = |name: &'s str| Kind::Call(name, arguments.clone());
                let mut rename = |name: &'s str, instead: &'s str, missing: &str| {
                    add(at, call(instead), format!("`{name}` becomes `{instead}`"), missing.to_owned());
                };
                match (*name, &arguments[..]) {
                    ("any", _) => rename(name, "all", "where some meet the condition and others do not"),
                    ("all", _) => rename(name, "any", "where some meet the condition and others do not"),
                    ("first", [] | [_]) => rename(name, "last", "where the first and the last differ"),
                    ("last", [] | [_]) => rename(name, "first", "where the first and the last differ"),
                    ("startswith", [_]) => rename(name, "endswith", "where the text stands at the end only"),
                    ("endswith", [_]) => rename(name, "startswith", "where the text stands at the start only"),
                    ("true", []) => rename(name, "false", "that depends on this"),
                    ("false", []) => rename(name, "true", "that depends on this"),
                    ("not", []) => {
                        let missing = "where this decides".to_owned();
                        add(at, Kind::Identity, "`not` is dropped".to_owned(), missing);
                    }
                    ("select", [condition]) => {
                        let what = shown(condition);
                        let missing = format!("that is healthy only because of `{what}`");
                        add(at, Kind::Identity, format!("`select({what})` is dropped"), missing);
                        let negated = Kind::Call("select", vec![negated(condition)]);
                        add(at, negated, format!("`select({what})` is negated"), format!("where `{what}` decides"));
                    }
                    _ => {}
                }
            }
            Kind::Number(digits) => {
                if let Ok(number) = digits.parse::<f64>() {
                    let more = (self.text)((number + 1.0).to_string());
                    let missing = format!("that tells `{digits}` from `{more}`");
                    add(at, Kind::Number(more), format!("`{digits}` becomes `{more}`"), missing);
                }
            }
            Kind::Text(format, pieces) => {
                let written = shown(term);
                let mut altered = pieces.clone();
                altered.push(Piece::Plain("~".to_owned()));
                let what = written.trim_matches('"').trim_start_matches('.');
                let missing = format!("in which `{what}` matters here");
                add(at, Kind::Text(*format, altered), format!("`{what}` becomes `{what}~`"), missing);
            }
            Kind::If(branches, otherwise) => {
                for (at, (condition, _)) in branches.iter().enumerate() {
                    let mut branches = branches.clone();
                    branches[at].0 = negated(condition);
                    let what = shown(condition);
                    let place = extent(condition);
                    let kind = Kind::If(branches, otherwise.clone());
                    add(&place, kind, format!("`{what}` is negated"), format!("where `{what}` decides"));
                }
            }
            Kind::Try(body, handler) => {
                let what = shown(body);
                let word = if handler.is_some() || !self.code[at.clone()].starts_with("try") { "`?`" } else { "`try`" };
                let missing = format!("where `{what}` fails");
                add(at, body.kind.clone(), format!("{word} after `{what}` is dropped"), missing);
            }
            Kind::Negation(inner) => {
                let what = shown(inner);
                add(
                    at,
                    inner.kind.clone(),
                    format!("the minus before `{what}` is dropped"),
                    "where the sign matters".to_owned(),
                );
            }
            _ => {}
        }
        kinds
    }
}

fn negated<'s>(condition: &Term<'s>) -> Term<'s> {
    let at = condition.at.clone();
    let not = Term { kind: Kind::Call("not", Vec::new()), at: at.clone() };
    Term { kind: Kind::Binary(Box::new(condition.clone()), Operator::Pipe, Box::new(not)), at }
}

/// What an operator may become, and the fixture that tells the two apart.
fn swaps(operator: Operator, left: &str, right: &str) -> Vec<(Operator, String)> {
    let exactly = || format!("where `{left}` is exactly `{right}`");
    let (instead, missing) = match operator {
        Operator::Equal => (Operator::Unequal, format!("where it matters whether `{left}` is `{right}`")),
        Operator::Unequal => (Operator::Equal, format!("where it matters whether `{left}` is `{right}`")),
        Operator::Less => (Operator::LessOrEqual, exactly()),
        Operator::LessOrEqual => (Operator::Less, exactly()),
        Operator::Greater => (Operator::GreaterOrEqual, exactly()),
        Operator::GreaterOrEqual => (Operator::Greater, exactly()),
        Operator::And => (Operator::Or, format!("where only one of `{left}` and `{right}` holds")),
        Operator::Or => (Operator::And, format!("where only one of `{left}` and `{right}` holds")),
        Operator::Math(sign) => (Operator::Math(other_sign(sign)), format!("that depends on `{left} {sign} {right}`")),
        Operator::UpdateMath(sign) => {
            (Operator::UpdateMath(other_sign(sign)), format!("that depends on `{left} {sign}= {right}`"))
        }
        _ => return Vec::new(),
    };
    vec![(instead, missing)]
}

fn other_sign(sign: char) -> char {
    match sign {
        '+' => '-',
        '-' => '+',
        '*' => '/',
        _ => '*',
    }
}

/// The bytes of a term with all its parts, without what closes it.
fn extent(term: &Term<'_>) -> Range<usize> {
    let mut term = term.clone();
    let mut range = term.at.clone();
    for child in term.kind.children_mut() {
        let inner = extent(child);
        range = range.start.min(inner.start)..range.end.max(inner.end);
    }
    range
}

/// A term as its program writes it, in one line, cut when it is long.
fn source(code: &str, term: &Term<'_>) -> String {
    const LONGEST: usize = 48;
    let range = extent(term);
    let open = |text: &str| {
        let mut open = 0_usize;
        let mut quoted = false;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if quoted => drop(characters.next()),
                '"' => quoted = !quoted,
                '(' | '[' | '{' if !quoted => open += 1,
                ')' | ']' | '}' if !quoted => open = open.saturating_sub(1),
                _ => {}
            }
        }
        open
    };
    let mut end = range.end;
    while open(&code[range.start..end]) > 0 {
        let Some(close) = code[end..].find([')', ']', '}']) else { break };
        end += close + 1;
    }
    let line = code[range.start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
