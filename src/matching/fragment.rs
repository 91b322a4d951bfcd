//! Which bytes of a signature a log is searched for before anything else.
//!
//! A fragment is a part of a word, so that neither white space nor an escape stands in it as long as the log writes it
//! in one go. What could part it (a wrap, a colour, a mark of a quotation) parts only one of two fragments that are near
//! one another; so each signature has two where it has the words for it.

use super::signature::{Piece, Signature};
use std::fmt::Write as _;

/// Lengths of fragments in bytes, the best first: longer ones allow the filter larger steps.
const LENGTHS: [usize; 4] = [7, 6, 5, 4];
/// Most bytes of a fragment.
pub(super) const LONGEST: usize = LENGTHS[0];
/// How far apart, in bytes of the signature, two fragments may begin: less than any line is wide.
const NEAR: usize = 24;

/// A part of a signature to be searched for.
#[derive(Debug, Clone)]
pub struct Fragment {
    /// The bytes, of small letters where case does not count.
    pub bytes: Vec<u8>,
    pub(super) insensitive: bool,
    /// Index of the signature.
    pub signature: usize,
    /// Index of its piece.
    pub piece: usize,
    /// How many characters of the piece end before it.
    pub(super) before: usize,
    /// The first character of the piece that begins in it.
    pub first: usize,
    /// Where in it that character begins.
    pub skip: usize,
    /// The character of the piece that comes after it.
    pub(super) next: Option<char>,
    /// How rare each four bytes of it are among the signatures: how many have them.
    pub(super) shared: Vec<usize>,
    /// Where it stands in the signature, in bytes.
    place: usize,
    score: usize,
}

/// How a log may write what is not ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Utf8,
    SmallEscapes,
    LargeEscapes,
}

/// The fragments of all signatures.
pub(super) fn of(signatures: &[Signature]) -> Vec<Fragment> {
    let grams = Grams::of(signatures);
    let mut fragments = Vec::new();
    for (index, signature) in signatures.iter().enumerate() {
        let chosen = choose(signature, index, Spelling::Utf8, &grams);
        let plain = chosen.iter().all(|fragment| fragment.bytes.is_ascii());
        fragments.extend(chosen);
        if !plain {
            fragments.extend(choose(signature, index, Spelling::SmallEscapes, &grams));
            fragments.extend(choose(signature, index, Spelling::LargeEscapes, &grams));
        }
    }
    fragments
}

/// The best pair of fragments, or the best fragment where there is no pair.
fn choose(signature: &Signature, index: usize, spelling: Spelling, grams: &Grams) -> Vec<Fragment> {
    let mut single = None;
    for length in LENGTHS {
        let all = candidates(signature, index, spelling, grams, length);
        let pairs = all.iter().enumerate().flat_map(|(at, first)| {
            let near = all[at + 1..].iter().take_while(move |second| second.place <= first.place + NEAR);
            near.filter(move |second| second.place >= first.place + length).map(move |second| (first, second))
        });
        let best = pairs.max_by_key(|(first, second)| (first.score + second.score, std::cmp::Reverse(first.place)));
        if let Some((first, second)) = best {
            return vec![first.clone(), second.clone()];
        }
        single = single.or_else(|| all.into_iter().max_by_key(|fragment| fragment.score));
    }
    single.into_iter().collect()
}

/// Every fragment of a length, in the order in which they stand.
fn candidates(signature: &Signature, index: usize, spelling: Spelling, grams: &Grams, length: usize) -> Vec<Fragment> {
    let (mut all, mut before, mut place) = (Vec::new(), 0, 0);
    let reach = signature.least_shown().unwrap_or(usize::MAX);
    for (number, piece) in signature.pieces.iter().enumerate() {
        for (from, to, _) in piece.words() {
            // What a cut match need not show is of no use for finding one.
            let to = to.min(reach.saturating_sub(before));
            if from >= to {
                continue;
            }
            let (bytes, starts) = spell(piece, from..to, spelling);
            for (at, window) in bytes.windows(length).enumerate() {
                let next = starts.partition_point(|&start| start < at);
                let skip = starts.get(next).map_or(length, |start| start - at);
                // A character that begins before the fragment and does not end before it is in neither part.
                let before = if skip == 0 || next == 0 { next } else { next - 1 };
                // A fragment that ends within a character has nothing after it that could be compared.
                let after = starts.partition_point(|&start| start < at + length);
                let ends = starts.get(after).map_or(bytes.len(), |&start| start) == at + length;
                let after = piece.characters.get(from + after).filter(|_| ends);
                let around = piece.characters.len().saturating_sub(length).min(12);
                let shared: Vec<usize> = window.windows(4).map(|gram| grams.count(gram)).collect();
                let others = shared.iter().min().map_or(0, |least| least.saturating_sub(1).min(16));
                let rarity = window.iter().map(|&byte| rarity(byte)).sum::<usize>() * 8 / length;
                // What many share weighs most; then how soon a look around it can say no; then what the bytes are.
                let score = (16 - others) * 12 + around * 4 + rarity;
                all.push(Fragment {
                    bytes: window.to_vec(),
                    insensitive: signature.insensitive,
                    signature: index,
                    piece: number,
                    before: from + before,
                    first: from + next,
                    skip,
                    next: after.copied(),
                    shared,
                    place: place + piece.places[from] + at,
                    score,
                });
            }
        }
        before += piece.characters.len();
        place += piece.literal.len() + NEAR;
    }
    all
}

