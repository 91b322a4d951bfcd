//! The text of a jq program to a tree that knows the place of every part.
//!
//! In: the text. Out: [`Term`], and every fault found, each with its bytes. The grammar is that of jq 1.6, because
//! what later versions added would fail in the terminal of a reader who has the older one; such parts are understood
//! and told, with the older way to write them.

mod lex;
mod parse;
mod term;
mod tree;

pub(super) use parse::{definitions, program};
pub(super) use tree::{Definition, Entry, Kind, Operator, Pattern, Piece, Term};

use std::ops::Range;

/// A fault of the text: what is wrong, where, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxFault {
    pub(super) message: String,
    pub(super) at: Range<usize>,
    pub(super) help: Option<String>,
    /// The part is sound jq, but not what is run here.
    pub(super) refused: bool,
}
