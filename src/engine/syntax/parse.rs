//! Tokens to a tree.
//!
//! Never stops at the first fault: what stands in brackets is skipped to its closing bracket, what stands between
//! pipes to the next pipe, and reading goes on. Terms are in [`super::term`].

use super::SyntaxFault;
use super::lex::{self, Sort, Token};
use super::tree::{Definition, Grouping, Kind, Operator, Pattern, Term};

/// A fault was recorded; the caller skips to a place from which it can read on.
pub(super) struct Recorded;

/// What reading a part gives.
pub(super) type Parsed<T> = Result<T, Recorded>;

/// Words that cannot name a function.
const KEYWORDS: [&str; 18] = [
    "__loc__", "and", "as", "catch", "def", "elif", "else", "end", "foreach", "if", "import", "include", "label",
    "module", "or", "reduce", "then", "try",
];

/// Whether a word has a meaning of its own.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// The tree of a program, and every fault of its text; with faults the tree is of no use.
pub(in crate::engine) fn program(code: &str) -> (Term<'_>, Vec<SyntaxFault>) {
    let mut faults = Vec::new();
    let mut parser = Parser::new(code, 0, code, &mut faults);
    let term = parser.whole();
    faults.sort_by_key(|fault| fault.at.start);
    (term, faults)
}

/// The definitions of a text that has nothing else.
pub(in crate::engine) fn definitions(code: &str) -> Vec<Definition<'_>> {
    let mut faults = Vec::new();
    let mut parser = Parser::new(code, 0, code, &mut faults);
    let mut definitions = Vec::new();
    while parser.peek().text == "def" {
        definitions.extend(parser.definition().ok());
    }
    assert!(parser.peek().sort == Sort::End && faults.is_empty(), "the prelude reads: {faults:?}");
    definitions
}

pub(super) struct Parser<'s, 'f> {
    tokens: Vec<Token<'s>>,
    at: usize,
    /// The whole program.
    pub(super) code: &'s str,
    pub(super) faults: &'f mut Vec<SyntaxFault>,
}

impl<'s, 'f> Parser<'s, 'f> {
    /// Reads `text`, which begins at `base` of `code`.
    pub(super) fn new(text: &'s str, base: usize, code: &'s str, faults: &'f mut Vec<SyntaxFault>) -> Self {
        Self { tokens: lex::tokens(text, base, faults), at: 0, code, faults }
    }

