//! `faultbook explain`: the documentation of a rule.

use super::{Console, print};
use crate::diagnostic::{RULES, Rule, explain, nearest};
use anyhow::{Result, bail};
use std::process::ExitCode;

/// Lines are no longer than this: longer ones are hard to read.
const WIDTH: usize = 88;

pub(super) fn run(rule: &str, console: &Console) -> Result<ExitCode> {
    if let Some(found) = Rule::find(rule) {
        print(&mut console.out(), &explain::render(found.docs, WIDTH, true))?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    match nearest(rule, known) {
        Some(near) => bail!("no rule is called `{rule}`; did you mean `{near}`?"),
        None => bail!("no rule is called `{rule}`; rules have codes such as `FB060` and names such as `dead-link`"),
    }
}
