//! The sections of a page, in all its languages, into numbered parts.
//!
//! A long section is cut into pieces of a few paragraphs, because what answers a query stands close together. What is
//! the same section in two languages has the same numbers, so that the words of both speak for it.

use super::weigh::Part;

/// What stands below a heading, up to the next.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its anchor; empty for what stands before the first heading.
    pub anchor: String,
    /// Its words.
    pub heading: String,
    /// Paragraphs and blocks of code, in order.
    pub blocks: Vec<Block>,
}

/// A paragraph, a row of a table, an item of a list or a block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its text.
    pub text: String,
    /// Whether it is code.
    pub is_code: bool,
}

/// A piece is ended behind the block with which it has so many bytes.
const PIECE: usize = 400;

/// An anchor, a heading, and how many numbers of parts are its own.
pub type Outline = Vec<(String, String, usize)>;

/// The parts of each language, and its outline from part 0 on.
pub fn parts(languages: &[Vec<Section>]) -> Vec<(Vec<Part>, Outline)> {
    let slots = slots(languages);
    let cut: Vec<Vec<Vec<Part>>> = languages.iter().map(|sections| sections.iter().map(pieces).collect()).collect();
    let count = slots.iter().flatten().max().map_or(0, |last| last + 1);
    let mut sizes = vec![0; count];
    for (slots, sections) in slots.iter().zip(&cut) {
        for (&slot, pieces) in slots.iter().zip(sections) {
            sizes[slot] = pieces.len().max(sizes[slot]);
        }
    }
    let first = |slot: usize| sizes[..slot].iter().sum::<usize>();
    let mut numbered = Vec::with_capacity(languages.len());
    for ((sections, slots), cut) in languages.iter().zip(&slots).zip(cut) {
        let mut outline: Outline = sizes.iter().map(|&size| (String::new(), String::new(), size)).collect();
        let mut parts = Vec::new();
        for ((section, &slot), pieces) in sections.iter().zip(slots).zip(cut) {
            outline[slot].0.clone_from(&section.anchor);
            outline[slot].1.clone_from(&section.heading);
            parts.extend(pieces.into_iter().zip(first(slot)..).map(|(part, number)| Part { number, ..part }));
        }
        while outline.last().is_some_and(|(anchor, ..)| anchor.is_empty()) {
            outline.pop();
        }
        numbered.push((parts, outline));
    }
    numbered
}

/// For each section of each language which of the page's sections it is: by its place when all languages have as many,
/// else by its anchor.
fn slots(languages: &[Vec<Section>]) -> Vec<Vec<usize>> {
    let Some(first) = languages.first() else { return Vec::new() };
    if languages.iter().all(|sections| sections.len() == first.len()) {
        return languages.iter().map(|sections| (0..sections.len()).collect()).collect();
    }
    let mut known: Vec<&str> = first.iter().map(|section| section.anchor.as_str()).collect();
    let mut slots = vec![(0..first.len()).collect()];
    for sections in &languages[1..] {
        let mut own = Vec::new();
        for section in sections {
            let at = known.iter().position(|anchor| *anchor == section.anchor).unwrap_or_else(|| {
                known.push(&section.anchor);
                known.len() - 1
            });
            own.push(at);
        }
        slots.push(own);
    }
    slots
}

fn pieces(section: &Section) -> Vec<Part> {
    let mut pieces = vec![Part { heading: section.heading.clone(), ..Part::default() }];
    for block in &section.blocks {
        let last = pieces.last_mut().expect("it begins with one");
        let text = if block.is_code { &mut last.code } else { &mut last.prose };
        text.push_str(&block.text);
        text.push('\n');
        if last.prose.len() + last.code.len() > PIECE {
            pieces.push(Part::default());
        }
    }
    if pieces.len() > 1 && pieces.last().is_some_and(|last| last.prose.is_empty() && last.code.is_empty()) {
        pieces.pop();
    }
    pieces
}
