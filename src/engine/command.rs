//! The text that a reader pastes into a terminal to do what a snippet does.
//!
//! In: the program, the files that it reads, the constants. Out: a command for a POSIX shell with jq 1.6 or later and,
//! for other formats than JSON, the tool whose shape [`read`](super::read) gives: `yq` (the one written in Python),
//! `jc`, `npx json5`, Python's own TOML reader.

use super::Format;
use super::diff::Diff;
use ::serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A file that a program reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommandInput {
    /// The variable that it is bound to; `None` for the program's `.`.
    pub name: Option<String>,
    /// `~/…` or `/…`.
    pub path: String,
    /// How it is read.
    pub format: Format,
    /// Whether it may be absent, and is then null.
    pub optional: bool,
}

/// Prints the findings of a check, one a line. `constants` are names and JSON texts.
#[must_use]
pub fn check_command(code: &str, inputs: &[CommandInput], constants: &[(String, String)]) -> String {
    let mut call = Call::new("-c", code, inputs, constants);
    match inputs.iter().find(|input| input.name.is_none()) {
        None => {
            call.flags.insert(1, 'n');
            call.text("")
        }
        Some(file) if file.optional => piped(&or_null(file, &content(file)), &call.text("")),
        Some(file) => call.reading(file),
    }
}

/// Heals the file of a fix in place: owner and mode stay, the old text is kept beside it as `.bak`, or `.bak.1` and so on
/// where that is taken, and when the program fails nothing is changed. A format that no common tool writes is only shown
/// healed, as JSON.
#[must_use]
pub fn fix_command(code: &str, inputs: &[CommandInput], constants: &[(String, String)]) -> String {
    let Some(file) = inputs.iter().find(|input| input.name.is_none()) else { return String::new() };
    let mut call = Call::new("", code, inputs, constants);
    let writer = match file.format {
        Format::Json | Format::Json5 => "",
        Format::Yaml => " | yq -y .",
        Format::Lines => " | jq -r '.[]'",
        Format::Toml | Format::Ini | Format::Systemd | Format::Env => return call.reading(file),
    };
    let variable = CommandInput { path: "\"$f\"".to_owned(), ..file.clone() };
    let healed = call.reading(&variable);
    in_place(&file.path, &format!("{healed}{writer} > \"$f.new\""), "")
}

/// Applies a fix that is a diff to its file, in place as [`fix_command`] does; where a line of it does not fit, nothing
/// is changed. Each line of the diff begins with its mark, so that none of them can end the text.
#[must_use]
pub fn diff_command(diff: &Diff, path: &str) -> String {
    let command = "patch -s -u -N -F0 -r \"$f.rej\" -o \"$f.new\" \"$f\" <<'END'";
    in_place(path, command, &format!("{}END\n", diff.text()))
}

/// Runs a command that writes `$f.new` from `$f`, and the text that follows it; if the two files differ, the new text
/// takes the place of the old.
fn in_place(path: &str, command: &str, text: &str) -> String {
    let path = shell_path(path);
    let rejected = if text.is_empty() { "" } else { " \"$f.rej\"" };
    format!(
        "( set -eu; umask 077; f={path}\n\
         {{ {command} && test -s \"$f.new\"; }} || {{ rm -f \"$f.new\"{rejected}; exit 1; }}\n\
         {text}cmp -s \"$f\" \"$f.new\" || {{ b=$f.bak; n=1\n\
         while [ -e \"$b\" ]; do b=$f.bak.$n; n=$((n+1)); done\n\
         cp -p \"$f\" \"$b\"; cat \"$f.new\" > \"$f\"; }}\n\
         rm \"$f.new\" )"
    )
}

/// A call of jq.
struct Call<'a> {
    flags: String,
    options: Vec<String>,
    /// What binds the variables, before the program.
    bindings: Vec<String>,
    code: &'a str,
}

