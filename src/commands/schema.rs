//! `faultbook schema`: what front matter and site.toml hold, for editors and other programs.

use super::{Console, print};
use crate::cli;
use crate::parse::{self, Described};
use anyhow::Result;
use std::process::ExitCode;

pub(super) fn run(of: Option<cli::Described>, console: &Console) -> Result<ExitCode> {
    let of = of.map(|of| match of {
        cli::Described::Incident => Described::Incident,
        cli::Described::Translation => Described::Translation,
        cli::Described::Page => Described::Page,
        cli::Described::Site => Described::Site,
    });
    print(&mut console.out(), &format!("{:#}\n", parse::schema(of)))?;
    Ok(ExitCode::SUCCESS)
}
