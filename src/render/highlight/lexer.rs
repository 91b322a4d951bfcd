//! Lexers for the languages of nearly every block: one scanner, told by a table what to look for.

use super::{Class, session, span};
use crate::render::escape;

/// The lexer of a language, as fences name it.
pub fn of(language: &str) -> Option<fn(&str) -> String> {
    Some(match language {
        "json" | "jsonc" | "json5" => |code| scan(code, &JSON),
        "jq" => |code| scan(code, &JQ),
        "bash" | "sh" | "shell" | "zsh" => |code| scan(code, &SHELL),
        "console" | "shell-session" | "terminal" => session::html,
        "yaml" | "yml" => |code| scan(code, &YAML),
        "toml" => |code| scan(code, &TOML),
        "ini" | "systemd" | "conf" | "env" | "dotenv" | "properties" => |code| scan(code, &INI),
        "nginx" => |code| scan(code, &NGINX),
        "diff" | "patch" => diff,
        _ => return None,
    })
}

/// A shell command line.
pub fn shell(code: &str) -> String {
    scan(code, &SHELL)
}

/// What the scanner looks for.
struct Language {
    /// What begins a comment, at the start of a line or after a space.
    comments: &'static [&'static str],
    /// What begins and ends a string.
    quotes: &'static [u8],
    /// Quotes in which a backslash is a backslash.
    raw_quotes: &'static [u8],
    /// Whether a string may run over several lines.
    long_strings: bool,
    keywords: &'static [&'static str],
    literals: &'static [&'static str],
    /// How the name of a value is told.
    names: Names,
    /// Whether `[name]` on a line of its own opens a section.
    sections: bool,
    /// Whether `$name` is a variable.
    variables: bool,
}

#[derive(PartialEq)]
enum Names {
    /// A string or word before a colon.
    BeforeColon,
    /// The start of a line up to `:` and a space.
    Yaml,
    /// The start of a line up to `=`.
    BeforeEquals,
    /// `.name`
    AfterDot,
    /// None, but commands and their options.
    Commands,
    /// The first word of a statement is a keyword.
    Directives,
}

const NOTHING: Language = Language {
    comments: &[],
    quotes: b"\"",
    raw_quotes: b"",
    long_strings: false,
    keywords: &[],
    literals: &["true", "false", "null"],
    names: Names::BeforeColon,
    sections: false,
    variables: false,
};

const JSON: Language = Language { comments: &["//"], quotes: b"\"'", ..NOTHING };

const JQ: Language = Language {
    comments: &["#"],
    keywords: &[
        "def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "and", "or", "label",
        "import", "include",
    ],
    names: Names::AfterDot,
    long_strings: true,
    variables: true,
    ..NOTHING
};

const SHELL: Language = Language {
    comments: &["#"],
    quotes: b"\"'",
    raw_quotes: b"'",
    long_strings: true,
    keywords: &[
        "if", "then", "elif", "else", "fi", "for", "in", "do", "done", "while", "until", "case", "esac", "function",
        "return", "exit", "local", "export", "set", "unset", "readonly", "source", "trap",
    ],
    literals: &[],
    names: Names::Commands,
    variables: true,
    ..NOTHING
};

const YAML: Language = Language {
    comments: &["#"],
    quotes: b"\"'",
    raw_quotes: b"'",
    literals: &["true", "false", "null", "yes", "no", "on", "off"],
    names: Names::Yaml,
    ..NOTHING
};

const TOML: Language = Language {
    comments: &["#"],
    quotes: b"\"'",
    raw_quotes: b"'",
    names: Names::BeforeEquals,
    sections: true,
    ..NOTHING
};

const INI: Language = Language {
    comments: &["#", ";"],
    literals: &["true", "false", "yes", "no", "on", "off"],
    names: Names::BeforeEquals,
    sections: true,
    variables: true,
    ..NOTHING
};

