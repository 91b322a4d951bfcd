//! The search index: a site in, small files out, and the reader and the ranking that answer from them.
//!
//! A page with its translations is one result. [`of_site`] makes the index, which the script `index.js` reads over the
//! network a few files at a time; [`Index`] is the same reader in Rust, for `faultbook search`, the proof of
//! findability and the benchmark. `tests/vectors/search.json` holds both to the same scores. All arithmetic is on
//! integers below 2⁵³, so that both languages get the same.
//!
//! # Terms
//!
//! The same rules read pages and queries.
//!
//! 1. **Form.** NFKC, U+2212 being `-`. A *character without spaces* is one of U+3040–30FF, U+3400–4DBF, U+4E00–9FFF, U+AC00–D7AF and
//!    U+20000–3FFFF; each is folded (rule 9, Fold). A *letter* is any other `\p{Alphabetic}` or `\p{N}`, but none of
//!    U+E000–FFFF. A *joint* is one of `_ . - : / @ \`.
//! 2. **Runs.** In a run of characters without spaces each two neighbours are a *pair*; a run of one is a *single*. A
//!    run of letters and joints is a *chunk*; it also ends behind `://` and behind `..`, and the next begins there.
//! 3. **Chunks.** Joints are taken off both ends; the chunk is *negative* when it had joints at its beginning and the
//!    last of them is `-`. Then the first of these that fits, `d` being an ASCII digit:
//!    - It begins with `dddd-dd-dd`, `dddd/dd/dd` or `dd:dd`, or up to its first `:` or `/` it is digits and exactly
//!      three points: a moment or an address, no term.
//!    - A 32-bit error code, the value's highest bit set, is the word `0x` and 8 small hexadecimal digits. Written are
//!      `0x` and 8 hexadecimal digits; 8 hexadecimal digits, the first `8` or `c`, the second `0`; 9 or 10 decimal
//!      digits `n`, for `n` or, when the chunk is negative, 2³² − `n`.
//!    - Digits and points, at least one point: a *number* when it has at most two points and 12 characters, else no
//!      term.
//!    - Else it is split into *segments* at `/ : @ \`, these into *parts* at `_ . -`, these into *humps*: before an
//!      ASCII capital that follows an ASCII small letter or digit, and before an ASCII capital that follows one when an
//!      ASCII small letter follows it. Empty parts are left out, and *variable* ones: more than 5 characters, all
//!      digits; at least 8, all hexadecimal digits, one of them `0`–`9`; more than 6, `0x` and hexadecimal digits. A
//!      segment of digits alone behind one with a point (a port, a line number) is left out and is variable, too; any
//!      other segment that is an error code once joints are taken off its ends (negative as a chunk is) is that word,
//!      as is a part of `0x` and 8 hexadecimal digits that is one, and each is variable.
//!      Terms, in this order: the humps of each part, each a *word*, or a *number* when it is all ASCII digits, and
//!      after them the part as a *whole* if it has several humps and is not the segment; after its parts the segment as
//!      a whole if it has several humps and is not the chunk; at the end the chunk as a whole if it has several humps.
//!      No segment and no chunk is a term once a part of the chunk was variable.
//! 4. **Spelling.** A word, number or whole is lower-cased; one longer than 48 bytes of UTF-8 is no term. One of at
//!    least 4 ASCII small letters and nothing else is stemmed: `ies` becomes `y` (in 5 letters or more), else `sses`
//!    becomes `ss`, else a last `s` is taken off unless it ends in `ss`, `us` or `is`; then the first of `ing` (6 or
//!    more letters), `ed` (5), `ion` (7) that it ends in is taken off, and then the last of two equal letters unless it
//!    is one of `l s z e o`; then a last `e` (5 or more letters).
//!
//! # Files
//!
//! 5. Every file is a gzip member. `assets/search/manifest.bin` has a fixed name and is asked for anew each time; all
//!    others are `assets/search/NAME.bin`, NAME being 6 of `a-z2-7`, made of the content. A list of files is one
//!    string, 6 characters a file. A reader that finds a file gone or broken fetches the manifest anew, once.
//! 6. **Manifest**, JSON: `version`, 1; `pages`, how many; `languages`, the site's, the default first; `lacking`, for
//!    each language run lengths of page numbers: so many have it, so many lack it, and so on by turns, after the last
//!    run as before its end (an empty list: all have it); `stop`, `common`, `alarm`, `rank`: rules 10 to 13; `terms`:
//!    `{first, files}` of the term shards; `words`: the same of the vocabulary; `rows`: for each language a list of
//!    files of `row_size` rows each; `signatures`: a list of files; `fold`: a file, or empty. Where `deep` is true, the
//!    files of `terms` are JSON `{first, files}` in their turn, and those of `rows` hold, as text, a list of 64 files.
//! 7. **Term shard**: entries sorted by term. The shard of a term is the last whose `first` is not greater. Numbers are
//!    unsigned LEB128 (low seven bits first) of at most 32 bits, unless called a byte. An entry: how many bytes its
//!    term shares with the one before (0 in the first), length and bytes of the rest; byte `idf`, 16 times ln(1 + (N −
//!    n + ½)/(n + ½)) for n of N pages, 0 for none (a term of the glossary may be on no page); a byte, whose low half
//!    is the *weight*, 1 to 15, and whose bit 16 says that translations follow: their number, and of each length and
//!    bytes of the term and byte *share*; length of the postings in bytes, and the postings. A posting: number of the
//!    page less that of the page before (less 0 in the first); a byte: the *strength* in the page times 16, plus 8 when
//!    the term stands in a title or a name, plus how many parts follow, 0 to 7; each part as a number: 16 times its
//!    number less that of the part before (less 0 in the first), plus the strength there.
//! 8. **Vocabulary shard**: words of at least 4 small ASCII letters, sorted by their *key*: first letter, length in two
//!    digits, the word (`r06requir`). An entry: how many bytes the key shares with the one before, length and bytes of
//!    the rest, number of pages. `first` is compared with keys.
//! 9. **Rows**, JSON, an array of pages: `null` where the page lacks the language, else `{title, route, outline, id,
//!    severity}`, of which what is empty is left out. `route` is below the language's folder. `outline` is a list of
//!    `[anchor, heading, count]` from part number 0 on: so many numbers are of that section (an empty anchor: before
//!    the first heading, or not in this language). **Signatures**: see [`signatures`]. Term `#severity/high`,
//!    `#group/openclaw` or `#tag/cron` has all pages of one. **Fold**, JSON, a string: traditional character, its
//!    simplified one, and so on. Terms hold no traditional character of it, so it may be left unfetched until a pair or
//!    single of a query is not found.
//!
//! # Ranking
//!
//! 10. **Wanted.** Of the first 200,000 characters (code points) of a text the distinct terms in order, without those
//!     in `stop` unless there are no others. When there are more than `rank.terms` of them, the text is read again by
//!     lines (at `\n`), first the lines that contain one of `alarm` (ASCII letters of the line made small), then the
//!     others, for distinct terms that are neither in `stop` nor in `common`, until a line's end by which there are
//!     `rank.terms` of them or more; the first `rank.terms` count. If there are none such, the first `rank.terms` of
//!     the first reading count. `stop`, `common` and `alarm` are sorted by code point.
//! 11. **Sought.** Each wanted term is a group. If the index has it, it is sought with share 64, a number with
//!     `rank.number`; if at most 8 terms are wanted, its translations are, too, with their shares. If it has not, it is
//!     a word and at most 8 terms are wanted: if the text ends in an alphanumeric character, the term is the last
//!     wanted and has two or more bytes, the three terms of its shard that begin with it and have most postings there
//!     (of equal ones the lesser term) with share `rank.prefix`; if there are none, the nearest three words of rule 12
//!     with share `rank.slips[slips − 1]`; of these, each counts with the least idf of all. The *weight* of a sought
//!     term is share × idf × weight.
//! 12. **Near.** For a word of n ≥ 4 small ASCII letters and nothing else. Slips are counted by optimal string
//!     alignment (a letter missing, too many, exchanged, or two neighbours swapped). Words of the vocabulary with the
//!     same first letter and at most 1 slip, or 2 if n ≥ 6; if there are none, those that begin with the second letter
//!     and have at most 1. In order of slips, then more pages, then the word.
//! 13. **Score** of a page, divisions rounding down. A group counts, in a page or in a part of it, the greatest of its
//!     terms' weight × strength there and a quarter of the sum of the others. A group's *most* is the greatest weight
//!     in it; `all` is the sum of these. In each group the greatest weight of a term that the page, or the part, has
//!     counts towards its `covered`, and of one with title bit towards `titled`. `page`: the sum of what the groups
//!     count in the page; `part`: the largest over its parts of (the sum there)·(768 + 256·covered/all)/1024, and of
//!     equal ones the first part. With `rank`'s numbers: `cover` = 256·covered/all; `title` = 256·titled/all; a =
//!     (rank.part·part + rank.page·page)/64; b = a·(256·rank.cover + (256 − rank.cover)·cover)/65536; c = b·(65536 +
//!     rank.title·title)/65536; and c·rank.foreign/256 if the page lacks the reader's language. Pages in order of
//!     score, then number. The heading shown is that of the best part. A page is also *translated* when none of what it
//!     has of the sought terms was typed, begun or misspelled.
//! 14. **Signatures first.** Incidents whose signatures match the text, in the order of [`matching`](crate::matching),
//!     stand before all others.

mod blocks;
mod bytes;
mod findable;
mod fold;
mod lexicon;
mod lists;
mod manifest;
mod pages;
mod parts;
mod query;
mod rank;
mod read;
mod shards;
pub mod signatures;
mod spelling;
mod tells;
mod text;
mod weigh;
mod write;

pub use bytes::pack;
pub use findable::{Hidden, hidden};
pub use manifest::Manifest;
pub use pages::{Files, add, name_in, of_site, searched};
pub use parts::{Block, Section, parts};
pub use query::{Wanted, wanted};
pub use rank::{Hit, Origin, Sought, Sums, hits, sought};
pub use read::{Broken, Index, MANIFEST, Term};
pub use text::{Kind, terms};
pub use weigh::{Document, Part, Text};
pub use write::{Site, files};
