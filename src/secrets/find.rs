//! Where a text holds what nobody should see.

use super::table::{Format, Mark, TABLE, Table, counts};
use super::{Found, Kind, address};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::ops::Range;

/// Fewest bits a character that a value drawn by chance has.
const CHANCE: f64 = 3.0;
/// Those of letters alone.
const LETTERS: f64 = 3.9;
/// Least lengths of a token and of a password.
const SHORTEST_TOKEN: usize = 10;
const SHORTEST_PASSWORD: usize = 6;
/// Names whose value follows after a space.
const DIRECTIVES: [&[u8]; 4] = [b"requirepass", b"masterauth", b"sshpass -p", b"identified by"];
/// Lengths of digests in hexadecimal digits, which are no keys unless a format says so.
const DIGESTS: [usize; 2] = [40, 64];
/// What may stand in a name after the word that tells what it is of.
const LONGEST_NAME: usize = 30;

/// All that a text holds, in order, and where it says that something is allowed.
pub(super) fn all(text: &[u8]) -> (Vec<Found>, Vec<usize>) {
    let table = &*TABLE;
    let (mut found, mut allows) = (Vec::new(), Vec::new());
    for hit in table.automaton.find_overlapping_iter(text) {
        let at = hit.end();
        let secret = |what: &'static str, range: Range<usize>| Found { range, what, kind: Kind::Secret, shown: 1 };
        found.extend(match table.marks[hit.pattern().as_usize()] {
            Mark::Begins(format) => marked(text, hit.range(), format, table),
            Mark::Named(format) => named(text, at, format, table).map(|range| secret(&format.name, range)),
            Mark::Password => password(text, hit.start(), at, table).map(|range| secret("password", range)),
            Mark::Token => token(text, hit.start(), at, table).map(|range| secret("token or key", range)),
            Mark::Bearer => bearer(text, at, table).map(|range| secret("bearer token", range)),
            Mark::Basic => basic(text, at, table).map(|range| secret("user and password", range)),
            Mark::Curl => curl(text, at, table).map(|range| secret("user and password", range)),
            Mark::Url => url(text, at, table).map(|range| secret("password in an address", range)),
            Mark::Block => block(text, at).map(|range| Found { shown: 0, ..secret("private key", range) }),
            Mark::At => address::email(text, hit.start(), table),
            Mark::Allow => {
                // Between backticks it is only spoken of.
                if !text[..hit.start()].ends_with(b"`") {
                    allows.push(hit.start());
                }
                None
            }
        });
    }
    address::internet(text, table, &mut found);
    (merged(found), allows)
}

/// What overlaps as one, told as that which shows most of what it is.
fn merged(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut merged: Vec<Found> = Vec::new();
    for found in found {
        match merged.last_mut().filter(|last| found.range.start < last.range.end) {
            None => merged.push(found),
            Some(last) => {
                let whole = last.range.start..last.range.end.max(found.range.end);
                if found.shown > last.shown {
                    let shown = if found.range.start == whole.start { found.shown } else { last.shown };
                    *last = Found { shown, ..found };
                }
                last.range = whole;
            }
        }
    }
    merged
}

/// A value that is known by how it begins, or by what is in the middle of it.
fn marked(text: &[u8], mark: Range<usize>, format: &'static Format, table: &Table) -> Option<Found> {
    let exact = format.starts().any(|start| start.as_bytes() == &text[mark.clone()]);
    let body = &text[mark.end..];
    let mut length = format.body.run(body);
    // A full stop ends the sentence.
    length -= body[..length].iter().rev().take_while(|byte| **byte == b'.').count();
    let before = format
        .before
        .as_ref()
        .map_or(0, |class| text[..mark.start].iter().rev().take(64).take_while(|byte| class.has(**byte)).count());
    let range = mark.start - before..mark.end + length;
    let good = exact
        && format.length.allows(length)
        && match format.before {
            Some(_) => format.before_length.allows(before),
            None => !text[range.start].is_ascii_alphanumeric() || is_boundary(text, range.start),
        };
    if !good {
        return None;
    }
    let value = &text[range.clone()];
    let dots = value.split(|byte| *byte == b'.').count() - 1;
    let drawn = &value[if before > 0 { 0 } else { mark.len() }..];
    let lettered = drawn.iter().any(u8::is_ascii_lowercase) && drawn.iter().any(u8::is_ascii_uppercase);
    let varied = drawn.iter().any(u8::is_ascii_digit) || drawn.len() >= 30 || lettered && entropy(drawn) >= LETTERS;
    if table.is_placeholder(drawn)
        || !varied
        || entropy(drawn) < format.entropy.max(2.0)
        || (format.dots > 0 && dots != format.dots)
    {
        return None;
    }
    let shown = if before > 0 { 2 } else { mark.len() };
    Some(Found { range, what: &format.name, kind: Kind::Secret, shown })
}

