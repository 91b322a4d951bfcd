//! The first draft of an incident: a log in, the line that most likely tells what went wrong and a signature out.
//!
//! A [`Search`] takes a log piece by piece, in one pass and little memory, and says which line it would choose and why;
//! [`signature`] turns that line into a signature, its variable parts masked. What is redacted is not its business.

mod likely;
mod masks;
mod signature;

pub use likely::{Likely, Search};
pub use signature::signature;
