//! Other programs, and the only place that starts them.

mod fetch;
pub mod git;
mod shell;
mod worker;
mod workers;

pub use fetch::{FetchError, fetch};
pub use shell::{Jq, find, jqs, run};
pub use worker::{ARGUMENT as WORKER, main as worker_main};
pub use workers::Workers;
