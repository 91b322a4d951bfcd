//! The results of a query, best first.

use super::query::{self, TYPED, Wanted};
use super::read::{Broken, Index, Term};
use super::spelling;
use super::text::Kind;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How a term came to be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It stands in the query.
    Typed,
    /// It begins with the last word of the query.
    Begun,
    /// It is a slip or two away from a word of the query that no page has.
    Misspelled,
    /// It is what a term of the query is called in another language.
    Translated,
}

/// A term that is looked for in place of one of the query.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Which term of the query it stands for.
    pub group: usize,
    /// The term.
    pub term: String,
    /// How it came.
    pub origin: Origin,
    /// What a page's strength is multiplied with.
    pub weight: u64,
    /// Where it stands.
    pub found: Term,
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub page: usize,
    /// Its score.
    pub score: u64,
    /// The part that fits best; `None` when only the title or a name does.
    pub part: Option<usize>,
    /// The sums that the score is made of.
    pub sums: Sums,
}

/// What the score of a page is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Of the best part.
    pub part: u64,
    /// Of the page.
    pub page: u64,
    /// How much of the query the page has, of 256.
    pub cover: u64,
    /// How much of the query its title and names have, of 256.
    pub title: u64,
    /// Whether the reader's language lacks it.
    pub foreign: bool,
}

/// The terms that a query looks for.
///
/// # Errors
/// When a file is missing or broken.
pub fn sought(index: &Index<'_>, text: &str) -> Result<Vec<Sought>, Broken> {
    let wanted = query::wanted(text, &index.manifest);
    let typed = wanted.len() <= TYPED;
    let mut sought = Vec::new();
    for (group, wanted) in wanted.iter().enumerate() {
        add(index, &mut sought, group, wanted, typed)?;
    }
    Ok(sought)
}

fn add(index: &Index<'_>, sought: &mut Vec<Sought>, group: usize, wanted: &Wanted, typed: bool) -> Result<(), Broken> {
    let rank = &index.manifest.rank;
    let mut push = |term: String, origin: Origin, share: u64, found: Term| {
        let weight = share * u64::from(found.idf) * u64::from(found.weight);
        sought.push(Sought { group, term, origin, weight, found });
    };
    let share = if wanted.kind == Kind::Number { rank.number } else { 64 };
    if let Some(found) = index.term(&wanted.term)? {
        let translations = found.translations.clone();
        push(wanted.term.clone(), Origin::Typed, share, found);
        for (term, share) in translations.into_iter().filter(|_| typed) {
            if let Some(found) = index.term(&term)? {
                push(term, Origin::Translated, u64::from(share), found);
            }
        }
        return Ok(());
    }
    if !typed || wanted.kind != Kind::Word {
        return Ok(());
    }
    let mut others = Vec::new();
    if wanted.open {
        let mut completions = index.completions(&wanted.term)?;
        completions.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
        others.extend(completions.into_iter().take(3).map(|(_, term)| (term, Origin::Begun, rank.prefix)));
    }
    if others.is_empty() {
        let near = spelling::near(index, &wanted.term)?;
        others.extend(near.into_iter().map(|(slips, term)| (term, Origin::Misspelled, rank.slips[slips - 1])));
    }
    for (term, origin, share) in others {
        if let Some(found) = index.term(&term)? {
            push(term, origin, share, found);
        }
    }
    Ok(())
}

/// What is known of a page while the terms are gone through.
#[derive(Default)]
struct Sum {
    page: u64,
    parts: BTreeMap<usize, u64>,
    /// For the term of the query that is gone through: the most that it is covered by, in the page and in its title.
    cover: u64,
    title: u64,
    open: (usize, u64, u64),
}

impl Sum {
    fn close(&mut self) {
        self.cover += self.open.1;
        self.title += self.open.2;
        (self.open.1, self.open.2) = (0, 0);
    }
}

/// The pages that have any of the terms, best first; `language` is the reader's.
pub fn hits(index: &Index<'_>, sought: &[Sought], language: usize) -> Vec<Hit> {
    let rank = &index.manifest.rank;
    let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
    let mut most: BTreeMap<usize, u64> = BTreeMap::new();
    for term in sought {
        let best = most.entry(term.group).or_default();
        *best = term.weight.max(*best);
        for (page, posting) in &term.found.postings {
            let sum = sums.entry(*page).or_default();
            sum.page += term.weight * u64::from(posting.page);
            for &(part, strength) in &posting.parts {
                *sum.parts.entry(part).or_default() += term.weight * u64::from(strength);
            }
            if sum.open.0 != term.group {
                sum.close();
                sum.open.0 = term.group;
            }
            sum.open.1 = sum.open.1.max(term.weight);
            sum.open.2 = sum.open.2.max(if posting.title { term.weight } else { 0 });
        }
    }
    let all: u64 = most.values().sum();
    let has = index.manifest.having(language);
    let hit = |(page, mut sum): (usize, Sum)| {
        sum.close();
        let best = sum.parts.iter().map(|(&part, &sum)| (sum, Reverse(part))).max();
        let share = |of: u64| (of * 256).checked_div(all).unwrap_or(0);
        let sums = Sums {
            part: best.map_or(0, |best| best.0),
            page: sum.page,
            cover: share(sum.cover),
            title: share(sum.title),
            foreign: !has(page),
        };
        let base = (rank.part * sums.part + rank.page * sums.page) / 64;
        let covered = base * (rank.cover * 256 + (256 - rank.cover) * sums.cover) / 65536;
        let titled = covered * (65536 + rank.title * sums.title) / 65536;
        let score = if sums.foreign { titled * rank.foreign / 256 } else { titled };
        Hit { page, score, part: best.map(|(_, part)| part.0), sums }
    };
    let mut hits: Vec<Hit> = sums.into_iter().map(hit).collect();
    hits.sort_by_key(|hit| (Reverse(hit.score), hit.page));
    hits
}
