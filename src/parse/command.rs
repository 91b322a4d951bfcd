//! What an author says of a shell command: `sh destructive scope="…" undo="…"`, and the `<NAME>` parts of its text.
//!
//! In: a fence's info string and code, with their places. Out: a [`Command`] for shell code, findings for marks that
//! nothing reads and for blanks that no reader could fill.

use crate::diagnostic::{BAD_BLANK, BAD_COMMAND_MARK, Diagnostic, nearest};
use crate::model::{Caution, Command};
use crate::source::Span;
use std::ops::Range;

const SHELLS: [&str; 10] =
    ["sh", "bash", "zsh", "fish", "shell", "console", "shell-session", "terminal", "powershell", "pwsh"];
const SESSIONS: [&str; 3] = ["console", "shell-session", "terminal"];
const MARKS: [&str; 3] = ["destructive", "scope", "undo"];
const FORM: &str = "write `destructive scope=\"what it destroys\" undo=\"how to take it back\"`";

/// Reads a fence that is no snippet. `lines` are `(offset in code, offset in the file)` where each line begins.
pub(super) fn read(
    info: &str,
    span: Span,
    code: &str,
    lines: &[(u32, u32)],
    findings: &mut Vec<Diagnostic>,
) -> Option<Command> {
    let language = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
    let is_shell = SHELLS.contains(&language.to_ascii_lowercase().as_str());
    let caution = caution(info, language.len(), is_shell, span, findings);
    if !is_shell {
        return None;
    }
    let session = SESSIONS.contains(&language);
    let mut blanks = Vec::new();
    for (at, line) in lines.iter().zip(code.split_inclusive('\n')) {
        // What a session printed is not to be filled in.
        if session && !line.starts_with(['$', '#']) {
            continue;
        }
        for (place, name) in in_brackets(line).filter(|(_, name)| !code.contains(&format!("</{name}>"))) {
            if !is_blank(name) {
                let start = at.1 as usize + place.start;
                findings.push(
                    BAD_BLANK
                        .at(Span::new(span.file, start..start + place.len()), format!("`<{name}>` is no blank"))
                        .label("this stays in the command that readers copy")
                        .help(format!("write `<{}>`: Latin letters, digits, `-` and `_`", as_blank(name))),
                );
            } else if !blanks.iter().any(|known| known == name) {
                blanks.push(name.to_owned());
            }
        }
    }
    Some(Command { caution, blanks })
}

fn caution(info: &str, after: usize, is_shell: bool, span: Span, findings: &mut Vec<Diagnostic>) -> Option<Caution> {
    let place =
        |range: Range<usize>| Span::new(span.file, span.start as usize + range.start..span.start as usize + range.end);
    let words = words(info, after);
    let marked = words.iter().any(|(word, _)| word.split('=').next().is_some_and(|key| MARKS.contains(&key)));
    if !is_shell && !marked {
        return None;
    }
    let (mut destructive, mut scope, mut undo) = (None, None, None);
    for (word, range) in &words {
        let (key, value) = word.split_once('=').map_or((*word, None), |(key, value)| (key, Some(value)));
        let text =
            value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"')).filter(|text| !text.trim().is_empty());
        match (key, text) {
            ("destructive", _) if value.is_none() => destructive = Some(range.clone()),
            ("scope", Some(text)) => scope = Some(text.to_owned()),
            ("undo", Some(text)) => undo = Some(text.to_owned()),
            ("scope" | "undo", None) => findings.push(
                BAD_COMMAND_MARK
                    .at(place(range.clone()), format!("`{key}=` says nothing"))
                    .help(format!("write `{key}=\"…\"`, in double quotes")),
            ),
            _ => {
                let meant = nearest(key, MARKS);
                findings.push(
                    BAD_COMMAND_MARK
                        .at(place(range.clone()), format!("a command has no mark `{word}`"))
                        .help(meant.map_or_else(|| FORM.to_owned(), |near| format!("did you mean `{near}`? {FORM}"))),
                );
            }
        }
    }
    if !is_shell {
        findings.push(
            BAD_COMMAND_MARK
                .at(span, "only a shell command can be destructive".to_owned())
                .help("begin the fence by `sh`".to_owned()),
        );
        return None;
    }
    if let Some(range) = &destructive {
        for (key, _) in [("scope", &scope), ("undo", &undo)].iter().filter(|(_, text)| text.is_none()) {
            if !words.iter().any(|(word, _)| word.starts_with(&format!("{key}="))) {
                findings.push(
                    BAD_COMMAND_MARK
                        .at(place(range.clone()), format!("a destructive command without `{key}=`"))
                        .help(FORM.to_owned()),
                );
            }
        }
    } else if let Some((word, range)) =
        words.iter().find(|(word, _)| word.starts_with("scope=") || word.starts_with("undo="))
    {
        findings.push(
            BAD_COMMAND_MARK
                .at(place(range.clone()), format!("`{word}` belongs to a command that is `destructive`"))
                .help(FORM.to_owned()),
        );
    }
    destructive.map(|_| Caution { scope: scope.unwrap_or_default(), undo: undo.unwrap_or_default() })
}

