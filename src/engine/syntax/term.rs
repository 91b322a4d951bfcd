//! Terms: what stands between operators, with its suffixes, and the patterns of `as`.

use super::SyntaxFault;
use super::lex::{Sort, Token};
use super::parse::{Parsed, Parser, Recorded, is_keyword};
use super::tree::{Entry, Kind, Operator, Pattern, Piece, Term};

impl<'s> Parser<'s, '_> {
    /// A term with its suffixes: `.a[0]?.b`.
    pub(super) fn term(&mut self) -> Parsed<Term<'s>> {
        let start = self.peek();
        let mut term = self.head()?;
        // After `(…)?` jq 1.6 takes no suffix; after `.a?` it does.
        let mut path = start.text != "(" && matches!(term.kind, Kind::Index(..));
        let mut ended = false;
        loop {
            let token = self.peek();
            let suffix = match (token.sort, token.text) {
                (Sort::Mark, "?") => {
                    self.next();
                    ended |= !path;
                    // The place tells whether it is the last part of a path that it forgives.
                    let at = if path { term.at.clone() } else { token.range() };
                    term = Term { at, kind: Kind::Try(Box::new(term), None) };
                    continue;
                }
                (Sort::Field, name) => {
                    self.next();
                    let key = plain(&name[1..], token);
                    Term { kind: Kind::Index(Box::new(term), Box::new(key)), at: token.range() }
                }
                (Sort::Mark, ".") => {
                    if self.after().text == "[" {
                        let help = "leave the dot out: only jq 1.7 and later take `.a.[0]`";
                        self.fault(token, "a dot before a bracket".to_owned(), Some(help));
                        self.next();
                        continue;
                    }
                    self.next();
                    let key = self.text("a key after the dot")?;
                    Term { at: key.at.clone(), kind: Kind::Index(Box::new(term), Box::new(key)) }
                }
                (Sort::Mark, "[") => self.bracket(term),
                _ => return Ok(term),
            };
            if ended {
                let help = "jq takes no suffix after `(…)?`: write a pipe between the two";
                self.fault(token, format!("`{}` does not fit here", token.text), Some(help));
                ended = false;
            }
            path = true;
            term = suffix;
        }
    }

    fn head(&mut self) -> Parsed<Term<'s>> {
        let token = self.peek();
        let kind = match (token.sort, token.text) {
            (Sort::Field, name) => Kind::Index(
                Box::new(Term { kind: Kind::Identity, at: token.range() }),
                Box::new(plain(&name[1..], token)),
            ),
            (Sort::Mark, ".") if matches!(self.after().sort, Sort::Text | Sort::Format) => {
                self.next();
                let key = self.text("a key after the dot")?;
                let at = key.at.clone();
                let whole = Box::new(Term { kind: Kind::Identity, at: token.range() });
                return Ok(Term { kind: Kind::Index(whole, Box::new(key)), at });
            }
            (Sort::Mark, ".") => Kind::Identity,
            (Sort::Mark, "..") => Kind::Everything,
            (Sort::Number, digits) => Kind::Number(digits),
            (Sort::Text, _) => return self.text("a string"),
            (Sort::Format, _) if self.after().sort == Sort::Text => return self.text("a string"),
            (Sort::Format, name) => Kind::Format(name),
            (Sort::Variable, "$__loc__") => {
                Kind::Location(1 + self.code[..token.start].bytes().filter(|byte| *byte == b'\n').count())
            }
            (Sort::Variable, name) => Kind::Variable(name),
            (Sort::Mark, "(") => {
                self.next();
                let inner = self.enclosed(token, ")", |parser| parser.expression(0).map(Some));
                return Ok(inner.unwrap_or(Term { kind: Kind::Identity, at: token.range() }));
            }
            (Sort::Mark, "[") => {
                self.next();
                let kind = if self.take("]").is_some() {
                    Kind::Array(None)
                } else {
                    self.enclosed(token, "]", |parser| Ok(Kind::Array(Some(Box::new(parser.expression(0)?)))))
                };
                return Ok(Term { kind, at: token.range() });
            }
            (Sort::Mark, "{") => {
                self.next();
                let entries = self.enclosed(token, "}", Self::entries);
                return Ok(Term { kind: Kind::Object(entries), at: token.range() });
            }
            (Sort::Word, "break") => {
                self.next();
                let name = self.variable()?;
                return Ok(Term { kind: Kind::Break(name), at: token.range() });
            }
            (Sort::Word, word @ ("import" | "include" | "module")) => {
                let message = format!("`{word}` is refused: a snippet stands alone");
                let help = Some("define what you need with `def`".to_owned());
                self.faults.push(SyntaxFault { message, at: token.range(), help, refused: true });
                return Err(Recorded);
            }
            (Sort::Word, word @ ("if" | "reduce" | "foreach" | "try" | "label" | "def")) => {
                let help = format!("put it in parentheses: `({word} …)`");
                self.fault(token, format!("`{word}` cannot stand here"), Some(&help));
                return Err(Recorded);
            }
            (Sort::Word, word) if !is_keyword(word) => {
                self.next();
                return Ok(Term { kind: Kind::Call(word, self.arguments()), at: token.range() });
            }
            _ => return Err(self.missing("a value")),
        };
        self.next();
        Ok(Term { kind, at: token.range() })
    }

    fn arguments(&mut self) -> Vec<Term<'s>> {
        let Some(open) = self.take("(") else { return Vec::new() };
        self.enclosed(open, ")", |parser| {
            let mut arguments = vec![parser.expression(0)?];
            while parser.take(";").is_some() {
                arguments.push(parser.expression(0)?);
            }
            Ok(arguments)
        })
    }

    /// `[…]` after a term.
    fn bracket(&mut self, term: Term<'s>) -> Term<'s> {
        let open = self.next();
        let term = Box::new(term);
        let kind = if self.take("]").is_some() {
            Kind::Iterate(term)
        } else {
            self.enclosed(open, "]", |parser| {
                if parser.take(":").is_some() {
                    return Ok(Kind::Slice(term, None, Some(Box::new(parser.expression(0)?))));
                }
                let start = Box::new(parser.expression(0)?);
                if parser.take(":").is_none() {
                    return Ok(Kind::Index(term, start));
                }
                let end = if parser.peek().text == "]" { None } else { Some(Box::new(parser.expression(0)?)) };
                Ok(Kind::Slice(term, Some(start), end))
            })
        };
        Term { kind, at: open.start..self.before().range().end }
    }

    fn entries(&mut self) -> Parsed<Vec<Entry<'s>>> {
        let mut entries = Vec::new();
        if self.peek().text == "}" {
            return Ok(entries);
        }
        loop {
            entries.push(self.entry()?);
            if self.take(",").is_none() {
                return Ok(entries);
            }
        }
    }

    fn entry(&mut self) -> Parsed<Entry<'s>> {
        let token = self.peek();
        let key = match token.sort {
            Sort::Variable => {
                self.next();
                if token.text == "$__loc__" || self.peek().text == ":" {
                    let help = "only jq 1.7 and later take it: put the key in parentheses and give it a value";
                    self.fault(token, format!("`{}` cannot be a key", token.text), Some(help));
                    return Err(Recorded);
                }
                let value = Term { kind: Kind::Variable(token.text), at: token.range() };
                return Ok(Entry { key: plain(&token.text[1..], token), value });
            }
            Sort::Word => {
                self.next();
                if is_keyword(token.text) && self.peek().text != ":" {
                    let help = format!("write `\"{0}\": .{0}`", token.text);
                    self.fault(token, format!("`{}` alone cannot be a key", token.text), Some(&help));
                    return Err(Recorded);
                }
                plain(token.text, token)
            }
            Sort::Text | Sort::Format => self.text("a key")?,
            Sort::Mark if token.text == "(" => {
                self.next();
                let key = self.enclosed(token, ")", |parser| parser.expression(0).map(Some));
                self.need(":")?;
                let key = key.unwrap_or(Term { kind: Kind::Identity, at: token.range() });
                return Ok(Entry { key, value: self.entry_value()? });
            }
            Sort::Field | Sort::Number => {
                let help = "a key is a name, a string, or an expression in parentheses";
                let message = format!("`{}` cannot be a key", token.text);
                self.fault(token, message, Some(help));
                return Err(Recorded);
            }
            _ => return Err(self.missing("a key")),
        };
        let value = if self.take(":").is_some() {
            self.entry_value()?
        } else {
            let again = Term { kind: Kind::Identity, at: key.at.clone() };
            let same = match &key.kind {
                Kind::Text(None, pieces) => match &pieces[..] {
                    [Piece::Plain(text)] => Kind::Text(None, vec![Piece::Plain(text.clone())]),
                    [] => Kind::Text(None, Vec::new()),
                    _ => return Err(self.missing("`:`")),
                },
                _ => return Err(self.missing("`:`")),
            };
            let name = Term { kind: same, at: key.at.clone() };
            Term { kind: Kind::Index(Box::new(again), Box::new(name)), at: key.at.clone() }
        };
        Ok(Entry { key, value })
    }

    /// A value in an object: a term, terms joined by pipes, a negation. All else jq takes only in parentheses.
    fn entry_value(&mut self) -> Parsed<Term<'s>> {
        let token = self.peek();
        let worded = token.sort == Sort::Word && is_keyword(token.text);
        let mut value = if worded { self.operand()? } else { self.entry_part()? };
        while let Some(pipe) = self.take("|") {
            let right = self.entry_part()?;
            value = Term { kind: Kind::Binary(Box::new(value), Operator::Pipe, Box::new(right)), at: pipe.range() };
        }
        let next = self.peek();
        let operator = matches!(next.sort, Sort::Mark | Sort::Word) && Operator::parse(next.text).is_some();
        let operator = operator && next.text != ",";
        if worded || operator || next.text == "as" {
            let token = if worded { token } else { next };
            let message = format!("`{}` in an object's value needs parentheses", token.text);
            self.fault(token, message, Some("write `key: (…)`"));
            return Err(Recorded);
        }
        Ok(value)
    }

    fn entry_part(&mut self) -> Parsed<Term<'s>> {
        match self.take("-") {
            Some(minus) => {
                let inner = self.entry_part()?;
                Ok(Term { kind: Kind::Negation(Box::new(inner)), at: minus.range() })
            }
            None => self.term(),
        }
    }

    /// A string, with or without a format before it.
    pub(super) fn text(&mut self, what: &str) -> Parsed<Term<'s>> {
        let start = self.peek().start;
        let format = if self.peek().sort == Sort::Format { Some(self.next().text) } else { None };
        if self.peek().sort != Sort::Text {
            return Err(self.missing(what));
        }
        let token = self.next();
        let pieces = self.pieces(token);
        Ok(Term { kind: Kind::Text(format, pieces), at: start..token.range().end })
    }

    fn pieces(&mut self, token: Token<'s>) -> Vec<Piece<'s>> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let closed = token.text.len() > 1 && token.text.ends_with('"');
        let end = if closed { token.text.len() - 1 } else { token.text.len() };
        let mut at = 1;
        while at < end {
            let rest = &token.text[at..end];
            let length = rest.find('\\').unwrap_or(rest.len());
            plain.push_str(&rest[..length]);
            at += length;
            if at >= end {
                break;
            }
            if token.text[at..].starts_with("\\(") {
                let length = interpolation(&token.text[at + 2..end]);
                let code = &token.text[at + 2..at + 2 + length];
                if !plain.is_empty() {
                    pieces.push(Piece::Plain(std::mem::take(&mut plain)));
                }
                let base = token.start + at + 2;
                let mut parser = Parser::new(code, base, self.code, self.faults);
                if parser.peek().sort == Sort::End {
                    let message = "nothing to put into the string".to_owned();
                    self.faults.push(SyntaxFault { message, at: base - 2..base + 1, help: None, refused: false });
                } else {
                    pieces.push(Piece::Term(parser.whole()));
                }
                at += length + 3;
                continue;
            }
            if let Some((character, length)) = escape(&token.text[at..end]) {
                plain.push(character);
                at += length;
                continue;
            }
            let length = 1 + token.text[at + 1..].chars().next().map_or(0, char::len_utf8);
            let start = token.start + at;
            self.faults.push(SyntaxFault {
                message: format!("`{}` is no escape", &token.text[at..at + length]),
                at: start..start + length,
                help: Some("a backslash itself is `\\\\`, in a regular expression too".to_owned()),
                refused: false,
            });
            at += length;
        }
        if !closed {
            let line = token.text.lines().next().unwrap_or_default().len();
            let at = token.start..token.start + line;
            self.faults.push(SyntaxFault {
                message: "this string does not end".to_owned(),
                at,
                help: None,
                refused: false,
            });
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        pieces
    }

    pub(super) fn pattern(&mut self) -> Parsed<Pattern<'s>> {
        let token = self.peek();
        match (token.sort, token.text) {
            (Sort::Variable, name) => {
                self.next();
                Ok(Pattern::Variable(name))
            }
            (Sort::Mark, "[") => {
                self.next();
                let items = self.enclosed(token, "]", |parser| {
                    let mut items = vec![parser.pattern()?];
                    while parser.take(",").is_some() {
                        items.push(parser.pattern()?);
                    }
                    Ok(items)
                });
                Ok(Pattern::Array(items, token.start..self.before().range().end))
            }
            (Sort::Mark, "{") => {
                self.next();
                let entries = self.enclosed(token, "}", |parser| {
                    let mut entries = vec![parser.pattern_entry()?];
                    while parser.take(",").is_some() {
                        entries.push(parser.pattern_entry()?);
                    }
                    Ok(entries)
                });
                Ok(Pattern::Object(entries))
            }
            _ => Err(self.missing("a variable such as `$x`, or a pattern of them")),
        }
    }

    fn pattern_entry(&mut self) -> Parsed<(Term<'s>, Option<&'s str>, Option<Pattern<'s>>)> {
        let token = self.peek();
        let key = match token.sort {
            Sort::Variable => {
                self.next();
                let value = if self.take(":").is_some() { Some(self.pattern()?) } else { None };
                return Ok((plain(&token.text[1..], token), Some(token.text), value));
            }
            Sort::Word => {
                self.next();
                plain(token.text, token)
            }
            Sort::Mark if token.text == "(" => {
                self.next();
                let key = self.enclosed(token, ")", |parser| parser.expression(0).map(Some));
                key.unwrap_or(Term { kind: Kind::Identity, at: token.range() })
            }
            _ => self.text("a key")?,
        };
        self.need(":")?;
        Ok((key, None, Some(self.pattern()?)))
    }
}

/// A name as a string.
fn plain<'s>(name: &str, token: Token<'s>) -> Term<'s> {
    Term { kind: Kind::Text(None, vec![Piece::Plain(name.to_owned())]), at: token.range() }
}

/// The length of an interpolated program, up to its closing parenthesis.
fn interpolation(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut faults = Vec::new();
    for token in super::lex::tokens(text, 0, &mut faults) {
        match token.text {
            "(" => depth += 1,
            ")" if depth == 0 => return token.start,
            ")" => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The character of an escape, and its length in the text.
fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let character = match text.as_bytes().get(1)? {
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(0)?;
            if !(0xd800..0xdc00).contains(&first) {
                return char::from_u32(first).map(|character| (character, 6));
            }
            let second = unit(6).filter(|second| (0xdc00..0xe000).contains(second))?;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return char::from_u32(code).map(|character| (character, 12));
        }
        _ => return None,
    };
    Some((character, 2))
}
