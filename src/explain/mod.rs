//! An incident in a terminal: from what was typed to the text that is shown.
//!
//! In comes a [`Catalog`](crate::index::catalog::Catalog), made of a site or read from a file, and what a person typed
//! or pasted: [`find`] gives the incidents that it means, [`page`] an incident as Markdown, which
//! [`render`](crate::diagnostic::explain::render) lays out. Where a catalog comes from is left to the command.

mod find;
mod page;

pub use find::find;
pub use page::page;

/// The language of `languages` that a reader gets: the first of those wanted that is there, by its tag or by the
/// first part of it, else the site's default. Takes tags such as `zh-CN` and locales such as `zh_CN.UTF-8`.
#[must_use]
pub fn language(languages: &[String], wanted: impl IntoIterator<Item = String>) -> Option<&str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let found = wanted.into_iter().find_map(|locale| {
        let tag = locale.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let same = languages.iter().find(|language| language.eq_ignore_ascii_case(&tag));
        same.or_else(|| languages.iter().find(|language| primary(language) == primary(&tag)))
    });
    found.or(languages.first()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &[&str], expected: &str) {
        let languages = ["en", "zh", "pt-BR"].map(str::to_owned);
        let wanted: Vec<String> = wanted.iter().map(|&tag| tag.to_owned()).collect();
        assert_eq!(language(&languages, wanted), Some(expected));
    }

    #[test]
    fn a_locale_chooses_the_nearest_language() {
        check(&["zh_CN.UTF-8"], "zh");
        check(&["zh-Hant"], "zh");
        check(&["pt_PT@euro", "zh"], "pt-BR");
        check(&["C", "POSIX"], "en");
        check(&["fr", "zh"], "zh");
        check(&[], "en");
    }
}
