//! `manifest.webmanifest`: how a phone keeps the site on its home screen.

use super::address;
use crate::model::Config;
use serde_json::json;

/// The manifest. `minimal-ui` leaves the reader a way back and the address to send on.
pub(super) fn json(config: &Config) -> String {
    let language = config.default_language();
    let title = config.title.get(language).map_or("", String::as_str);
    let base = address::encoded(config.base_path());
    let manifest = json!({
        "id": base,
        "name": title,
        "short_name": title,
        "description": config.description.get(language).map_or(title, String::as_str),
        "lang": language.as_str(),
        "start_url": format!("{base}{language}/"),
        "scope": base,
        "display": "minimal-ui",
    });
    format!("{manifest:#}\n")
}
