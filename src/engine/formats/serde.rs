//! JSON5 and YAML, through the libraries that read them.

use super::super::Limits;
use super::super::value::{Map, Number, Val};
use super::Unreadable;
use ::serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_yaml::budget::BudgetBreach;
use std::fmt;
use std::rc::Rc;

/// JSON5, with the numbers that `npx json5` writes: doubles, and null for what JSON has not.
pub(super) fn json5(text: &str, depth: usize) -> Result<Val, Unreadable> {
    deep(text, depth, &["//"])?;
    json5::from_str::<Loose>(text).map(|loose| loose.0).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        // Positions count lines and characters from 0.
        let offset = error.position().map(|position| offset(text, position.line, position.column));
        Unreadable { message, offset }
    })
}

/// YAML 1.2 as `yq` reads it: `no` and `017` are strings, anchors and merge keys are resolved.
pub(super) fn yaml(text: &str, limits: &Limits) -> Result<Val, Unreadable> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: limits.depth,
            max_nodes: 250_000,
            max_documents: 1,
        },
        merge_keys: serde_yaml::MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_yaml::from_str_with_options::<Strict>(text, options).map(|strict| strict.0).map_err(|error| {
        let error = error.without_snippet();
        let message = match error {
            serde_yaml::Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
                "several documents, where one is read".to_owned()
            }
            serde_yaml::Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => "nested too deeply".to_owned(),
            serde_yaml::Error::Budget { .. } => "unfolds to more than is read".to_owned(),
            other => {
                let message = other.to_string();
                match message.split(" at line ").next().unwrap_or(&message) {
                    "recursion limit exceeded" => "nested too deeply".to_owned(),
                    message => message.to_owned(),
                }
            }
        };
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let offset = error.location().map(|location| offset(text, place(location.line()), place(location.column())));
        Unreadable { message, offset }
    })
}

/// The byte of a line and a character in it, both from 0.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

/// Refuses what is nested more deeply than `depth`, strings and comments left out of the count.
pub(super) fn deep(text: &str, depth: usize, comments: &[&str]) -> Result<(), Unreadable> {
    let mut open = 0_usize;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(own), character) if own == character || character == '\n' => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '[' | '{') if open == depth => return Err(Unreadable::at("nested too deeply", at)),
            (None, '[' | '{') => open += 1,
            (None, ']' | '}') => open = open.saturating_sub(1),
            (None, _) if comments.iter().any(|comment| text[at..].starts_with(comment)) => {
                let _ = characters.by_ref().find(|(_, character)| *character == '\n');
            }
            _ => {}
        }
    }
    Ok(())
}

/// A value whose numbers are doubles.
struct Loose(Val);

/// A value whose numbers are those that JSON has, as written.
pub(super) struct Strict(pub(super) Val);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader { strict: false }).map(Self)
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader { strict: true }).map(Self)
    }
}

/// Makes values of what a library finds.
struct Reader {
    strict: bool,
}

impl<'de> Visitor<'de> for Reader {
    type Value = Val;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Val, E> {
        Ok(Val::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Val, E> {
        self.visit_i128(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Val, E> {
        self.visit_i128(value.into())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Val, E> {
        Ok(Val::Number(Number::of_literal(&value.to_string())))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Val, E> {
        let exact = Number::of_literal(&value.to_string());
        Ok(Val::Number(if self.strict { exact } else { Number::from(exact.double()) }))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Val, E> {
        match (self.strict, value.is_finite()) {
            (true, true) => Ok(Val::Number(Number::of_literal(&format!("{value:?}")))),
            (true, false) => Err(E::custom("JSON has no such number")),
            (false, true) => Ok(Val::from(value)),
            (false, false) => Ok(Val::Null),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Val, E> {
        Ok(Val::from(value))
    }

    fn visit_none<E>(self) -> Result<Val, E> {
        Ok(Val::Null)
    }

    fn visit_unit<E>(self) -> Result<Val, E> {
        Ok(Val::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Val, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Val, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Val, A::Error> {
        let mut values = Vec::new();
        if self.strict {
            while let Some(Strict(value)) = items.next_element()? {
                values.push(value);
            }
        } else {
            while let Some(Loose(value)) = items.next_element()? {
                values.push(value);
            }
        }
        Ok(Val::Array(Rc::new(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Val, A::Error> {
        let mut map = Map::default();
        let mut merged = Vec::new();
        while let Some(Strict(key)) = entries.next_key()? {
            let key = match key {
                Val::Text(key) => key,
                scalar @ (Val::Null | Val::Bool(_) | Val::Number(_)) => scalar.to_json().into(),
                other => return Err(A::Error::custom(format!("a key cannot be an {}", other.kind()))),
            };
            if self.strict && &*key == "<<" {
                merge(entries.next_value::<Strict>()?.0, &mut merged).map_err(A::Error::custom)?;
                continue;
            }
            let value = if self.strict { entries.next_value::<Strict>()?.0 } else { entries.next_value::<Loose>()?.0 };
            map.insert(key, value);
        }
        if !merged.is_empty() {
            // What is merged comes first, and what is written here wins.
            merged.extend(std::mem::take(&mut map));
            map.extend(merged);
        }
        Ok(Val::Object(Rc::new(map)))
    }
}

/// The entries of a merge key's value; of several mappings the first wins.
fn merge(value: Val, merged: &mut Vec<(Rc<str>, Val)>) -> Result<(), &'static str> {
    match value {
        Val::Object(map) => merged.extend(map.iter().map(|(key, value)| (key.clone(), value.clone()))),
        Val::Array(items) if items.iter().all(|item| matches!(item, Val::Object(_))) => {
            items.iter().rev().try_for_each(|item| merge(item.clone(), merged))?;
        }
        _ => return Err("a merge key takes a mapping, or a list of them"),
    }
    Ok(())
}
