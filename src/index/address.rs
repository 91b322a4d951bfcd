//! Addresses as other programs want them: a path of the site in, an absolute or percent-encoded URL out.

use crate::model::Config;
use std::fmt::Write;

/// The absolute address of a path that starts at the host's root, as [`Links`](crate::link::Links) gives it.
pub(super) fn absolute(config: &Config, path: &str) -> String {
    format!("{}{}", config.origin(), encoded(path))
}

/// The absolute address of a file of the site, such as `sitemap.xml`.
pub(super) fn of_file(config: &Config, file: &str) -> String {
    absolute(config, &format!("{}{file}", config.base_path()))
}

/// A path with every byte that a URL cannot hold percent-encoded. What is encoded already stays as it is.
pub(super) fn encoded(path: &str) -> String {
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        assert_eq!(encoded(path), expected);
        assert_eq!(encoded(expected), expected, "encoding twice changes nothing more");
    }

    #[test]
    fn letters_outside_ascii_and_spaces_are_encoded() {
        check("/en/openclaw/x/", "/en/openclaw/x/");
        check("/zh/网关/", "/zh/%E7%BD%91%E5%85%B3/");
        check("/a b\"<>\n", "/a%20b%22%3C%3E%0A");
        check("/%E7/", "/%E7/");
    }
}