/// Whether a word may begin here: after no letter or digit, but for those of an escape such as `\n` and `%3D`.
fn is_boundary(text: &[u8], at: usize) -> bool {
    match text[..at] {
        [.., b'\\', b'n' | b't' | b'r'] | [.., b'%', _, _] | [] => true,
        [.., before] => !(before.is_ascii_alphanumeric() || before == b'_'),
    }
}

/// A value of a format that is assigned to a name with its word.
fn named(text: &[u8], at: usize, format: &Format, table: &Table) -> Option<Range<usize>> {
    let rest = text[at..].iter().take(LONGEST_NAME);
    let name = rest.take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let range = assigned(text, at + name, false)?;
    let value = &text[range.clone()];
    let hex = value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let good = format.length.allows(value.len())
        && format.body.run(value) == value.len()
        && (!hex || format.body.is_hex() || !DIGESTS.contains(&value.len()))
        && is_drawn(value, table);
    good.then_some(range)
}

/// A value that is assigned to a password.
fn password(text: &[u8], from: usize, at: usize, table: &Table) -> Option<Range<usize>> {
    let range = value_of(text, from, at, table)?;
    let value = &text[range.clone()];
    let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let mut kinds = kinds.iter().filter(|kind| value.iter().any(kind)).count();
    kinds += usize::from(value.iter().any(|byte| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte)));
    let good = value.len() >= SHORTEST_PASSWORD
        && value.iter().any(|byte| !byte.is_ascii_alphabetic() && !b"-_.".contains(byte))
        && (kinds > 1 || value.len() > SHORTEST_PASSWORD && !is_counted(value))
        && !is_code(value)
        && !table.is_placeholder(value);
    good.then_some(range)
}

/// A value that is assigned to a token or a key.
fn token(text: &[u8], from: usize, at: usize, table: &Table) -> Option<Range<usize>> {
    let range = value_of(text, from, at, table)?;
    let value = &text[range.clone()];
    (value.len() >= SHORTEST_TOKEN && is_drawn(value, table) && !is_code(value)).then_some(range)
}

/// What is assigned to a name that ends with a word, or with one of the endings that change nothing.
fn value_of(text: &[u8], from: usize, at: usize, table: &Table) -> Option<Range<usize>> {
    let name =
        text[..from].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    let word = text[from..at].to_ascii_lowercase();
    // `machine host login name password word`
    let netrc = || text[from.saturating_sub(120)..from].windows(7).any(|part| part == b" login ");
    let option = text[from - name..at].starts_with(b"-") || DIRECTIVES.contains(&&word[..]) || netrc();
    table.endings(&text[at..]).find_map(|ending| assigned(text, at + ending, option))
}

/// The value after a name that ends here: `name=value`, `"name": "value"`, `name => 'value'`, `<name>value<`, and
/// after an option `--name value`.
fn assigned(text: &[u8], mut at: usize, option: bool) -> Option<Range<usize>> {
    let skip = |at: &mut usize, what: &[u8], most: usize| {
        let many = text[*at..].iter().take(most).take_while(|byte| what.contains(byte)).count();
        *at += many;
        many
    };
    if matches!(text.get(at), Some(b'>')) {
        at += 1;
    } else {
        skip(&mut at, b"\\\"'`]", 4);
        let spaces = skip(&mut at, b" \t", 40);
        let operators: [&[u8]; 6] = [b":=", b"=>", b"==", b"=", b":", b", "];
        match operators.iter().find(|operator| text[at..].starts_with(operator)) {
            Some(operator) => at += operator.len(),
            None if option && spaces > 0 => {}
            None => return None,
        }
        skip(&mut at, b" \t", 40);
    }
    // `b'…'`, `r"…"`
    if let [b'b' | b'r' | b'f' | b'u', b'"' | b'\'', ..] = text[at..] {
        at += 1;
    }
    skip(&mut at, b"\\", 4);
    let quote = text.get(at).copied().filter(|byte| b"\"'`".contains(byte));
    let start = at + usize::from(quote.is_some());
    let ends = |at: &usize| match (quote, text[*at]) {
        (Some(quote), byte) => byte == quote || byte == b'\n',
        (None, b'&' | b',' | b';') => is_parted(&text[at + 1..]),
        (None, byte) => byte.is_ascii_whitespace() || b"\"'`<>".contains(&byte),
    };
    let last = text.len().min(start + 4096);
    let end = (start..last).find(ends).unwrap_or(last);
    let value = &text[start..end];
    let after = value.iter().rev().take_while(|byte| b"\\)]}.,;".contains(byte)).count();
    let end = if quote.is_some() {
        start + value.trim_ascii_end().strip_suffix(b"\\").unwrap_or(value).len()
    } else {
        end - after
    };
    (end > start && !text[start..end].contains(&b' ')).then_some(start..end)
}

