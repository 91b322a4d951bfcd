//! Files to values, each in the JSON shape of a tool that a reader can install.
//!
//! In: a format and bytes. Out: the value, or a sentence and the byte where it went wrong. Size and depth are looked
//! at first, so that no file can overflow a parser.

mod dotted;
mod ini;
mod serde;

use super::value::{Val, Value, read};
use super::{Format, Limits};
use std::rc::Rc;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// The byte where it is, when it is known.
    pub offset: Option<usize>,
}

impl Unreadable {
    fn at(message: impl Into<String>, offset: usize) -> Self {
        Self { message: message.into(), offset: Some(offset) }
    }
}

/// Reads a file.
///
/// # Errors
/// When it is larger or deeper than the limits, or not of the format.
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Value, Unreadable> {
    if bytes.len() > limits.input {
        let (size, limit) = (bytes.len(), limits.input);
        return Err(Unreadable { message: format!("{size} bytes, where {limit} are read"), offset: None });
    }
    if format == Format::Lines {
        // jq too replaces what is not UTF-8 in raw lines.
        return Ok(Value(lines(&String::from_utf8_lossy(bytes))));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|error| Unreadable::at("not UTF-8 from here on", error.valid_up_to()))?;
    let value = match format {
        Format::Json => read::document(text, limits.depth).map_err(|fault| Unreadable::at(fault.message, fault.offset)),
        Format::Json5 => serde::json5(text, limits.depth),
        Format::Yaml => serde::yaml(text, limits),
        Format::Toml => dotted::toml(text, limits.depth),
        Format::Ini | Format::Env => ini::ini(text),
        Format::Systemd => ini::unit(text),
        Format::Lines => Ok(lines(text)),
    };
    value.map(Value)
}

/// The text of a healed document, as the reader's command leaves it where it writes JSON or lines.
#[must_use]
pub fn write(format: Format, value: &Value) -> String {
    match (format, &value.0) {
        (Format::Lines, Val::Array(lines)) => {
            let raw = |line: &Val| line.as_text().map_or_else(|| line.to_json(), ToString::to_string);
            lines.iter().map(|line| raw(line) + "\n").collect()
        }
        _ => value.to_pretty() + "\n",
    }
}

