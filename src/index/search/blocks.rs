//! The terms of all pages: [`Document`]s in, sorted [`Entry`]s out.
//!
//! Pages are read in blocks, in parallel. Each block becomes a small index of its own whose postings are bytes already,
//! and an entry points to its pieces in them: memory holds the postings as they are written, not as they are counted.

use super::bytes::{Bytes, put};
use super::weigh::{Document, Posting, Reader};
use rayon::prelude::*;
use std::cmp::Reverse;

/// How many pages are read as one piece of work.
const BLOCK: usize = 128;

/// At most so many pages are kept for a term: those for which it speaks most.
const MOST_PAGES: u32 = 2048;

/// The index of a block of pages, sorted by term.
pub struct Block(Vec<Piece>);

/// The postings of a term in a block.
pub struct Piece {
    term: Box<str>,
    is_word: bool,
    in_title: bool,
    first: usize,
    last: usize,
    pages: u32,
    /// The postings, without the number of the first page.
    bytes: Vec<u8>,
}

impl Block {
    fn new(documents: &[Document], first: usize) -> Self {
        let mut reader = Reader::default();
        let mut pieces: Vec<Piece> = Vec::new();
        for (page, document) in (first..).zip(documents) {
            reader.read(document, |number, posting| {
                if pieces.len() <= number {
                    pieces.resize_with(number + 1, Piece::default);
                }
                pieces[number].add(page, posting);
            });
        }
        for (piece, (term, is_word)) in pieces.iter_mut().zip(reader.terms()) {
            piece.term = term;
            piece.is_word = is_word;
        }
        pieces.sort_unstable_by(|a, b| a.term.cmp(&b.term));
        Self(pieces)
    }
}

impl Default for Piece {
    fn default() -> Self {
        Self { term: "".into(), is_word: false, in_title: false, first: 0, last: 0, pages: 0, bytes: Vec::new() }
    }
}

impl Piece {
    fn add(&mut self, page: usize, posting: &Posting) {
        if self.pages == 0 {
            self.first = page;
        } else {
            put(&mut self.bytes, page - self.last);
        }
        self.last = page;
        self.pages += 1;
        self.in_title |= posting.title;
        put_posting(&mut self.bytes, posting);
    }
}

fn put_posting(bytes: &mut Vec<u8>, posting: &Posting) {
    let count = u8::try_from(posting.parts().len()).expect("few parts are kept");
    bytes.push(posting.page << 4 | u8::from(posting.title) << 3 | count);
    let mut last = 0;
    for &(part, strength) in posting.parts() {
        put(bytes, usize::from(part - last) << 4 | usize::from(strength));
        last = part;
    }
}

/// Reads a posting without its page.
pub fn take_posting(bytes: &mut Bytes<'_>) -> Option<Posting> {
    let head = bytes.byte()?;
    let mut posting = Posting::new(head >> 4, head & 8 != 0);
    let mut part = 0_u16;
    for _ in 0..head & 7 {
        let number = bytes.number()?;
        part = part.checked_add(u16::try_from(number >> 4).ok()?)?;
        posting.push(part, u8::try_from(number & 15).ok()?);
    }
    Some(posting)
}

/// A term of the whole index.
pub struct Entry<'b> {
    /// The term.
    pub term: &'b str,
    /// How many pages have it.
    pub pages: u32,
    /// Whether it is a word, not only an identifier.
    pub is_word: bool,
    /// Whether it stands in a title or a name.
    pub in_title: bool,
    pieces: &'b [&'b Piece],
}

/// Reads the pages.
pub fn blocks(documents: &[Document]) -> Vec<Block> {
    documents.par_chunks(BLOCK).enumerate().map(|(at, block)| Block::new(block, at * BLOCK)).collect()
}

/// The pieces of all blocks, sorted by term.
pub fn pieces(blocks: &[Block]) -> Vec<&Piece> {
    let mut pieces: Vec<&Piece> = blocks.iter().flat_map(|block| &block.0).collect();
    pieces.par_sort_by(|a, b| a.term.cmp(&b.term));
    pieces
}

/// The terms, each with its pieces.
pub fn entries<'b>(pieces: &'b [&'b Piece]) -> Vec<Entry<'b>> {
    let entries = pieces.chunk_by(|a, b| a.term == b.term).map(|pieces| Entry {
        term: &pieces[0].term,
        pages: pieces.iter().map(|piece| piece.pages).sum(),
        is_word: pieces.iter().any(|piece| piece.is_word),
        in_title: pieces.iter().any(|piece| piece.in_title),
        pieces,
    });
    entries.collect()
}

impl Entry<'_> {
    /// The postings as they are written: of a term that very many pages have, those for which it speaks most.
    pub fn postings(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut last = 0;
        if self.pages <= MOST_PAGES || self.term.starts_with('#') {
            for piece in self.pieces {
                put(&mut bytes, piece.first - last);
                bytes.extend_from_slice(&piece.bytes);
                last = piece.last;
            }
            return bytes;
        }
        let mut all: Vec<(usize, Posting)> = self.pieces.iter().flat_map(|piece| piece.postings()).collect();
        all.sort_by_key(|(page, posting)| {
            let part = posting.parts().iter().map(|&(_, strength)| strength).max();
            (Reverse((posting.title, part, posting.page)), *page)
        });
        all.truncate(MOST_PAGES as usize);
        all.sort_unstable_by_key(|&(page, _)| page);
        for (page, posting) in &all {
            put(&mut bytes, page - last);
            put_posting(&mut bytes, posting);
            last = *page;
        }
        bytes
    }
}

impl Piece {
    fn postings(&self) -> Vec<(usize, Posting)> {
        let mut bytes = Bytes(&self.bytes);
        let mut page = self.first;
        let mut postings = Vec::new();
        while let Some(posting) = take_posting(&mut bytes) {
            postings.push((page, posting));
            page += bytes.number().unwrap_or(0);
        }
        postings
    }
}