const NGINX: Language = Language {
    comments: &["#"],
    quotes: b"\"'",
    literals: &["on", "off"],
    names: Names::Directives,
    variables: true,
    ..NOTHING
};

struct Scanner<'a> {
    code: &'a str,
    at: usize,
    /// Up to here the code is in `html`.
    done: usize,
    html: String,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.code[self.at..]
    }

    fn line(&self) -> &'a str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    /// Takes the next `length` bytes as one piece of a class.
    fn take(&mut self, length: usize, class: Class) {
        escape::push(&mut self.html, &self.code[self.done..self.at]);
        span(&mut self.html, class, &self.code[self.at..self.at + length]);
        self.at += length;
        self.done = self.at;
    }
}

fn scan(code: &str, language: &Language) -> String {
    let mut scanner = Scanner { code, at: 0, done: 0, html: String::with_capacity(code.len() * 3) };
    // Whether only spaces stand before this place in the line; whether a command or directive may begin here.
    let (mut line_start, mut statement) = (true, true);
    while let Some(character) = scanner.rest().chars().next() {
        if character == '\n' {
            let continued = code[..scanner.at].ends_with('\\');
            line_start = true;
            statement |= !continued && language.names == Names::Commands;
            scanner.at += 1;
            continue;
        }
        if character.is_whitespace() {
            scanner.at += character.len_utf8();
            continue;
        }
        let first = std::mem::take(&mut line_start);
        let after_space = scanner.at == 0 || code[..scanner.at].ends_with([' ', '\t', '\n', ';']);
        if let Some(length) = comment(&scanner, language, after_space) {
            scanner.take(length, Class::Comment);
        } else if let Some((length, class)) = first.then(|| line_head(scanner.line(), language)).flatten() {
            scanner.take(length, class);
        } else if let Some((length, class)) = token(&scanner, character, language, after_space, &mut statement) {
            scanner.take(length, class);
        } else {
            let word = word(scanner.rest());
            statement = word == 0 && opens_statement(character, language);
            scanner.at += word.max(character.len_utf8());
        }
    }
    escape::push(&mut scanner.html, &code[scanner.done..]);
    scanner.html
}

fn comment(scanner: &Scanner<'_>, language: &Language, after_space: bool) -> Option<usize> {
    let begins = language.comments.iter().any(|mark| scanner.rest().starts_with(mark));
    (begins && after_space).then(|| scanner.line().len())
}

/// What the start of a line says: a section, the name of a value.
fn line_head(line: &str, language: &Language) -> Option<(usize, Class)> {
    if language.sections && line.starts_with('[') && line.trim_end().ends_with(']') {
        return Some((line.trim_end().len(), Class::Meta));
    }
    let length = match language.names {
        Names::BeforeEquals => line.find('=').filter(|&at| !line[..at].contains(['"', '#']))?,
        Names::Yaml => {
            let dashes = line.len() - line.trim_start_matches(['-', ' ']).len();
            let end = dashes + line[dashes..].find(':')?;
            let key = line[..end].trim_end_matches('"');
            let follows = line[end + 1..].chars().next().is_none_or(char::is_whitespace);
            if !follows || key[dashes..].trim_start_matches('"').contains(['"', '\'', '{', '[', '#']) || dashes > 0 {
                return None;
            }
            end
        }
        _ => return None,
    };
    let length = line[..length].trim_end().len();
    (length > 0).then_some((length, Class::Name))
}

