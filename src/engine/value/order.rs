//! The order of values: null, false, true, numbers, strings, arrays, objects.

use super::Val;
use std::cmp::Ordering;
use std::rc::Rc;

impl PartialEq for Val {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.compare(right).is_eq(),
            (Self::Text(left), Self::Text(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => Rc::ptr_eq(left, right) || left == right,
            (Self::Object(left), Self::Object(right)) => Rc::ptr_eq(left, right) || left == right,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Null, Self::Null) => true,
            _ => false,
        }
    }
}

impl Eq for Val {}

#[expect(clippy::non_canonical_partial_ord_impl, reason = "`nan < nan` holds in jq, but sorting needs a total order")]
impl PartialOrd for Val {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Some(left.compare(right)),
            _ => Some(self.cmp(other)),
        }
    }
}

impl Ord for Val {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) if left.double().is_nan() && right.double().is_nan() => {
                Ordering::Equal
            }
            (Self::Number(_), Self::Number(right)) if right.double().is_nan() => Ordering::Greater,
            (Self::Number(left), Self::Number(right)) => left.compare(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Array(left), Self::Array(right)) if Rc::ptr_eq(left, right) => Ordering::Equal,
            (Self::Array(left), Self::Array(right)) => left.cmp(right),
            (Self::Object(left), Self::Object(right)) => {
                let mut left: Vec<_> = left.iter().collect();
                let mut right: Vec<_> = right.iter().collect();
                left.sort_unstable_by_key(|(key, _)| *key);
                right.sort_unstable_by_key(|(key, _)| *key);
                let keys = left.iter().map(|(key, _)| key).cmp(right.iter().map(|(key, _)| key));
                keys.then_with(|| left.iter().map(|(_, value)| value).cmp(right.iter().map(|(_, value)| value)))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Val {
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Number(_) => 3,
            Self::Text(_) => 4,
            Self::Array(_) => 5,
            Self::Object(_) => 6,
        }
    }
}
