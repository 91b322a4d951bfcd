//! A page into the terms that find it: in comes a [`Document`], out go [`Posting`]s.
//!
//! A strength needs nothing but the page itself: lengths are held against fixed ones. So pages are read one by one and
//! in parallel.

use super::text::{self, Kind};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A page in all its languages, as the search sees it.
#[derive(Debug, Default, Clone)]
pub struct Document {
    /// Its translations, in the order of the site's languages.
    pub texts: Vec<Text>,
    /// What it can be filtered by, such as `#severity/high`.
    pub facets: Vec<String>,
    /// Its tags: their words count.
    pub tags: Vec<String>,
    /// Error text that identifies it, each with the id of the incident.
    pub signatures: Vec<(String, String)>,
}

/// A page in one language.
#[derive(Debug, Default, Clone)]
pub struct Text {
    /// Which of the site's languages it is in.
    pub language: usize,
    /// The title.
    pub title: String,
    /// Its route: the words of it count, and its last part is a name.
    pub route: String,
    /// Id, synonyms, signatures.
    pub names: Vec<String>,
    /// The text, in parts.
    pub parts: Vec<Part>,
    /// What the list of results shows of it.
    pub row: serde_json::Value,
}

/// A piece of the text below a heading.
#[derive(Debug, Default, Clone)]
pub struct Part {
    /// Its number in the page, the same in every language for what is the same.
    pub number: usize,
    /// The heading, in the first piece below it.
    pub heading: String,
    /// The sentences.
    pub prose: String,
    /// The code.
    pub code: String,
}

/// How strongly a term speaks for a page and for its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posting {
    /// For the page, 0 to 15.
    pub page: u8,
    /// Whether it stands in a title or a name.
    pub title: bool,
    count: u8,
    parts: [(u16, u8); MOST_PARTS],
}

impl Posting {
    /// A posting without parts.
    pub fn new(page: u8, title: bool) -> Self {
        Self { page, title, ..Self::default() }
    }

    /// Numbers of parts and how strongly for each, 1 to 15; sorted.
    pub fn parts(&self) -> &[(u16, u8)] {
        &self.parts[..usize::from(self.count)]
    }

    /// Adds a part behind the others; one too many is left out.
    pub fn push(&mut self, part: u16, strength: u8) {
        if let Some(free) = self.parts.get_mut(usize::from(self.count)) {
            *free = (part, strength);
            self.count += 1;
        }
    }
}

/// Reads pages one after the other. A term is known by a number, the same for all of them.
#[derive(Default)]
pub struct Reader {
    numbers: HashMap<Box<str>, u32>,
    slots: Vec<Slot>,
    /// The terms of the page that is read.
    touched: Vec<u32>,
    /// Term, part, weight: the occurrences in parts of the page that is read.
    found: Vec<(u32, u32, u32)>,
    /// The length of each part of it.
    lengths: Vec<u32>,
}

/// A term in the page that is read; weights are in tenths of a word of the text.
#[derive(Default, Clone)]
struct Slot {
    weight: u32,
    title: bool,
    /// Where its last occurrence is in `found`, plus one.
    last: usize,
    is_word: bool,
}

/// What an occurrence weighs by where it stands, in tenths.
const TITLE: u32 = 80;
const NAME: u32 = 60;
const PLACE: u32 = 30;
const HEADING: u32 = 25;
const CODE: u32 = 12;
const PROSE: u32 = 10;

/// The usual length, half of which is not counted against a text, and the weight at which half the strength is reached.
struct Measure {
    length: f64,
    share: f64,
    half: f64,
}

const OF_PAGE: Measure = Measure { length: 1000.0, share: 0.75, half: 2.5 };
const OF_PART: Measure = Measure { length: 120.0, share: 0.5, half: 1.2 };

/// At most so many parts of a page are kept for a term.
pub const MOST_PARTS: usize = 7;

impl Reader {
    /// Reads a page, and calls `posting` with each of its terms' numbers.
    pub fn read(&mut self, document: &Document, mut posting: impl FnMut(usize, &Posting)) {
        self.lengths.clear();
        for facet in &document.facets {
            self.slot(facet);
        }
        if let Some(text) = document.texts.first() {
            self.text(&text.route, PLACE, None);
            self.text(text.route.rsplit('/').next().unwrap_or_default(), NAME, None);
        }
        for tag in &document.tags {
            self.text(tag, PLACE, None);
        }
        for text in &document.texts {
            self.text(&text.title, TITLE, None);
            for name in &text.names {
                self.text(name, NAME, None);
            }
            for part in &text.parts {
                self.text(&part.heading, HEADING, Some(part.number));
                self.text(&part.prose, PROSE, Some(part.number));
                self.text(&part.code, CODE, Some(part.number));
            }
        }
        self.give(document.texts.len().max(1), &mut posting);
    }

