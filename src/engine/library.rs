//! The functions that a program may call: the natives, and the prelude, parsed once.
//!
//! Of the prelude a program gets only what it reaches, because compiling it all would take longer than the program.

use super::lower::{Arena, Lowering};
use super::natives::{self, Entry};
use super::syntax;
use jaq_core::load::parse::Def;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The library.
pub(super) struct Library {
    definitions: Vec<Definition>,
    /// The position of a definition by name and parameters.
    positions: BTreeMap<(&'static str, usize), usize>,
    /// Natives by name and parameters.
    natives: BTreeSet<(&'static str, usize)>,
}

struct Definition {
    lowered: Def<&'static str>,
    calls: Vec<(&'static str, usize)>,
}

/// What a program needs of the library.
pub(super) struct Needed {
    pub(super) definitions: Vec<Def<&'static str>>,
    pub(super) natives: Vec<Entry>,
}

impl Library {
    /// The library, made at the first call.
    pub(super) fn get() -> &'static Self {
        static LIBRARY: OnceLock<Library> = OnceLock::new();
        LIBRARY.get_or_init(Self::new)
    }

    fn new() -> Self {
        // It lives as long as the process, as the library does.
        let arena: &'static Arena = Box::leak(Box::default());
        let definitions = syntax::definitions(include_str!("prelude.jq"));
        let definitions: Vec<_> = definitions
            .iter()
            .map(|definition| {
                let mut lowering = Lowering::new(arena, None, &[]);
                let lowered = lowering.definition(definition);
                Definition { lowered, calls: lowering.called }
            })
            .collect();
        let signature = |definition: &Definition| (definition.lowered.name, definition.lowered.args.len());
        let positions = definitions.iter().enumerate().map(|(at, definition)| (signature(definition), at)).collect();
        let natives = natives::all().iter().map(|(name, parameters, _)| (*name, parameters.len())).collect();
        Self { definitions, positions, natives }
    }

    /// Whether a program may call it.
    pub(super) fn has(&self, name: &str, arity: usize) -> bool {
        !name.starts_with("__") && self.knows(name, arity)
    }

    fn knows(&self, name: &str, arity: usize) -> bool {
        self.positions.contains_key(&(name, arity)) || self.natives.contains(&(name, arity))
    }

    /// Name and number of parameters of all that a program may call.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.positions.keys().chain(&self.natives).copied().filter(|(name, _)| !name.starts_with(['_', '@']))
    }

    /// What the calls of a program reach.
    pub(super) fn needed(&self, called: &[(&str, usize)]) -> Needed {
        let mut reached = BTreeSet::new();
        let mut natives = BTreeSet::new();
        let mut open: Vec<(&str, usize)> = called.to_vec();
        while let Some(call) = open.pop() {
            match self.positions.get(&call) {
                Some(&at) if reached.insert(at) => open.extend(&self.definitions[at].calls),
                Some(_) => {}
                None => drop(natives.insert(call)),
            }
        }
        let definitions = reached.into_iter().map(|at| self.definitions[at].lowered.clone()).collect();
        // Those that begin with `__` are called by the rewriting, formats by strings.
        let wanted = |entry: &Entry| entry.0.starts_with(['_', '@']) || natives.contains(&(entry.0, entry.1.len()));
        Needed { definitions, natives: natives::all().into_iter().filter(wanted).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_prelude_is_defined_before_it() {
        let library = Library::get();
        for (at, definition) in library.definitions.iter().enumerate() {
            for call in &definition.calls {
                let earlier = library.positions.get(call).is_some_and(|position| *position < at);
                assert!(earlier || library.natives.contains(call), "{} calls {call:?}", definition.lowered.name);
            }
        }
    }
}
