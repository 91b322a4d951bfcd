//! What an author can say: the types of a site, finished when `parse` returns them.
//!
//! Plain data. Every value that a finding may point at knows its place; nothing here reads, checks or renders. What a
//! stage keeps of pages that stay as they are is [`Learned`].

mod incident;
mod language;
mod learned;
mod markdown;
mod page;
mod site;
mod snippet;

pub use incident::{AppliesTo, Incident, IncidentId, Related, Severity, Status};
pub use language::Language;
pub use learned::Learned;
pub use markdown::{Body, Caution, Command, Fence, Heading, Image, Link, Section, SectionKind, Steps};
pub use page::{Page, PageKind, Translation, Words};
pub use site::{Config, ExternalLinks, Facts, Site, Strings, Taxonomy};
pub use snippet::{Code, Expected, Fixture, Harmless, Input, Polarity, Sample, Snippet, SnippetKind, SnippetLanguage};
