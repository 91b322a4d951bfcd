//! Compiles and runs a program.

use super::budget::{Limits, Meter, Probe};
use super::library::Library;
use super::lower::{Arena, Lowering};
use super::mutants::{self, Mutant};
use super::natives::{Types, World};
use super::syntax;
use super::value::Value;
use jaq_core::load::parse::Def;
use jaq_core::load::{File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars};
use std::ops::Range;

/// What is wrong with a program, or stopped it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of what sort.
    pub kind: FaultKind,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// The bytes of the program to point at.
    pub at: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

/// The sorts of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// `.a |`
    Syntax,
    /// `to_entrie`, `$nobody`
    Undefined,
    /// `input`, `$ENV`
    Refused,
    /// `1 | .a`
    Failed,
    /// `def f: f; f`
    Budget,
}

/// A program that is ready to run, any number of times.
pub struct Program {
    filter: Filter<Types>,
    /// The bytes of each place that the program reports.
    places: Vec<Range<usize>>,
    /// All of it.
    whole: Range<usize>,
}

impl Program {
    /// Compiles a program that may use the variables of these names, given without their `$`.
    ///
    /// # Errors
    /// Every fault of its text; or when it can be read, every name that cannot be used.
    pub fn compile(code: &str, variables: &[&str]) -> Result<Self, Vec<Fault>> {
        Self::make(code, variables, None)
    }

    /// Compiles a program together with all its mutants, which the run is told by their positions.
    ///
    /// # Errors
    /// Those of [`compile`](Self::compile).
    pub fn with_mutants(code: &str, variables: &[&str]) -> Result<(Self, Vec<Mutant>), Vec<Fault>> {
        let mut mutants = Vec::new();
        let program = Self::make(code, variables, Some(&mut mutants))?;
        Ok((program, mutants))
    }

    fn make(code: &str, variables: &[&str], grown: Option<&mut Vec<Mutant>>) -> Result<Self, Vec<Fault>> {
        let arena = Arena::default();
        let (mut term, faults) = syntax::program(code);
        if !faults.is_empty() {
            let fault = |fault: syntax::SyntaxFault| Fault {
                kind: if fault.refused { FaultKind::Refused } else { FaultKind::Syntax },
                message: fault.message,
                at: fault.at,
                help: fault.help,
            };
            return Err(faults.into_iter().map(fault).collect());
        }
        if let Some(grown) = grown {
            *grown = mutants::grow(code, &mut term, &|text| arena.alloc(text));
        }
        let library = Library::get();
        let variables: Vec<String> = variables.iter().map(|name| format!("${name}")).collect();
        let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
        let mut lowering = Lowering::new(&arena, Some(library), &variables);
        let body = lowering.term(&term);
        if !lowering.unresolved.is_empty() {
            let fault = |unresolved: super::lower::Unresolved| Fault {
                kind: if unresolved.why.refused { FaultKind::Refused } else { FaultKind::Undefined },
                message: unresolved.why.message,
                at: unresolved.at,
                help: unresolved.why.help,
            };
            return Err(lowering.unresolved.into_iter().map(fault).collect());
        }
        let needed = library.needed(&lowering.called);
        let main = Def { name: "main", args: Vec::new(), body };
        let loader = Loader::new(needed.definitions.into_iter().chain([main]));
        let Ok(modules) = loader.load(&arena, File { code: "main", path: () }) else {
            unreachable!("the text `main` is a program")
        };
        let filter = Compiler::default().with_funs(needed.natives).with_global_vars(variables.iter().copied());
        let filter = filter.compile(modules);
        let filter = filter.unwrap_or_else(|errors| {
            let names: Vec<_> = errors.iter().flat_map(|(_, errors)| errors.iter().map(|error| error.0)).collect();
            panic!("names are resolved before: {names:?}")
        });
        Ok(Self { filter, places: lowering.places, whole: 0..code.trim_end().len() })
    }

    /// Runs the program on a document, with the values of its variables in the order in which they were named.
    ///
    /// # Errors
    /// The error that ended it, or the budget that ran out.
    pub fn run(
        &self,
        input: Value,
        variables: Vec<Value>,
        limits: &Limits,
        probe: &dyn Probe,
    ) -> Result<Vec<Value>, Fault> {
        self.run_as(None, input, variables, limits, probe)
    }

    /// Runs the program as one of the mutants that it was compiled with.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_as(
        &self,
        mutant: Option<usize>,
        input: Value,
        variables: Vec<Value>,
        limits: &Limits,
        probe: &dyn Probe,
    ) -> Result<Vec<Value>, Fault> {
        let meter = Meter::new(limits, probe, mutant);
        let world = World { table: &self.filter.lut, meter: &meter };
        let context = Ctx::<Types>::new(world, Vars::new(variables.into_iter().map(|variable| variable.0)));
        let mut outputs = Vec::new();
        let (mut parts, mut bytes) = (limits.memory / 16, limits.memory);
        for output in self.filter.id.run((context, input.0)) {
            let value = match output {
                Ok(value) => value,
                Err(exception) => return Err(self.ended(&meter, exception.get_err().ok())),
            };
            if outputs.len() == limits.outputs {
                return Err(self.over(format!("gave more than {} outputs", limits.outputs), None));
            }
            if !value.fits(&mut parts, &mut bytes) {
                return Err(self.over("ran out of memory".to_owned(), None));
            }
            outputs.push(Value(value));
        }
        match meter.exhausted() {
            Some(_) => Err(self.ended(&meter, None)),
            None => Ok(outputs),
        }
    }

    fn place(&self, place: Option<usize>) -> Range<usize> {
        place.and_then(|place| self.places.get(place)).unwrap_or(&self.whole).clone()
    }

    fn over(&self, message: String, place: Option<usize>) -> Fault {
        Fault { kind: FaultKind::Budget, message, at: self.place(place), help: None }
    }

    fn ended(&self, meter: &Meter<'_>, error: Option<jaq_core::Error<super::value::Val>>) -> Fault {
        if let Some((reason, place)) = meter.exhausted() {
            return self.over(reason.to_owned(), place);
        }
        let message = match error.map(jaq_core::Error::into_val) {
            Some(super::value::Val::Text(text)) if text.starts_with("invalid path expression") => {
                "Invalid path expression: this does not lead to a part of the input".to_owned()
            }
            Some(super::value::Val::Text(text)) => text.to_string(),
            Some(value) => format!("{value} (not a string)"),
            None => "the program left a label that is not there".to_owned(),
        };
        Fault { kind: FaultKind::Failed, message, at: self.place(meter.failed()), help: None }
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("whole", &self.whole).finish_non_exhaustive()
    }
}
