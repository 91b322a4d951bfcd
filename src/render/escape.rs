//! Text to HTML: the one place where characters are escaped.
//!
//! Plain text comes in and is appended to a page under construction. [`prose`] also links bare addresses and marks
//! runs of another script with their language, so that browsers pick fonts and voices for them.

use crate::markdown::is_ideograph;
use crate::model::Language;

/// Appends `text` so that it is itself in an element and in a quoted attribute.
pub fn push(html: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        html.push_str(&text[from..at]);
        html.push_str(escaped);
        from = at + 1;
    }
    html.push_str(&text[from..]);
}

/// `text`, escaped.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    push(&mut html, text);
    html
}

/// How running text is marked up beyond escaping.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prose<'a> {
    /// Whether bare addresses become links.
    pub link: bool,
    /// The language of Chinese, Japanese or Korean runs, where the text around them is in another script.
    pub ideographs: Option<&'a Language>,
}

/// Appends running text.
pub fn prose(html: &mut String, text: &str, how: Prose<'_>) {
    let mut rest = text;
    if how.link {
        while let Some((at, length)) = bare_address(rest) {
            runs(html, &rest[..at], how.ideographs);
            let address = &rest[at..at + length];
            html.push_str("<a href=\"");
            push(html, address);
            html.push_str("\">");
            push(html, address);
            html.push_str("</a>");
            rest = &rest[at + length..];
        }
    }
    runs(html, rest, how.ideographs);
}

/// Appends text, with `lang` on runs of ideographs.
fn runs(html: &mut String, text: &str, ideographs: Option<&Language>) {
    let Some(language) = ideographs.filter(|_| !text.is_ascii()) else { return push(html, text) };
    let mut rest = text;
    while let Some(start) = rest.find(is_ideograph) {
        let end = rest[start..].find(|c| !is_ideograph(c)).map_or(rest.len(), |length| start + length);
        push(html, &rest[..start]);
        html.push_str("<span lang=\"");
        html.push_str(language.as_str());
        html.push_str("\">");
        push(html, &rest[start..end]);
        html.push_str("</span>");
        rest = &rest[end..];
    }
    push(html, rest);
}

/// The first `http://` or `https://` address: where it begins and how long it is. An address is ASCII; a full stop,
/// comma or bracket at its end belongs to the sentence.
fn bare_address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find("http")?;
        let scheme = ["https://", "http://"].into_iter().find(|scheme| text[at..].starts_with(scheme));
        let after_letter = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        if let Some(scheme) = scheme.filter(|_| !after_letter) {
            let address = &text[at..];
            let stop = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '{' | '}' | '|');
            let address = &address[..address.find(stop).unwrap_or(address.len())];
            let length = without_trailing_punctuation(address);
            if length > scheme.len() {
                return Some((at, length));
            }
        }
        from = at + 4;
    }
}

fn without_trailing_punctuation(address: &str) -> usize {
    let mut kept = address;
    loop {
        let shorter = kept.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let unbalanced = shorter.ends_with(')') && shorter.matches(')').count() > shorter.matches('(').count();
        let shorter = if unbalanced { &shorter[..shorter.len() - 1] } else { shorter };
        if shorter.len() == kept.len() {
            return kept.len();
        }
        kept = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let chinese = Language::parse("zh").unwrap();
        let mut html = String::new();
        prose(&mut html, text, Prose { link: true, ideographs: Some(&chinese) });
        assert_eq!(html, expected, "{text}");
    }

    #[test]
    fn markup_in_text_stays_text() {
        check("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;");
        check("", "");
    }

    #[test]
    fn a_bare_address_is_linked_without_the_sentence_around_it() {
        check("see https://a.example/x.", "see <a href=\"https://a.example/x\">https://a.example/x</a>.");
        check("(https://a.example/x_(y))", "(<a href=\"https://a.example/x_(y)\">https://a.example/x_(y)</a>)");
        check("https:// and xhttp://y", "https:// and xhttp://y");
        check(
            "http://a.example/?a=1&b=2!",
            "<a href=\"http://a.example/?a=1&amp;b=2\">http://a.example/?a=1&amp;b=2</a>!",
        );
        check("http", "http");
    }

    #[test]
    fn an_address_ends_where_chinese_begins() {
        check(
            "见https://a.example/x。",
            "<span lang=\"zh\">见</span><a href=\"https://a.example/x\">https://a.example/x</a><span lang=\"zh\">。</span>",
        );
    }

    #[test]
    fn a_run_of_another_script_knows_its_language() {
        check("the 网关 is up", "the <span lang=\"zh\">网关</span> is up");
        check("naïve", "naïve");
    }
}