/// An array of the lines, as `jq -R` gives them: a carriage return stays.
fn lines(text: &str) -> Val {
    let text = text.strip_suffix('\n').map_or_else(|| (!text.is_empty()).then_some(text), Some);
    Val::Array(Rc::new(text.into_iter().flat_map(|text| text.split('\n')).map(Val::from).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `text` and compares with JSON, or with the start of the message and the offset.
    fn check(format: Format, text: &str, expected: Result<&str, (&str, Option<usize>)>) {
        let got = read(format, text.as_bytes(), &Limits::default()).map(|value| value.to_json());
        let text: String = text.chars().take(200).collect();
        match (got, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(got, expected, "{format} {text}"),
            (Err(got), Err((message, offset))) => {
                assert!(got.message.starts_with(message), "{format} {text}: {}", got.message);
                assert_eq!(got.offset, offset, "{format} {text}: {}", got.message);
            }
            (got, expected) => panic!("{format} {text:?}: {got:?} where {expected:?}"),
        }
    }

    #[test]
    fn lines_are_those_of_jq() {
        check(Format::Lines, "", Ok("[]"));
        check(Format::Lines, "\n", Ok("[\"\"]"));
        check(Format::Lines, "a\r\nb", Ok("[\"a\\r\",\"b\"]"));
        check(Format::Lines, "a\n\nb\n", Ok("[\"a\",\"\",\"b\"]"));
    }

    #[test]
    fn json5_has_comments_trailing_commas_and_bare_keys() {
        check(
            Format::Json5,
            "// c\n{a: 'x', /* d */ b: [1, 0x1F, .5, 1.0,], c: +1}",
            Ok("{\"a\":\"x\",\"b\":[1,31,0.5,1],\"c\":1}"),
        );
        check(Format::Json5, "{a: Infinity, b: NaN}", Ok("{\"a\":null,\"b\":null}"));
        check(Format::Json5, "{z: 1, a: 2, z: 3}", Ok("{\"z\":3,\"a\":2}"));
        check(Format::Json5, "{a: 1\n b: 2}", Err(("expected", Some(7))));
        check(Format::Json5, &"[".repeat(100_000), Err(("nested too deeply", Some(256))));
        check(Format::Json5, &format!("['{}']", "[".repeat(1000)), Ok(&format!("[\"{}\"]", "[".repeat(1000))));
    }

    #[test]
    fn yaml_keeps_words_and_resolves_anchors() {
        check(
            Format::Yaml,
            "a: no\nb: 017\nc: 1_000\nd: 1.0\ne: 2020-01-01\nf: ~\ng: &x {q: 1}\nh: {<<: *x, z: 2}\n1: x\ni: true\n",
            Ok(
                "{\"a\":\"no\",\"b\":\"017\",\"c\":\"1_000\",\"d\":1.0,\"e\":\"2020-01-01\",\"f\":null,\"g\":{\"q\":1},\"h\":{\"q\":1,\"z\":2},\"1\":\"x\",\"i\":true}",
            ),
        );
        check(Format::Yaml, "", Ok("null"));
        check(Format::Yaml, "a: [1, 2\nb: 3\n", Err(("illegal placement of ':'", Some(10))));
        check(Format::Yaml, "a: 1\na: 2\n", Err(("duplicate mapping key", Some(5))));
        check(Format::Yaml, "a: 1\n---\nb: 2\n", Err(("several documents", Some(5))));
        check(Format::Yaml, "a: .nan\n", Err(("", Some(3))));
        check(Format::Yaml, &"[".repeat(100_000), Err(("nested too deeply", Some(255))));
    }

    #[test]
    fn toml_dates_are_strings_and_keys_stay_in_order() {
        check(
            Format::Toml,
            "z = 1\na = 1.0\nd = 1979-05-27T07:32:00Z\nt = 07:32:00.5\n[x.y]\nl = 1979-05-27\n",
            Ok(
                "{\"z\":1,\"a\":1.0,\"d\":\"1979-05-27T07:32:00+00:00\",\"t\":\"07:32:00.500000\",\"x\":{\"y\":{\"l\":\"1979-05-27\"}}}",
            ),
        );
        check(Format::Toml, "a = \n", Err(("", Some(4))));
        check(Format::Toml, "a = nan\n", Err(("", None)));
        check(Format::Toml, &format!("a = {}", "[".repeat(100_000)), Err(("nested too deeply", Some(260))));
    }

    #[test]
    fn ini_has_an_array_for_every_key() {
        check(
            Format::Ini,
            "# c\ntop=1\n[Unit]\nAfter=a\nAfter = b\n[Service]\nKey: v ; w\nq=\"a b\"\nEmpty\nDir=C:\\x\\\n[Unit]\nMore=1\n  and\n\n  two\n",
            Ok(
                "{\"top\":[\"1\"],\"Unit\":{\"After\":[\"a\",\"b\"],\"More\":[\"1\",\"and\"],\"two\":[\"\"]},\"Service\":{\"Key\":[\"v ; w\"],\"q\":[\"a b\"],\"Empty\":[\"\"],\"Dir\":[\"C:\\\\x\\\\\"]}}",
            ),
        );
        check(Format::Ini, "", Ok("{}"));
        check(Format::Ini, "[a]\nb=1\n=2\n", Err(("a key is missing", Some(8))));
    }

    #[test]
    fn a_unit_has_lines_at_any_depth_that_a_backslash_joins() {
        check(
            Format::Systemd,
            "[Service]\nExecStart=/bin/x \\\n# why\n  --flag \\\n\n  Type=simple\nEnvironment=\nEnvironment=\"A=b c\"\n ; no\nLast=a \\\n",
            Ok(
                "{\"Service\":{\"ExecStart\":[\"/bin/x  --flag\"],\"Type\":[\"simple\"],\"Environment\":[\"\",\"A=b c\"],\"Last\":[\"a \\\\\"]}}",
            ),
        );
        check(Format::Systemd, "[a]\n=2\n", Err(("a key is missing", None)));
    }

    #[test]
    fn env_is_ini_without_sections() {
        check(
            Format::Env,
            "export A=1\nB=\"x y\"\n# c\nC=\nB=2\nURL=http://a?b=c#d\nW=a\\\n",
            Ok(
                "{\"export A\":[\"1\"],\"B\":[\"x y\",\"2\"],\"C\":[\"\"],\"URL\":[\"http://a?b=c#d\"],\"W\":[\"a\\\\\"]}",
            ),
        );
    }

    #[test]
    fn what_is_not_utf8_or_too_large_is_refused() {
        let limits = Limits::default();
        let fault = read(Format::Json, b"{\"a\":\"\xff\"}", &limits).unwrap_err();
        assert_eq!(fault.offset, Some(6));
        let fault = read(Format::Json, &vec![b' '; 50 << 20], &limits).unwrap_err();
        assert_eq!(fault.message, "52428800 bytes, where 1048576 are read");
        assert_eq!(read(Format::Lines, b"\xff", &limits).unwrap().to_json(), "[\"\u{fffd}\"]");
    }
}
