//! What the variable parts of a match hold (rule 7).

use super::counted;
use super::exact::Found;
use super::signature::Signature;
use super::window::Window;

const ESCAPE: u8 = 0x1b;
/// Most characters of a word beside a match.
const LONGEST_WORD: usize = 200;

/// The variable parts of a match by name, in the order of the signature; `bytes` are those of the window.
pub(super) fn captures(bytes: &[u8], window: &Window, signature: &Signature, found: &Found) -> Vec<(String, String)> {
    let all = found.range();
    let range = window.bytes_of(&all);
    let last = signature.pieces.len();
    let mut captures = Vec::new();
    for (slot, name) in signature.variables.iter().enumerate() {
        let Some(name) = name else { continue };
        let text = if slot == 0 {
            word_before(&bytes[..range.start])
        } else if slot < found.pieces.len() {
            let start = window.places[found.pieces[slot - 1].end - 1].end as usize;
            let piece = &found.pieces[slot];
            let end = if piece.is_empty() { range.end } else { window.places[piece.start].start as usize };
            trimmed(&clean(&bytes[start..end.max(start)])).to_owned()
        } else if slot == last && !found.cut {
            word_after(&bytes[range.end..])
        } else {
            continue;
        };
        captures.push((name.clone(), text));
    }
    captures
}

/// The text without what escapes it, runs of white space as one space.
fn clean(bytes: &[u8]) -> String {
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let run = counted::backslashes(bytes, at);
        let after = at + run;
        if run == 0 && bytes[at] == ESCAPE {
            at = counted::after_escape(bytes, at + 1);
        } else if let Some((character, after)) = counted::numbered(bytes, at) {
            plain.extend(character.to_string().bytes());
            at = after;
        } else if run > 0 && matches!(bytes.get(after), Some(b'"' | b'\'' | b'/')) {
            at = after;
        } else {
            plain.extend_from_slice(&bytes[at..after.max(at + 1)]);
            at = after.max(at + 1);
        }
    }
    let (mut text, mut begins_line) = (String::with_capacity(plain.len()), false);
    for character in String::from_utf8_lossy(&plain).chars() {
        begins_line |= character == '\n';
        let quotes = matches!(character, '>' | '|' | '\u{2500}'..='\u{257f}');
        let is_text = !(character.is_whitespace() || begins_line && quotes);
        if is_text {
            text.push(character);
            begins_line = false;
        } else if !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character == '\\')
}

fn word_before(bytes: &[u8]) -> String {
    let start = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let start = start.max(bytes.len().saturating_sub(4 * LONGEST_WORD));
    let text = clean(&bytes[start..]);
    let word = text.trim_end().rsplit(' ').next().unwrap_or_default();
    let excess = word.chars().count().saturating_sub(LONGEST_WORD);
    bare(&word.chars().skip(excess).collect::<String>()).to_owned()
}

fn word_after(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len()).min(4 * LONGEST_WORD);
    let text = clean(&bytes[..end]);
    let word = text.trim_start().split(' ').next().unwrap_or_default();
    bare(&word.chars().take(LONGEST_WORD).collect::<String>()).to_owned()
}

/// A word without the quotes, brackets and punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|character: char| "\"'`“”‘’()[]{}<>|,;:.!?\\，。；：、（）".contains(character))
}

#[cfg(test)]
mod tests {
    use super::super::exact;
    use super::*;

    fn check(signature: &str, log: &str, expected: &[&str]) {
        let window = Window::read(log.as_bytes(), true);
        let signature = Signature::parse(signature).unwrap();
        let found = exact::matches(&window, &signature);
        let held = captures(log.as_bytes(), &window, &signature, &found[0]);
        let texts: Vec<&str> = held.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, expected, "{log}");
    }

    #[test]
    fn a_part_between_pieces_is_the_text_between_them() {
        let signature = "Gateway URL \"{url}\" uses plaintext";
        check(signature, "Gateway URL \"ws://a\" uses plaintext", &["ws://a"]);
        check(signature, r#"{"msg":"Gateway URL \"ws://a\" uses plaintext"}"#, &["ws://a"]);
        check(signature, "Gateway URL \"\x1b[1mws://\x1b[0ma \n b\" uses plaintext", &["ws://a b"]);
        check("model '{model}' not allowed", "model '' not allowed", &[""]);
        check(
            "Gateway URL \"{url}\" uses plaintext",
            "Gateway URL \"ws://\n> | a > b\" uses plaintext",
            &["ws:// a > b"],
        );
        check("skew of {seconds} is", r"skew of \u003c61\u003e\/s at C:\new\ is", &[r"<61>/s at C:\new"]);
    }

    #[test]
    fn a_part_at_an_end_is_the_word_beside_the_match() {
        check("{unit}: Service has Restart=", "box systemd[1]: a.service: Service has Restart=", &["a.service"]);
        check("model not allowed: {model}", "error: model not allowed: a/b-4.5, falling back", &["a/b-4.5"]);
        check("with job name {job}", r#"err="with job name \"slow\"" x"#, &["slow"]);
        check("model not allowed: {model}", "model not allowed:\n", &[""]);
    }

    #[test]
    fn a_cut_match_holds_what_is_left() {
        let signature = "scope upgrade pending approval (requestId: {id}) of {device}";
        check(signature, "scope upgrade pending approval (requestId: 00-1…", &["00-1"]);
        check(signature, "scope upgrade pending approval (requestId: 00-1\n> next", &["00-1"]);
        check(signature, "scope upgrade pending approval (reque…", &[]);
    }
}
