//! faultbook: an incident knowledge base in which every page is a test that its reader can run.
//!
//! The modules in reading order: the input as a value ([`source`]), what authors can say ([`model`]), what can be wrong
//! ([`diagnostic`]); then the stages, `read → parse → rules → link → prove → render → index → write`, pure from
//! [`parse`] to [`index`] and put in order by [`pipeline`]; then the outside world: [`disk`], [`process`], [`serve`]; and
//! the command line. ARCHITECTURE.md draws it, and a test holds who may use whom.
//!
//! What always holds: a [`model::Site`] is finished when `parse` returns it; every value that a finding may point at
//! knows its place; the same input gives the same bytes.

pub mod audit;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod disk;
pub mod draft;
pub mod engine;
pub mod explain;
pub mod index;
pub mod link;
pub mod markdown;
pub mod matching;
pub mod model;
pub mod offline;
pub mod output;
pub mod parse;
pub mod pipeline;
pub mod portable;
pub mod process;
pub mod prove;
pub mod render;
pub mod rules;
pub mod secrets;
pub mod serve;
pub mod slug;
pub mod source;
pub mod translation;
