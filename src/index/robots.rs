//! `robots.txt`: everything may be read, and here is the map.

use super::address;
use crate::model::Config;

/// The text of `robots.txt`.
pub(super) fn text(config: &Config) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", address::of_file(config, "sitemap.xml"))
}
