//! A translation has what its source has: sections, steps, commands, images, and words for findings.

use crate::diagnostic::{
    COMMAND_DIFFERS, Diagnostic, IMAGE_DIFFERS, IMAGE_WITHOUT_WORDS, MESSAGE_DIFFERS, SECTION_DIFFERS, STEPS_DIFFER,
};
use crate::matching::{Part, parts};
use crate::model::{Body, Fence, Heading, Image, Incident, Page, Section, SectionKind, Steps, Translation};
use crate::source::{Span, Tree};
use std::collections::BTreeSet;

pub(super) fn check(page: &Page, tree: &Tree, findings: &mut Vec<Diagnostic>) {
    let Some((source, others)) = page.translations.split_first() else { return };
    for translation in &page.translations {
        let silent = translation.body.images.iter().filter(|image| image.alt.trim().is_empty());
        findings.extend(silent.map(|image| {
            IMAGE_WITHOUT_WORDS
                .at(image.span, "this image says nothing to those who do not see it")
                .help(format!("write what it shows: `![…]({})`", image.destination))
        }));
    }
    let required: &[SectionKind] =
        if page.incident().is_some_and(Incident::is_active) { &SectionKind::REQUIRED } else { &[] };
    for translation in others {
        sections(source, translation, required, findings);
        messages(source, translation, findings);
        for (section, other) in pairs(&source.body, &translation.body) {
            images(source, section, translation, other, tree, findings);
            commands(source, section, translation, other, tree, findings);
            let kind = section.heading.and_then(|heading| source.body.headings[heading].kind);
            if matches!(kind, Some(SectionKind::Confirm | SectionKind::Fix)) {
                steps(source, section, translation, other, findings);
            }
        }
    }
}

/// The sections that both have.
fn pairs<'b>(source: &'b Body, body: &'b Body) -> impl Iterator<Item = (&'b Section, &'b Section)> {
    source.sections.iter().filter_map(|section| {
        let other = body.sections.iter().find(|other| body.anchor(other) == source.anchor(section))?;
        Some((section, other))
    })
}

/// Sections by their anchors. Those of which nothing else is known belong together in their order.
fn sections(source: &Translation, translation: &Translation, required: &[SectionKind], findings: &mut Vec<Diagnostic>) {
    let headings = |of: &'_ Translation| -> Vec<Heading> {
        let headings = of.body.headings.iter().filter(|heading| heading.level == 2);
        headings.filter(|heading| heading.kind.is_none_or(|kind| !required.contains(&kind))).cloned().collect()
    };
    let (theirs, ours) = (headings(source), headings(translation));
    let lacks = |all: &[Heading], heading: &Heading| all.iter().all(|other| other.anchor != heading.anchor);
    let mut extra: Vec<&Heading> = ours.iter().filter(|heading| lacks(&theirs, heading)).collect();
    for heading in theirs.iter().filter(|heading| lacks(&ours, heading)) {
        let meant = extra.iter().position(|other| heading.kind.is_none() && other.kind.is_none());
        findings.push(match meant.map(|at| extra.remove(at)) {
            Some(meant) => SECTION_DIFFERS
                .at(
                    meant.span,
                    format!("the section is `#{}` here and `#{}` in its source", meant.anchor, heading.anchor),
                )
                .note_at(heading.span, "its source")
                .help(format!("write `## {} {{#{}}}`", meant.text.trim(), heading.anchor)),
            None => SECTION_DIFFERS
                .at(translation.title.span, format!("the translation has no section `#{}`", heading.anchor))
                .note_at(heading.span, "its source has it"),
        });
    }
    findings.extend(extra.into_iter().map(|heading| {
        SECTION_DIFFERS
            .at(heading.span, format!("the source has no section `#{}`", heading.anchor))
            .note_at(source.title.span, "the source")
    }));
}

/// Every finding has its words, and they fill in the same parts.
fn messages(source: &Translation, translation: &Translation, findings: &mut Vec<Diagnostic>) {
    let names = |text: &str| -> BTreeSet<String> {
        let variable = |part| if let Part::Variable(name) = part { Some(name.to_owned()) } else { None };
        parts(text).into_iter().filter_map(variable).collect()
    };
    for (check, text) in &source.messages {
        let Some((_, words)) = translation.messages.iter().find(|(name, _)| name.value == check.value) else {
            let at = translation.title.span;
            findings.push(
                MESSAGE_DIFFERS
                    .at(at, format!("no words for what `{}` finds", check.value))
                    .note_at(text.span, "its source")
                    .help(format!("add `messages: {{{}: …}}`", check.value)),
            );
            continue;
        };
        let (theirs, ours) = (names(&text.value), names(&words.value));
        let list = |names: &BTreeSet<String>, but: &BTreeSet<String>| {
            names.difference(but).map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(", ")
        };
        let (missing, unknown) = (list(&theirs, &ours), list(&ours, &theirs));
        let message = match (missing.as_str(), unknown.as_str()) {
            ("", "") => continue,
            (missing, "") => format!("{missing} of the source is not filled in here"),
            ("", unknown) => format!("{unknown} is not filled in by the source"),
            (missing, unknown) => format!("{unknown} is filled in here, {missing} in the source"),
        };
        findings.push(MESSAGE_DIFFERS.at(words.span, message).note_at(text.span, "its source"));
    }
}

