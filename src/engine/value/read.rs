//! JSON text to a value.
//!
//! Strict, as jq is with files: no comments, no trailing commas, no `NaN`. A byte-order mark is skipped, of repeated
//! keys the last wins. What is wrong is told with its byte, and depth is counted before anything can overflow.

use super::{Map, Number, Val};
use std::rc::Rc;

/// What is wrong, and the byte where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) message: String,
    pub(crate) offset: usize,
}

/// The one document of `text`, of at most `depth` levels.
pub(crate) fn document(text: &str, depth: usize) -> Result<Val, Malformed> {
    let mut reader = Reader { text, at: 0, depth };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    reader.space();
    if reader.at == text.len() {
        return Err(reader.fail("the file is empty"));
    }
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        let start = matches!(reader.peek(), Some(b'{' | b'[' | b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n'));
        let message =
            if start { "a second document begins here, where one is read" } else { "text after the document" };
        return Err(reader.fail(message));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn fail(&self, message: impl Into<String>) -> Malformed {
        Malformed { message: message.into(), offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn found(&self) -> String {
        match self.rest().chars().next() {
            None => "the end of the text".to_owned(),
            Some(character) => format!("`{character}`"),
        }
    }

    fn value(&mut self) -> Result<Val, Malformed> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Val::Text(self.string()?.into())),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'/' | b'#') => Err(self.fail("JSON has no comments; `as=json5` reads them")),
            Some(b'\'') => Err(self.fail("JSON strings stand in double quotes; `as=json5` reads single ones")),
            Some(byte) if byte.is_ascii_alphabetic() => self.word(),
            _ => Err(self.fail(format!("a value is missing before {}", self.found()))),
        }
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Result<Val, Malformed>) -> Result<Val, Malformed> {
        let Some(depth) = self.depth.checked_sub(1) else { return Err(self.fail("nested too deeply")) };
        self.depth = depth;
        self.at += 1;
        let value = inner(self);
        self.depth += 1;
        value
    }

    fn object(&mut self) -> Result<Val, Malformed> {
        let mut map = Map::default();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Val::Object(Rc::new(map)));
        }
        loop {
            self.space();
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => return Err(self.fail("a comma before `}`; `as=json5` reads trailing commas")),
                Some(b'/' | b'#') => return Err(self.fail("JSON has no comments; `as=json5` reads them")),
                _ => return Err(self.fail(format!("a key in double quotes is missing before {}", self.found()))),
            }
            let key: Rc<str> = self.string()?.into();
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.fail(format!("`:` is missing before {}", self.found())));
            }
            self.at += 1;
            self.space();
            let value = self.value()?;
            map.insert(key, value);
            if self.ends(b'}')? {
                return Ok(Val::Object(Rc::new(map)));
            }
        }
    }

    fn array(&mut self) -> Result<Val, Malformed> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Val::Array(Rc::new(items)));
        }
        loop {
            self.space();
            if self.peek() == Some(b']') {
                return Err(self.fail("a comma before `]`; `as=json5` reads trailing commas"));
            }
            items.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Val::Array(Rc::new(items)));
            }
        }
    }

    /// After an item: a comma (false) or the closing bracket (true).
    fn ends(&mut self, close: u8) -> Result<bool, Malformed> {
        self.space();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(true);
            }
            Some(b'/' | b'#') => return Err(self.fail("JSON has no comments; `as=json5` reads them")),
            _ => {
                let close = char::from(close);
                return Err(self.fail(format!("`,` or `{close}` is missing before {}", self.found())));
            }
        }
        Ok(false)
    }

    fn word(&mut self) -> Result<Val, Malformed> {
        let rest = self.rest();
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let value = match &rest[..length] {
            "null" => Val::Null,
            "true" => Val::Bool(true),
            "false" => Val::Bool(false),
            word => return Err(self.fail(format!("`{word}` is no JSON value"))),
        };
        self.at += length;
        Ok(value)
    }

    fn number(&mut self) -> Result<Val, Malformed> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let length = reader.rest().bytes().take_while(u8::is_ascii_digit).count();
            reader.at += length;
            length
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        let mut well_formed = digits(self) > 0;
        well_formed &= self.at - whole == 1 || self.text.as_bytes().get(whole) != Some(&b'0');
        if self.peek() == Some(b'.') {
            self.at += 1;
            well_formed &= digits(self) > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            well_formed &= digits(self) > 0;
        }
        if !well_formed || self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            self.at = start;
            return Err(self.fail("this is no JSON number"));
        }
        Ok(Val::Number(Number::of_literal(&self.text[start..self.at])))
    }

    fn string(&mut self) -> Result<String, Malformed> {
        let start = self.at;
        self.at += 1;
        let mut string = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20);
            let Some(plain) = plain else {
                self.at = start;
                return Err(self.fail("this string does not end"));
            };
            string.push_str(&rest[..plain]);
            self.at += plain;
            match rest.as_bytes()[plain] {
                b'"' => {
                    self.at += 1;
                    return Ok(string);
                }
                b'\\' => string.push(self.escape()?),
                b'\n' => {
                    self.at = start;
                    return Err(self.fail("this string does not end on its line"));
                }
                _ => return Err(self.fail("a control character in a string must be escaped")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let code = self.text.as_bytes().get(self.at + 1).copied();
        let character = match code {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.fail("no such escape in a string")),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\uXXXX`, two of them for a character past U+FFFF; half of a pair becomes U+FFFD, as in jq.
    fn unicode_escape(&mut self) -> Result<char, Malformed> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
        };
        let Some(first) = unit(self.at) else { return Err(self.fail("`\\u` takes four hexadecimal digits")) };
        let second = unit(self.at + 6).filter(|second| (0xdc00..0xe000).contains(second));
        self.at += 6;
        if (0xd800..0xdc00).contains(&first)
            && let Some(second) = second
        {
            self.at += 6;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, (&str, usize)>) {
        let read = document(text, 256).map(|value| value.to_json());
        let expected =
            expected.map(str::to_owned).map_err(|(message, offset)| Malformed { message: message.to_owned(), offset });
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn documents_are_read_as_jq_reads_them() {
        check(" {\"b\":1,\"a\":[true,null,\"é\"]}\n", Ok("{\"b\":1,\"a\":[true,null,\"é\"]}"));
        check("\u{feff}{}", Ok("{}"));
        check("{\"a\":1,\"b\":2,\"a\":3}", Ok("{\"a\":3,\"b\":2}"));
        check("\"\\ud83d\\ude00\\u00e9\\n\\ud83d\"", Ok("\"😀é\\n\u{fffd}\""));
        check("[1.0,-0,1e3]", Ok("[1.0,-0,1E+3]"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_byte() {
        check("", Err(("the file is empty", 0)));
        check("{\"a\":1,}", Err(("a comma before `}`; `as=json5` reads trailing commas", 7)));
        check("[1,]", Err(("a comma before `]`; `as=json5` reads trailing commas", 3)));
        check("{\"a\":1 // c\n}", Err(("JSON has no comments; `as=json5` reads them", 7)));
        check("[NaN]", Err(("`NaN` is no JSON value", 1)));
        check("{} {}", Err(("a second document begins here, where one is read", 3)));
        check("{} ]", Err(("text after the document", 3)));
        check("{\"a\" 1}", Err(("`:` is missing before `1`", 5)));
        check("[1 2]", Err(("`,` or `]` is missing before `2`", 3)));
        check("[01]", Err(("this is no JSON number", 1)));
        check("[\"a", Err(("this string does not end", 1)));
        check("{a:1}", Err(("a key in double quotes is missing before `a`", 1)));
        check("[", Err(("a value is missing before the end of the text", 1)));
    }

    #[test]
    fn depth_is_counted_and_does_not_overflow() {
        assert!(document(&format!("{}{}", "[".repeat(256), "]".repeat(256)), 256).is_ok());
        let deep = document(&"[".repeat(100_000), 256).unwrap_err();
        assert_eq!((deep.message.as_str(), deep.offset), ("nested too deeply", 256));
    }
}
