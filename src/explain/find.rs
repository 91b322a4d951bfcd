//! Which incidents are meant: by an id, by an address of today or of old, by error text.

use crate::index::catalog::{Catalog, Entry};
use crate::model::IncidentId;
use percent_encoding::percent_decode_str;

/// The incidents that `asked` means, the likeliest first; none when nothing fits.
#[must_use]
pub fn find<'c>(catalog: &'c Catalog, asked: &str) -> Vec<&'c Entry> {
    let asked = asked.trim();
    if let Some(id) = IncidentId::parse(&asked.to_uppercase()) {
        return by_id(catalog, &id.to_string()).into_iter().collect();
    }
    if asked.starts_with('/') || asked.contains("://") {
        let found = by_address(catalog, asked);
        if found.is_some() {
            return found.into_iter().collect();
        }
    }
    by_text(catalog, asked)
}

fn by_id<'c>(catalog: &'c Catalog, id: &str) -> Option<&'c Entry> {
    catalog.incidents.iter().find(|incident| incident.id == id)
}

/// The incident of an address: of its page, its permanent link or an old route, with a host or without.
fn by_address<'c>(catalog: &'c Catalog, address: &str) -> Option<&'c Entry> {
    let base = path(&catalog.site.base_url);
    let inside = |address: &str| {
        let path = path(address);
        path.strip_prefix(&base).unwrap_or(&path).to_owned()
    };
    let asked = inside(address);
    if let Some(id) = asked.strip_prefix("/e/") {
        return by_id(catalog, id.trim_end_matches(".json"));
    }
    catalog.incidents.iter().find(|incident| {
        let mut addresses = incident.url.values().chain(&incident.aliases);
        addresses.any(|address| inside(address) == asked)
    })
}

/// The path of an address as a host looks it up: decoded, without query, anchor, `index.html` and a slash at the end.
fn path(address: &str) -> String {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = path.strip_suffix("index.html").or(path.strip_suffix("index.md")).unwrap_or(&path);
    path.trim_end_matches('/').to_owned()
}

/// The incidents one of whose signatures is in the text, those with the longest fixed text first.
fn by_text<'c>(catalog: &'c Catalog, text: &str) -> Vec<&'c Entry> {
    let mut found: Vec<(usize, &Entry)> = catalog
        .incidents
        .iter()
        .filter_map(|incident| {
            let lengths = incident.signatures.iter().filter_map(|signature| occurs(signature, text));
            Some((lengths.max()?, incident))
        })
        .collect();
    found.sort_by_key(|&(length, incident)| (std::cmp::Reverse(length), &incident.id));
    found.into_iter().map(|(_, incident)| incident).collect()
}

/// How much fixed text a signature has, if it is in a line of the text.
fn occurs(signature: &str, text: &str) -> Option<usize> {
    let parts = fixed_parts(signature);
    let length = parts.iter().map(|part| part.len()).sum();
    let in_line = |line: &str| {
        let mut rest = line;
        parts.iter().all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    };
    (length > 0 && text.lines().any(in_line)).then_some(length)
}

/// What stands around the `{name}` parts of a signature.
fn fixed_parts(signature: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(open) = signature[from..].find('{').map(|at| from + at) {
        let name = &signature[open + 1..];
        let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(0);
        from = open + 1;
        if length > 0 && name[length..].starts_with('}') {
            parts.push(&signature[start..open]);
            from += length + 1;
            start = from;
        }
    }
    parts.push(&signature[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_parts_of_a_signature_are_those_outside_its_names() {
        assert_eq!(fixed_parts("closed (1008): {why}, id {id_1}"), ["closed (1008): ", ", id "]);
        assert_eq!(fixed_parts("{\"a\": {x}}"), ["{\"a\": ", "}"]);
        assert_eq!(fixed_parts("{all}"), Vec::<&str>::new());
    }

    #[test]
    fn an_address_is_looked_up_as_a_host_does() {
        for address in ["/en/%E7%BD%91/", "https://example.org/en/网/index.html#fix", "/en/网?x=1", "/en/网/index.md"]
        {
            assert_eq!(path(address), "/en/网");
        }
    }
}
