//! `+`, `-`, `*`, `/`, `%` and negation, with jq's results and jq's words when there is none.

use super::{Number, Val};
use std::rc::Rc;

/// What jq says when an operation does not apply.
type Calculated = Result<Val, String>;

impl Val {
    /// `+`
    pub(crate) fn plus(self, other: Self) -> Calculated {
        Ok(match (self, other) {
            (Self::Null, value) | (value, Self::Null) => value,
            (Self::Number(left), Self::Number(right)) => number(left.double() + right.double()),
            (Self::Text(left), Self::Text(right)) => Self::Text(format!("{left}{right}").into()),
            (Self::Array(mut left), Self::Array(right)) => {
                Rc::make_mut(&mut left).extend(right.iter().cloned());
                Self::Array(left)
            }
            (Self::Object(mut left), Self::Object(right)) => {
                let map = Rc::make_mut(&mut left);
                map.extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
                Self::Object(left)
            }
            (left, right) => return Err(format!("{} and {} cannot be added", left.describe(), right.describe())),
        })
    }

    /// `-`
    pub(crate) fn minus(self, other: Self) -> Calculated {
        Ok(match (self, other) {
            (Self::Number(left), Self::Number(right)) => number(left.double() - right.double()),
            (Self::Array(mut left), Self::Array(right)) => {
                Rc::make_mut(&mut left).retain(|item| !right.contains(item));
                Self::Array(left)
            }
            (left, right) => return Err(format!("{} and {} cannot be subtracted", left.describe(), right.describe())),
        })
    }

    /// `*`; the caller has seen by [`product_size`] that the result is not too large.
    pub(crate) fn times(self, other: Self) -> Calculated {
        Ok(match (self, other) {
            (Self::Number(left), Self::Number(right)) => number(left.double() * right.double()),
            (Self::Text(text), Self::Number(count)) | (Self::Number(count), Self::Text(text)) => {
                match repetitions(count.double()) {
                    0 => Self::Null,
                    times => Self::Text(text.repeat(times).into()),
                }
            }
            (Self::Object(left), Self::Object(right)) => Self::Object(merge(left, &right)),
            (left, right) => return Err(format!("{} and {} cannot be multiplied", left.describe(), right.describe())),
        })
    }

    /// `/`
    pub(crate) fn divided(self, other: Self) -> Calculated {
        Ok(match (self, other) {
            (Self::Number(left), Self::Number(right)) if right.double() != 0.0 => {
                number(left.double() / right.double())
            }
            (left @ Self::Number(_), right @ Self::Number(_)) => {
                let (left, right) = (left.describe(), right.describe());
                return Err(format!("{left} and {right} cannot be divided because the divisor is zero"));
            }
            (Self::Text(text), Self::Text(separator)) => split(&text, &separator),
            (left, right) => return Err(format!("{} and {} cannot be divided", left.describe(), right.describe())),
        })
    }

    /// `%`, of the whole parts.
    pub(crate) fn remainder(&self, other: &Self) -> Calculated {
        let (Self::Number(left), Self::Number(right)) = (self, other) else {
            return Err(format!("{} and {} cannot be divided (remainder)", self.describe(), other.describe()));
        };
        if left.double().is_nan() || right.double().is_nan() {
            return Ok(number(f64::NAN));
        }
        #[expect(clippy::cast_possible_truncation, reason = "saturates, as jq does")]
        let (left, right) = (left.double() as i64, (right.double() as i64).saturating_abs());
        if right == 0 {
            let (left, right) = (self.describe(), other.describe());
            return Err(format!("{left} and {right} cannot be divided (remainder) because the divisor is zero"));
        }
        #[expect(clippy::cast_precision_loss, reason = "numbers are doubles")]
        let rest = (left.saturating_abs() % right) as f64;
        Ok(number(if left < 0 { 0.0 - rest } else { rest }))
    }

    /// `-` before a value.
    pub(crate) fn negated(self) -> Calculated {
        match self {
            Self::Number(value) => Ok(number(-value.double())),
            other => Err(format!("{} cannot be negated", other.describe())),
        }
    }
}

fn number(double: f64) -> Val {
    Val::Number(Number::from(double))
}

/// How often `"x" * count` repeats: not at all, which gives null, up to 0; a fraction counts as one more.
fn repetitions(count: f64) -> usize {
    if count <= 0.0 || count.is_nan() {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and saturates")]
    let whole = if count < 1.0 { 1 } else { count as usize };
    whole
}

/// The bytes of the text that `left * right` makes, if it makes one.
pub(crate) fn product_size(left: &Val, right: &Val) -> usize {
    match (left, right) {
        (Val::Text(text), Val::Number(count)) | (Val::Number(count), Val::Text(text)) => {
            text.len().saturating_mul(repetitions(count.double()))
        }
        _ => 0,
    }
}

fn merge(mut left: Rc<super::Map>, right: &super::Map) -> Rc<super::Map> {
    let map = Rc::make_mut(&mut left);
    for (key, value) in right {
        let merged = match (map.get_mut(key), value) {
            (Some(Val::Object(old)), Val::Object(new)) => Val::Object(merge(std::mem::take(old), new)),
            _ => value.clone(),
        };
        map.insert(key.clone(), merged);
    }
    left
}

/// `split(separator)`: an empty text has no parts, an empty separator splits into characters.
pub(super) fn split(text: &str, separator: &str) -> Val {
    let parts: Vec<Val> = if text.is_empty() {
        Vec::new()
    } else if separator.is_empty() {
        text.chars().map(|character| Val::from(character.encode_utf8(&mut [0; 4]) as &str)).collect()
    } else {
        text.split(separator).map(Val::from).collect()
    };
    Val::Array(Rc::new(parts))
}