fn token(
    scanner: &Scanner<'_>,
    character: char,
    language: &Language,
    after_space: bool,
    statement: &mut bool,
) -> Option<(usize, Class)> {
    let rest = scanner.rest();
    let before = scanner.code[..scanner.at].chars().next_back();
    let byte = u8::try_from(character).unwrap_or(0);
    if language.quotes.contains(&byte) {
        *statement = false;
        let length = string(rest, byte, language);
        let named = language.names == Names::BeforeColon && rest[length..].trim_start().starts_with(':');
        return Some((length, if named { Class::Name } else { Class::Text }));
    }
    if language.variables && character == '$' {
        *statement = false;
        return variable(rest).map(|length| (length, Class::Variable));
    }
    if language.names == Names::AfterDot && character == '.' {
        let length = word(&rest[1..]);
        return (length > 0).then_some((length + 1, Class::Name));
    }
    if language.names == Names::Commands && character == '-' && after_space && rest.len() > 1 {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
        return (length > 1).then_some((length, Class::Flag));
    }
    let signed = character == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if character.is_ascii_digit() || signed {
        let inside = before.is_some_and(|c| is_word(c) || matches!(c, '-' | '.' | '/' | ':'));
        return if inside { None } else { number(rest) };
    }
    let length = word(rest);
    if length == 0 || before.is_some_and(|c| is_word(c) || matches!(c, '.' | '/' | '-')) {
        return None;
    }
    let text = &rest[..length];
    let begins = std::mem::take(statement);
    if language.literals.contains(&text) {
        let whole = !rest[length..].starts_with(['-', '.', '/']);
        return whole.then_some((length, Class::Number));
    }
    if language.keywords.contains(&text) {
        *statement = matches!(text, "then" | "do" | "else" | "if" | "while" | "until" | "elif");
        return Some((length, Class::Keyword));
    }
    match language.names {
        Names::Directives if begins => Some((length, Class::Keyword)),
        Names::Commands if begins => Some(command(rest, statement)),
        Names::AfterDot if !rest[length..].starts_with(':') => Some((length, Class::Function)),
        Names::BeforeColon if rest[length..].trim_start().starts_with(':') => Some((length, Class::Name)),
        Names::Yaml if rest[length..].starts_with(": ") || rest[length..].starts_with(":\n") => {
            Some((length, Class::Name))
        }
        _ => None,
    }
}

/// The command at the start of a statement; `NAME=value` before it is an assignment, and after `sudo` comes another.
fn command(rest: &str, statement: &mut bool) -> (usize, Class) {
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | ')' | '"' | '\'' | '(' | '<' | '>'));
    let text = &rest[..end.unwrap_or(rest.len())];
    if let Some(at) = text.find('=') {
        *statement = true;
        return (at, Class::Variable);
    }
    *statement = matches!(text, "sudo" | "time" | "exec" | "nohup" | "env");
    (text.len(), Class::Function)
}

fn opens_statement(character: char, language: &Language) -> bool {
    match language.names {
        Names::Commands => matches!(character, '|' | '&' | ';' | '(' | '`' | '{'),
        Names::Directives => matches!(character, ';' | '{' | '}'),
        _ => false,
    }
}

/// The length of a string, both quotes included; one that does not end runs to the end of its line.
fn string(rest: &str, quote: u8, language: &Language) -> usize {
    let raw = language.raw_quotes.contains(&quote);
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'\n' if !language.long_strings => return at,
            _ if escaped => escaped = false,
            b'\\' if !raw => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `$name`, `${name}`, `$1`, `$__loc__`; the length with the dollar sign.
fn variable(rest: &str) -> Option<usize> {
    if let Some(inner) = rest.strip_prefix("${") {
        return inner.find('}').map(|at| at + 3);
    }
    let length = word(&rest[1..]);
    let special = rest[1..].starts_with(['?', '@', '#', '*', '!', '$']);
    (length > 0 || special).then_some(1 + length.max(usize::from(special)))
}

fn number(rest: &str) -> Option<(usize, Class)> {
    let digits = &rest[usize::from(rest.starts_with('-'))..];
    let end = digits.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))).unwrap_or(digits.len());
    let text = digits[..end].trim_end_matches('.');
    let good = text.starts_with("0x")
        || text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'_' | b'e' | b'E'))
        || text
            .trim_end_matches(['s', 'm', 'h', 'd', 'k', 'M', 'G', 'K', 'i', 'B'])
            .bytes()
            .all(|b| b.is_ascii_digit());
    let separate = !digits[end..].starts_with([':', '/', '-']);
    (good && separate).then_some((rest.len() - digits.len() + text.len(), Class::Number))
}

