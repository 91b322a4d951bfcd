//! Words that are a slip of the finger away from one that no page has.

use super::read::{Broken, Index};

/// At most so many words are tried for one that was misspelled.
const TRIED: usize = 3;

/// The words of the vocabulary nearest to a word: letters missing, too many, exchanged with another or with their
/// neighbour, once, or twice in a word of six letters or more. They begin with its first letter, or, when none does,
/// with its second.
///
/// # Errors
/// When a file is missing or broken.
pub fn near(index: &Index<'_>, word: &str) -> Result<Vec<(usize, String)>, Broken> {
    let letters = word.as_bytes();
    if letters.len() < 4 || !letters.iter().all(u8::is_ascii_lowercase) {
        return Ok(Vec::new());
    }
    let most = if letters.len() < 6 { 1 } else { 2 };
    let mut found: Vec<(usize, std::cmp::Reverse<usize>, String)> = Vec::new();
    for (first, most) in [(letters[0], most), (letters[1], 1)] {
        if !found.is_empty() {
            break;
        }
        for length in letters.len().saturating_sub(most).max(4)..=letters.len() + most {
            index.words(char::from(first), length, |known, pages| {
                let slips = slips(letters, known.as_bytes(), most);
                if (1..=most).contains(&slips) {
                    found.push((slips, std::cmp::Reverse(pages), known.to_owned()));
                }
            })?;
        }
    }
    found.sort();
    found.truncate(TRIED);
    Ok(found.into_iter().map(|(slips, _, word)| (slips, word)).collect())
}

/// How many slips lie between two words (optimal string alignment); `most + 1` when there are more than `most`.
pub fn slips(a: &[u8], b: &[u8], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut rows: [Vec<usize>; 3] = [Vec::new(), (0..=b.len()).collect(), vec![0; b.len() + 1]];
    rows[0].resize(b.len() + 1, 0);
    for i in 1..=a.len() {
        let [before, last, row] = &mut rows;
        row[0] = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().all(|&slips| slips > most) {
            return most + 1;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()].min(most + 1)
}
