//! How this site's own pages are written: short, set as their language is, and with what tells look-alikes apart.

use crate::base::InPlace;
use faultbook::diagnostic::{Level, human};
use faultbook::disk;
use faultbook::markdown::{self, is_ideograph};
use faultbook::model::{Page, Polarity, Translation};
use faultbook::source::Tree;
use faultbook::{parse, pipeline};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::path::Path;

/// Words outside of code that a page may have; an ideograph counts as half of one.
const LONGEST: usize = 500;

/// Runs `check` on every page that is not made from the documentation of a rule.
fn each(check: impl Fn(&Page, &Tree) -> Vec<String>) {
    let tree = disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (site, _) = parse::site(&tree);
    let pages = site.pages.iter().filter(|page| page.parent() != "faultbook");
    let wrong: Vec<String> = pages
        .flat_map(|page| check(page, &tree).into_iter().map(move |fault| format!("{}: {fault}", page.folder)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text of a page without its code blocks; code within a line is one letter.
fn prose(translation: &Translation, tree: &Tree) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for (event, _) in markdown::shown(&tree.slice(translation.body.span)) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Code(_) if !in_code => prose.push('x'),
            Event::Text(text) if !in_code => prose.push_str(&text),
            Event::SoftBreak => prose.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell) => prose.push('\n'),
            _ => {}
        }
    }
    prose
}

#[test]
fn nothing_is_wrong_with_this_site() {
    let tree = disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut findings = pipeline::check(&tree, &InPlace, true).findings;
    // Warnings are for `verify --strict`, which `.ci/run` asks for.
    findings.retain(|finding| finding.level == Level::Error);
    assert!(findings.is_empty(), "{}", human::render(&findings, &tree, false));
}

#[test]
fn a_page_is_read_in_two_minutes() {
    each(|page, tree| {
        let words = |translation: &Translation| {
            let prose = prose(translation, tree);
            let ideographs = prose.chars().filter(|character| is_ideograph(*character)).count();
            let others = prose.split(|character: char| character.is_whitespace() || is_ideograph(character));
            ideographs / 2 + others.filter(|word| word.contains(char::is_alphanumeric)).count()
        };
        let counts = page.translations.iter().map(|translation| (&translation.language, words(translation)));
        let long = counts.filter(|(_, count)| *count > LONGEST);
        long.map(|(language, count)| format!("{count} words in {language}")).collect()
    });
}

#[test]
fn chinese_is_set_as_chinese_is() {
    each(|page, tree| {
        let mut wrong = Vec::new();
        for translation in page.translations.iter().filter(|translation| translation.language.as_str() == "zh") {
            let lines = translation
                .words
                .iter()
                .flat_map(|words| [&words.symptom, &words.root_cause, &words.confirm, &words.fix]);
            let lines = lines.chain([&translation.title]).map(|line| markdown::plain(&line.value)).collect::<Vec<_>>();
            let prose = prose(translation, tree) + "\n" + &lines.join("\n");
            let characters: Vec<char> = prose.chars().collect();
            for at in 1..characters.len().saturating_sub(1) {
                let [before, here, after] = [characters[at - 1], characters[at], characters[at + 1]];
                let half_width = matches!(here, ',' | ';' | ':' | '!' | '?' | '(' | ')');
                let is_wrong = if half_width {
                    is_ideograph(before) || is_ideograph(after)
                } else {
                    here == ' ' && (is_ideograph(before) || is_ideograph(after))
                };
                if is_wrong {
                    let around = characters[at.saturating_sub(8)..(at + 8).min(characters.len())].iter();
                    wrong.push(format!("{:?} in {:?}", here, around.collect::<String>()));
                }
            }
        }
        wrong
    });
}

#[test]
fn a_look_alike_is_told_apart_in_every_language() {
    each(|page, _| {
        let Some(incident) = page.incident() else { return Vec::new() };
        let mut wrong = Vec::new();
        for related in &incident.related {
            let id = related.id.value.to_string();
            if related.because.is_none() {
                wrong.push(format!("nothing tells {id} apart"));
            }
            for translation in page.translations.iter().skip(1) {
                if translation.related_because.iter().all(|(of, _)| of.value != id) {
                    wrong.push(format!("nothing tells {id} apart in {}", translation.language));
                }
            }
        }
        wrong
    });
}

#[test]
fn every_incident_has_a_log_that_is_not_it() {
    each(|page, _| {
        let incident = page.incident().filter(|incident| incident.is_active());
        let lacks =
            incident.filter(|incident| incident.samples.iter().all(|sample| sample.polarity != Polarity::Clean));
        lacks.map(|incident| format!("{} has no clean sample", incident.id.value)).into_iter().collect()
    });
}