    /// The terms by their numbers, and whether each was seen as a word.
    pub fn terms(self) -> Vec<(Box<str>, bool)> {
        let mut terms = vec![(Box::from(""), false); self.numbers.len()];
        let Self { numbers, slots, .. } = self;
        #[expect(clippy::iter_over_hash_type, reason = "each has a place of its own")]
        for (term, number) in numbers {
            terms[number as usize] = (term, slots[number as usize].is_word);
        }
        terms
    }

    fn slot(&mut self, term: &str) -> u32 {
        let number = if let Some(&number) = self.numbers.get(term) {
            number
        } else {
            let number = u32::try_from(self.slots.len()).expect("a site has fewer terms");
            self.numbers.insert(term.into(), number);
            self.slots.push(Slot::default());
            number
        };
        let slot = &mut self.slots[number as usize];
        if slot.weight == 0 {
            self.touched.push(number);
            slot.weight = 1;
        }
        number
    }

    fn text(&mut self, text: &str, weight: u32, part: Option<usize>) {
        let mut length = 0;
        let part_number = part.map(|part| u32::try_from(part).expect("a page has fewer parts"));
        let mut add = |term: &str, kind: Kind| {
            length += u32::from(kind != Kind::Whole);
            let number = self.slot(term);
            let slot = &mut self.slots[number as usize];
            slot.weight += weight;
            slot.title |= weight >= NAME;
            slot.is_word |= kind == Kind::Word;
            let Some(part) = part_number else { return };
            match slot.last.checked_sub(1).map(|last| &mut self.found[last]) {
                Some(last) if last.1 == part => last.2 += weight,
                _ => {
                    self.found.push((number, part, weight));
                    slot.last = self.found.len();
                }
            }
        };
        text::terms(text, &mut add);
        if weight >= HEADING {
            text::singles(text, &mut add);
        }
        if let Some(part) = part {
            self.lengths.resize(self.lengths.len().max(part + 1), 0);
            self.lengths[part] += length;
        }
    }

    fn give(&mut self, languages: usize, posting: &mut impl FnMut(usize, &Posting)) {
        let languages = f64::from(u32::try_from(languages).unwrap_or(1));
        let length = f64::from(self.lengths.iter().sum::<u32>()) / languages;
        self.found.sort_unstable();
        // What is the same part in two languages is one.
        self.found.dedup_by(|later, first| {
            let same = (later.0, later.1) == (first.0, first.1);
            first.2 += if same { later.2 } else { 0 };
            same
        });
        self.touched.sort_unstable();
        let mut at = 0;
        let mut parts: Vec<(u16, u8)> = Vec::new();
        for &number in &self.touched {
            let slot = &mut self.slots[number as usize];
            parts.clear();
            while let Some(&(_, part, weight)) = self.found.get(at).filter(|found| found.0 == number) {
                let length = f64::from(self.lengths[part as usize]) / languages;
                if let Ok(part) = u16::try_from(part) {
                    parts.push((part, OF_PART.strength(weight, length).max(1)));
                }
                at += 1;
            }
            parts.sort_by_key(|&(part, strength)| (Reverse(strength), part));
            parts.truncate(MOST_PARTS);
            parts.sort_unstable();
            let page = OF_PAGE.strength(slot.weight - 1, length);
            let mut given = Posting::new(page, slot.title);
            for &(part, strength) in &parts {
                given.push(part, strength);
            }
            *slot = Slot { is_word: slot.is_word, ..Slot::default() };
            posting(number as usize, &given);
        }
        self.touched.clear();
        self.found.clear();
    }
}

impl Measure {
    /// 0 to 15: nearer to 15 the heavier a term is, and the shorter the text that it stands in.
    fn strength(&self, weight: u32, length: f64) -> u8 {
        let weight = f64::from(weight) / 10.0;
        let half = self.half * (1.0 - self.share + self.share * length / self.length);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 15")]
        let strength = (15.0 * weight / (weight + half)).round() as u8;
        strength
    }
}
