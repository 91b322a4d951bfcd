//! Which incident a log shows first (rule 8).

use super::Match;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

/// What a log shows of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<I> {
    /// The incident.
    pub incident: I,
    /// The match by which it stands where it does.
    pub best: Match,
    /// The line of its first match, from 1.
    pub first_line: u64,
    /// In how many places it was found: matches that overlap are in one.
    pub count: u64,
    /// Where the last of these places ends.
    until: u64,
}

/// The incidents of a log, counted as their matches come.
#[derive(Debug, Clone)]
pub struct Ranking<I>(BTreeMap<I, Seen<I>>);

/// The incidents of a log in the order in which they are named; `incident_of` tells whose a signature is.
pub fn rank<I: Ord + Copy>(found: impl IntoIterator<Item = Match>, incident_of: impl Fn(usize) -> I) -> Vec<Seen<I>> {
    let mut ranking = Ranking::default();
    for found in found {
        ranking.add(incident_of(found.signature), found);
    }
    ranking.seen()
}

impl<I: Ord + Copy> Ranking<I> {
    /// Adds a match of an incident and says in how many places it was found by now.
    pub fn add(&mut self, incident: I, found: Match) -> u64 {
        let Some(seen) = self.0.get_mut(&incident) else {
            let (first_line, until) = (found.line, found.end);
            self.0.insert(incident, Seen { incident, first_line, count: 1, until, best: found });
            return 1;
        };
        seen.count += u64::from(found.start >= seen.until);
        seen.until = seen.until.max(found.end);
        seen.first_line = seen.first_line.min(found.line);
        if order(&found, &seen.best) == Ordering::Less {
            seen.best = found;
        }
        seen.count
    }

    /// What was seen, in the order in which incidents are named.
    pub fn seen(self) -> Vec<Seen<I>> {
        let mut seen: Vec<Seen<I>> = self.0.into_values().collect();
        seen.sort_by(|a, b| order(&a.best, &b.best).then_with(|| a.incident.cmp(&b.incident)));
        seen
    }
}

impl<I> Default for Ranking<I> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// Whole before cut, more before less, earlier before later.
fn order(a: &Match, b: &Match) -> Ordering {
    let key = |found: &Match| (found.cut, Reverse(found.shown), found.start);
    key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests {
    use super::super::{Matcher, Signature};
    use super::*;

    fn check(log: &str, expected: &[(&str, u64, u64)]) {
        let known = [
            ("A-1", "pairing required: device is asking for more"),
            ("B-1", "pairing required"),
            ("C-1", "token mismatch"),
            ("A-1", "(1008): pairing required"),
        ];
        let matcher = Matcher::new(known.iter().map(|(_, text)| Signature::parse(text).unwrap()).collect());
        let seen = rank(matcher.find(log.as_bytes()), |signature| known[signature].0);
        let seen: Vec<_> = seen.iter().map(|seen| (seen.incident, seen.first_line, seen.count)).collect();
        assert_eq!(seen, expected, "{log}");
    }

    #[test]
    fn whole_and_longer_and_earlier_matches_come_first() {
        check("nothing", &[]);
        check("token mismatch\npairing required", &[("B-1", 2, 1), ("C-1", 1, 1)]);
        check("pairing required\n(1008): pairing required", &[("A-1", 2, 1), ("B-1", 1, 2)]);
        check("x\ntoken mismatch\ny\ntoken mismatch", &[("C-1", 2, 2)]);
        check("pairing required: device is asking…", &[("B-1", 1, 1), ("A-1", 1, 1)]);
        check("(1008): pairing required: device is asking for more", &[("A-1", 1, 1), ("B-1", 1, 1)]);
    }
}
