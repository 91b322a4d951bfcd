//! `faultbook man` and `faultbook completions`: what manuals and shells know of the command line, from its own types.

use super::{Console, print};
use crate::cli::Cli;
use crate::disk;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::Path;
use std::process::ExitCode;

/// What the program is called.
const NAME: &str = "faultbook";

pub(super) fn completions(shell: Shell, console: &Console) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    print(&mut console.out(), &String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run(out: &Path, console: &Console) -> Result<ExitCode> {
    disk::make_folder(out)?;
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    let commands = whole.get_subcommands().map(|command| {
        let name = format!("{NAME}-{}", command.get_name());
        command.clone().name(name.clone()).display_name(name)
    });
    for command in commands.chain([whole.clone()]) {
        let path = out.join(format!("{}.1", command.get_name()));
        let mut page = Vec::new();
        Man::new(command).render(&mut page).with_context(|| format!("cannot make `{}`", path.display()))?;
        disk::write(&path, &page)?;
        console.note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
