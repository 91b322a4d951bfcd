//! Whether every page is found by what it is called.
//!
//! In come the pages and their index; out comes each title, id, synonym, signature and error code of a page that finds
//! three other pages before it. A page without the rare words of a name cannot stand before one that has them all, so
//! only pages with a rare word are scored, and of very many some.

use super::pages;
use super::rank::{Sought, most_of, score_of, sought};
use super::read::{Broken, Index};
use crate::model::{Incident, Page, Site};
use crate::source::Spanned;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// So many pages may stand before one.
const BEFORE: usize = 3;

/// So many pages that may stand before one are scored, from all over the site: where hundreds share the words of a name,
/// some dozens of them tell whether it is found, and the work does not grow with their number.
const SCORED: usize = 64;

/// A name by which a page is not found.
#[derive(Debug)]
pub struct Hidden<'s> {
    /// What was looked for, and where it is written.
    pub name: Spanned<String>,
    /// The language in which it was looked for.
    pub language: String,
    /// The first pages that stand before it, and the terms of the name that each has.
    pub before: Vec<(&'s Page, Vec<String>)>,
}

/// The names of active incidents and plain pages by which they are not found.
///
/// # Errors
/// When a file of the index is missing or broken.
pub fn hidden<'s>(site: &'s Site, index: &Index<'_>) -> Result<Vec<Hidden<'s>>, Broken> {
    let pages = pages::searched(site);
    let active = pages.par_iter().enumerate().filter(|(_, page)| page.incident().is_none_or(Incident::is_active));
    let hidden = active.map(|(number, page)| {
        let mut hidden = Vec::new();
        for (name, languages) in pages::called(site, page) {
            let sought = sought(index, &name.value)?;
            for language in languages {
                let before = before(index, &sought, number, language);
                if before.is_some() || sought.is_empty() {
                    let before = before.unwrap_or_default().into_iter();
                    hidden.push(Hidden {
                        name: name.clone(),
                        language: site.config.languages[language].to_string(),
                        before: before.filter_map(|(page, terms)| Some((*pages.get(page)?, terms))).collect(),
                    });
                    break;
                }
            }
        }
        Ok(hidden)
    });
    hidden.collect::<Result<Vec<_>, _>>().map(|hidden| hidden.into_iter().flatten().collect())
}

/// The first pages before a page, if they are too many.
fn before(index: &Index<'_>, sought: &[Sought], page: usize, language: usize) -> Option<Vec<(usize, Vec<String>)>> {
    let own = score_of(index, sought, page, language).score;
    let mut rare: Vec<&Sought> = sought.iter().collect();
    rare.sort_by_key(|sought| sought.found.postings.len());
    let needed = (0..rare.len()).find(|&count| most_of(index, sought, &rare[count..]) < own).unwrap_or(rare.len());
    let others = || rare[..needed].iter().flat_map(|sought| &sought.found.postings);
    let step = others().count() / SCORED + 1;
    let others: BTreeSet<usize> = others().step_by(step).map(|(page, _)| *page as usize).collect();
    let scores = others.into_iter().map(|page| score_of(index, sought, page, language));
    // Of pages with equal scores the first comes first.
    let mut better: Vec<_> = scores.filter(|hit| (Reverse(hit.score), hit.page) < (Reverse(own), page)).collect();
    if better.len() < BEFORE {
        return None;
    }
    better.sort_by_key(|hit| (Reverse(hit.score), hit.page));
    let terms = |page: usize| {
        let has = sought.iter().filter(move |sought| sought.found.posting(page).is_some());
        has.map(|sought| sought.term.clone()).collect()
    };
    Some(better.iter().take(BEFORE).map(|hit| (hit.page, terms(hit.page))).collect())
}
