//! Changes by path, with the meaning of jq 1.7: paths are found first, what an update drops is deleted at the end.

use super::super::value::Val;
use super::{Entry, Failure, Types, native};
use jaq_core::box_iter::box_once;
use jaq_core::compile::TermId;
use jaq_core::{Bind, Ctx, Cv, Native, ValX};
use std::rc::Rc;

pub(super) fn natives() -> Vec<Entry> {
    vec![
        native!("setpath", |meter, value, path, new| {
            let path = keys(&path)?;
            meter.made(growth(&path))?;
            Ok(value.set_path(&path, new)?)
        }),
        native!("delpaths", |_, value, paths| {
            let paths =
                paths.as_array().ok_or_else(|| Failure::Said("Paths must be specified as an array".to_owned()))?;
            let paths: Result<Vec<_>, _> = paths.iter().map(keys).collect();
            Ok(value.delete_paths(paths?)?)
        }),
        // `paths = value`; the value is evaluated first.
        ("__assign", Box::from([Bind::Var(()), Bind::Fun(())]), Native::new(|cv| box_once(assign(cv)))),
        // `paths |= update`
        ("__update", Box::from([Bind::Fun(()), Bind::Fun(())]), Native::new(|cv| box_once(update(cv)))),
    ]
}

fn keys(path: &Val) -> Result<Rc<Vec<Val>>, Failure> {
    path.as_array().cloned().ok_or_else(|| Failure::Said("Path must be specified as an array".to_owned()))
}

/// Bytes that setting a path may add: an index past the end fills an array up.
fn growth(path: &[Val]) -> usize {
    let largest = path.iter().filter_map(Val::as_double).fold(0.0, f64::max);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and saturates")]
    let items = largest as usize;
    items.saturating_mul(size_of::<Val>())
}

/// The paths of `.` that a function stands for.
#[expect(clippy::default_trait_access, reason = "the interpreter does not export the name of its list")]
fn found(function: (TermId, Ctx<'_, Types>), input: Val) -> impl Iterator<Item = ValX<'_, Rc<Vec<Val>>, Val>> {
    let (function, context) = function;
    function.paths((context, (input, Default::default()))).map(|found| {
        let (_, path) = found?;
        let mut keys: Vec<Val> = path.iter().cloned().collect();
        keys.reverse();
        Ok(Rc::new(keys))
    })
}

fn assign(mut cv: Cv<'_, Types>) -> ValX<'_, Val> {
    let paths = cv.0.pop_fun();
    let new = cv.0.pop_var();
    let meter = cv.0.data().meter;
    let mut value = cv.1.clone();
    for path in found(paths, cv.1) {
        let path = path?;
        meter.made(growth(&path)).map_err(Failure::from)?;
        value = value.set_path(&path, new.clone()).map_err(Failure::Said)?;
    }
    Ok(value)
}

fn update(mut cv: Cv<'_, Types>) -> ValX<'_, Val> {
    let (update, inner) = cv.0.pop_fun();
    let paths = cv.0.pop_fun();
    let meter = cv.0.data().meter;
    let mut value = cv.1.clone();
    let mut dropped = Vec::new();
    for path in found(paths, cv.1) {
        let path = path?;
        let old = value.get_path(&path).map_err(Failure::Said)?;
        match update.run((inner.clone(), old)).next().transpose()? {
            Some(new) => {
                meter.made(growth(&path)).map_err(Failure::from)?;
                value = value.set_path(&path, new).map_err(Failure::Said)?;
            }
            None => dropped.push(path),
        }
    }
    Ok(value.delete_paths(dropped).map_err(Failure::Said)?)
}
