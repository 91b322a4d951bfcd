//! The tree of a program to the interpreter's tree.
//!
//! Names are resolved here, so that every unknown one is told at once and with its place. On the way the program is
//! rewritten: parts that can fail are wrapped in `__at(place; …)`, which counts a step and remembers where an error
//! came from; bodies and fold steps tick; updates become reads and writes by path; where jq's order of outputs or its
//! folds differ from the interpreter's, the tree says what jq means.

use super::names::{self, Unusable};
use super::syntax::{Definition, Entry, Kind, Operator, Pattern, Piece, Term};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern as Bound, Term as Low};
use jaq_core::ops::Cmp;
use jaq_core::path::{Opt, Part, Path};
use std::ops::Range;

/// Where strings live that are not slices of the program.
pub(super) type Arena = jaq_core::load::Arena;

/// A name that cannot be used, and where.
pub(super) struct Unresolved {
    pub(super) at: Range<usize>,
    pub(super) why: Unusable,
}

/// Rewrites one program or the prelude.
pub(super) struct Lowering<'s> {
    arena: &'s Arena,
    /// Functions of the library; with none every call is taken for known, as the prelude's are.
    library: Option<&'s super::library::Library>,
    functions: Vec<(&'s str, usize, Function<'s>)>,
    variables: Vec<&'s str>,
    labels: Vec<&'s str>,
    /// How many names have been made.
    made: usize,
    /// The bytes of each place.
    pub(super) places: Vec<Range<usize>>,
    pub(super) unresolved: Vec<Unresolved>,
    /// The functions of the library that are called.
    pub(super) called: Vec<(&'s str, usize)>,
}

/// What a name in scope stands for.
#[derive(Clone, Copy)]
enum Function<'s> {
    Defined,
    /// `a` of `def f($a): …`
    Variable(&'s str),
}

impl<'s> Lowering<'s> {
    /// For a program that may use these variables and the functions of the library.
    pub(super) fn new(arena: &'s Arena, library: Option<&'s super::library::Library>, variables: &[&'s str]) -> Self {
        Self {
            arena,
            library,
            functions: Vec::new(),
            variables: variables.to_vec(),
            labels: Vec::new(),
            made: 0,
            places: Vec::new(),
            unresolved: Vec::new(),
            called: Vec::new(),
        }
    }

    fn text(&self, text: String) -> &'s str {
        self.arena.alloc(text)
    }