/// The words of an info string after its language, with their places; a space between double quotes ends none.
fn words(info: &str, after: usize) -> Vec<(&str, Range<usize>)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, character) in info.char_indices().skip_while(|(at, _)| *at < after).chain([(info.len(), ' ')]) {
        quoted ^= character == '"';
        if character.is_whitespace() && (!quoted || at == info.len()) {
            words.extend(start.take().map(|start| (&info[start..at], start..at)));
        } else {
            start.get_or_insert(at);
        }
    }
    words
}

/// What stands between `<` and `>` of a line with a letter first and no sign of being something else.
fn in_brackets(line: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    line.match_indices('<').filter_map(move |(at, _)| {
        let rest = &line[at + 1..];
        let name = &rest[..rest.find(['>', '<', '\n'])?];
        let opens = name.starts_with(char::is_alphabetic) && !line[..at].ends_with(['<', '\\']);
        let plain = name.chars().all(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
        (opens && plain && !name.ends_with(' ') && rest[name.len()..].starts_with('>'))
            .then(|| (at..at + name.len() + 2, name))
    })
}

fn is_blank(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A name as a blank has it, or any where it has no Latin letter.
fn as_blank(name: &str) -> String {
    let kept: String = name.chars().map(|character| if character == ' ' { '-' } else { character }).collect();
    if is_blank(&kept) { kept } else { "name".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    fn check(info: &str, code: &str, blanks: &[&str], findings: &[&str]) -> Option<Caution> {
        let mut tree = Tree::default();
        tree.add("a", "");
        let span = Span::new(tree.find("a").unwrap(), 0..info.len());
        let mut lines = Vec::new();
        let mut at = 0;
        for line in code.split_inclusive('\n') {
            lines.push((at, at + 100));
            at += u32::try_from(line.len()).unwrap();
        }
        let mut found = Vec::new();
        let command = read(info, span, code, &lines, &mut found);
        let found: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, findings, "{info}");
        let command = command.unwrap_or_default();
        assert_eq!(command.blanks, blanks, "{code}");
        command.caution
    }

    #[test]
    fn a_destructive_command_says_what_it_destroys_and_how_to_take_it_back() {
        let caution = check("sh destructive scope=\"all jobs\" undo=\"the backup\"", "rm x\n", &[], &[]).unwrap();
        assert_eq!((caution.scope.as_str(), caution.undo.as_str()), ("all jobs", "the backup"));
        assert_eq!(check("sh", "ls\n", &[], &[]), None);
        check("sh destructive scope=\"a b\"", "", &[], &["a destructive command without `undo=`"]);
        check("sh destructive scope=a undo=\"b\"", "", &[], &["`scope=` says nothing"]);
        check("sh undo=\"b\"", "", &[], &["`undo=\"b\"` belongs to a command that is `destructive`"]);
        check("sh destuctive", "", &[], &["a command has no mark `destuctive`"]);
        check("ini destructive", "", &[], &["only a shell command can be destructive"]);
        check("ini title=x", "", &[], &[]);
    }

    #[test]
    fn a_blank_is_a_name_in_angle_brackets() {
        check("sh", "run <jobId> --to <host-2>, <jobId>\n", &["jobId", "host-2"], &[]);
        check("sh", "a < b > c; cat <<EOF >x; test 1 -lt 2\n", &[], &[]);
        check("sh", "cat <in.txt>out.txt\n", &[], &[]);
        check("sh", "curl -d '<job>1</job>'\n", &[], &[]);
        check("sh", "run <job id>\n", &[], &["`<job id>` is no blank"]);
        check("sh", "run <请求>\n", &[], &["`<请求>` is no blank"]);
        check("console", "$ run <a>\nrunning <b>\n", &["a"], &[]);
        check("text", "<a>\n", &[], &[]);
    }
}
