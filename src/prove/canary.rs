//! No finding carries a secret: contract 7.
//!
//! In a copy of each fixture every value that looks like a secret is replaced by a canary, once as a whole and once by
//! the value with a canary behind it, in case the check looks at how it begins. No finding on the copies may hold a
//! canary, nor a part of one.

use super::contracts::Run;
use super::job::Contract;
use super::machine::{Document, Machine};
use crate::engine::Value;
use std::rc::Rc;

/// What no text has by chance, short enough to be seen in a part of a canary.
const NEEDLE: &str = "Zk7Qx";

impl Run<'_> {
    pub(super) fn canaries(&mut self) {
        for fixture in self.fixtures() {
            for keep in [false, true] {
                let mut paths = Vec::new();
                let machine = self.with_canaries(&self.machines[fixture].clone(), keep, &mut paths);
                if paths.is_empty() {
                    break;
                }
                for check in self.all_checks() {
                    let Some(inputs) = self.inputs(check, fixture, &machine) else { continue };
                    let Some(Ok(findings)) = self.try_output(check, fixture, inputs) else { continue };
                    let leak = findings.iter().map(Value::to_json).find_map(|json| leaked(&json, &paths));
                    if let Some((file, path)) = leak {
                        self.breach(Contract::Leak { file, path }, check, Some(fixture), None);
                    }
                }
            }
        }
    }

    /// The machine with canaries for secrets; their files and paths are added to `paths`, in the order of the canaries.
    fn with_canaries(&self, machine: &Rc<Machine>, keep: bool, paths: &mut Vec<(String, String)>) -> Machine {
        let mut changed = machine.as_ref().clone();
        for (view, of) in self.views.iter().enumerate() {
            let Document::Value(value) = &machine[view] else { continue };
            let mut known: Vec<(String, String)> = Vec::new();
            let other = value.with_secrets(&mut |path, secret| {
                // Two places with one secret stay equal.
                let canary = known.iter().find(|(known, _)| known == secret).map(|(_, canary)| canary.clone());
                let canary = canary.unwrap_or_else(|| {
                    let canary = format!("{NEEDLE}{:03}", paths.len()).repeat(4);
                    paths.push((of.path.to_owned(), path.to_owned()));
                    known.push((secret.to_owned(), canary.clone()));
                    canary
                });
                if keep { format!("{secret}{canary}") } else { canary }
            });
            changed = changed.with(view, other);
        }
        changed
    }
}

/// File and path of the secret whose canary a finding holds.
fn leaked(json: &str, paths: &[(String, String)]) -> Option<(String, String)> {
    let after = &json[json.find(NEEDLE)? + NEEDLE.len()..];
    let number = after.get(..3).and_then(|digits| digits.parse::<usize>().ok());
    number.and_then(|number| paths.get(number)).or_else(|| paths.first()).cloned()
}
