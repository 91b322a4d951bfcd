//! The face of values that the interpreter asks for.
//!
//! Updates never come this way (programs are rewritten to read and write by paths), so the `map_…` operations only
//! say so.

use super::{Map, Number, Val, access, write};
use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::{Error, ValR, ValX};
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Range, Rem, Sub};
use std::rc::Rc;

type Outcome = ValR<Val>;

/// An error whose value is a sentence.
pub(crate) fn error(sentence: String) -> Error<Val> {
    Error::new(Val::Text(sentence.into()))
}

macro_rules! operators {
    ($($operator:ident $method:ident $own:ident;)+) => {
        $(impl $operator for Val {
            type Output = Outcome;
            fn $method(self, other: Self) -> Outcome {
                self.$own(other).map_err(error)
            }
        })+
    };
}

operators! {
    Add add plus;
    Sub sub minus;
    Mul mul times;
    Div div divided;
}

impl Rem for Val {
    type Output = Outcome;
    fn rem(self, other: Self) -> Outcome {
        self.remainder(&other).map_err(error)
    }
}

impl Neg for Val {
    type Output = Outcome;
    fn neg(self) -> Outcome {
        self.negated().map_err(error)
    }
}

impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        match write::compact(self, &mut text, 1000) {
            Ok(()) => f.write_str(&text),
            Err(write::TooLong) => f.write_str("a very long value"),
        }
    }
}

impl From<bool> for Val {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Val {
    fn from(double: f64) -> Self {
        Self::Number(Number::from(double))
    }
}

impl From<isize> for Val {
    #[expect(clippy::cast_precision_loss, reason = "numbers are doubles")]
    fn from(integer: isize) -> Self {
        if (integer.unsigned_abs() as u64) < 1 << 53 {
            Self::from(integer as f64)
        } else {
            Self::Number(Number::of_literal(&integer.to_string()))
        }
    }
}

impl From<usize> for Val {
    fn from(integer: usize) -> Self {
        access::count(integer)
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Range<Option<Self>>> for Val {
    fn from(range: Range<Option<Self>>) -> Self {
        let bound = |bound: Option<Self>| bound.unwrap_or(Self::Null);
        let map = [("start".into(), bound(range.start)), ("end".into(), bound(range.end))];
        Self::Object(Rc::new(Map::from_iter(map)))
    }
}

impl FromIterator<Self> for Val {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::Array(Rc::new(items.into_iter().collect()))
    }
}

fn cannot_iterate(value: &Val) -> Error<Val> {
    error(format!(
        "Cannot iterate over {}",
        if matches!(value, Val::Null) { "null (null)".to_owned() } else { value.describe() }
    ))
}

fn no_updates<'a, T>() -> ValX<'a, T, Val> {
    unreachable!("updates are rewritten to read and write by paths")
}

impl jaq_core::ValT for Val {
    fn from_num(text: &str) -> Outcome {
        Ok(Self::Number(Number::of_literal(text)))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(entries: I) -> Outcome {
        let mut map = Map::default();
        for (key, value) in entries {
            let Self::Text(key) = key else {
                return Err(error(format!("Cannot use {} as object key", key.describe())));
            };
            map.insert(key, value);
        }
        Ok(Self::Object(Rc::new(map)))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Self::Array(items) => {
                let length = items.len();
                Box::new((0..length).map(move |at| Ok((access::count(at), items[at].clone()))))
            }
            Self::Object(map) => {
                let length = map.len();
                Box::new((0..length).filter_map(move |at| {
                    map.get_index(at).map(|(key, value)| Ok((Self::Text(key.clone()), value.clone())))
                }))
            }
            other => box_once(Err(cannot_iterate(&other))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = Outcome>> {
        match self {
            Self::Array(items) => {
                let length = items.len();
                Box::new((0..length).map(move |at| Ok(items[at].clone())))
            }
            Self::Object(map) => {
                let length = map.len();
                Box::new((0..length).filter_map(move |at| map.get_index(at).map(|(_, value)| Ok(value.clone()))))
            }
            other => box_once(Err(cannot_iterate(&other))),
        }
    }

    fn index(self, key: &Self) -> Outcome {
        self.get(key).map_err(error)
    }

    fn range(self, range: Range<Option<&Self>>) -> Outcome {
        let key = Self::from(range.start.cloned()..range.end.cloned());
        match self {
            Self::Array(_) | Self::Text(_) | Self::Null => self.get(&key).map_err(error),
            other => Err(error(format!("Cannot index {} with object", other.kind()))),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(self, _: Opt, _: impl Fn(Self) -> I) -> ValX<'a, Self> {
        no_updates()
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        _: &Self,
        _: Opt,
        _: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        no_updates()
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        _: Range<Option<&Self>>,
        _: Opt,
        _: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        no_updates()
    }

    fn as_bool(&self) -> bool {
        self.is_true()
    }

    fn into_string(self) -> Self {
        match self {
            text @ Self::Text(_) => text,
            other => Self::from(other.to_json()),
        }
    }
}

impl jaq_std::ValT for Val {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Self::Array(items) => Ok(items.iter().cloned().collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        self.as_double().is_some_and(|double| double.fract() == 0.0)
    }

    fn as_isize(&self) -> Option<isize> {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be an integer that doubles hold exactly")]
        self.as_double().filter(|double| double.fract() == 0.0 && double.abs() < 9e15).map(|double| double as isize)
    }

    fn as_f64(&self) -> Option<f64> {
        self.as_double()
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        self.as_text().map(|text| text.as_bytes())
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        Self::from(&*String::from_utf8_lossy(part))
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::from(&*String::from_utf8_lossy(bytes.as_ref()))
    }
}