    /// A variable that no program can name.
    fn fresh(&mut self) -> &'s str {
        self.made += 1;
        self.text(format!("$ {}", self.made))
    }

    /// `__at(place; term)`: the part may be a path.
    fn at(&mut self, at: &Range<usize>, term: Low<&'s str>) -> Low<&'s str> {
        self.watched("__at", at, term)
    }

    /// `__value(place; term)`: the part makes a new value.
    fn value(&mut self, at: &Range<usize>, term: Low<&'s str>) -> Low<&'s str> {
        self.watched("__value", at, term)
    }

    fn watched(&mut self, watch: &'s str, at: &Range<usize>, term: Low<&'s str>) -> Low<&'s str> {
        if self.library.is_none() {
            return term;
        }
        self.places.push(at.clone());
        let place = self.text((self.places.len() - 1).to_string());
        Low::Call(watch, vec![Low::Num(place), term])
    }

    /// `__enter(place) | term`: leaves a tail call one, which `__at` would not.
    fn entered(&mut self, at: &Range<usize>, term: Low<&'s str>) -> Low<&'s str> {
        if self.library.is_none() {
            return term;
        }
        self.places.push(at.clone());
        let place = self.text((self.places.len() - 1).to_string());
        pipe(call("__enter", vec![Low::Num(place)]), term)
    }

    fn unresolved(&mut self, at: &Range<usize>, why: Unusable) -> Low<&'s str> {
        self.unresolved.push(Unresolved { at: at.clone(), why });
        Low::Id
    }

    /// A term.
    pub(super) fn term(&mut self, term: &Term<'s>) -> Low<&'s str> {
        let at = &term.at;
        match &term.kind {
            Kind::Identity => Low::Id,
            Kind::Everything => {
                let call = self.call(at, "recurse", &[]);
                self.at(at, call)
            }
            Kind::Number(digits) => Low::Num(digits),
            Kind::Text(format, pieces) => self.pieces(at, *format, pieces),
            Kind::Format(name) => self.format(at, name),
            Kind::Array(None) => Low::Arr(None),
            Kind::Array(Some(inner)) => {
                let array = Low::Arr(Some(Box::new(self.term(inner))));
                self.value(at, array)
            }
            Kind::Object(entries) => {
                let entries = entries.iter().map(|entry| self.entry(entry)).collect();
                self.value(at, Low::Obj(entries))
            }
            Kind::Negation(inner) => {
                let negation = Low::Neg(Box::new(self.term(inner)));
                self.value(at, negation)
            }
            Kind::Binary(left, operator, right) => self.binary(at, left, *operator, right),
            Kind::Bind(source, pattern, body) => {
                let source = self.term(source);
                let (name, pattern) = self.bound(pattern);
                let body = self.destructured(name, pattern, &mut |lowering| lowering.term(body));
                bind(source, name, body)
            }
            Kind::Label(name, body) => {
                self.labels.push(name);
                let body = self.term(body);
                self.labels.pop();
                Low::Label(name, Box::new(body))
            }
            Kind::Break(name) if self.labels.contains(name) => Low::Break(name),
            Kind::Break(name) => {
                let help = names::nearest(name, self.labels.iter().copied());
                self.unresolved(at, Unusable { refused: false, message: format!("no label `{name}`"), help })
            }
            Kind::Reduce(source, pattern, parts) => self.reduce(source, pattern, parts),
            Kind::Foreach(source, pattern, parts, extract) => self.foreach(source, pattern, parts, extract.as_deref()),
            // `.a[]?` forgives its last part alone, and has the place of it; `(.a[])?` and `try .a[]` forgive all.
            Kind::Try(body, None) if body.at == *at && is_path(body) => self.part(body, Opt::Optional),
            Kind::Try(body, handler) => {
                let body = self.term(body);
                let handler = handler.as_ref().map(|handler| Box::new(self.term(handler)));
                Low::TryCatch(Box::new(body), handler)
            }
            Kind::If(branches, otherwise) => {
                let branches = branches.iter().map(|(condition, then)| (self.term(condition), self.term(then)));
                let branches = branches.collect();
                Low::IfThenElse(branches, Some(Box::new(self.term(otherwise))))
            }
            Kind::Define(definition, body) => {
                let lowered = self.definition(definition);
                self.functions.push((definition.name, definition.parameters.len(), Function::Defined));
                let body = self.term(body);
                self.functions.pop();
                Low::Def(vec![lowered], Box::new(body))
            }
            Kind::Call(name, arguments) => self.call(at, name, arguments),
            Kind::Variable(name) if self.variables.contains(name) => Low::Var(name),
            Kind::Variable(name) => {
                let why = names::unusable_variable(name, self.variables.iter().copied());
                self.unresolved(at, why)
            }
            Kind::Location(line) => {
                let line = self.text(line.to_string());
                Low::Obj(vec![(plain("file"), Some(plain("<top-level>"))), (plain("line"), Some(Low::Num(line)))])
            }
            Kind::Index(..) | Kind::Slice(..) | Kind::Iterate(_) => self.part(term, Opt::Essential),
            Kind::Choice(first, others) => {
                let first = self.term(first);
                others.iter().fold(first, |before, (number, other)| {
                    let number = Low::Num(self.text(number.to_string()));
                    let other = self.term(other);
                    call("__choice", vec![number, other, before])
                })
            }
        }
    }

    /// A path with its last part, which may be forgiven where it does not fit.
    fn part(&mut self, term: &Term<'s>, forgiving: Opt) -> Low<&'s str> {
        let (target, part) = match &term.kind {
            Kind::Index(target, key) => (self.term(target), Part::Index(self.term(key))),
            Kind::Slice(target, from, upto) => {
                let target = self.term(target);
                let from = from.as_ref().map(|from| self.term(from));
                (target, Part::Range(from, upto.as_ref().map(|upto| self.term(upto))))
            }
            Kind::Iterate(target) => (self.term(target), Part::Range(None, None)),
            _ => return self.term(term),
        };
        self.at(&term.at, Low::Path(Box::new(target), Path(vec![(part, forgiving)])))
    }

    fn pieces(&mut self, at: &Range<usize>, format: Option<&'s str>, pieces: &[Piece<'s>]) -> Low<&'s str> {
        let format = format.unwrap_or("@text");
        let pieces: Vec<_> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => plain(self.text(text.clone())),
                Piece::Term(term) => {
                    let formatted = self.format(&term.at, format);
                    pipe(self.term(term), formatted)
                }
            })
            .collect();
        let whole = pieces.into_iter().reduce(|before, piece| call("__add", vec![piece, before]));
        match whole {
            None => Low::Str(None, Vec::new()),
            Some(plain @ Low::Str(..)) => plain,
            Some(whole) => self.value(at, whole),
        }
    }

    fn format(&mut self, at: &Range<usize>, name: &'s str) -> Low<&'s str> {
        const FORMATS: [&str; 9] = ["@text", "@json", "@html", "@uri", "@csv", "@tsv", "@sh", "@base64", "@base64d"];
        if FORMATS.contains(&name) {
            return self.value(at, call(name, Vec::new()));
        }
        let help = names::nearest(name, FORMATS.into_iter());
        self.unresolved(at, Unusable { refused: false, message: format!("no format `{name}`"), help })
    }

    fn entry(&mut self, entry: &Entry<'s>) -> (Low<&'s str>, Option<Low<&'s str>>) {
        let key = match self.term(&entry.key) {
            plain @ Low::Str(..) => plain,
            key => self.value(&entry.key.at, pipe(key, call("__key", Vec::new()))),
        };
        (key, Some(self.term(&entry.value)))
    }

    fn binary(&mut self, at: &Range<usize>, left: &Term<'s>, operator: Operator, right: &Term<'s>) -> Low<&'s str> {
        let simple = is_single(left) || is_single(right);
        let (left, right) = (self.term(left), self.term(right));
        match operator {
            Operator::Pipe => join(left, BinaryOp::Pipe(None), right),
            Operator::Comma => join(left, BinaryOp::Comma, right),
            Operator::Alternative => join(left, BinaryOp::Alt, right),
            Operator::Or => join(left, BinaryOp::Or, right),
            Operator::And => join(left, BinaryOp::And, right),
            Operator::Math(sign) => self.value(at, math(sign, left, right)),
            Operator::Assign => self.value(at, call("__assign", vec![right, left])),
            Operator::Update => self.value(at, call("__update", vec![left, right])),
            Operator::UpdateMath(sign) => {
                let operand = self.fresh();
                let new = self.value(at, math(sign, Low::Id, Low::Var(operand)));
                let update = self.value(at, call("__update", vec![left, new]));
                bind(right, operand, update)
            }
            Operator::UpdateAlternative => {
                let operand = self.fresh();
                let new = join(Low::Id, BinaryOp::Alt, Low::Var(operand));
                let update = self.value(at, call("__update", vec![left, new]));
                bind(right, operand, update)
            }
            Operator::Equal => self.compare(Cmp::Eq, simple, left, right),
            Operator::Unequal => self.compare(Cmp::Ne, simple, left, right),
            Operator::Less => self.compare(Cmp::Lt, simple, left, right),
            Operator::LessOrEqual => self.compare(Cmp::Le, simple, left, right),
            Operator::Greater => self.compare(Cmp::Gt, simple, left, right),
            Operator::GreaterOrEqual => self.compare(Cmp::Ge, simple, left, right),
        }
    }

    /// jq runs through the right side's outputs in the outer loop, which shows only where both have several.
    fn compare(&mut self, operator: Cmp, simple: bool, left: Low<&'s str>, right: Low<&'s str>) -> Low<&'s str> {
        let operator = BinaryOp::Cmp(operator);
        if simple {
            return join(left, operator, right);
        }
        let (first, second) = (self.fresh(), self.fresh());
        let compared = join(Low::Var(second), operator, Low::Var(first));
        bind(right, first, bind(left, second, compared))
    }

    /// The variable that a pattern binds first, and the pattern if it has parts.
    fn bound<'p>(&mut self, pattern: &'p Pattern<'s>) -> (&'s str, Option<&'p Pattern<'s>>) {
        match pattern {
            Pattern::Variable(name) => (name, None),
            pattern => (self.fresh(), Some(pattern)),
        }
    }

    /// `body` with the variables of a pattern bound from the variable `name`.
    fn destructured(
        &mut self,
        name: &'s str,
        pattern: Option<&Pattern<'s>>,
        body: &mut dyn FnMut(&mut Self) -> Low<&'s str>,
    ) -> Low<&'s str> {
        let before = self.variables.len();
        self.variables.push(name);
        let lowered = match pattern {
            None | Some(Pattern::Variable(_)) => body(self),
            Some(Pattern::Array(items, at)) => self.items(name, items, at, 0, body),
            Some(Pattern::Object(entries)) => self.fields(name, entries, body),
        };
        self.variables.truncate(before);
        lowered
    }

    fn items(
        &mut self,
        whole: &'s str,
        items: &[Pattern<'s>],
        at: &Range<usize>,
        position: usize,
        body: &mut dyn FnMut(&mut Self) -> Low<&'s str>,
    ) -> Low<&'s str> {
        let Some((first, rest)) = items.split_first() else { return body(self) };
        let key = Low::Num(self.text(position.to_string()));
        let item = self.at(at, path(Low::Var(whole), Part::Index(key)));
        let (name, pattern) = self.bound(first);
        let body =
            self.destructured(name, pattern, &mut |lowering| lowering.items(whole, rest, at, position + 1, body));
        bind(item, name, body)
    }

    fn fields(
        &mut self,
        whole: &'s str,
        entries: &[(Term<'s>, Option<&'s str>, Option<Pattern<'s>>)],
        body: &mut dyn FnMut(&mut Self) -> Low<&'s str>,
    ) -> Low<&'s str> {
        let Some(((key, variable, pattern), rest)) = entries.split_first() else { return body(self) };
        let lowered = self.term(key);
        let value = self.at(&key.at, path(Low::Var(whole), Part::Index(lowered)));
        let (name, pattern) = match (variable, pattern) {
            (Some(variable), pattern) => (*variable, pattern.as_ref()),
            (None, Some(pattern)) => self.bound(pattern),
            (None, None) => (self.fresh(), None),
        };
        // `{$x: [$y]}` binds `$x`, and `$y` from within it.
        let inner = match pattern {
            Some(pattern @ Pattern::Variable(other)) if variable.is_some() => {
                let before = self.variables.len();
                self.variables.extend([name, *other]);
                let rest = self.fields(whole, rest, body);
                self.variables.truncate(before);
                let _ = pattern;
                bind(Low::Var(name), other, rest)
            }
            pattern => self.destructured(name, pattern, &mut |lowering| lowering.fields(whole, rest, body)),
        };
        bind(value, name, inner)
    }

    fn reduce(&mut self, source: &Term<'s>, pattern: &Pattern<'s>, parts: &[Term<'s>; 2]) -> Low<&'s str> {
        let [initial, update] = parts;
        let source = self.term(source);
        let initial = self.term(initial);
        let (name, pattern) = self.bound(pattern);
        let update = self.destructured(name, pattern, &mut |lowering| lowering.term(update));
        // Of several outputs the last one counts, of none null.
        let step = call("__last", vec![ticked(update)]);
        Low::Fold("reduce", Box::new(source), Bound::Var(name), vec![initial, step])
    }

    /// jq emits every output of an update and goes on from the last one, so the state is the array of them.
    fn foreach(
        &mut self,
        source: &Term<'s>,
        pattern: &Pattern<'s>,
        parts: &[Term<'s>; 2],
        extract: Option<&Term<'s>>,
    ) -> Low<&'s str> {
        let [initial, update] = parts;
        let source = self.term(source);
        let initial = Low::Arr(Some(Box::new(self.term(initial))));
        let (name, pattern) = self.bound(pattern);
        let update = self.destructured(name, pattern, &mut |lowering| lowering.term(update));
        let last = path(Low::Id, Part::Index(Low::Neg(Box::new(Low::Num("1")))));
        let step = Low::Arr(Some(Box::new(pipe(last, ticked(update)))));
        let each = path(Low::Id, Part::Range(None, None));
        let project = match extract {
            None => each,
            Some(extract) => pipe(each, self.destructured(name, pattern, &mut |lowering| lowering.term(extract))),
        };
        Low::Fold("foreach", Box::new(source), Bound::Var(name), vec![initial, step, project])
    }

    /// A definition; its name is in scope within it.
    pub(super) fn definition(&mut self, definition: &Definition<'s>) -> Def<&'s str> {
        let (functions, variables, labels) = (self.functions.len(), self.variables.len(), self.labels.len());
        self.functions.push((definition.name, definition.parameters.len(), Function::Defined));
        for parameter in &definition.parameters {
            if let Some(name) = parameter.strip_prefix('$') {
                self.variables.push(parameter);
                self.functions.push((name, 0, Function::Variable(parameter)));
            } else {
                self.functions.push((parameter, 0, Function::Defined));
            }
        }
        // Calls of a program's own functions tick where they stand.
        let body = self.term(&definition.body);
        let body = if self.library.is_none() { ticked(body) } else { body };
        self.functions.truncate(functions);
        self.variables.truncate(variables);
        self.labels.truncate(labels);
        Def { name: definition.name, args: definition.parameters.clone(), body }
    }

    fn call(&mut self, at: &Range<usize>, name: &'s str, arguments: &[Term<'s>]) -> Low<&'s str> {
        let arity = arguments.len();
        let local = self.functions.iter().rev().find(|function| function.0 == name && function.1 == arity);
        let local = local.map(|function| function.2);
        if let Some(Function::Variable(name)) = local {
            return Low::Var(name);
        }
        let null = name == "error" && matches!(arguments, [Term { kind: Kind::Call("null", _), .. }]);
        let lowered: Vec<_> = arguments.iter().map(|argument| self.term(argument)).collect();
        if local.is_some() {
            return self.entered(at, call(name, lowered));
        }
        if let Some(library) = self.library {
            if !library.has(name, arity) {
                let locals = self.functions.iter().map(|function| (function.0, function.1));
                let why = names::unusable(name, arity, library.names().chain(locals));
                return self.unresolved(at, why);
            }
            if null {
                let help = Some("give `error` a message".to_owned());
                let message = "`error(null)` does nothing in jq 1.6".to_owned();
                return self.unresolved(at, Unusable { refused: false, message, help });
            }
        }
        self.called.push((name, arity));
        match name {
            "empty" | "not" | "true" | "false" | "null" => call(name, lowered),
            _ => self.at(at, call(name, lowered)),
        }
    }
}

/// Whether a term surely has one output.
fn is_single(term: &Term<'_>) -> bool {
    match &term.kind {
        Kind::Identity | Kind::Number(_) | Kind::Variable(_) | Kind::Location(_) | Kind::Array(_) => true,
        Kind::Text(_, pieces) => pieces.iter().all(|piece| matches!(piece, Piece::Plain(_))),
        Kind::Index(target, key) => is_single(target) && is_single(key),
        Kind::Call(name, arguments) => {
            arguments.is_empty() && matches!(*name, "true" | "false" | "null" | "length" | "type" | "tostring" | "keys")
        }
        Kind::Binary(left, Operator::Pipe | Operator::Math(_), right) => is_single(left) && is_single(right),
        Kind::Choice(first, others) => is_single(first) && others.iter().all(|(_, other)| is_single(other)),
        _ => false,
    }
}

fn call<'s>(name: &'s str, arguments: Vec<Low<&'s str>>) -> Low<&'s str> {
    Low::Call(name, arguments)
}

fn pipe<'s>(left: Low<&'s str>, right: Low<&'s str>) -> Low<&'s str> {
    join(left, BinaryOp::Pipe(None), right)
}

fn join<'s>(left: Low<&'s str>, operator: BinaryOp<&'s str>, right: Low<&'s str>) -> Low<&'s str> {
    Low::BinOp(Box::new(left), operator, Box::new(right))
}

fn bind<'s>(source: Low<&'s str>, name: &'s str, body: Low<&'s str>) -> Low<&'s str> {
    join(source, BinaryOp::Pipe(Some(Bound::Var(name))), body)
}

fn ticked(body: Low<&str>) -> Low<&str> {
    pipe(call("__tick", Vec::new()), body)
}

fn path<'s>(target: Low<&'s str>, part: Part<Low<&'s str>>) -> Low<&'s str> {
    Low::Path(Box::new(target), Path(vec![(part, Opt::Essential)]))
}

fn is_path(term: &Term<'_>) -> bool {
    matches!(term.kind, Kind::Index(..) | Kind::Slice(..) | Kind::Iterate(_))
}

fn plain(text: &str) -> Low<&str> {
    Low::Str(None, vec![StrPart::Str(text)])
}

/// The right side goes first: jq runs through its outputs in the outer loop.
fn math<'s>(sign: char, left: Low<&'s str>, right: Low<&'s str>) -> Low<&'s str> {
    let name = match sign {
        '+' => "__add",
        '-' => "__subtract",
        '*' => "__multiply",
        '/' => "__divide",
        _ => "__remainder",
    };
    call(name, vec![right, left])
}
