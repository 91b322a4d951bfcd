//! A finding in words: the incident's `messages`, filled in.

use super::super::Value;
use super::super::value::Val;

/// The message with each `{name}` replaced by that field of the finding; a name that the finding lacks stays.
pub(super) fn filled(message: &str, finding: &Value) -> String {
    let Val::Object(fields) = &finding.0 else { return message.to_owned() };
    let mut words = String::with_capacity(message.len() + 64);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let field = after.split_once('}').and_then(|(name, after)| Some((fields.get(name)?, after)));
        rest = match field {
            Some((value, after)) => {
                words.push_str(&shown(value));
                after
            }
            None => {
                words.push('{');
                after
            }
        };
    }
    words + rest
}

/// A text as it is, a list with commas, anything else as JSON.
fn shown(value: &Val) -> String {
    match value {
        Val::Text(text) => text.to_string(),
        Val::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_fields_of_the_finding() {
        let check = |message: &str, finding: &str, expected: &str| {
            assert_eq!(filled(message, &Value::parse(finding).unwrap()), expected);
        };
        check("{at} lacks {lacks}", r#"{"at":"x","lacks":["a","b"]}"#, "x lacks a, b");
        check("{n} of {o}", r#"{"n":1.0,"o":{"a":null}}"#, r#"1.0 of {"a":null}"#);
        check("{gone} and {open", r#"{"at":1}"#, "{gone} and {open");
        check("{{at}}", r#"{"at":"{at}"}"#, "{{at}}");
        check("all", "[1]", "all");
    }
}
