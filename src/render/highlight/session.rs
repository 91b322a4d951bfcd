//! A terminal session: lines after a prompt are commands, the others what they printed.

use super::lexer;
use crate::render::escape;

/// What a command line begins with.
const PROMPTS: [&str; 2] = ["$ ", "# "];

/// The session with its prompts, commands and output told apart, so that a copy takes the commands alone.
pub fn html(code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    let mut rest = code;
    while !rest.is_empty() {
        let prompt = PROMPTS.into_iter().find(|prompt| rest.starts_with(prompt));
        let (line, after) = rest.split_at(if prompt.is_some() { command(rest) } else { first_line(rest) });
        let text = line.trim_end_matches('\n');
        if let Some(prompt) = prompt {
            html.push_str("<span class=\"prompt\">");
            escape::push(&mut html, prompt);
            html.push_str("</span><kbd>");
            html.push_str(&lexer::shell(&text[prompt.len()..]));
            html.push_str("</kbd>");
        } else {
            html.push_str("<samp>");
            escape::push(&mut html, text);
            html.push_str("</samp>");
        }
        html.push_str(&line[text.len()..]);
        rest = after;
    }
    html
}

/// The length of a command, with the lines after it while each ends with a backslash.
fn command(text: &str) -> usize {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        if !line.trim_end_matches('\n').ends_with('\\') {
            break;
        }
    }
    length
}

fn first_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_run_over_several_lines() {
        assert_eq!(
            html("$ a \\\n  b\nc\n"),
            "<span class=\"prompt\">$ </span><kbd><span class=\"f\">a</span> \\\n  b</kbd>\n<samp>c</samp>\n"
        );
    }
}
