//! Which terms of one language stand for which of another, learned from pages that have both.
//!
//! In come the pages; out goes for each term the two that stand most often in the other language where it stands in its
//! own. Titles and headings alone are compared: they say one thing in few words, and are few.

use super::text::{self, Kind};
use super::weigh::{Document, Text};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Terms of another language that a term stands for, each with what it counts for, of 64.
pub type Lexicon = BTreeMap<String, Vec<(String, u8)>>;

/// Terms of a line in two languages, each without those of the other.
type Line = [BTreeSet<String>; 2];

/// At most so many terms are learned for one.
const MOST: usize = 2;

/// In so many lines two terms stand together at least.
const LEAST: u32 = 3;

/// How much of 64 the lines with both must be of the lines with either, at least (Dice's measure).
const SAME: u32 = 20;

/// How much of what it is sure of a translation counts for, of 64.
const SHARE: u32 = 48;

/// How much a translation of the glossary counts for, of 64.
const WRITTEN: usize = 56;

/// The lexicon of the pages, and of a glossary, which goes before.
pub fn lexicon(documents: &[Document], glossary: &[(String, String)]) -> Lexicon {
    let lines: Vec<Line> = documents.par_iter().flat_map_iter(lines).collect();
    let mut alone: [HashMap<&str, u32>; 2] = [HashMap::new(), HashMap::new()];
    for line in &lines {
        for (terms, alone) in line.iter().zip(&mut alone) {
            for term in terms {
                *alone.entry(term).or_default() += 1;
            }
        }
    }
    let mut together: HashMap<(&str, &str), u32> = HashMap::new();
    for [one, other] in &lines {
        for a in one.iter().filter(|a| alone[0][a.as_str()] >= LEAST) {
            for b in other.iter().filter(|b| alone[1][b.as_str()] >= LEAST) {
                *together.entry((a, b)).or_default() += 1;
            }
        }
    }
    let same = |((a, b), both): ((&str, &str), u32)| 128 * both / (alone[0][a] + alone[1][b]);
    let mut pairs: Vec<_> = together
        .into_iter()
        .filter(|&(pair, both)| both >= LEAST && same((pair, both)) >= SAME)
        .map(|(pair, both)| (Reverse(same((pair, both))), pair))
        .collect();
    pairs.sort_unstable();
    let mut lexicon = written(glossary);
    for (Reverse(same), (a, b)) in pairs {
        let share = u8::try_from(same * SHARE / 64).unwrap_or(64).min(64);
        for (from, to) in [(a, b), (b, a)] {
            let known = lexicon.entry(from.to_owned()).or_default();
            if known.len() < MOST {
                known.push((to.to_owned(), share));
            }
        }
    }
    lexicon
}

/// What a glossary says, in both directions; several terms that stand for one share what it counts for.
fn written(glossary: &[(String, String)]) -> Lexicon {
    let mut lexicon = Lexicon::new();
    for (one, other) in glossary {
        let (one, other) = (words(one), words(other));
        for (from, to) in [(&one, &other), (&other, &one)] {
            let share = u8::try_from(WRITTEN / to.len().max(1)).unwrap_or(0);
            for term in from {
                lexicon.entry(term.clone()).or_default().extend(to.iter().map(|to| (to.clone(), share)));
            }
        }
    }
    lexicon
}

/// The titles and headings of a page in each two of its languages.
fn lines(document: &Document) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, one) in document.texts.iter().enumerate() {
        for other in &document.texts[at + 1..] {
            lines.push(line(&one.title, &other.title));
            let headings: BTreeMap<usize, &str> = headings(other).collect();
            let same = headings_of_both(one, &headings);
            lines.extend(same.map(|(one, other)| line(one, other)));
        }
    }
    lines
}

fn headings(text: &Text) -> impl Iterator<Item = (usize, &str)> {
    let parts = text.parts.iter().filter(|part| !part.heading.is_empty());
    parts.map(|part| (part.number, part.heading.as_str()))
}

fn headings_of_both<'t>(one: &'t Text, other: &BTreeMap<usize, &'t str>) -> impl Iterator<Item = (&'t str, &'t str)> {
    headings(one).filter_map(|(number, heading)| Some((heading, *other.get(&number)?)))
}

fn line(one: &str, other: &str) -> Line {
    let (one, other) = (words(one), words(other));
    [&one - &other, &other - &one]
}

fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    text::terms(text, &mut |term, kind| {
        if kind == Kind::Pair || kind == Kind::Word && term.len() > 2 {
            words.insert(term.to_owned());
        }
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glossary_leads_from_each_language_to_the_other() {
        let lexicon = lexicon(&[], &[("rate limit".to_owned(), "限流".to_owned())]);
        assert_eq!(lexicon["rate"], [("限流".to_owned(), 56)]);
        assert_eq!(lexicon["限流"], [("limit".to_owned(), 28), ("rate".to_owned(), 28)]);
    }
}
