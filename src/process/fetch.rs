//! A file of a web site, by the `curl` that nearly every machine has: in comes an address, out go its bytes.

use std::process::{Command, Stdio};

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// `curl` is not installed.
    #[error("reading `{0}` takes `curl`, which is not installed; download the file and name it instead")]
    NoCurl(String),
    /// The file was not to be had.
    #[error("cannot read `{url}`: {why}")]
    Failed {
        /// The address.
        url: String,
        /// What `curl` said.
        why: String,
    },
}

/// The bytes at an address, redirects followed.
///
/// # Errors
/// When there is no `curl`, no such host or file, or no answer within half a minute.
pub fn fetch(url: &str) -> Result<Vec<u8>, FetchError> {
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--proto", "=https,http", "--max-time", "30", "--"]);
    let failed = |why: String| FetchError::Failed { url: url.to_owned(), why };
    match curl.arg(url).stdin(Stdio::null()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(FetchError::NoCurl(url.to_owned())),
        Err(error) => Err(failed(error.to_string())),
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}
