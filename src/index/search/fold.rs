//! Traditional characters and their simplified ones: a page is found in either.
//!
//! `traditional.txt` holds them in twos, sorted by the first: the transliteration `Traditional-Simplified` of ICU
//! (Unicode licence) for single characters, as `uconv -x Traditional-Simplified` gives it.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

static PAIRS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let characters: Vec<char> = include_str!("traditional.txt").chars().filter(|c| *c != '\n').collect();
    characters.as_chunks().0.iter().map(|&[traditional, simplified]| (traditional, simplified)).collect()
});

/// The characters between which the table lies, each folded.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut folded: Vec<char> = RANGE.collect();
    for &(traditional, simplified) in PAIRS.iter() {
        folded[traditional as usize - *RANGE.start() as usize] = simplified;
    }
    folded
});

const RANGE: RangeInclusive<char> = '\u{3400}'..='\u{9fff}';

/// The simplified form of a character; itself when it has none.
pub fn fold(character: char) -> char {
    let place = (character as usize).checked_sub(*RANGE.start() as usize);
    place.and_then(|place| FOLDED.get(place)).copied().unwrap_or(character)
}

/// The characters that fold to one of those for which `is_known` holds, in twos.
pub fn pairs(is_known: impl Fn(char) -> bool) -> String {
    PAIRS.iter().filter(|(_, simplified)| is_known(*simplified)).flat_map(|&(a, b)| [a, b]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ends_and_the_table_is_sorted() {
        assert!(PAIRS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(PAIRS.iter().all(|&(_, simplified)| fold(simplified) == simplified));
        assert_eq!("網關證書過期".chars().map(fold).collect::<String>(), "网关证书过期");
    }
}
