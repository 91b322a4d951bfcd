//! The results of a query, best first.

use super::manifest::Rank;
use super::query::{self, TYPED, Wanted};
use super::read::{Broken, Index, Term};
use super::spelling;
use super::text::Kind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    pub found: Arc<Term>,
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
    /// Of the best part, less for what that lacks of the query.
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
    let mut push = |term: String, origin: Origin, share: u64, idf: u8, found: Arc<Term>| {
        let weight = share * u64::from(idf) * u64::from(found.weight);
        sought.push(Sought { group, term, origin, weight, found });
    };
    let share = if wanted.kind == Kind::Number { rank.number } else { 64 };
    if let Some(found) = index.term(&wanted.term)? {
        let translations = found.translations.clone();
        push(wanted.term.clone(), Origin::Typed, share, found.idf, found);
        for (term, share) in translations.into_iter().filter(|_| typed) {
            if let Some(found) = index.term(&term)? {
                push(term, Origin::Translated, u64::from(share), found.idf, found);
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
    let mut guesses = Vec::new();
    for (term, origin, share) in others {
        if let Some(found) = index.term(&term)? {
            guesses.push((term, origin, share, found));
        }
    }
    // One of them is meant, and a rare one is no better a guess for being rare.
    let idf = guesses.iter().map(|(.., found)| found.idf).min().unwrap_or(0);
    for (term, origin, share, found) in guesses {
        push(term, origin, share, idf, found);
    }
    Ok(())
}

/// The pages that have any of the terms, best first; `language` is the reader's.
pub fn hits(index: &Index<'_>, sought: &[Sought], language: usize) -> Vec<Hit> {
    let pages = sought.iter().flat_map(|sought| &sought.found.postings).map(|(page, _)| *page as usize);
    let pages: BTreeSet<usize> = pages.collect();
    let mut hits: Vec<Hit> = pages.into_iter().map(|page| score_of(index, sought, page, language)).collect();
    hits.sort_by_key(|hit| (Reverse(hit.score), hit.page));
    hits
}

/// What a page scores.
pub fn score_of(index: &Index<'_>, sought: &[Sought], page: usize, language: usize) -> Hit {
    let mut sums = Sums { foreign: !index.manifest.has(language, page), ..Sums::default() };
    let mut parts: BTreeMap<u16, (u64, u64)> = BTreeMap::new();
    for group in sought.chunk_by(|a, b| a.group == b.group) {
        let (mut of_page, mut title) = (Group::default(), 0);
        let mut of_parts: BTreeMap<u16, Group> = BTreeMap::new();
        for Sought { weight, found, .. } in group {
            let Some(posting) = found.posting(page) else { continue };
            of_page.add(*weight, posting.page);
            for &(part, strength) in posting.parts() {
                of_parts.entry(part).or_default().add(*weight, strength);
            }
            title = title.max(if posting.title { *weight } else { 0 });
        }
        sums.page += of_page.sum();
        sums.cover += of_page.weight;
        sums.title += title;
        for (part, group) in of_parts {
            let (sum, cover) = parts.entry(part).or_default();
            *sum += group.sum();
            *cover += group.weight;
        }
    }
    let all = all(sought);
    let best =
        parts.into_iter().map(|(part, (sum, cover))| (sum * (768 + share(cover, all)) / 1024, Reverse(part))).max();
    sums.part = best.map_or(0, |best| best.0);
    let (score, sums) = score(&index.manifest.rank, sums, all);
    Hit { page, score, part: best.map(|(_, part)| usize::from(part.0)), sums }
}

/// What the terms count that stand for one of the query, in a page or in a part of it.
#[derive(Default)]
struct Group {
    /// The greatest weight.
    weight: u64,
    /// The greatest of weight times strength.
    most: u64,
    /// All of them.
    all: u64,
}

impl Group {
    fn add(&mut self, weight: u64, strength: u8) {
        let much = weight * u64::from(strength);
        self.weight = self.weight.max(weight);
        self.most = self.most.max(much);
        self.all += much;
    }

    /// They say one thing: beside the one that counts most, the others count a quarter.
    fn sum(&self) -> u64 {
        self.most + (self.all - self.most) / 4
    }
}

/// The most that a page can score that has only some of the terms.
pub fn most_of(index: &Index<'_>, sought: &[Sought], some: &[&Sought]) -> u64 {
    let weights: u64 = some.iter().map(|sought| sought.weight).sum();
    let mut most: BTreeMap<usize, u64> = BTreeMap::new();
    for sought in some {
        let most = most.entry(sought.group).or_default();
        *most = sought.weight.max(*most);
    }
    let covered = most.values().sum();
    let sums = Sums { part: 15 * weights, page: 15 * weights, cover: covered, title: covered, foreign: false };
    score(&index.manifest.rank, sums, all(sought)).0
}

/// The greatest weights of all terms of the query.
fn all(sought: &[Sought]) -> u64 {
    let groups = sought.chunk_by(|a, b| a.group == b.group);
    groups.filter_map(|group| group.iter().map(|sought| sought.weight).max()).sum()
}

/// The score that sums make, of which `cover` and `title` become shares of 256.
fn score(rank: &Rank, sums: Sums, all: u64) -> (u64, Sums) {
    let sums = Sums { cover: share(sums.cover, all), title: share(sums.title, all), ..sums };
    let base = (rank.part * sums.part + rank.page * sums.page) / 64;
    let covered = base * (rank.cover * 256 + (256 - rank.cover) * sums.cover) / 65536;
    let titled = covered * (65536 + rank.title * sums.title) / 65536;
    (if sums.foreign { titled * rank.foreign / 256 } else { titled }, sums)
}

/// How much of `all` it is, of 256.
fn share(of: u64, all: u64) -> u64 {
    (of * 256).checked_div(all).unwrap_or(0)
}
