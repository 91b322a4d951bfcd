//! The functions that are not written in jq themselves.
//!
//! Most take values and give a value ([`data`], [`text`], [`regex`], [`updates`]); a few steer the run and are here:
//! the ticks that a program is rewritten with, `error`, `getpath`, `range`. Names that begin with `__` are for the
//! rewriting and the prelude; no program can write them.

mod data;
mod regex;
mod text;
mod updates;

use super::budget::{Exhausted, Meter};
use super::value::{Val, access};
use jaq_core::box_iter::box_once;
use jaq_core::{Bind, Ctx, Cv, DataT, Error, Exn, Lut, Native, ValX, ValXs, data::HasLut};

/// What the interpreter is told of us: the values and what natives may look at.
pub(super) struct Types;

/// What natives may look at.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) table: &'a Lut<Types>,
    pub(super) meter: &'a Meter<'a>,
}

impl DataT for Types {
    type V<'a> = Val;
    type Data<'a> = World<'a>;
}

impl<'a> HasLut<'a, Types> for World<'a> {
    fn lut(&self) -> &'a Lut<Types> {
        self.table
    }
}

/// A native function as the compiler takes it: name, parameters, what it does.
pub(super) type Entry = (&'static str, Box<[Bind]>, Native<Types>);

/// What a native gives: a value, or jq's sentence why not, or the end of a budget.
type Given = Result<Val, Failure>;

/// Why a native gives no value.
enum Failure {
    Said(String),
    Exhausted,
}

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self::Said(sentence)
    }
}

impl From<Exhausted> for Failure {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

impl From<Failure> for Exn<'_, Val> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Said(sentence) => Error::new(Val::from(sentence)).into(),
            Failure::Exhausted => stop(),
        }
    }
}

/// The exception that no `try` catches.
fn stop<'a>() -> Exn<'a, Val> {
    Exn::halt(0)
}

/// The outputs of a native that gives one value.
fn once<'a>(given: Given) -> ValXs<'a, Val> {
    box_once(given.map_err(Exn::from))
}

/// What a native that is no path says of each output in the place of one.
fn no_path<'a, T: 'a>(outputs: ValXs<'a, Val>) -> ValXs<'a, T, Val> {
    Box::new(outputs.map(|output| {
        let sentence = format!("Invalid path expression with result {}", shown(&output?));
        Err(Failure::Said(sentence).into())
    }))
}

fn shown(value: &Val) -> String {
    let described = value.describe();
    described.split_once(" (").map_or(described.clone(), |(_, text)| text.trim_end_matches(')').to_owned())
}

/// A native of so many value parameters: `native!("name", |world, input, first, second| …)`.
macro_rules! native {
    ($name:literal, |$meter:pat_param, $input:pat_param $(, $parameter:ident)*| $body:expr) => {{
        fn run(cv: jaq_core::Cv<'_, $crate::engine::natives::Types>) -> jaq_core::ValXs<'_, $crate::engine::value::Val> {
            let (context, $input) = cv;
            let $meter = context.data().meter;
            $crate::engine::natives::native!(@pop context $($parameter)*);
            let body = || -> $crate::engine::natives::Given { $body };
            $crate::engine::natives::once(body())
        }
        let parameters: &[&str] = &[$(stringify!($parameter)),*];
        let native = jaq_core::Native::new(|cv| run(cv))
            .with_paths(|cv| $crate::engine::natives::no_path(run((cv.0, cv.1.0))));
        ($name, jaq_core::native::v(parameters.len()), native)
    }};
    (@pop $context:ident) => {};
    (@pop $context:ident $($parameter:ident)+) => {
        let mut context = $context;
        $crate::engine::natives::native!(@each context $($parameter)+);
    };
    // Parameters come off in reverse.
    (@each $context:ident) => {};
    (@each $context:ident $first:ident $($rest:ident)*) => {
        $crate::engine::natives::native!(@each $context $($rest)*);
        let $first = $context.pop_var();
    };
}
use native;

/// Every native.
pub(super) fn all() -> Vec<Entry> {
    let mut all = steering();
    all.extend(data::natives());
    all.extend(text::natives());
    all.extend(regex::natives());
    all.extend(updates::natives());
    let renamed = jaq_core::funs().filter_map(|(name, parameters, native)| {
        let name = match name {
            "path" => "path",
            "first" => "first",
            "limit" => "__limit",
            _ => return None,
        };
        Some((name, parameters, native))
    });
    all.extend(renamed);
    let borrowed = jaq_std::extra_funs().filter(|(name, ..)| super::names::BORROWED.contains(name));
    all.extend(borrowed);
    all
}

fn steering() -> Vec<Entry> {
    let function = || Box::from([Bind::Fun(())]);
    let at = || Box::from([Bind::Var(()), Bind::Fun(())]);
    vec![
        (
            "__at",
            at(),
            Native::new(|cv| at_run(cv)).with_paths(|mut cv| {
                let (body, inner) = cv.0.pop_fun();
                let place = place(&cv.0.pop_var());
                let meter = cv.0.data().meter;
                match meter.enter(place) {
                    Ok(()) => watched(body.paths((inner, cv.1)), place, meter, |(value, _)| value.size()),
                    Err(Exhausted) => box_once(Err(stop())),
                }
            }),
        ),
        ("__value", at(), Native::new(|cv| at_run(cv)).with_paths(|cv| no_path(at_run((cv.0, cv.1.0))))),
        (
            "__choice",
            Box::from([Bind::Var(()), Bind::Fun(()), Bind::Fun(())]),
            Native::new(|cv: Cv<'_, Types>| {
                let (body, inner) = chosen(cv.0);
                body.run((inner, cv.1))
            })
            .with_paths(|cv| {
                let (body, inner) = chosen(cv.0);
                body.paths((inner, cv.1))
            }),
        ),
        (
            "__enter",
            jaq_core::native::v(1),
            Native::new(|mut cv: Cv<'_, Types>| {
                let place = place(&cv.0.pop_var());
                box_once(counted(cv.0.data().meter.enter(place), cv.1))
            })
            .with_paths(|mut cv| {
                let place = place(&cv.0.pop_var());
                box_once(counted(cv.0.data().meter.enter(place), cv.1))
            }),
        ),
        (
            "__tick",
            Box::default(),
            Native::new(|cv: Cv<'_, Types>| box_once(counted(cv.0.data().meter.tick(), cv.1)))
                .with_paths(|cv| box_once(counted(cv.0.data().meter.tick(), cv.1))),
        ),
        (
            "__last",
            function(),
            Native::new(|mut cv| {
                let (body, inner) = cv.0.pop_fun();
                let last = body.run((inner, cv.1)).try_fold(Val::Null, |_, output| output);
                box_once(last)
            })
            .with_paths(|mut cv| {
                let (body, inner) = cv.0.pop_fun();
                let last = body.paths((inner, cv.1)).try_fold(None, |_, output| output.map(Some));
                Box::new(last.transpose().into_iter())
            }),
        ),
        (
            "error",
            Box::default(),
            Native::new(|cv| box_once(Err(Error::new(cv.1).into())))
                .with_paths(|cv| box_once(Err(Error::new(cv.1.0).into()))),
        ),
        (
            "getpath",
            jaq_core::native::v(1),
            Native::new(|mut cv| {
                let path = cv.0.pop_var();
                once(get_path(&cv.1, &path))
            })
            .with_paths(|mut cv| {
                let path = cv.0.pop_var();
                let (value, start) = cv.1;
                // A path that leads nowhere is still a path.
                let found = match get_path(&value, &path) {
                    Err(Failure::Said(sentence)) if path.as_array().is_none() => {
                        return box_once(Err(Failure::Said(sentence).into()));
                    }
                    found => found.unwrap_or(Val::Null),
                };
                let keys = path.as_array().cloned().unwrap_or_default();
                box_once(Ok((found, start.extend(keys.iter().cloned()))))
            }),
        ),
        ("range", jaq_core::native::v(3), Native::new(|cv| range(cv))),
    ]
}

/// The second of two parts, or the first when the run is told its number.
fn chosen(mut context: Ctx<'_, Types>) -> (jaq_core::compile::TermId, Ctx<'_, Types>) {
    let usual = context.pop_fun();
    let other = context.pop_fun();
    let number = place(&context.pop_var());
    if context.data().meter.mutant() == Some(number) { other } else { usual }
}

/// What is passed on when the budget allows.
fn counted<'a, T>(counted: Result<(), Exhausted>, passed: T) -> ValX<'a, T, Val> {
    counted.map(|()| passed).map_err(|Exhausted| stop())
}

fn get_path(value: &Val, path: &Val) -> Given {
    let Some(keys) = path.as_array() else { return Err("Path must be specified as an array".to_owned().into()) };
    Ok(value.get_path(keys)?)
}

fn place(place: &Val) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "written by the rewriting as an index")]
    let index = place.as_double().unwrap_or_default() as usize;
    index
}

