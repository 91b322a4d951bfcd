//! One signature in a part of a log, by the letter of rules 4 to 6.

use super::signature::Signature;
use super::window::Window;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most line ends in a match, and most bytes.
pub(super) const MOST_BREAKS: usize = 7;
pub(super) const MOST_BYTES: usize = 8192;

/// A match, in characters of its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The pieces; of a cut match those that are whole, and the part of the next one that is there, perhaps empty.
    pub(super) pieces: Vec<Range<usize>>,
    pub(super) cut: bool,
    /// How many characters of the pieces are there.
    pub(super) shown: usize,
}

impl Found {
    /// All of it.
    pub(super) fn range(&self) -> Range<usize> {
        let first = self.pieces.first().expect("a match has a piece");
        first.start..self.pieces.last().map_or(first.end, |last| last.end)
    }
}

/// All matches of a signature, sorted by where they begin.
pub(super) fn matches(window: &Window, signature: &Signature) -> Vec<Found> {
    let traces: Vec<Trace> = (0..signature.pieces.len()).map(|piece| trace(window, signature, piece)).collect();
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    let last = traces.len() - 1;
    for occurrence in traces[last].occurrences(signature.pieces[last].characters.len()) {
        if let Some(whole) = chain(window, signature, &traces, last, occurrence, false) {
            found.entry(whole.range().start).or_insert(whole);
        }
    }
    for cut in cuts(window, signature, &traces) {
        let known = found.entry(cut.range().start).or_insert_with(|| cut.clone());
        if known.cut && known.shown < cut.shown {
            *known = cut;
        }
    }
    found.into_values().collect()
}

/// Where a piece stands in a window.
struct Trace {
    /// One past each occurrence.
    ends: Vec<usize>,
    /// For each mark of the window, how much of the piece stands before it without being all of it.
    begun: Vec<usize>,
}

impl Trace {
    fn occurrences(&self, length: usize) -> impl Iterator<Item = Range<usize>> {
        self.ends.iter().map(move |&end| end - length..end)
    }
}

fn trace(window: &Window, signature: &Signature, piece: usize) -> Trace {
    let piece = &signature.pieces[piece];
    let (mut ends, mut begun, mut state) = (Vec::new(), Vec::with_capacity(window.marks.len()), 0);
    let mut marks = window.marks.iter().peekable();
    for (at, &character) in window.characters.iter().enumerate() {
        if marks.next_if_eq(&&at).is_some() {
            begun.push(piece.begun(state));
        }
        state = piece.step(state, signature.fold(character));
        if state == piece.characters.len() {
            ends.push(at + 1);
        }
    }
    if marks.next().is_some() {
        begun.push(piece.begun(state));
    }
    Trace { ends, begun }
}

/// The match whose piece number `piece` is at `at`: before it the nearest occurrence of each piece.
fn chain(
    window: &Window,
    signature: &Signature,
    traces: &[Trace],
    piece: usize,
    at: Range<usize>,
    cut: bool,
) -> Option<Found> {
    let mut pieces = vec![at.clone()];
    let mut shown = at.len();
    let mut next = at.start;
    for before in (0..piece).rev() {
        let ends = &traces[before].ends;
        let end = ends[..ends.partition_point(|&end| end <= next)].last().copied()?;
        let cut_here = cut && pieces.len() == 1 && at.is_empty();
        if !window.may_span(end, next, cut_here) {
            return None;
        }
        let length = signature.pieces[before].characters.len();
        pieces.push(end - length..end);
        shown += length;
        next = end - length;
    }
    pieces.reverse();
    let found = Found { pieces, cut, shown };
    let range = found.range();
    let small = window.breaks_in(&range) <= MOST_BREAKS && window.bytes_of(&range).len() <= MOST_BYTES;
    small.then_some(found)
}

/// The matches that break off at a mark of the window.
fn cuts(window: &Window, signature: &Signature, traces: &[Trace]) -> Vec<Found> {
    let Some(least) = signature.least_shown() else { return Vec::new() };
    let lengths: Vec<usize> = signature.pieces.iter().map(|piece| piece.characters.len()).collect();
    let mut found = Vec::new();
    for (index, &mark) in window.marks.iter().enumerate() {
        for piece in (0..traces.len()).rev() {
            let begun = traces[piece].begun[index];
            if lengths[..piece].iter().sum::<usize>() + begun < least {
                continue;
            }
            let part = mark - begun..mark;
            if let Some(cut) = chain(window, signature, traces, piece, part, true) {
                found.push(cut);
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signature: &str, log: &str, expected: &[&str]) {
        let window = Window::read(log.as_bytes(), true);
        let signature = Signature::parse(signature).unwrap();
        let texts: Vec<String> = matches(&window, &signature)
            .iter()
            .map(|found| {
                let text = log[window.bytes_of(&found.range())].replace('\n', "/");
                if found.cut { format!("{text} ({})", found.shown) } else { text }
            })
            .collect();
        assert_eq!(texts, expected, "{log}");
    }

    #[test]
    fn the_nearest_pieces_make_the_match() {
        check("model {m} not allowed", "a model x not allowed", &["model x not allowed"]);
        check("model {m} not allowed", "model a; model b not allowed", &["model b not allowed"]);
        check("model {m} not allowed", "model a not allowed not allowed", &["model a not allowed"]);
        check("model {m} not allowed", "model not allowed", &["model not allowed"]);
        check("model {m} not allowed", "not allowed model", &[]);
        check("pairing required", "pairing requiredpairing  required", &["pairing required", "pairing  required"]);
    }

    #[test]
    fn a_variable_part_ends_with_its_entry() {
        let signature = "model {m} not allowed";
        check(signature, "model x\nnot allowed", &["model x/not allowed"]);
        check(signature, "model\nx\nnot allowed", &["model/x/not allowed"]);
        check(signature, "model\nx\ny\nnot allowed", &[]);
        check(signature, "model x\n10:00 not allowed", &[]);
        check(signature, "model x\nmodel y not\nallowed", &["model y not/allowed"]);
        check("it was not allowed", "it\nwas\n\nnot\nallowed", &["it/was//not/allowed"]);
        check("it was not allowed", "it\n\n\n\n\n\n\nwas not\nallowed", &[]);
    }

    #[test]
    fn a_signature_that_breaks_off_is_a_cut_match() {
        let signature = "Gateway start blocked: existing config is missing {key} of {file} here";
        let whole = "Gateway start blocked: existing config is missing";
        check(signature, "Gateway start blocked: existing con…", &["Gateway start blocked: existing con (31)"]);
        check(signature, "Gateway start blocked: existing con...x", &["Gateway start blocked: existing con (31)"]);
        check(signature, "Gateway start blocked: existing con\nx", &["Gateway start blocked: existing con (31)"]);
        check(signature, "Gateway start blocked: existing con x", &[]);
        check(signature, "Gateway start blocked: exist", &[]);
        check(signature, &format!("{whole} mode o"), &[&format!("{whole} mode o (44)")]);
        check(signature, &format!("{whole} mode of x"), &[&format!("{whole} mode of x (45)")]);
        check(signature, &format!("{whole} mode of x\nhere"), &[&format!("{whole} mode of x/here")]);
        check("pairing required now", "pairing required", &[]);
    }
}