impl<'a> Call<'a> {
    fn new(flags: &str, code: &'a str, inputs: &[CommandInput], constants: &[(String, String)]) -> Self {
        let mut call =
            Self { flags: flags.to_owned(), options: Vec::new(), bindings: Vec::new(), code: code.trim_end() };
        for (name, json) in constants {
            call.options.push(format!("--argjson {name} {}", quoted(json)));
        }
        for input in inputs {
            if let Some(name) = &input.name {
                call.bind(name, input);
            }
        }
        call
    }

    /// Binds a file to a variable, however large it is where jq itself can read it.
    fn bind(&mut self, name: &str, input: &CommandInput) {
        let path = shell_path(&input.path);
        match (input.format, input.optional) {
            (Format::Json, false) => self.slurp(name, &path),
            (Format::Json, true) => {
                // Of an empty file nothing is slurped, and the first of nothing is null.
                self.slurp(name, &format!("\"$(if [ -e {path} ]; then echo {path}; else echo /dev/null; fi)\""));
            }
            (Format::Lines, false) => {
                self.options.push(format!("--rawfile {name} {path}"));
                let lines = format!("(${name} | split(\"\\n\") | if .[-1:] == [\"\"] then .[:-1] else . end)");
                self.bindings.push(format!("{lines} as ${name}"));
            }
            (_, false) => self.options.push(format!("--argjson {name} \"$({})\"", content(input))),
            (_, true) => self.options.push(format!("--argjson {name} \"$({})\"", or_null(input, &content(input)))),
        }
    }

    fn slurp(&mut self, name: &str, path: &str) {
        self.options.push(format!("--slurpfile {name} {path}"));
        self.bindings.push(format!("${name}[0] as ${name}"));
    }

    /// The call with a file as its `.`.
    fn reading(&mut self, file: &CommandInput) -> String {
        let path = shell_path(&file.path);
        match file.format {
            Format::Json => self.text(&format!(" {path}")),
            Format::Lines => {
                self.flags = format!("-Rn{}", self.flags.trim_start_matches('-'));
                self.bindings.insert(0, "[inputs]".to_owned());
                self.text(&format!(" {path}"))
            }
            _ => piped(&content(file), &self.text("")),
        }
    }

    /// `jq FLAGS OPTIONS 'PROGRAM'` and what follows.
    fn text(&self, after: &str) -> String {
        let mut text = "jq".to_owned();
        if !self.flags.is_empty() {
            text.push(' ');
            text.push_str(&self.flags);
        }
        for option in &self.options {
            text.push_str(if self.options.len() > 1 { " \\\n  " } else { " " });
            text.push_str(option);
        }
        text.push_str(if self.options.len() > 1 { " \\\n  " } else { " " });
        let mut program = String::new();
        for (at, binding) in self.bindings.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(program, "{}{binding}", if at == 0 { "" } else { "| " });
        }
        if !self.bindings.is_empty() {
            program.push_str("| ");
        }
        program.push_str(self.code);
        // Over several lines the program stands by itself; jq would take a dash at its start for an option.
        if program.contains('\n') || program.starts_with('-') {
            program = format!("\n{program}\n");
        }
        text.push_str(&quoted(&program));
        text.push_str(after);
        text
    }
}

/// What a command prints, given to another. A shell does not tell when the first part of a pipe fails, and on no input jq
/// prints nothing, as on a healthy machine.
fn piped(content: &str, reader: &str) -> String {
    format!("json=$({content}) && printf '%s\\n' \"$json\" | {reader}")
}

/// What prints a file as JSON.
fn content(input: &CommandInput) -> String {
    let path = shell_path(&input.path);
    match input.format {
        Format::Json => format!("cat {path}"),
        Format::Json5 => format!("npx json5 {path}"),
        Format::Yaml => format!("yq . {path}"),
        Format::Toml => format!(
            "python3 -c 'import json, sys, tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout, \
             default=lambda moment: moment.isoformat())' < {path}"
        ),
        Format::Ini => format!("jc --ini-dup < {path}"),
        // As systemd does: indents and comments away, then a backslash at the end joins a line with the next.
        Format::Systemd => format!(
            "{{ sed -e 's/^[[:space:]]*//' -e '/^[#;]/d' | \
             sed -e :a -e '/\\\\$/{{' -e N -e 's/\\\\\\n/ /' -e ba -e '}}' | jc --ini-dup; }} < {path}"
        ),
        Format::Env => format!("jc --kv-dup < {path}"),
        Format::Lines => format!("jq -Rn '[inputs]' {path}"),
    }
}

