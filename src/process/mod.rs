//! Other programs, and the only place that starts them.

mod fetch;
pub mod git;
mod worker;
mod workers;

pub use fetch::{FetchError, fetch};
pub use worker::{ARGUMENT as WORKER, main as worker_main};
pub use workers::Workers;
