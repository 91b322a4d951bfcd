//! One link: what it was written as, and where it leads.

use super::Links;
use crate::diagnostic::{
    DEAD_ANCHOR, DEAD_LINK, Diagnostic, LEAVES_SITE, LINK_INTO_ANOTHER_LANGUAGE, UNSAFE_URL, nearest,
};
use crate::model::{IncidentId, Language, Page, Translation};
use crate::source::Span;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Where a link of a text leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To another site: the address as written.
    Outside(String),
    /// Within the site: a path from the host's root, base path included, with the anchor.
    Inside(String),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dead {
    /// `[x](../no-such-page/index.en.md)`
    Page {
        /// A file that may be meant, written as the link would be.
        nearest: Option<String>,
    },
    /// `[x](#no-such-heading)`
    Anchor {
        /// The anchor without its `#`.
        anchor: String,
        /// An anchor that may be meant.
        nearest: Option<String>,
    },
    /// `[x](../y/index.zh.md)` on an English page
    OtherLanguage {
        /// What to write instead.
        instead: String,
    },
    /// `[x](javascript:…)`, `[x](//host/)`
    Unsafe,
    /// `[x](../../../../etc/passwd)`
    LeavesSite,
}

impl Links<'_> {
    /// Where a link or image of a page's text leads.
    ///
    /// # Errors
    /// Why it leads nowhere; a site without findings has no such link.
    pub fn target(&self, page: &Page, language: &Language, destination: &str) -> Result<Target, Dead> {
        if destination.starts_with("//") || destination.starts_with('\\') || destination.chars().any(char::is_control) {
            return Err(Dead::Unsafe);
        }
        if let Some(scheme) = scheme(destination) {
            let known = ["https", "http", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
            return if known { Ok(Target::Outside(destination.to_owned())) } else { Err(Dead::Unsafe) };
        }
        let (path, anchor) =
            destination.split_once('#').map_or((destination, None), |(path, anchor)| (path, Some(anchor)));
        if path.is_empty() {
            return self.inside(page, language, anchor);
        }
        let path = decode(path);
        let Some(place) = Self::place(page, &path) else { return Err(Dead::LeavesSite) };
        if let Some(file) = self.attachments.get(place.as_str()) {
            return Ok(Target::Inside(self.attachment(*file)));
        }
        if let Some(id) = place.strip_prefix("e/").filter(|_| path.starts_with('/')) {
            let id = IncidentId::parse(id.trim_end_matches('/')).filter(|id| self.incidents.contains_key(id));
            return id.map(|id| Target::Inside(self.permanent(&id))).ok_or(Dead::Page { nearest: None });
        }
        let (folder, tag) = split_language(&place);
        let tag_in_path = path
            .starts_with('/')
            .then(|| folder.split('/').next())
            .flatten()
            .filter(|first| self.site.config.languages.iter().any(|language| language.as_str() == *first));
        if let Some(other) = tag_in_path.filter(|tag| *tag != language.as_str()) {
            return Err(Dead::OtherLanguage { instead: path[other.len() + 1..].to_owned() });
        }
        let folder = tag_in_path.map_or(folder, |tag| folder[tag.len()..].trim_start_matches('/'));
        if self.site.unreadable.contains(folder) {
            return Ok(Target::Inside(String::new()));
        }
        let Some(target) = self.site.page(folder) else {
            return Err(Dead::Page { nearest: self.near(page, &path, folder) });
        };
        match tag {
            Some(tag) if target.translations.iter().all(|translation| translation.language.as_str() != tag) => {
                let has = target.translation(language).or(target.translations.first());
                let nearest = has.map(|has| path.replace(&format!(".{tag}.md"), &format!(".{}.md", has.language)));
                Err(Dead::Page { nearest })
            }
            Some(tag) if tag != language.as_str() && target.translation(language).is_some() => {
                Err(Dead::OtherLanguage {
                    instead: destination.replace(&format!(".{tag}.md"), &format!(".{language}.md")),
                })
            }
            _ => self.inside(target, language, anchor),
        }
    }

    fn inside(&self, page: &Page, language: &Language, anchor: Option<&str>) -> Result<Target, Dead> {
        let url = self.page(page, language);
        let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) else { return Ok(Target::Inside(url)) };
        let anchor = decode(anchor);
        // A page that lacks the language shows the default language's text, and so its anchors.
        let Some(shown) = page.translation(language).or(page.translations.first()) else {
            return Ok(Target::Inside(url));
        };
        let anchors = || shown.body.headings.iter().map(|heading| heading.anchor.as_str());
        if anchors().any(|known| known == anchor) {
            return Ok(Target::Inside(format!("{url}#{anchor}")));
        }
        let nearest = nearest(&anchor, anchors()).map(str::to_owned);
        Err(Dead::Anchor { anchor: anchor.into_owned(), nearest })
    }

    /// The path below `content/` of a link's path; `None` when it leaves the site.
    pub(super) fn place(page: &Page, path: &str) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        if !path.starts_with('/') {
            parts.extend(page.folder.split('/').filter(|part| !part.is_empty()));
        }
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }

    /// The page whose folder is nearest to `folder`, written as `path` is.
    fn near(&self, page: &Page, path: &str, folder: &str) -> Option<String> {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        // A large site has too many pages to compare each dead link with all of them.
        let siblings = self.site.pages.iter().filter(|other| other.folder != page.folder).take(2_000);
        let folders = || siblings.clone().map(|other| other.folder.as_str());
        let near = nearest(folder, folders()).or_else(|| {
            let named = folders().filter(|other| other.rsplit('/').next() == Some(name));
            named.min()
        })?;
        let near_name = near.rsplit('/').next().unwrap_or(near);
        let same_parent = near.strip_suffix(near_name) == folder.strip_suffix(name);
        Some(if same_parent { path.replacen(name, near_name, 1) } else { format!("/{near}/") })
    }

    /// The findings of a page's links.
    pub(super) fn check(&self, page: &Page) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for translation in &page.translations {
            let links = translation.body.links.iter().map(|link| (&link.destination, link.span));
            for (destination, span) in links {
                if let Err(dead) = self.target(page, &translation.language, destination) {
                    findings.push(self.finding(page, translation, destination, span, dead));
                }
            }
            for image in &translation.body.images {
                let (destination, span) = (&image.destination, image.span);
                match self.target(page, &translation.language, destination) {
                    Ok(Target::Inside(_)) => {}
                    Ok(Target::Outside(_)) => findings.push(
                        LEAVES_SITE
                            .at(self.destination_span(span, destination), "this image is on another site")
                            .label("no page shows it")
                            .help("put the image beside the page, and write its name here".to_owned()),
                    ),
                    Err(Dead::Page { .. }) => findings.push(self.no_image(page, destination, span)),
                    Err(dead) => findings.push(self.finding(page, translation, destination, span, dead)),
                }
            }
        }
        findings
    }

    fn no_image(&self, page: &Page, destination: &str, span: Span) -> Diagnostic {
        let beside = page.attachments.iter().filter_map(|file| self.tree.file(*file).path.rsplit('/').next());
        DEAD_LINK
            .at(self.destination_span(span, destination), format!("no image is at `{destination}`"))
            .label("shows nothing")
            .help(nearest(destination, beside).map(|near| format!("did you mean `{near}`?")))
    }

    fn finding(&self, page: &Page, translation: &Translation, destination: &str, span: Span, dead: Dead) -> Diagnostic {
        let at = self.destination_span(span, destination);
        match dead {
            Dead::Page { nearest } => DEAD_LINK
                .at(at, format!("no page is at `{destination}`"))
                .label("leads nowhere")
                .help(nearest.map(|near| format!("did you mean `{near}`?"))),
            Dead::Anchor { anchor, nearest } => {
                let own = destination.starts_with('#');
                let page = if own { "this page".to_owned() } else { "the page it leads to".to_owned() };
                let span = self.destination_span(span, &format!("#{anchor}"));
                DEAD_ANCHOR
                    .at(span, format!("no heading `#{anchor}` on {page}"))
                    .label("leads nowhere")
                    .help(nearest.map(|near| format!("did you mean `#{near}`?")))
            }
            Dead::OtherLanguage { instead } => LINK_INTO_ANOTHER_LANGUAGE
                .at(at, format!("this page is in `{}`, the link is not", translation.language))
                .help(format!("write `{instead}`; readers switch languages themselves")),
            Dead::Unsafe => UNSAFE_URL
                .at(at, "this address could run code or hide where it leads")
                .help("write an `https:` or `mailto:` address, or a path within the site".to_owned()),
            Dead::LeavesSite => LEAVES_SITE
                .at(at, "this path leads out of the site")
                .note(format!("it is read from `content/{}`", page.folder))
                .help("link to a page of the site, or to a web address".to_owned()),
        }
    }

    /// The destination within its link, where it can be found.
    fn destination_span(&self, link: Span, destination: &str) -> Span {
        let text = self.tree.slice(link);
        text.rfind(destination).map_or(link, |at| {
            let start = link.start as usize + at;
            Span::new(link.file, start..start + destination.len())
        })
    }
}

/// `javascript` of `javascript:x`; `None` for a path.
pub(super) fn scheme(destination: &str) -> Option<&str> {
    let (scheme, _) = destination.trim_start().split_once(':')?;
    let good = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    good.then_some(scheme)
}

/// `(openclaw/x, Some(en))` of `openclaw/x/index.en.md`, `(openclaw/x, None)` of `openclaw/x`.
pub(super) fn split_language(place: &str) -> (&str, Option<&str>) {
    let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
    let stem = name.strip_suffix(".md");
    let tag = stem.and_then(|stem| stem.strip_prefix("index.").or_else(|| stem.strip_prefix("_index.")));
    tag.map_or((place, None), |tag| (folder, Some(tag)))
}

/// Replaces `%XX`; what does not decode to UTF-8 stays as it is.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_told_from_a_path() {
        assert_eq!(scheme("javascript:alert(1)"), Some("javascript"));
        assert_eq!(scheme(" JavaScript:x"), Some("JavaScript"));
        assert_eq!(scheme("../a:b/"), None);
        assert_eq!(scheme("x/"), None);
    }

    #[test]
    fn percent_signs_are_decoded_once() {
        assert_eq!(decode("%E7%BD%91/%2e"), "网/.");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%FF"), "%FF");
    }
}