/// What prints a file as JSON, or null if it is not there.
fn or_null(input: &CommandInput, content: &str) -> String {
    format!("if [ -e {} ]; then {content}; else echo null; fi", shell_path(&input.path))
}

/// A path for a shell: `~/` stays outside quotes, so that it is expanded.
fn shell_path(path: &str) -> String {
    let safe = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/@%+=:,-".contains(&byte));
    if path == "\"$f\"" || safe(path.trim_start_matches("~/")) {
        return path.to_owned();
    }
    match path.strip_prefix("~/") {
        Some(rest) => format!("~/{}", quoted(rest)),
        None => quoted(path),
    }
}

/// A text in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: Option<&str>, path: &str, optional: bool) -> CommandInput {
        let format = Format::of_path(path).unwrap_or(Format::Lines);
        CommandInput { name: name.map(str::to_owned), path: path.to_owned(), format, optional }
    }

    fn check(inputs: &[CommandInput], expected: &str) {
        assert_eq!(check_command(".a\n", inputs, &[]), expected);
    }

    #[test]
    fn a_file_is_the_input_and_files_are_variables() {
        check(&[input(None, "~/.x/a.json", false)], "jq -c '.a' ~/.x/a.json");
        check(&[input(None, "/etc/My Dir/a.json", false)], "jq -c '.a' '/etc/My Dir/a.json'");
        check(&[input(None, "~/it's.json", false)], "jq -c '.a' ~/'it'\\''s.json'");
        check(
            &[input(Some("d"), "~/d.json", false), input(Some("p"), "~/p.json", false)],
            "jq -nc \\\n  --slurpfile d ~/d.json \\\n  --slurpfile p ~/p.json \\\n  '\n$d[0] as $d\n| $p[0] as $p\n| .a\n'",
        );
        check(&[input(None, "/etc/x.log", false)], "jq -Rnc '\n[inputs]\n| .a\n' /etc/x.log");
        check(&[input(None, "~/a.yaml", false)], "json=$(yq . ~/a.yaml) && printf '%s\\n' \"$json\" | jq -c '.a'");
        check(
            &[input(None, "~/a.json", true)],
            "json=$(if [ -e ~/a.json ]; then cat ~/a.json; else echo null; fi) && printf '%s\\n' \"$json\" | jq -c '.a'",
        );
    }

    #[test]
    fn constants_and_quotes_survive_the_shell() {
        let constants = [("want".to_owned(), "[\"it's\"]".to_owned())];
        let command = check_command("$want | . == '", &[input(None, "~/a.json", false)], &constants);
        assert_eq!(command, "jq -c --argjson want '[\"it'\\''s\"]' '$want | . == '\\''' ~/a.json");
        assert_eq!(check_command("-.a", &[input(None, "~/a.json", false)], &[]), "jq -c '\n-.a\n' ~/a.json");
    }

    #[test]
    fn a_fix_keeps_a_backup_and_writes_into_the_file() {
        assert_eq!(
            fix_command(".a = 1", &[input(None, "~/a.json", false)], &[]),
            "( set -eu; umask 077; f=~/a.json\n\
             { jq '.a = 1' \"$f\" > \"$f.new\" && test -s \"$f.new\"; } || { rm -f \"$f.new\"; exit 1; }\n\
             cmp -s \"$f\" \"$f.new\" || { b=$f.bak; n=1\n\
             while [ -e \"$b\" ]; do b=$f.bak.$n; n=$((n+1)); done\n\
             cp -p \"$f\" \"$b\"; cat \"$f.new\" > \"$f\"; }\n\
             rm \"$f.new\" )"
        );
    }
}
