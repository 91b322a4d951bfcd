//! When a page was last changed: a fact of version control, never the clock's or the file system's word.

use crate::model::{Facts, Page, Translation};
use crate::source::Tree;
use jiff::Timestamp;

/// When what a reader of `translation` sees last changed, in seconds since 1970. An incident's snippets and facts
/// stand in its first language's file, so a change there is one of every translation.
pub(super) fn changed(page: &Page, translation: &Translation, tree: &Tree, facts: &Facts) -> Option<i64> {
    let owner = page.translations.first().filter(|_| page.incident().is_some());
    [Some(translation), owner]
        .into_iter()
        .flatten()
        .filter_map(|translation| facts.changed.get(&tree.file(translation.file).path).copied())
        .max()
}

/// A time in seconds since 1970 as RFC 3339 in UTC; one that a calendar cannot show is 1970.
pub(super) fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds.max(0)).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: i64, expected: &str) {
        assert_eq!(rfc3339(seconds), expected);
    }

    #[test]
    fn times_are_in_utc_and_always_readable() {
        check(0, "1970-01-01T00:00:00Z");
        check(1_750_000_000, "2025-06-15T15:06:40Z");
        check(-1, "1970-01-01T00:00:00Z");
        check(i64::MAX, "1970-01-01T00:00:00Z");
    }
}
