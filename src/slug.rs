//! Text to address: headings to anchors, tags to routes.

use unicode_normalization::UnicodeNormalization;

/// The address form of a text: NFKC, lower case, letters and digits of any script, other runs as one `-`. Empty when
/// the text has neither letter nor digit. A slug of a slug is itself.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.nfkc().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '_' {
            slug.push(character);
        } else if !slug.ends_with('-') && !slug.is_empty() && !is_mark(character) {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Marks that join the letter before them, which `to_lowercase` of some letters leaves behind.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(slug(text), expected, "{text}");
        assert_eq!(slug(&slug(text)), slug(text), "{text}");
    }

    #[test]
    fn letters_of_any_script_stay() {
        check("How to confirm", "how-to-confirm");
        check("连接失败", "连接失败");
        check("  `gateway.mode` — unset!  ", "gateway-mode-unset");
        check("Ｆｕｌｌ　ｗｉｄｔｈ", "full-width");
        check("!!!", "");
        check("İstanbul", "istanbul");
    }
}
