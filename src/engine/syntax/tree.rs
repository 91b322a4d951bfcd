//! The tree of a program. Names and numbers are slices of its text; a variable keeps its `$`.

use std::ops::Range;

/// A part of a program and its bytes: those to point at when it fails.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Term<'s> {
    pub(in crate::engine) kind: Kind<'s>,
    pub(in crate::engine) at: Range<usize>,
}

/// What a part is.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) enum Kind<'s> {
    /// `.`
    #[default]
    Identity,
    /// `..`
    Everything,
    /// `1.5`
    Number(&'s str),
    /// `"a\(.b)"`, `@json "a\(.b)"`
    Text(Option<&'s str>, Vec<Piece<'s>>),
    /// `@json`
    Format(&'s str),
    /// `[f]`, `[]`
    Array(Option<Box<Term<'s>>>),
    /// `{a: 1}`
    Object(Vec<Entry<'s>>),
    /// `-f`
    Negation(Box<Term<'s>>),
    /// `f + g` and the like
    Binary(Box<Term<'s>>, Operator, Box<Term<'s>>),
    /// `f as $x | g`
    Bind(Box<Term<'s>>, Pattern<'s>, Box<Term<'s>>),
    /// `label $x | f`
    Label(&'s str, Box<Term<'s>>),
    /// `break $x`
    Break(&'s str),
    /// `reduce f as $x (init; update)`
    Reduce(Box<Term<'s>>, Pattern<'s>, Box<[Term<'s>; 2]>),
    /// `foreach f as $x (init; update; extract)`
    Foreach(Box<Term<'s>>, Pattern<'s>, Box<[Term<'s>; 2]>, Option<Box<Term<'s>>>),
    /// `try f catch g`, `f?`
    Try(Box<Term<'s>>, Option<Box<Term<'s>>>),
    /// `if f then g elif … else h end`
    If(Vec<(Term<'s>, Term<'s>)>, Box<Term<'s>>),
    /// `def f: g; h`
    Define(Box<Definition<'s>>, Box<Term<'s>>),
    /// `f(g; h)`
    Call(&'s str, Vec<Term<'s>>),
    /// `$x`
    Variable(&'s str),
    /// `$__loc__`: the line
    Location(usize),
    /// `f.a`, `f["a"]`
    Index(Box<Term<'s>>, Box<Term<'s>>),
    /// `f[g:h]`
    Slice(Box<Term<'s>>, Option<Box<Term<'s>>>, Option<Box<Term<'s>>>),
    /// `f[]`
    Iterate(Box<Term<'s>>),
    /// The first, or when the run is told a number the one that has it: never written, grown by mutation.
    Choice(Box<Term<'s>>, Vec<(usize, Term<'s>)>),
}

impl<'s> Kind<'s> {
    /// The terms that this one is made of, but for the keys of patterns.
    pub(in crate::engine) fn children_mut(&mut self) -> Vec<&mut Term<'s>> {
        match self {
            Self::Identity
            | Self::Everything
            | Self::Number(_)
            | Self::Format(_)
            | Self::Array(None)
            | Self::Break(_)
            | Self::Variable(_)
            | Self::Location(_) => Vec::new(),
            Self::Text(_, pieces) => {
                let terms = pieces.iter_mut().filter_map(|piece| match piece {
                    Piece::Term(term) => Some(term),
                    Piece::Plain(_) => None,
                });
                terms.collect()
            }
            Self::Array(Some(inner)) | Self::Negation(inner) | Self::Label(_, inner) | Self::Iterate(inner) => {
                vec![inner]
            }
            Self::Object(entries) => entries.iter_mut().flat_map(|entry| [&mut entry.key, &mut entry.value]).collect(),
            Self::Binary(left, _, right) | Self::Bind(left, _, right) | Self::Index(left, right) => vec![left, right],
            Self::Reduce(source, _, parts) => [&mut **source].into_iter().chain(parts.iter_mut()).collect(),
            Self::Foreach(source, _, parts, extract) => {
                [&mut **source].into_iter().chain(parts.iter_mut()).chain(extract.as_deref_mut()).collect()
            }
            Self::Try(body, handler) => [&mut **body].into_iter().chain(handler.as_deref_mut()).collect(),
            Self::If(branches, otherwise) => {
                let branches = branches.iter_mut().flat_map(|(condition, then)| [condition, then]);
                branches.chain([&mut **otherwise]).collect()
            }
            Self::Define(definition, body) => vec![&mut definition.body, body],
            Self::Call(_, arguments) => arguments.iter_mut().collect(),
            Self::Slice(target, from, upto) => {
                [&mut **target].into_iter().chain(from.as_deref_mut()).chain(upto.as_deref_mut()).collect()
            }
            Self::Choice(first, others) => {
                [&mut **first].into_iter().chain(others.iter_mut().map(|(_, term)| term)).collect()
            }
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(in crate::engine) enum Piece<'s> {
    /// Characters, escapes resolved.
    Plain(String),
    /// `\(f)`
    Term(Term<'s>),
}

/// `key: value`
#[derive(Debug, Clone)]
pub(in crate::engine) struct Entry<'s> {
    pub(in crate::engine) key: Term<'s>,
    pub(in crate::engine) value: Term<'s>,
}

/// The left side of `as`.
#[derive(Debug, Clone)]
pub(in crate::engine) enum Pattern<'s> {
    /// `$x`
    Variable(&'s str),
    /// `[$x, $y]`, with its bytes
    Array(Vec<Self>, Range<usize>),
    /// `{a: $x}`, `{$x}`, `{$x: [$y]}`: key, variable of the key, pattern of the value
    Object(Vec<(Term<'s>, Option<&'s str>, Option<Self>)>),
}

/// `def name(parameters): body;`
#[derive(Debug, Clone)]
pub(in crate::engine) struct Definition<'s> {
    pub(in crate::engine) name: &'s str,
    pub(in crate::engine) parameters: Vec<&'s str>,
    pub(in crate::engine) body: Term<'s>,
}

/// What stands between two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Operator {
    Pipe,
    Comma,
    Alternative,
    Assign,
    Update,
    UpdateMath(char),
    UpdateAlternative,
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Math(char),
}

impl Operator {
    /// The operator of a token.
    pub(super) fn parse(token: &str) -> Option<Self> {
        Some(match token {
            "|" => Self::Pipe,
            "," => Self::Comma,
            "//" => Self::Alternative,
            "=" => Self::Assign,
            "|=" => Self::Update,
            "//=" => Self::UpdateAlternative,
            "or" => Self::Or,
            "and" => Self::And,
            "==" => Self::Equal,
            "!=" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "+" | "-" | "*" | "/" | "%" => Self::Math(token.chars().next()?),
            "+=" | "-=" | "*=" | "/=" | "%=" => Self::UpdateMath(token.chars().next()?),
            _ => return None,
        })
    }

    /// As it is written.
    pub(in crate::engine) fn as_text(self) -> String {
        match self {
            Self::Pipe => "|".to_owned(),
            Self::Comma => ",".to_owned(),
            Self::Alternative => "//".to_owned(),
            Self::Assign => "=".to_owned(),
            Self::Update => "|=".to_owned(),
            Self::UpdateMath(sign) => format!("{sign}="),
            Self::UpdateAlternative => "//=".to_owned(),
            Self::Or => "or".to_owned(),
            Self::And => "and".to_owned(),
            Self::Equal => "==".to_owned(),
            Self::Unequal => "!=".to_owned(),
            Self::Less => "<".to_owned(),
            Self::LessOrEqual => "<=".to_owned(),
            Self::Greater => ">".to_owned(),
            Self::GreaterOrEqual => ">=".to_owned(),
            Self::Math(sign) => sign.to_string(),
        }
    }

    /// How tightly it binds, and how it groups.
    pub(super) fn binding(self) -> (u8, Grouping) {
        match self {
            Self::Pipe => (0, Grouping::Right),
            Self::Comma => (1, Grouping::Left),
            Self::Alternative => (2, Grouping::Right),
            Self::Assign | Self::Update | Self::UpdateMath(_) | Self::UpdateAlternative => (3, Grouping::None),
            Self::Or => (4, Grouping::Left),
            Self::And => (5, Grouping::Left),
            Self::Equal | Self::Unequal | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => {
                (6, Grouping::None)
            }
            Self::Math('+' | '-') => (7, Grouping::Left),
            Self::Math(_) => (8, Grouping::Left),
        }
    }
}

/// How a chain of one operator groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    Left,
    Right,
    /// `a == b == c` is refused.
    None,
}
