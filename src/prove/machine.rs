//! A machine as the snippets of an incident see it: the documents that they read.
//!
//! A fixture is read once for each file and format. What follows from a fixture, with a fault put in or after a fix,
//! is a machine too.

use super::contracts::text_of;
use super::job::{Job, JobFixture};
use crate::engine::{Format, Limits, Unreadable, Value, read, write};
use std::ops::Index;
use std::rc::Rc;

/// A file read in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View<'a> {
    pub(super) path: &'a str,
    pub(super) format: Format,
}

/// Every view that some snippet has.
pub(super) fn views(job: &Job) -> Vec<View<'_>> {
    let mut views = Vec::new();
    for file in job.snippets.iter().flat_map(|snippet| &snippet.inputs) {
        let view = View { path: &file.path, format: file.format };
        if !views.contains(&view) {
            views.push(view);
        }
    }
    views
}

/// What a view shows.
#[derive(Debug, Clone)]
pub(super) enum Document {
    Absent,
    Value(Value),
    Unreadable(Unreadable),
}

/// For each view a document, and the text of its file unless jq made it.
#[derive(Debug, Clone)]
pub(super) struct Machine(Vec<(Document, Option<Rc<str>>)>);

impl Machine {
    pub(super) fn read(fixture: &JobFixture, views: &[View<'_>], limits: &Limits) -> Self {
        let document = |view: &View<'_>| match text_of(fixture, view.path) {
            None => (Document::Absent, None),
            Some(text) => (reading(view.format, text, limits), Some(text.into())),
        };
        Self(views.iter().map(document).collect())
    }

    /// The value that a view shows; null where there is none.
    pub(super) fn value(&self, view: usize) -> Value {
        match &self[view] {
            Document::Value(value) => value.clone(),
            Document::Absent | Document::Unreadable(_) => Value::null(),
        }
    }

    /// The text of a view's file.
    pub(super) fn text(&self, views: &[View<'_>], view: usize) -> Rc<str> {
        let (_, text) = &self.0[view];
        text.clone().unwrap_or_else(|| write(views[view].format, &self.value(view)).into())
    }

    /// Where the two differ in a view: a path, or a line that makes no difference to the value.
    pub(super) fn difference(&self, other: &Self, view: usize) -> Option<String> {
        self.value(view).difference(&other.value(view)).or_else(|| {
            let (mut own, mut others) = (self.0[view].1.as_ref()?.lines(), other.0[view].1.as_ref()?.lines());
            let line = (1..).find_map(|line| match (own.next(), others.next()) {
                (None, None) => Some(None),
                (left, right) => (left != right).then_some(Some(line)),
            });
            line.flatten().map(|line: usize| format!("line {line}"))
        })
    }

    /// The machine with another document in one view.
    pub(super) fn with(&self, view: usize, value: Value) -> Self {
        let mut documents = self.0.clone();
        documents[view] = (Document::Value(value), None);
        Self(documents)
    }

    /// The machine with what jq made of a file, which other views read from the text that is written.
    pub(super) fn with_file(&self, views: &[View<'_>], of: usize, value: Value, limits: &Limits) -> Self {
        let View { path, format } = views[of];
        let others = views.iter().any(|view| view.path == path && view.format != format);
        let machine = if others { self.with_text(views, path, &write(format, &value), limits) } else { self.clone() };
        machine.with(of, value)
    }

    /// The machine with another text in a file.
    pub(super) fn with_text(&self, views: &[View<'_>], path: &str, text: &str, limits: &Limits) -> Self {
        let document = |(view, old): (&View<'_>, &(Document, Option<Rc<str>>))| {
            if view.path == path { (reading(view.format, text, limits), Some(text.into())) } else { old.clone() }
        };
        Self(views.iter().zip(&self.0).map(document).collect())
    }
}

fn reading(format: Format, text: &str, limits: &Limits) -> Document {
    match read(format, text.as_bytes(), limits) {
        Ok(value) => Document::Value(value),
        Err(unreadable) => Document::Unreadable(unreadable),
    }
}

impl Index<usize> for Machine {
    type Output = Document;

    fn index(&self, view: usize) -> &Document {
        &self.0[view].0
    }
}
