//! A machine as the snippets of an incident see it: the documents that they read.
//!
//! A fixture is read once for each file and format. What follows from a fixture, with a fault put in or after a fix,
//! is a machine too.

use super::contracts::text_of;
use super::job::{Job, JobFixture};
use crate::engine::{Format, Limits, Unreadable, Value, read};
use std::ops::Index;

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

/// A document for each view.
#[derive(Debug, Clone)]
pub(super) struct Machine(Vec<Document>);

impl Machine {
    pub(super) fn read(fixture: &JobFixture, views: &[View<'_>], limits: &Limits) -> Self {
        let document = |view: &View<'_>| match text_of(fixture, view.path) {
            None => Document::Absent,
            Some(text) => match read(view.format, text.as_bytes(), limits) {
                Ok(value) => Document::Value(value),
                Err(unreadable) => Document::Unreadable(unreadable),
            },
        };
        Self(views.iter().map(document).collect())
    }

    /// The value that a view shows; null where there is none.
    pub(super) fn value(&self, view: usize) -> Value {
        match &self.0[view] {
            Document::Value(value) => value.clone(),
            Document::Absent | Document::Unreadable(_) => Value::null(),
        }
    }

    /// The machine with another document in one view.
    pub(super) fn with(&self, view: usize, value: Value) -> Self {
        let mut documents = self.0.clone();
        documents[view] = Document::Value(value);
        Self(documents)
    }

    /// The machine with another document in every view of a file.
    pub(super) fn with_file(&self, views: &[View<'_>], path: &str, value: &Value) -> Self {
        let of = |(view, old): (&View<'_>, &Document)| {
            if view.path == path { Document::Value(value.clone()) } else { old.clone() }
        };
        Self(views.iter().zip(&self.0).map(of).collect())
    }
}

impl Index<usize> for Machine {
    type Output = Document;

    fn index(&self, view: usize) -> &Document {
        &self.0[view]
    }
}
