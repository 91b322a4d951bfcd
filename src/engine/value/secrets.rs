//! The values of a document that look like secrets, by the name that they have or by their form.

use super::{Val, Value, access};
use std::rc::Rc;

/// Words in a key that make its text a secret.
const NAMES: [&str; 12] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "api_key",
    "privatekey",
    "private_key",
    "credential",
    "authorization",
    "cookie",
];

/// How a text begins that is a secret wherever it stands.
const FORMS: [&str; 9] = ["-----BEGIN", "ghp_", "github_pat_", "glpat-", "sk-", "xoxb-", "AKIA", "eyJ", "Bearer "];

impl Value {
    /// The document with every secret replaced by what `replace` makes of its path and text.
    #[must_use]
    pub fn with_secrets(&self, replace: &mut dyn FnMut(&str, &str) -> String) -> Self {
        Self(replaced(&self.0, "", false, replace))
    }
}

fn replaced(value: &Val, path: &str, named: bool, replace: &mut dyn FnMut(&str, &str) -> String) -> Val {
    match value {
        Val::Text(text) => match secret(text, named) {
            Some((start, end)) => {
                let instead = replace(if path.is_empty() { "." } else { path }, &text[start..end]);
                Val::from(format!("{}{instead}{}", &text[..start], &text[end..]).as_str())
            }
            None => value.clone(),
        },
        Val::Array(items) => {
            let item = |(at, item): (usize, &Val)| {
                let mut path = path.to_owned();
                super::step(&mut path, &at.to_string());
                replaced(item, &path, named, replace)
            };
            Val::Array(Rc::new(items.iter().enumerate().map(item).collect()))
        }
        Val::Object(map) => {
            let entry = |(key, item): (&Rc<str>, &Val)| {
                let mut path = path.to_owned();
                access::field(&mut path, key);
                (key.clone(), replaced(item, &path, is_name(key), replace))
            };
            Val::Object(Rc::new(map.iter().map(entry).collect()))
        }
        other => other.clone(),
    }
}

fn is_name(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', '.'], "_");
    // A key pair's public half, a token's name, lifetime or number tell nothing.
    NAMES.iter().any(|name| key.contains(name))
        && !["public", "_id", "hours", "name", "type", "max_tokens"].iter().any(|word| key.contains(word))
}

/// The part of a text that is secret: all of it, the value of a line `name = value`, or the password of an address.
fn secret(text: &str, named: bool) -> Option<(usize, usize)> {
    const SHORTEST: usize = 6;
    let whole = text.len() >= SHORTEST && !text.contains(char::is_whitespace);
    if named && whole || FORMS.iter().any(|form| text.starts_with(form)) && text.len() > 12 {
        return Some((0, text.len()));
    }
    if let Some(at) = text.find(['=', ':'])
        && is_name(text[..at].trim().rsplit(char::is_whitespace).next().unwrap_or_default())
    {
        let value = text[at + 1..].trim_start_matches([' ', '"', '\'', '\t']);
        let start = text.len() - value.len();
        let length = value.trim_end_matches([' ', '"', '\'', ',', ';']).len();
        return (length >= SHORTEST).then_some((start, start + length));
    }
    let user = text.find("://")? + 3;
    let host = user + text[user..].find('@')?;
    let start = user + text[user..host].find(':')? + 1;
    let plain = !text[user..host].contains(['/', ' ']);
    (plain && host > start).then_some((start, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name_and_by_form() {
        let check = |json: &str, expected: &str| {
            let got =
                Value::parse(json).unwrap().with_secrets(&mut |path, secret| format!("<{path} {}>", secret.len()));
            assert_eq!(got.to_json(), expected);
        };
        check(
            "{\"token\":\"abcdef\",\"tokens\":{\"a\":{\"x\":\"abcdef\"}}}",
            "{\"token\":\"<.token 6>\",\"tokens\":{\"a\":{\"x\":\"abcdef\"}}}",
        );
        check(
            "{\"apiKeys\":1,\"password\":\"\",\"publicKey\":\"abcdefgh\"}",
            "{\"apiKeys\":1,\"password\":\"\",\"publicKey\":\"abcdefgh\"}",
        );
        check("[\"sk-abcdefghijkl\",\"skate\"]", "[\"<.[0] 15>\",\"skate\"]");
        check(
            "[\"DB_PASSWORD=\\\"hunter22\\\"\",\"# token: none\"]",
            "[\"DB_PASSWORD=\\\"<.[0] 8>\\\"\",\"# token: none\"]",
        );
        check("{\"url\":\"https://u:pa55@example.org/\"}", "{\"url\":\"https://u:<.url 4>@example.org/\"}");
        check("\"https://example.org/a:b@c\"", "\"https://example.org/a:b@c\"");
    }
}