fn at_run(mut cv: Cv<'_, Types>) -> ValXs<'_, Val> {
    let (body, inner): (_, Ctx<'_, Types>) = cv.0.pop_fun();
    let place = place(&cv.0.pop_var());
    let meter = cv.0.data().meter;
    match meter.enter(place) {
        Ok(()) => watched(body.run((inner, cv.1)), place, meter, Val::size),
        Err(Exhausted) => box_once(Err(stop())),
    }
}

/// Passes outputs on; remembers where an error came from and counts what is made.
fn watched<'a, T: 'a>(
    outputs: ValXs<'a, T, Val>,
    place: usize,
    meter: &'a Meter<'a>,
    size: fn(&T) -> usize,
) -> ValXs<'a, T, Val> {
    Box::new(outputs.map(move |output: ValX<'a, T, Val>| match output {
        Ok(value) => match meter.output(size(&value)) {
            Ok(()) => Ok(value),
            Err(Exhausted) => Err(stop()),
        },
        Err(exception) => Err(match exception.get_err() {
            Ok(error) => {
                meter.fail(place);
                error.into()
            }
            Err(other) => other,
        }),
    }))
}

/// `range(from; upto; by)`
fn range(mut cv: Cv<'_, Types>) -> ValXs<'_, Val> {
    let (by, upto, from) = (cv.0.pop_var(), cv.0.pop_var(), cv.0.pop_var());
    let (Some(from), Some(upto), Some(by)) = (from.as_double(), upto.as_double(), by.as_double()) else {
        return once(Err("Range bounds must be numeric".to_owned().into()));
    };
    let meter = cv.0.data().meter;
    let mut next = from;
    Box::new(std::iter::from_fn(move || {
        let more = if by > 0.0 { next < upto } else { by < 0.0 && next > upto };
        if !more {
            return None;
        }
        if meter.tick().is_err() {
            return Some(Err(stop()));
        }
        let value = next;
        next += by;
        Some(Ok(Val::from(value)))
    }))
}

/// The array of a parameter or input, or what `complaint` says of the other kinds.
fn array<'v>(value: &'v Val, complaint: &str) -> Result<&'v std::rc::Rc<Vec<Val>>, Failure> {
    value.as_array().ok_or_else(|| Failure::Said(format!("{} {complaint}", value.describe())))
}

/// Counts as a number.
fn count(number: usize) -> Val {
    access::count(number)
}
