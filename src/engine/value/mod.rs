//! A JSON document as jq sees it.
//!
//! In: text ([`read`]) or the results of calculations. Out: text ([`write`]), order, differences. [`Value`] is what
//! the rest of the program holds; [`Val`] is the same within the engine, with the operations of jq on it:
//! [`arithmetic`], [`access`] by key and path, and the face that the interpreter asks for ([`interpreter`]).

pub(crate) mod access;
mod arithmetic;
mod edits;
mod interpreter;
pub(crate) mod number;
mod order;
pub(crate) mod read;
mod secrets;
pub(crate) mod write;

pub(crate) use arithmetic::product_size;
pub use edits::Edit;
pub(crate) use number::Number;

use std::rc::Rc;

/// An object: keys stay in the order in which they came.
pub(crate) type Map = indexmap::IndexMap<Rc<str>, Val>;

/// A value, cheap to clone: parts are shared and copied when they are changed.
#[derive(Debug, Clone)]
pub(crate) enum Val {
    Null,
    Bool(bool),
    Number(Number),
    Text(Rc<str>),
    Array(Rc<Vec<Val>>),
    Object(Rc<Map>),
}

impl Val {
    /// As jq's `type`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Kind and start of the text, as jq names a value in an error: `number (1)`.
    pub(crate) fn describe(&self) -> String {
        const SHOWN: usize = 11;
        let mut text = String::new();
        // A text that is too long is cut anyway.
        let _ = write::compact(self, &mut text, 1000);
        if text.len() > SHOWN + 3 {
            let end = (0..=SHOWN).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text.truncate(end);
            text.push_str("...");
        }
        format!("{} ({text})", self.kind())
    }

    /// As `jq -c` prints it.
    pub(crate) fn to_json(&self) -> String {
        let mut text = String::new();
        write::compact(self, &mut text, usize::MAX).expect("no text is longer than memory");
        text
    }

    /// The string, if it is one.
    pub(crate) fn as_text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(crate) fn as_double(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.double()),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub(crate) fn as_array(&self) -> Option<&Rc<Vec<Self>>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Neither null nor false.
    pub(crate) fn is_true(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// Bytes that the outermost level takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Array(items) => items.len() * size_of::<Self>(),
            Self::Object(map) => map.len() * 2 * size_of::<Self>(),
            Self::Null | Self::Bool(_) | Self::Number(_) => 0,
        }
    }

    /// Whether the whole of it, shared parts counted as often as they occur, has at most `parts` parts and `bytes`
    /// bytes of text.
    pub(crate) fn fits(&self, parts: &mut usize, bytes: &mut usize) -> bool {
        let (Some(fewer), Some(less)) =
            (parts.checked_sub(1), bytes.checked_sub(self.as_text().map_or(0, |text| text.len())))
        else {
            return false;
        };
        (*parts, *bytes) = (fewer, less);
        match self {
            Self::Array(items) => items.iter().all(|item| item.fits(parts, bytes)),
            Self::Object(map) => map.values().all(|item| item.fits(parts, bytes)),
            _ => true,
        }
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// A JSON document: numbers keep the form in which they were written, objects the order of their keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(pub(crate) Val);

impl Value {
    /// `null`, which stands for a file that is not there.
    #[must_use]
    pub fn null() -> Self {
        Self(Val::Null)
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.0, Val::Null)
    }

    /// Reads JSON of at most 256 levels; `None` when it is not one document.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        read::document(json, super::Limits::default().depth).ok().map(Self)
    }

    /// As `jq -c` prints it, without the newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// As `jq .` prints it, without the newline at the end.
    #[must_use]
    pub fn to_pretty(&self) -> String {
        let mut text = String::new();
        write::pretty(&self.0, &mut text, 0);
        text
    }

    /// The jq path of the first place where the two differ, the order of keys counted, such as `.a["b c"][2]`;
    /// `.` is the whole.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let mut path = String::new();
        differs(&self.0, &other.0, &mut path).then(|| if path.is_empty() { ".".to_owned() } else { path })
    }
}

/// Whether the two differ; `path` then leads to the first place.
fn differs(left: &Val, right: &Val, path: &mut String) -> bool {
    let start = path.len();
    match (left, right) {
        (Val::Array(left), Val::Array(right)) => {
            for (at, (left, right)) in left.iter().zip(right.iter()).enumerate() {
                step(path, &at.to_string());
                if differs(left, right, path) {
                    return true;
                }
                path.truncate(start);
            }
            if left.len() != right.len() {
                step(path, &left.len().min(right.len()).to_string());
            }
            left.len() != right.len()
        }
        (Val::Object(left), Val::Object(right)) => {
            for ((key, left), (other, right)) in left.iter().zip(right.iter()) {
                access::field(path, key);
                if key != other || differs(left, right, path) {
                    return true;
                }
                path.truncate(start);
            }
            let (shorter, longer) = if left.len() < right.len() { (left, right) } else { (right, left) };
            if let Some((key, _)) = longer.get_index(shorter.len()) {
                access::field(path, key);
            }
            left.len() != right.len()
        }
        (left, right) => left != right,
    }
}

fn step(path: &mut String, index: &str) {
    path.push_str(if path.is_empty() { ".[" } else { "[" });
    path.push_str(index);
    path.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::parse(json).unwrap()
    }

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let check = |left: &str, right: &str, expected: Option<&str>| {
            assert_eq!(value(left).difference(&value(right)).as_deref(), expected, "{left} {right}");
        };
        check("{\"a\":[1,2]}", "{\"a\":[1,2]}", None);
        check("1", "2", Some("."));
        check("{\"a\":{\"b c\":[1,2,3]}}", "{\"a\":{\"b c\":[1,2,4]}}", Some(".a[\"b c\"][2]"));
        check("[1]", "[1,2]", Some(".[1]"));
        check("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", Some(".a"));
        check("{\"a\":1}", "{\"a\":1,\"b\":2}", Some(".b"));
        check("[[1]]", "[[]]", Some(".[0][0]"));
        check("{\"x-y\":1}", "{\"x-y\":2}", Some(".[\"x-y\"]"));
        check("1.0", "1", None);
    }

    #[test]
    fn text_is_that_of_jq() {
        assert_eq!(value("{\"a\":[],\"b\":[1,{}]}").to_pretty(), "{\n  \"a\": [],\n  \"b\": [\n    1,\n    {}\n  ]\n}");
        assert_eq!(value("{ \"a\" : \"\\u007f\\u2028\" }").to_json(), "{\"a\":\"\\u007f\u{2028}\"}");
        assert_eq!(value("[\"a rather long string\"]").0.describe(), "array ([\"a rather ...)");
    }
}
