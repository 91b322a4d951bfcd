//! Other programs, and the only place that starts them.

pub mod git;
mod worker;
mod workers;

pub use worker::{ARGUMENT as WORKER, main as worker_main};
pub use workers::Workers;
