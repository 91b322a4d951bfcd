//! What a program may call, and what to say of the rest.

/// Functions of the interpreter's own library that do as jq's.
pub(super) const BORROWED: [&str; 55] = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "copysign",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "expm1",
    "fabs",
    "fdim",
    "fma",
    "fmax",
    "fmin",
    "fmod",
    "frexp",
    "gmtime",
    "hypot",
    "j0",
    "j1",
    "jn",
    "ldexp",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "mktime",
    "modf",
    "nearbyint",
    "nextafter",
    "pow",
    "remainder",
    "rint",
    "scalbln",
    "sin",
    "sinh",
    "sqrt",
    "strftime",
    "strptime",
    "tan",
    "tanh",
    "tgamma",
    "trunc",
    "y0",
    "y1",
    "yn",
];

/// Functions that look outside their input, or that versions of jq do not share: what to do instead.
const REFUSED: [(&str, &str); 22] = [
    ("input", "name the file in the fence: `in.name=PATH` binds it as `$name`"),
    ("inputs", "name the files in the fence: `in.name=PATH` binds one as `$name`"),
    ("env", "constants stand under `let:` in the front matter"),
    ("now", "compare times within the file: a proof must not depend on the clock"),
    ("localtime", "`gmtime` does not depend on the machine"),
    ("strflocaltime", "`strftime` does not depend on the machine"),
    ("input_filename", "the fence names the file"),
    ("input_line_number", "`as=lines` reads a file as an array of its lines"),
    ("debug", "take it out once the program works"),
    ("stderr", "take it out once the program works"),
    ("halt", "a check ends by itself when it has output its findings"),
    ("halt_error", "`error(…)` stops with a message"),
    ("get_search_list", "a snippet stands alone"),
    ("get_jq_origin", "a snippet stands alone"),
    ("get_prog_origin", "a snippet stands alone"),
    ("modulemeta", "a snippet stands alone"),
    ("builtins", "a snippet stands alone"),
    ("lgamma_r", "`lgamma` gives the same without the sign"),
    ("leaf_paths", "later versions of jq dropped it: write `paths(scalars)`"),
    ("pow10", "not every jq has it: write `exp10`"),
    ("recurse_down", "later versions of jq dropped it: write `recurse`"),
    ("scalars_or_empty", "later versions of jq dropped it: write `scalars`"),
];

/// Functions that jq 1.6 lacks: parameters, the version that brings them, and how to write it without.
const LATER: [(&str, usize, &str, &str); 18] = [
    ("pick", 1, "1.7", "write the object: `{a: .a}`"),
    ("debug", 1, "1.7", "take it out once the program works"),
    ("scan", 2, "1.7", "write `match($re; $flags) | .string`"),
    ("have_literal_numbers", 0, "1.7", "numbers of jq 1.6 are doubles"),
    ("have_decnum", 0, "1.7", "numbers of jq 1.6 are doubles"),
    ("abs", 0, "1.8", "write `if . < 0 then -. else . end`"),
    ("toarray", 0, "1.8", "write `if type == \"array\" then . else [.] end`"),
    ("trim", 0, "1.8", "write `sub(\"^\\\\s+\"; \"\") | sub(\"\\\\s+$\"; \"\")`"),
    ("ltrim", 0, "1.8", "write `sub(\"^\\\\s+\"; \"\")`"),
    ("rtrim", 0, "1.8", "write `sub(\"\\\\s+$\"; \"\")`"),
    ("trimstr", 1, "1.8", "write `ltrimstr($x) | rtrimstr($x)`"),
    ("add", 1, "1.8", "write `[f] | add`"),
    ("skip", 2, "1.8", "write `[f][$n:] | .[]`"),
    ("toboolean", 0, "1.8", "write `. == \"true\"`"),
    ("ascii", 0, "1.7", "write `[.] | implode`"),
    ("dateadd", 2, "1.7", "add the seconds"),
    ("datesub", 2, "1.7", "subtract the seconds"),
    ("date", 0, "1.7", "write `todate`"),
];

/// What is said of a function that cannot be called.
pub(super) struct Unusable {
    /// Known, and refused on purpose.
    pub(super) refused: bool,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Why `name` with so many arguments cannot be called; `known` are the functions that can.
pub(super) fn unusable<'k>(name: &str, arity: usize, known: impl Iterator<Item = (&'k str, usize)>) -> Unusable {
    if let Some((_, _, version, instead)) = LATER.iter().find(|later| later.0 == name && later.1 == arity) {
        let message = format!("`{name}` came with jq {version}, and many readers have 1.6");
        return Unusable { refused: false, message, help: Some((*instead).to_owned()) };
    }
    if let Some((_, instead)) = REFUSED.iter().find(|refused| refused.0 == name) {
        return Unusable { refused: true, message: format!("`{name}` is refused"), help: Some((*instead).to_owned()) };
    }
    let known: Vec<_> = known.collect();
    let mut arities: Vec<usize> = known.iter().filter(|other| other.0 == name).map(|other| other.1).collect();
    arities.sort_unstable();
    arities.dedup();
    let (message, help) = match arities[..] {
        [] => (format!("no function `{name}`"), nearest(name, known.into_iter().map(|other| other.0))),
        [0] => (format!("`{name}` takes no arguments, not {arity}"), None),
        _ => {
            let counts: Vec<String> = arities.iter().map(usize::to_string).collect();
            let plural = if counts == ["1"] { "" } else { "s" };
            (format!("`{name}` takes {} argument{plural}, not {arity}", counts.join(" or ")), None)
        }
    };
    Unusable { refused: false, message, help }
}

/// Why a variable cannot be used.
pub(super) fn unusable_variable<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Unusable {
    match name {
        "$ENV" | "$__prog_args" => Unusable {
            refused: true,
            message: format!("`{name}` is refused"),
            help: Some("constants stand under `let:` in the front matter".to_owned()),
        },
        "$ARGS" => Unusable {
            refused: true,
            message: "`$ARGS` is refused".to_owned(),
            help: Some("every constant of `let:` is a variable of its own".to_owned()),
        },
        _ => Unusable { refused: false, message: format!("no variable `{name}`"), help: nearest(name, known) },
    }
}

/// The nearest of `known`, as a question.
pub(super) fn nearest<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    let near = known.map(|name| (strsim::damerau_levenshtein(typed, name), name));
    let (distance, name) = near.min()?;
    (distance <= name.chars().count().max(3) / 3).then(|| format!("did you mean `{name}`?"))
}
