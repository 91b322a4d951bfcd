//! How much a term tells: by how few pages have it, and, of two characters, by how much they are a word.

use super::blocks::Entry;
use super::text::is_ideographic;
use std::collections::HashMap;

/// How much a term tells that `having` of `pages` pages have: 16 times a natural logarithm.
pub fn idf(pages: u32, having: u32) -> u8 {
    if having == 0 {
        return 0;
    }
    let (pages, having) = (f64::from(pages), f64::from(having));
    byte(16.0 * (1.0 + (pages - having + 0.5) / (having + 0.5)).ln())
}

fn byte(number: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let byte = number.round() as u8;
    byte
}

/// What a term weighs that is a word or a name.
pub const WORD: u8 = 15;

/// How closely characters hold together in pairs: what a dictionary of words would tell.
pub struct Bonds {
    characters: HashMap<char, f64>,
    all: f64,
}

impl Bonds {
    /// Counts the pairs.
    pub fn of(entries: &[Entry<'_>]) -> Self {
        let mut bonds = Self { characters: HashMap::new(), all: 0.0 };
        for entry in entries {
            for character in pair(entry.term).into_iter().flatten() {
                *bonds.characters.entry(character).or_default() += f64::from(entry.pages);
                bonds.all += f64::from(entry.pages);
            }
        }
        bonds
    }

    /// [`WORD`] for words and for pairs that are seen together far more often than chance would have it, down to 4.
    pub fn weight(&self, entry: &Entry<'_>) -> u8 {
        let Some([a, b]) = pair(entry.term).filter(|_| entry.pages > 0) else { return WORD };
        let chance = self.characters[&a] * self.characters[&b] / self.all / 2.0;
        let bond = (f64::from(entry.pages) / chance).ln() / 2.5;
        byte(f64::from(WORD) * bond.clamp(0.3, 1.0))
    }
}

fn pair(term: &str) -> Option<[char; 2]> {
    let mut characters = term.chars();
    let pair = [characters.next()?, characters.next()?];
    (characters.next().is_none() && pair.iter().all(|&c| is_ideographic(c))).then_some(pair)
}
