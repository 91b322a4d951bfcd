//! Code to HTML with colour by class.
//!
//! A block's language and text come in, escaped HTML goes out: spans with one of the one-letter classes of [`Class`],
//! never nested. The shell, jq and the formats that checks read have lexers of our own (`lexer.rs`), because nearly all
//! blocks of a runbook are in them and the general grammars (`grammar.rs`) take about a hundred times as long. Results
//! are kept for the life of the process: the same block stands in every language of a page, and under `serve` nearly
//! all blocks are those of the build before.

mod grammar;
mod lexer;
mod session;

use super::escape;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

/// Longer blocks stay without colour.
const LIMIT: usize = 256 * 1024;

/// Past this many bytes the kept results are dropped and gathered anew.
const KEPT: usize = 64 * 1024 * 1024;

/// What a piece of code is; its class in the HTML is one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `c`: a comment
    Comment,
    /// `s`: a string
    Text,
    /// `n`: a number, a literal such as `true`
    Number,
    /// `k`: a keyword
    Keyword,
    /// `f`: a function or command
    Function,
    /// `a`: the name of a value: a key, a field, an attribute
    Name,
    /// `v`: a variable
    Variable,
    /// `o`: an option of a command
    Flag,
    /// `t`: a type or a tag
    Type,
    /// `i`: an inserted line
    Inserted,
    /// `d`: a deleted line
    Deleted,
    /// `m`: what is about the code: a section's name, a place in a diff
    Meta,
}

impl Class {
    /// The class as it stands in the HTML.
    pub fn letter(self) -> char {
        match self {
            Self::Comment => 'c',
            Self::Text => 's',
            Self::Number => 'n',
            Self::Keyword => 'k',
            Self::Function => 'f',
            Self::Name => 'a',
            Self::Variable => 'v',
            Self::Flag => 'o',
            Self::Type => 't',
            Self::Inserted => 'i',
            Self::Deleted => 'd',
            Self::Meta => 'm',
        }
    }
}

/// The HTML of a block of code in a language, as its fence names it.
pub fn code(language: &str, code: &str) -> Arc<str> {
    let language = language.to_ascii_lowercase();
    if code.len() > LIMIT || is_plain(&language) {
        return escape::escaped(code).into();
    }
    if let Some(lexer) = lexer::of(&language) {
        return lexer(code).into();
    }
    let Some(syntax) = grammar::of(&language) else { return escape::escaped(code).into() };
    let key: [u8; 32] = Sha256::new().chain_update(&language).chain_update([0]).chain_update(code).finalize().into();
    if let Some(html) = CACHE.lock().expect("no thread panics while it holds the cache").blocks.get(&key) {
        return html.clone();
    }
    let html: Arc<str> = grammar::html(syntax, code).into();
    CACHE.lock().expect("no thread panics while it holds the cache").keep(key, &html);
    html
}

/// Languages without colour: what a program printed.
fn is_plain(language: &str) -> bool {
    matches!(language, "" | "text" | "txt" | "plain" | "log" | "output")
}

static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

/// What the general grammars gave, by the digest of language and code.
#[derive(Default)]
struct Cache {
    blocks: BTreeMap<[u8; 32], Arc<str>>,
    bytes: usize,
}

impl Cache {
    fn keep(&mut self, key: [u8; 32], html: &Arc<str>) {
        if self.bytes > KEPT {
            *self = Self::default();
        }
        self.bytes += html.len();
        self.blocks.insert(key, html.clone());
    }
}

/// Appends `code` in a class.
fn span(html: &mut String, class: Class, code: &str) {
    html.push_str("<span class=\"");
    html.push(class.letter());
    html.push_str("\">");
    escape::push(html, code);
    html.push_str("</span>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_printed_stays_plain() {
        assert_eq!(&*code("text", "a < 1\n"), "a &lt; 1\n");
        assert_eq!(&*code("no-such-language", "if true"), "if true");
    }

    #[test]
    fn other_languages_have_a_grammar() {
        assert!(code("python", "def f():\n    return 1\n").contains("<span class=\"k\">def</span>"));
        assert_eq!(code("python", "x = 1\n"), code("Python", "x = 1\n"));
    }

    #[test]
    fn every_character_of_the_code_is_kept() {
        let source = "# a\nx: \"b\" 'c' $d --e <f> & [g] = 1 {h}\n\n\t@@ é 网 \\";
        for language in
            ["json", "jq", "bash", "yaml", "toml", "ini", "diff", "nginx", "python", "console", "rust", "sql"]
        {
            let html = code(language, source);
            let mut plain = String::new();
            let mut inside = false;
            for character in html.chars() {
                match character {
                    '<' => inside = true,
                    '>' => inside = false,
                    _ if !inside => plain.push(character),
                    _ => {}
                }
            }
            let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            assert_eq!(plain, source, "{language}");
        }
    }
}
