//! The program: arguments in, exit code out.

use clap::Parser;
use faultbook::cli::Cli;
use faultbook::{commands, process};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == process::WORKER) {
        return if process::worker_main().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    commands::run(&Cli::parse()).unwrap_or_else(|error| {
        // Nothing is left to be told when standard error is closed.
        let _ = writeln!(std::io::stderr(), "faultbook: {error:#}");
        ExitCode::from(2)
    })
}
