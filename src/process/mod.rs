//! Other programs, and the only place that starts them.

pub mod git;