/// The length of the word at the start.
fn word(rest: &str) -> usize {
    rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// A unified diff, line by line.
fn diff(code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    for line in code.split_inclusive('\n') {
        let text = line.trim_end_matches('\n');
        let class = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") || line.starts_with("@@") => Some(Class::Meta),
            Some(b'+') => Some(Class::Inserted),
            Some(b'-') => Some(Class::Deleted),
            _ => None,
        };
        match class {
            Some(class) => span(&mut html, class, text),
            None => escape::push(&mut html, text),
        }
        html.push_str(&line[text.len()..]);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` writes a piece of a class as `letter‹piece›`.
    fn check(language: &str, code: &str, expected: &str) {
        let html = of(language).unwrap()(code);
        let mut marked = html.replace("</span>", "›");
        for letter in "csnkfavotidm".chars() {
            marked = marked.replace(&format!("<span class=\"{letter}\">"), &format!("{letter}‹"));
        }
        assert_eq!(marked.replace("&quot;", "\"").replace("&amp;", "&").replace("&gt;", ">"), expected, "{code}");
    }

    #[test]
    fn a_json_key_differs_from_a_string() {
        check("json", r#"{"a": "b", "c": -1.5e3}"#, r#"{a‹"a"›: s‹"b"›, a‹"c"›: n‹-1.5e3›}"#);
        check("json5", "{a: true, // x\n}", "{a‹a›: n‹true›, c‹// x›\n}");
        check("json", r#"["a\"b"]"#, r#"[s‹"a\"b"›]"#);
        check("json", "\"open\n1", "s‹\"open›\nn‹1›");
    }

    #[test]
    fn jq_has_paths_variables_and_functions() {
        check("jq", ".a.b[] | select(. == $x)", "a‹.a›a‹.b›[] | f‹select›(. == v‹$x›)");
        check("jq", "if .a then 1 else null end # c", "k‹if› a‹.a› k‹then› n‹1› k‹else› n‹null› k‹end› c‹# c›");
        check("jq", "{at: \"x\"}", "{at: s‹\"x\"›}");
    }

    #[test]
    fn a_shell_line_has_commands_and_options() {
        check("bash", "sudo jq -r '.a' f | wc -l", "f‹sudo› f‹jq› o‹-r› s‹'.a'› f | f‹wc› o‹-l›");
        check("bash", "a=$(cat \"$f\") && exit 1", "v‹a›=$(f‹cat› s‹\"$f\"›) && k‹exit› n‹1›");
        check("sh", "# c\nx/y.sh a#b", "c‹# c›\nf‹x/y.sh› a#b");
        check("sh", "ls \\\n  -l 2026-01-02", "f‹ls› \\\n  o‹-l› 2026-01-02");
    }

    #[test]
    fn configuration_has_names_and_sections() {
        check("yaml", "a: 1 # c\nb-c:\n  - d: \"x\"\n", "a‹a›: n‹1› c‹# c›\na‹b-c›:\n  - a‹d›: s‹\"x\"›\n");
        check("yaml", "u: http://x:1/y", "a‹u›: http://x:1/y");
        check("toml", "[a.b]\nc = true", "m‹[a.b]›\na‹c› = n‹true›");
        check("ini", "; c\nExecStart=/bin/x -a=1", "c‹; c›\na‹ExecStart›=/bin/x -a=n‹1›");
        check("nginx", "map $a $b {\n  default 1;\n}", "k‹map› v‹$a› v‹$b› {\n  k‹default› n‹1›;\n}");
    }

    #[test]
    fn a_diff_is_coloured_by_line() {
        check("diff", "@@ -1 +1 @@\n-a\n+b\n c", "m‹@@ -1 +1 @@›\nd‹-a›\ni‹+b›\n c");
    }
}
