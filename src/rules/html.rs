//! Markdown may not carry HTML: pages come from strangers.

use crate::diagnostic::{Diagnostic, RAW_HTML};
use crate::model::Page;
use crate::source::Tree;

pub(super) fn check(page: &Page, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    for span in page.translations.iter().flat_map(|translation| &translation.body.html) {
        let text = tree.slice(*span);
        let first = text[text.find('<').unwrap_or(0)..].lines().next().unwrap_or_default();
        let shown: String = first.split_inclusive('>').next().unwrap_or_default().chars().take(24).collect();
        let help = if first.starts_with("<!--") {
            "remove it; a note to authors belongs in the commit".to_owned()
        } else {
            format!("write it in Markdown, or as code: `` `{}` ``", shown.trim())
        };
        findings.push(RAW_HTML.at(*span, "HTML is not allowed in a page").help(help));
    }
}