/// Whether what follows `&`, `,` or `;` is another thing and no part of the value: nothing, or `name=`.
fn is_parted(after: &[u8]) -> bool {
    let name = after.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(byte)).count();
    after.first().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`&,;".contains(byte))
        || matches!(after.get(name), Some(b'=' | b':'))
}

fn bearer(text: &[u8], at: usize, table: &Table) -> Option<Range<usize>> {
    let value = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    let range = at..at + text[at..].iter().take_while(value).count();
    let value = &text[range.clone()];
    (value.len() >= 16 && is_drawn(value, table) && !is_code(value)).then_some(range)
}

fn basic(text: &[u8], at: usize, table: &Table) -> Option<Range<usize>> {
    let value = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let range = at..at + text[at..].iter().take_while(value).count();
    let pair = BASE64_STANDARD.decode(&text[range.clone()]).ok().filter(|pair| pair.is_ascii())?;
    is_pair(&pair, table).then_some(range)
}

/// `curl -u user:password`
fn curl(text: &[u8], at: usize, table: &Table) -> Option<Range<usize>> {
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| at + end);
    let line = &text[at..end];
    let find = |option: &[u8]| line.windows(option.len()).position(|part| part == option).map(|at| at + option.len());
    let start = [&b"-u "[..], b"--user ", b"--user=", b"--proxy-user "].into_iter().find_map(find)?;
    let start = start + line[start..].iter().take_while(|byte| b"'\" ".contains(byte)).count();
    let length = line[start..].iter().take_while(|byte| !b"'\" \t".contains(byte)).count();
    is_pair(&line[start..start + length], table).then_some(at + start..at + start + length)
}

/// `user:password`, neither of which is to be filled in.
fn is_pair(pair: &[u8], table: &Table) -> bool {
    let Some(colon) = pair.iter().position(|byte| *byte == b':') else { return false };
    let (user, password) = (&pair[..colon], &pair[colon + 1..]);
    !user.is_empty() && password.len() >= 4 && !table.is_placeholder(password) && !user.starts_with(b"$")
}

/// The password, or the token that stands for one, of an address of the form `scheme://user:password@host`.
fn url(text: &[u8], at: usize, table: &Table) -> Option<Range<usize>> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?\"'`<>\\".contains(byte);
    let end = text[at..].iter().take(1024).position(ends).map_or(text.len().min(at + 1024), |end| at + end);
    let user = text[at..end].iter().rposition(|byte| *byte == b'@').map(|length| &text[at..at + length])?;
    let (start, value) = match user.iter().position(|byte| *byte == b':') {
        Some(colon) => (at + colon + 1, &user[colon + 1..]),
        None if user.len() >= 20 && is_drawn(user, table) => (at, user),
        None => return None,
    };
    (value.len() >= 3 && !table.is_placeholder(value)).then_some(start..start + value.len())
}

/// What stands between the lines that begin and end a private key.
fn block(text: &[u8], at: usize) -> Option<Range<usize>> {
    let head = text[at..].iter().take(120).position(|byte| *byte == b'\n' || *byte == b'\\').unwrap_or(120);
    let head = &text[at..text.len().min(at + head)];
    let dashes = head.windows(5).position(|part| part == b"-----")?;
    if !head[..dashes].windows(11).any(|part| part == b"PRIVATE KEY") {
        return None;
    }
    let start = at + dashes + 5;
    let rest = &text[start..text.len().min(start + 65_536)];
    let of_key = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=\\ \r\n".contains(byte);
    let end = rest.windows(8).position(|part| part == b"-----END");
    let end = end.unwrap_or_else(|| rest.iter().take_while(of_key).count());
    let varied = counts(&rest[..end]).iter().filter(|count| **count > 0).count() >= 16;
    (varied && end >= 40).then_some(start..start + end)
}

/// Whether a value looks as if it was drawn by chance: letters and digits, and enough bits a character.
fn is_drawn(value: &[u8], table: &Table) -> bool {
    value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
        && entropy(value) >= CHANCE.min(float(value.len()).log2() - 0.6)
        && !table.is_placeholder(value)
}

/// Whether a value is an expression, a path, an address or a digest that says so, and not a text.
fn is_code(value: &[u8]) -> bool {
    let begins = |start: &&[u8]| value.starts_with(start);
    value.contains(&b'(')
        || [&b"/"[..], b"~", b"./", b"http://", b"https://", b"sha1:", b"sha256:", b"sha512-", b"arn:"]
            .iter()
            .any(begins)
        || value.windows(2).any(|part| part == b"::")
}

/// Whether digits go up or down one by one.
fn is_counted(value: &[u8]) -> bool {
    value.windows(2).all(|pair| pair[1] == pair[0] + 1) || value.windows(2).all(|pair| pair[0] == pair[1])
}

/// Bits a character, after Shannon.
fn entropy(value: &[u8]) -> f64 {
    let length = float(value.len().max(1));
    let share = counts(value).into_iter().filter(|count| *count > 0).map(|count| float(count) / length);
    share.map(|share| -share * share.log2()).sum()
}

#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn float(count: usize) -> f64 {
    count as f64
}
