//! Addresses that lead to people and machines: e-mail, and public ones of the internet.

use super::table::Table;
use super::{Found, Kind};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Numbers up to this one in all four places are those of a version.
const LARGEST_OF_A_VERSION: u8 = 20;

/// The e-mail address whose `@` is here.
pub(super) fn email(text: &[u8], at: usize, table: &Table) -> Option<Found> {
    let user = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let start = at - text[..at].iter().rev().take(64).take_while(user).count();
    let end = at + 1 + text[at + 1..].iter().take(253).take_while(host).count();
    let name = String::from_utf8_lossy(&text[start..at]).to_lowercase();
    let host = String::from_utf8_lossy(&text[at + 1..end]).to_lowercase();
    let host = host.trim_end_matches(['.', '-']);
    // `user:password@host` of an address is another matter, and who writes `mailto:` means it to be known.
    let word = text[..start].iter().rev().take(300).take_while(|byte| !byte.is_ascii_whitespace()).count();
    let of_url = text[..start].ends_with(b"mailto:")
        || text[start - word..start].windows(3).any(|part| part == b"://") && matches!(text[start - 1], b':' | b'/');
    let good = name.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && !of_url
        && table.is_person(&name)
        && table.is_host(host);
    good.then(|| found("e-mail address", start..at + 1 + host.len()))
}

/// The public addresses of the internet in a text.
pub(super) fn internet(text: &[u8], table: &Table, found_all: &mut Vec<Found>) {
    let mut at = 1;
    while at + 1 < text.len() {
        let (before, after) = (text[at - 1], text[at + 1]);
        let end = match text[at] {
            b'.' if before.is_ascii_digit() && after.is_ascii_digit() => of_four(text, at, table, found_all),
            b':' if before.is_ascii_hexdigit() && (after.is_ascii_hexdigit() || after == b':') => {
                of_six(text, at, found_all)
            }
            _ => at,
        };
        at = end.max(at) + 1;
    }
}

/// Looks at the run of digits and points around `at`, and says where it ends.
fn of_four(text: &[u8], at: usize, table: &Table, found_all: &mut Vec<Found>) -> usize {
    let (start, end) = run(text, at, |byte| byte.is_ascii_digit() || byte == b'.');
    let word = std::str::from_utf8(&text[start..end]).unwrap_or_default().trim_end_matches('.');
    let Ok(address) = word.parse::<Ipv4Addr>() else { return end };
    let [a, b, ..] = address.octets();
    let reserved = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b));
    let is_version = address.octets().iter().all(|octet| *octet <= LARGEST_OF_A_VERSION)
        || text[..start].ends_with(b"/") && text[..start - 1].last().is_some_and(u8::is_ascii_alphabetic)
        || text[..start].to_ascii_lowercase().ends_with(b"version ");
    if !reserved && !is_version && !table.is_well_known(word) && stands_alone(text, start, start + word.len()) {
        found_all.push(found("public address", start..start + word.len()));
    }
    end
}

/// Looks at the run of hexadecimal digits and colons around `at`, and says where it ends.
fn of_six(text: &[u8], at: usize, found_all: &mut Vec<Found>) -> usize {
    let (start, end) = run(text, at, |byte| byte.is_ascii_hexdigit() || byte == b':');
    let word = std::str::from_utf8(&text[start..end]).unwrap_or_default();
    let global = word.parse::<Ipv6Addr>().is_ok_and(|address| {
        let [a, b, ..] = address.segments();
        (0x2000..0x4000).contains(&a) && !(a == 0x2001 && b == 0x0db8) && !(a == 0x3fff && b < 0x1000)
    });
    if global && stands_alone(text, start, end) {
        found_all.push(found("public address", start..end));
    }
    end
}

/// The bytes around `at` that are of a kind.
fn run(text: &[u8], at: usize, of: impl Fn(u8) -> bool) -> (usize, usize) {
    let start = at - text[..at].iter().rev().take(48).take_while(|byte| of(**byte)).count();
    (start, at + text[at..].iter().take(48).take_while(|byte| of(**byte)).count())
}

fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    !text[..start].last().is_some_and(of_word) && !text.get(end).is_some_and(of_word)
}

fn found(what: &'static str, range: std::ops::Range<usize>) -> Found {
    Found { range, what, kind: Kind::Address, shown: 1 }
}
