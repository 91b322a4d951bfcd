//! `opensearch.xml`: lets a browser search the site from its address bar. What is typed stays in the fragment, which
//! browsers send to no server.

use super::address;
use super::xml::Xml;
use crate::model::Config;

/// Characters that the format allows in a short name.
const SHORT_NAME: usize = 16;
/// Characters that the format allows in a long name.
const LONG_NAME: usize = 48;
/// Characters that the format allows in a description.
const DESCRIPTION: usize = 1024;

/// The description of the search in the default language.
pub(super) fn xml(config: &Config) -> Vec<u8> {
    let language = config.default_language();
    let title = config.title.get(language).map_or("", String::as_str);
    let description = config.description.get(language).map_or(title, String::as_str);
    let search = format!("{}#q={{searchTerms}}", address::of_file(config, &format!("{language}/search/")));
    let mut xml = Xml::new();
    xml.open("OpenSearchDescription", &[("xmlns", "http://a9.com/-/spec/opensearch/1.1/")]);
    xml.text("ShortName", &[], &first(title, SHORT_NAME));
    xml.text("LongName", &[], &first(title, LONG_NAME));
    xml.text("Description", &[], &first(description, DESCRIPTION));
    xml.text("Language", &[], language.as_str());
    xml.text("InputEncoding", &[], "UTF-8");
    xml.empty("Url", &[("type", "text/html"), ("method", "get"), ("template", &search)]);
    xml.close("OpenSearchDescription");
    xml.finish()
}

fn first(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