    pub(super) fn peek(&self) -> Token<'s> {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn after(&self) -> Token<'s> {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    pub(super) fn before(&self) -> Token<'s> {
        self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)]
    }

    pub(super) fn next(&mut self) -> Token<'s> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Takes the next token if it is this mark or word.
    pub(super) fn take(&mut self, text: &str) -> Option<Token<'s>> {
        let token = self.peek();
        (matches!(token.sort, Sort::Mark | Sort::Word) && token.text == text).then(|| self.next())
    }

    pub(super) fn fault(&mut self, token: Token<'s>, message: String, help: Option<&str>) {
        let at = if token.sort == Sort::End { end_of(self.code) } else { token.range() };
        // What follows from a fault at the same place says nothing new.
        if self.faults.iter().any(|fault| fault.at == at) {
            return;
        }
        self.faults.push(SyntaxFault { message, at, help: help.map(str::to_owned), refused: false });
    }

    /// `what` should stand where the next token is.
    pub(super) fn missing(&mut self, what: &str) -> Recorded {
        let token = self.peek();
        let message = match token.sort {
            Sort::End => format!("{what} is missing at the end of the program"),
            _ => format!("{what} is missing before `{}`", shown(token.text)),
        };
        let help = match (token.text, self.at.checked_sub(1).map(|_| self.before().text)) {
            ("|", Some("|")) => Some("jq's word for either of two is `or`"),
            ("=", Some("=" | "==")) => Some("jq compares with `==`"),
            ("[", Some(".")) => Some("jq 1.6 has no dot before a bracket: write `.a[0]`"),
            (">", Some("=")) => Some("at least is `>=`"),
            _ => None,
        };
        self.fault(token, message, help);
        Recorded
    }

    /// Takes this mark or word.
    pub(super) fn need(&mut self, text: &'static str) -> Parsed<Token<'s>> {
        self.take(text).ok_or_else(|| self.missing(&format!("`{text}`")))
    }

    /// The whole program, read on after faults.
    pub(super) fn whole(&mut self) -> Term<'s> {
        if self.peek().sort == Sort::End {
            if self.faults.is_empty() {
                let token = self.peek();
                self.fault(token, "the program is empty".to_owned(), Some("`.` outputs its input as it is"));
            }
            return Term { kind: Kind::Identity, at: 0..0 };
        }
        loop {
            let term = self.expression(0);
            if term.is_ok() && self.peek().sort != Sort::End {
                let token = self.peek();
                let help = match token.text {
                    "?//" => Some("`?//` is read as one mark: write `? //`"),
                    ")" | "]" | "}" => Some("nothing is open here"),
                    _ => None,
                };
                self.fault(token, format!("`{}` does not fit here", shown(token.text)), help);
            }
            while !matches!((self.peek().sort, self.peek().text), (Sort::End, _) | (Sort::Mark, "|")) {
                self.skip_one();
            }
            if self.peek().sort == Sort::End {
                return term.unwrap_or(Term { kind: Kind::Identity, at: 0..0 });
            }
            self.at += 1;
        }
    }

    /// Skips a token, or all that brackets enclose.
    fn skip_one(&mut self) {
        let close = match self.next().text {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            _ => return,
        };
        self.skip_to(close);
    }

    /// Skips past the bracket that closes what is open; stops before one that closes something else.
    fn skip_to(&mut self, close: &str) {
        loop {
            let token = self.peek();
            match token.text {
                text if token.sort == Sort::Mark && text == close => {
                    self.at += 1;
                    return;
                }
                ")" | "]" | "}" => return,
                _ if token.sort == Sort::End => return,
                _ => self.skip_one(),
            }
        }
    }

    /// Reads what an opening bracket encloses; on a fault within gives the default and stands after the closing one.
    pub(super) fn enclosed<T: Default>(
        &mut self,
        open: Token<'s>,
        close: &'static str,
        inner: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> T {
        let Ok(value) = inner(self) else {
            self.skip_to(close);
            return T::default();
        };
        if self.take(close).is_none() {
            let token = self.peek();
            if token.sort == Sort::End {
                self.fault(open, format!("this `{}` is never closed", open.text), None);
            } else {
                let help = (token.text == "?//").then_some("`?//` is read as one mark: write `? //`");
                let message = format!("found `{}` where `{close}` or an operator should be", shown(token.text));
                self.fault(token, message, help);
            }
            self.skip_to(close);
        }
        value
    }

    /// Terms joined by operators that bind at least as tightly as `minimum`.
    pub(super) fn expression(&mut self, minimum: u8) -> Parsed<Term<'s>> {
        let mut left = self.operand()?;
        let mut last: Option<u8> = None;
        loop {
            let token = self.peek();
            let operator = match token.sort {
                Sort::Mark | Sort::Word => Operator::parse(token.text),
                _ => None,
            };
            let Some(operator) = operator else { return Ok(left) };
            let (binding, grouping) = operator.binding();
            if binding < minimum {
                return Ok(left);
            }
            if grouping == Grouping::None && last == Some(binding) {
                let message = format!("`{}` cannot follow another comparison or assignment", token.text);
                self.fault(token, message, Some("put one of the two in parentheses"));
            }
            self.at += 1;
            let right = self.expression(if grouping == Grouping::Right { binding } else { binding + 1 })?;
            last = Some(binding);
            left = Term { kind: Kind::Binary(Box::new(left), operator, Box::new(right)), at: token.range() };
        }
    }

    /// What operators join: a term, or one of the forms that begin with a word.
    pub(super) fn operand(&mut self) -> Parsed<Term<'s>> {
        let token = self.peek();
        let kind = match (token.sort, token.text) {
            (Sort::Mark, "-") => {
                self.at += 1;
                Kind::Negation(Box::new(self.expression(8)?))
            }
            (Sort::Word, "def") => {
                let definition = self.definition()?;
                return Ok(Term {
                    kind: Kind::Define(Box::new(definition), Box::new(self.expression(0)?)),
                    at: token.range(),
                });
            }
            (Sort::Word, "if") => self.conditional()?,
            (Sort::Word, "try") => {
                self.at += 1;
                let body = self.operand()?;
                let handler = if self.take("catch").is_some() { Some(Box::new(self.operand()?)) } else { None };
                Kind::Try(Box::new(body), handler)
            }
            (Sort::Word, "reduce" | "foreach") => self.fold()?,
            (Sort::Word, "label") => {
                self.at += 1;
                let name = self.variable()?;
                self.need("|")?;
                Kind::Label(name, Box::new(self.expression(0)?))
            }
            _ => {
                let term = self.term()?;
                if self.take("as").is_none() {
                    return Ok(term);
                }
                let pattern = self.patterns()?;
                self.need("|")?;
                Kind::Bind(Box::new(term), pattern, Box::new(self.expression(0)?))
            }
        };
        let mut term = Term { kind, at: token.range() };
        while self.take("?").is_some() {
            term = Term { kind: Kind::Try(Box::new(term), None), at: token.range() };
        }
        Ok(term)
    }

    fn conditional(&mut self) -> Parsed<Kind<'s>> {
        let start = self.next();
        let mut branches = Vec::new();
        loop {
            let condition = self.expression(0)?;
            self.need("then")?;
            branches.push((condition, self.expression(0)?));
            if self.take("elif").is_none() {
                break;
            }
        }
        if let Some(end) = self.take("end") {
            let message = "this `if` has no `else`".to_owned();
            self.fault(end, message, Some("only jq 1.7 and later do without: write `else . end`"));
            return Ok(Kind::Identity);
        }
        if self.take("else").is_none() {
            if self.peek().sort == Sort::End {
                self.fault(start, "this `if` has no `end`".to_owned(), Some("write `if … then … else … end`"));
                return Err(Recorded);
            }
            return Err(self.missing("`else`"));
        }
        let otherwise = self.expression(0)?;
        if self.peek().sort == Sort::End {
            self.fault(start, "this `if` has no `end`".to_owned(), None);
            return Err(Recorded);
        }
        self.need("end")?;
        Ok(Kind::If(branches, Box::new(otherwise)))
    }

    fn fold(&mut self) -> Parsed<Kind<'s>> {
        let word = self.next();
        let source = Box::new(self.term()?);
        self.need("as")?;
        let pattern = self.patterns()?;
        let open = self.need("(")?;
        let parts = self.enclosed(open, ")", |parser| {
            let first = parser.expression(0)?;
            parser.need(";")?;
            let second = parser.expression(0)?;
            let third = match parser.take(";") {
                Some(token) if word.text == "reduce" => {
                    parser.fault(token, "`reduce` takes two parts, not three".to_owned(), None);
                    return Err(Recorded);
                }
                Some(_) => Some(Box::new(parser.expression(0)?)),
                None => None,
            };
            Ok(Some((Box::new([first, second]), third)))
        });
        Ok(match parts {
            Some((parts, extract)) if word.text == "foreach" => Kind::Foreach(source, pattern, parts, extract),
            Some((parts, _)) => Kind::Reduce(source, pattern, parts),
            None => Kind::Identity,
        })
    }

    pub(super) fn variable(&mut self) -> Parsed<&'s str> {
        match self.peek().sort {
            Sort::Variable => Ok(self.next().text),
            _ => Err(self.missing("a variable such as `$x`")),
        }
    }

    /// `def name(parameters): body;`
    fn definition(&mut self) -> Parsed<Definition<'s>> {
        self.need("def")?;
        let name = self.peek();
        if name.sort != Sort::Word || is_keyword(name.text) {
            return Err(self.missing("the name of a function"));
        }
        self.at += 1;
        let mut parameters = Vec::new();
        if let Some(open) = self.take("(") {
            parameters = self.enclosed(open, ")", |parser| {
                let mut parameters = Vec::new();
                loop {
                    let token = parser.peek();
                    if !matches!(token.sort, Sort::Word | Sort::Variable) || is_keyword(token.text) {
                        return Err(parser.missing("the name of a parameter"));
                    }
                    parameters.push(parser.next().text);
                    if parser.take(";").is_none() {
                        return Ok(parameters);
                    }
                }
            });
        }
        self.need(":")?;
        let body = self.expression(0)?;
        self.need(";")?;
        Ok(Definition { name: name.text, parameters, body })
    }

    /// The pattern after `as`; alternatives are told and passed over.
    fn patterns(&mut self) -> Parsed<Pattern<'s>> {
        let pattern = self.pattern()?;
        while let Some(token) = self.take("?//") {
            self.faults.push(SyntaxFault {
                message: "`?//` is not run here".to_owned(),
                at: token.range(),
                help: Some("look at the value's `type` first, then bind it".to_owned()),
                refused: true,
            });
            self.pattern()?;
        }
        Ok(pattern)
    }
}

/// A token as a message shows it.
fn shown(text: &str) -> &str {
    text.get(..24).unwrap_or(text).lines().next().unwrap_or_default()
}

/// The last character of a program, for what is missing after it.
fn end_of(code: &str) -> std::ops::Range<usize> {
    let code = code.trim_end();
    let last = code.chars().next_back().map_or(0, char::len_utf8);
    code.len() - last..code.len()
}