/// The bytes of a word, and where in them its characters begin.
fn spell(piece: &Piece, word: std::ops::Range<usize>, spelling: Spelling) -> (Vec<u8>, Vec<usize>) {
    let (mut text, mut starts) = (String::new(), Vec::new());
    for &character in &piece.characters[word] {
        starts.push(text.len());
        if character.is_ascii() || spelling == Spelling::Utf8 {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = match spelling {
                Spelling::LargeEscapes => write!(text, "\\u{unit:04X}"),
                Spelling::SmallEscapes | Spelling::Utf8 => write!(text, "\\u{unit:04x}"),
            };
        }
    }
    (text.into_bytes(), starts)
}

/// How seldom a byte is met in logs: 0 for the commonest.
fn rarity(byte: u8) -> usize {
    match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'0'..=b'9' | b'.' | b'-' => 0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'h' | b'g' | b'f' => 2,
        b'b' | b'y' | b'w' | b'k' | b'v' | b'_' => 4,
        b'x' | b'j' | b'q' | b'z' => 6,
        _ => 5,
    }
}

/// How many signatures have some four bytes: what many of them have, their logs have often.
struct Grams(Vec<u32>);

impl Grams {
    fn of(signatures: &[Signature]) -> Self {
        let mut all = Vec::new();
        for signature in signatures {
            let mut own: Vec<u32> = Vec::new();
            for (from, to, piece) in signature.pieces.iter().flat_map(Piece::words) {
                own.extend(spell(piece, from..to, Spelling::Utf8).0.windows(4).map(key));
            }
            own.sort_unstable();
            own.dedup();
            all.append(&mut own);
        }
        all.sort_unstable();
        Self(all)
    }

    fn count(&self, gram: &[u8]) -> usize {
        let key = key(gram);
        self.0.partition_point(|&other| other <= key) - self.0.partition_point(|&other| other < key)
    }
}

/// Four bytes as a number; letters that differ in case only are the same.
pub(super) fn key(gram: &[u8]) -> u32 {
    u32::from_le_bytes([gram[0], gram[1], gram[2], gram[3]]) | 0x2020_2020
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signatures: &[&str], expected: &[&str]) {
        let signatures: Vec<Signature> = signatures.iter().map(|text| Signature::parse(text).unwrap()).collect();
        let fragments = of(&signatures);
        let texts: Vec<_> = fragments.iter().map(|fragment| String::from_utf8_lossy(&fragment.bytes)).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_signature_has_two_fragments_that_are_near_one_another() {
        check(&["unknown \"connection_upgrade\" variable"], &["unknown", "n_upgra"]);
        check(&["no space left on device"], &["space", "devic"]);
        check(&["errno 28 too"], &["errno"]);
    }

    #[test]
    fn what_signatures_share_is_left_out() {
        check(
            &["gateway startup blocked", "gateway timeout reached", "gateway refused pairing"],
            &["startup", "blocked", "timeout", "reached", "refused", "pairing"],
        );
    }

    #[test]
    fn what_is_not_ascii_is_searched_for_in_three_spellings() {
        let signatures = [Signature::parse("网关未能启动").unwrap()];
        let fragments = of(&signatures);
        assert_eq!(fragments.len(), 6);
        assert!(fragments[2].bytes.is_ascii() && fragments[4].bytes.is_ascii());
    }
}
