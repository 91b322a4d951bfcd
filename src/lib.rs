//! faultbook: an incident knowledge base in which every page is a test that its reader can run.

pub mod audit;
pub mod diagnostic;
pub mod disk;
pub mod engine;
pub mod explain;
pub mod index;
pub mod link;
pub mod markdown;
pub mod model;
pub mod output;
pub mod parse;
pub mod pipeline;
pub mod portable;
pub mod process;
pub mod prove;
pub mod render;
pub mod rules;
pub mod serve;
pub mod slug;
pub mod source;
