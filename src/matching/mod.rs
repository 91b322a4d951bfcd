//! Signatures against a log: error text in, incidents out.
//!
//! Comes in: [`Signature`]s, compiled once into a [`Matcher`], and a log as bytes of any kind, whole
//! ([`Matcher::find`]) or piece by piece ([`Matcher::stream`]). Goes out: each [`Match`] with its line, its captures and
//! how much of the signature it shows; [`rank`] puts them in the order in which incidents are named. What a signature
//! belongs to, and what is printed of it, is left to others.
//!
//! # The rules
//!
//! The command line, the build and the browser follow these; `tests/vectors/matching.json` holds all of them to it.
//!
//! 1. **Signature.** Literal text with variable parts `{name}`, where a name is `[a-z][a-z0-9_]*`. `{{` is a brace; any
//!    other brace stands for itself. Case counts, unless the signature begins with `(?i)`: then the letters A to Z equal
//!    their small ones. The texts between the variable parts are its *pieces*.
//! 2. **What does not count**, in a signature and in a log: white space, control and format characters, box drawing,
//!    `|`, `>`, a run of backslashes together with an `n`, `r` or `t` after it, and terminal escape sequences: `ESC [`
//!    with fewer than 32 bytes from space to `?` and one from `@` to `~`; `ESC ]` up to BEL or `ESC \` within 1,024
//!    bytes of a line; `ESC (` or `ESC )` and a byte; else `ESC` alone.
//! 3. **What counts as another character**: a run of backslashes with `uXXXX` or `xXX` after it is the character of that
//!    number; full-width punctuation is its ASCII form; curly quotes are straight ones. Bytes that are not UTF-8 are
//!    U+FFFD.
//! 4. **Match.** The pieces occur in the log one after the other, each character for character. Each occurrence of the
//!    last piece is looked at: the nearest occurrence of the piece before it is taken, and so on to the first piece. Of
//!    matches that begin at one place the one counts that ends first.
//! 5. **Lines.** A piece may go on in the next line: the break is white space. A variable part may hold two breaks, and
//!    only such as a terminal or a chat makes: the line that ends has at most 400 characters, and the next does not
//!    begin an entry of its own: by a date (`2026-04-16`, `2026/04/16`) or a time of day (`06:15`) among its first 40
//!    bytes and before the next piece, by the first word of the line before, or by being empty. A match holds at most 7 breaks and 8,192
//!    bytes.
//! 6. **Cut lines.** A log that breaks off inside a signature still matches when at least 24 characters of the pieces
//!    and six tenths of them stand before `…`, before `...`, or before the end of a line or of the log. The longest such
//!    beginning counts, and none where a whole match begins.
//! 7. **Captures.** A variable part holds the text between its pieces: without escape sequences and box drawing; a run
//!    of backslashes with `uXXXX` or `xXX` after it as the character of that number, and none before a quote or `/`; a
//!    run of white space as one space, with the `>` and `|` after a line's end; nothing of it at the two ends, nor
//!    backslashes. At the beginning or the end of a signature it holds the word next to the match in its line: what
//!    stands between quotes, brackets, punctuation and white space, up to white space or `"`, at most 200 characters.
//! 8. **Order.** Whole matches before cut ones; then the one that shows more characters of its pieces; then the earlier
//!    line; then the smaller id. An incident stands where the first of its matches stands.
//!
//! # How it is fast
//!
//! Nearly every byte of a log is seen by the [`filter`] alone: it looks at four bytes at a time for a fragment of some
//! signature. Of each signature two fragments are chosen that are rare and near one another, so that no single wrap,
//! escape or colour can hide both (what is parted twice within 24 characters may be missed). Only where a fragment stands are the rules above applied, to the lines around it. So
//! memory is bounded, and the work is proportional to the length of the log.

mod capture;
mod counted;
mod exact;
mod filter;
mod fragment;
mod held;
mod ranking;
mod reading;
mod signature;
mod stream;
mod window;

pub use fragment::Fragment;
pub use ranking::{Ranking, Seen, rank};
pub use signature::{Fault, Part, Signature, parts};
pub use stream::Stream;

use filter::Filter;

/// Signatures, ready to be looked for.
#[derive(Debug)]
pub struct Matcher {
    signatures: Vec<Signature>,
    filter: Filter,
}

impl Default for Matcher {
    /// Without signatures, which finds nothing.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Matcher {
    /// Compiles signatures; a [`Match`] names one by its index here.
    #[must_use]
    pub fn new(signatures: Vec<Signature>) -> Self {
        let filter = Filter::new(&fragment::of(&signatures));
        Self { signatures, filter }
    }

    /// The signatures, as given.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// What a log is searched for first: a signature can match only where one of its fragments stands.
    #[must_use]
    pub fn fragments(&self) -> &[Fragment] {
        self.filter.fragments()
    }

    /// All matches in a log that is there as a whole.
    #[must_use]
    pub fn find(&self, log: &[u8]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut stream = self.stream();
        stream.feed(log, &mut |matched| found.push(matched));
        stream.end(&mut |matched| found.push(matched));
        found
    }

    /// Looks through a log that comes piece by piece.
    #[must_use]
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(self)
    }
}

/// Compiles the signatures of several owners, and says whose each is. A text that cannot be a signature is left out:
/// the build has said so.
#[must_use]
pub fn compile<'a, I>(texts: impl IntoIterator<Item = (I, &'a str)>) -> (Matcher, Vec<I>) {
    let (mut signatures, mut owners) = (Vec::new(), Vec::new());
    for (owner, text) in texts {
        if let Ok(signature) = Signature::parse(text) {
            signatures.push(signature);
            owners.push(owner);
        }
    }
    (Matcher::new(signatures), owners)
}

/// A place in a log where a signature stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Index of the signature in its [`Matcher`].
    pub signature: usize,
    /// The line in which it begins, from 1.
    pub line: u64,
    /// First byte of it in the log.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// Whether the log breaks off before the signature ends.
    pub cut: bool,
    /// How many characters of the signature's pieces it shows.
    pub shown: usize,
    /// The variable parts and what they hold; of a cut match those that it reaches.
    pub captures: Vec<(String, String)>,
}
