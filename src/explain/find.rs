//! Which incidents are meant: by an id, by an address of today or of old, by error text.

use crate::index::catalog::{Catalog, Entry};
use crate::matching;
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

/// The incidents whose signatures are in the text.
fn by_text<'c>(catalog: &'c Catalog, text: &str) -> Vec<&'c Entry> {
    let mut incidents: Vec<&Entry> = catalog.incidents.iter().collect();
    incidents.sort_by_key(|incident| IncidentId::parse(&incident.id));
    let texts = incidents
        .iter()
        .enumerate()
        .flat_map(|(index, incident)| incident.signatures.iter().map(move |signature| (index, signature.as_str())));
    let (matcher, owners) = matching::compile(texts);
    let seen = matching::rank(matcher.find(text.as_bytes()), |signature| owners[signature]);
    seen.into_iter().map(|seen| incidents[seen.incident]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_looked_up_as_a_host_does() {
        for address in ["/en/%E7%BD%91/", "https://example.org/en/网/index.html#fix", "/en/网?x=1", "/en/网/index.md"]
        {
            assert_eq!(path(address), "/en/网");
        }
    }
}
