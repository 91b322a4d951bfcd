//! Other programs, and the only place that starts them.

mod frame;
pub mod git;
pub mod worker;
mod workers;

pub use workers::Workers;
