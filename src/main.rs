//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(faultbook::process::worker::ARGUMENT) {
        return ExitCode::from(faultbook::process::worker::serve());
    }
    ExitCode::SUCCESS
}
