//! What a reader copies is what the reader sees: no control and no bidirectional characters in code.

use crate::diagnostic::{Diagnostic, HIDDEN_CHARACTER};
use crate::model::Page;
use crate::source::{Span, Tree};

pub(super) fn check(page: &Page, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    for translation in &page.translations {
        for fence in &translation.body.fences {
            let text = tree.slice(Span::new(translation.file, fence.range.clone()));
            let Some((at, character)) = text.char_indices().find(|(_, character)| is_hidden(*character)) else {
                continue;
            };
            let start = fence.range.start + at;
            findings.push(
                HIDDEN_CHARACTER
                    .at(
                        Span::new(translation.file, start..start + character.len_utf8()),
                        format!("the character U+{:04X} in code does not show", u32::from(character)),
                    )
                    .label("a reader would paste it unseen")
                    .help("remove it; in jq, write it as an escape such as `\\u202e`".to_owned()),
            );
        }
    }
}

/// Control characters but tab and line ends, and those that reorder or hide text.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