/// What of `all` stands in a section.
fn within<'b, T>(section: &Section, all: &'b [T], span: fn(&T) -> Span) -> Vec<&'b T> {
    all.iter().filter(|item| (section.span.start..section.span.end).contains(&span(item).start)).collect()
}

/// Where to point for a section as a whole.
fn head(of: &Translation, section: &Section) -> Span {
    section.heading.map_or(of.title.span, |heading| of.body.headings[heading].span)
}

fn steps(
    source: &Translation,
    section: &Section,
    translation: &Translation,
    other: &Section,
    findings: &mut Vec<Diagnostic>,
) {
    let theirs = within(section, &source.body.steps, |steps: &Steps| steps.span);
    let ours = within(other, &translation.body.steps, |steps: &Steps| steps.span);
    if theirs.len() != ours.len() {
        let message = format!("numbered lists: {} here, {} in the source", ours.len(), theirs.len());
        findings.push(STEPS_DIFFER.at(head(translation, other), message).note_at(head(source, section), "its source"));
        return;
    }
    for (theirs, ours) in theirs.iter().zip(&ours).filter(|(theirs, ours)| theirs.count != ours.count) {
        findings.push(
            STEPS_DIFFER
                .at(ours.span, format!("steps: {} here, {} in the source", ours.count, theirs.count))
                .label("this list")
                .note_at(theirs.span, "its source"),
        );
    }
}

/// The shell commands of a section.
fn shell<'b>(of: &'b Translation, section: &Section) -> Vec<&'b Fence> {
    let fences = within(section, &of.body.fences, |fence| fence.info.span);
    fences.into_iter().filter(|fence| fence.command.is_some()).collect()
}

fn commands(
    source: &Translation,
    section: &Section,
    translation: &Translation,
    other: &Section,
    tree: &Tree,
    findings: &mut Vec<Diagnostic>,
) {
    let (theirs, ours) = (shell(source, section), shell(translation, other));
    if theirs.len() != ours.len() {
        let message = format!("commands: {} here, {} in the source", ours.len(), theirs.len());
        findings
            .push(COMMAND_DIFFERS.at(head(translation, other), message).note_at(head(source, section), "its source"));
        return;
    }
    // Without the info string and the mark's words, and without comments.
    let text = |of: &Translation, fence: &Fence| {
        let fenced = tree.slice(Span::new(of.file, fence.range.clone()));
        let lines = fenced.lines().skip(1).map(str::trim).filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    let is_marked = |fence: &Fence| fence.command.as_ref().is_some_and(|command| command.caution.is_some());
    for (theirs, ours) in theirs.iter().zip(&ours) {
        let message = if is_marked(theirs) != is_marked(ours) {
            "only one language marks this command as destructive"
        } else if text(source, theirs) != text(translation, ours) {
            "this command differs between languages"
        } else {
            continue;
        };
        findings.push(COMMAND_DIFFERS.at(ours.info.span, message).note_at(theirs.info.span, "its source"));
    }
}

fn images(
    source: &Translation,
    section: &Section,
    translation: &Translation,
    other: &Section,
    tree: &Tree,
    findings: &mut Vec<Diagnostic>,
) {
    let theirs = within(section, &source.body.images, |image: &Image| image.span);
    let ours = within(other, &translation.body.images, |image: &Image| image.span);
    if theirs.len() != ours.len() {
        let message = format!("images: {} here, {} in the source", ours.len(), theirs.len());
        findings.push(IMAGE_DIFFERS.at(head(translation, other), message).note_at(head(source, section), "its source"));
    }
    let same_words = |(theirs, ours): &(&&Image, &&Image)| theirs.alt == ours.alt && ours.alt.trim().contains(' ');
    for (theirs, ours) in theirs.iter().zip(&ours).filter(same_words) {
        findings.push(
            IMAGE_DIFFERS
                .at(ours.span, format!("the words of this image are not in `{}`", translation.language))
                .note_at(theirs.span, "the same in its source")
                .help(format!("say what `{}` shows in the page's language", tree.slice(ours.span))),
        );
    }
}
