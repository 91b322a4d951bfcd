//! A unified diff as a fix: read, applied as `patch --fuzz=0` applies it, and written so that `patch` reads it.
//!
//! In: the text of a fence. Out: the [`Diff`], or every fault with its place; of a file's text, the healed text or the
//! line that is not there. A hunk may stand elsewhere than its header says, as long as every line of it fits; with less
//! context on one side than on the other it belongs to that end of the file. Both are rules of `patch`.

use super::program::{Fault, FaultKind};
use std::fmt::Write;
use std::ops::Range;

/// A fix written as a unified diff of one file.
#[derive(Debug)]
pub struct Diff {
    hunks: Vec<Hunk>,
}

#[derive(Debug)]
struct Hunk {
    /// The header.
    at: Range<usize>,
    /// `-first,count +first,count` of the header.
    old: (usize, usize),
    new: (usize, usize),
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    mark: Mark,
    /// With its newline, unless the file ends without one.
    text: String,
    at: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Removed,
    Added,
}

fn fault(kind: FaultKind, message: impl Into<String>, at: Range<usize>) -> Fault {
    Fault { kind, message: message.into(), at, help: None }
}

impl Diff {
    /// Reads a diff; the two lines that name the files may be left out.
    ///
    /// # Errors
    /// Every fault of its text.
    pub fn parse(code: &str) -> Result<Self, Vec<Fault>> {
        let (mut hunks, mut faults): (Vec<Hunk>, _) = (Vec::new(), Vec::new());
        let mut offset = 0;
        for line in code.split_inclusive('\n') {
            let (text, at) = (line.trim_end_matches('\n'), offset..offset + line.trim_end().len());
            offset += line.len();
            let mut wrong = |message: &str, help: &str| {
                let help = Some(help.to_owned());
                faults.push(Fault { help, ..fault(FaultKind::Syntax, message, at.clone()) });
            };
            if text.starts_with("@@") {
                match header(text) {
                    Some((old, new)) => hunks.push(Hunk { at, old, new, lines: Vec::new() }),
                    None => wrong("this is no header of a hunk", "write `@@ -LINE,COUNT +LINE,COUNT @@`"),
                }
                continue;
            }
            let Some(hunk) = hunks.last_mut() else {
                if !["--- ", "+++ ", "diff ", "index "].iter().any(|start| text.starts_with(start)) && !text.is_empty()
                {
                    wrong("a diff begins with the header of a hunk", "write `@@ -LINE,COUNT +LINE,COUNT @@` first");
                }
                continue;
            };
            let mut characters = text.chars();
            let mark = match characters.next() {
                // Editors take the space of an empty line away; `patch` does not need it.
                None | Some(' ') => Mark::Kept,
                Some('-') => Mark::Removed,
                Some('+') => Mark::Added,
                Some('\\') => {
                    let ended = hunk.lines.last_mut().is_some_and(|last| last.text.pop().is_some());
                    if !ended {
                        wrong("nothing stands before this line", "take it away");
                    }
                    continue;
                }
                Some(_) => {
                    wrong("a line of a diff begins with ` `, `-` or `+`", "put a space before a line that stays");
                    continue;
                }
            };
            hunk.lines.push(Line { mark, text: format!("{}\n", characters.as_str()), at });
        }
        if faults.is_empty() {
            faults.extend(hunks.iter().filter_map(Hunk::fault));
        }
        if hunks.is_empty() && faults.is_empty() {
            faults.push(fault(FaultKind::Syntax, "a diff without a hunk changes nothing", 0..code.trim_end().len()));
        }
        if faults.is_empty() { Ok(Self { hunks }) } else { Err(faults) }
    }

    /// The healed text.
    ///
    /// # Errors
    /// When a hunk fits nowhere: the first line of it that is not in the file.
    pub fn apply(&self, text: &str) -> Result<String, Fault> {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (mut healed, mut done, mut moved) = (String::with_capacity(text.len() + 64), 0, 0);
        for hunk in &self.hunks {
            let guess = hunk.guess().saturating_add_signed(moved);
            let Some(start) = hunk.place(&lines, done, guess) else {
                return Err(hunk.misfit(&lines, done, guess));
            };
            moved += start.cast_signed() - guess.cast_signed();
            healed.extend(lines[done..start].iter().copied());
            healed.extend(hunk.side(Mark::Removed));
            done = start + hunk.side(Mark::Added).count();
        }
        healed.extend(lines[done..].iter().copied());
        Ok(healed)
    }

    /// The diff for `patch`, of a file that it is told by its argument.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = "--- old\n+++ new\n".to_owned();
        for Hunk { old, new, lines, .. } in &self.hunks {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "@@ -{},{} +{},{} @@", old.0, old.1, new.0, new.1);
            for line in lines {
                text.push(match line.mark {
                    Mark::Kept => ' ',
                    Mark::Removed => '-',
                    Mark::Added => '+',
                });
                text.push_str(&line.text);
                if !line.text.ends_with('\n') {
                    text.push_str("\n\\ No newline at end of file\n");
                }
            }
        }
        text
    }
}

impl Hunk {
    /// The lines of the new side without those `Removed`, or of the old side without those `Added`.
    fn side(&self, without: Mark) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(move |line| line.mark != without).map(|line| line.text.as_str())
    }

    /// What is wrong with the counts of its header or with its content.
    fn fault(&self) -> Option<Fault> {
        let (old, new) = (self.side(Mark::Added).count(), self.side(Mark::Removed).count());
        if (old, new) != (self.old.1, self.new.1) {
            let message = format!("the hunk has {old} old and {new} new lines, and its header says otherwise");
            let help = format!("write `@@ -{},{old} +{},{new} @@`", self.old.0, self.new.0);
            return Some(Fault { help: Some(help), ..fault(FaultKind::Syntax, message, self.at.clone()) });
        }
        let is_idle = self.lines.iter().all(|line| line.mark == Mark::Kept);
        is_idle.then(|| fault(FaultKind::Syntax, "the hunk changes nothing", self.at.clone()))
    }

    /// Where its header says that it begins, from 0; what only adds, adds after the line named.
    fn guess(&self) -> usize {
        if self.old.1 == 0 { self.old.0 } else { self.old.0.saturating_sub(1) }
    }

    /// Where it fits, the nearest place to `guess` that is not before `done`.
    fn place(&self, lines: &[&str], done: usize, guess: usize) -> Option<usize> {
        let old: Vec<&str> = self.side(Mark::Added).collect();
        let last = lines.len().checked_sub(old.len())?;
        if old.is_empty() {
            return (done..=last).contains(&guess).then_some(guess);
        }
        let kept = |line: &&Line| line.mark == Mark::Kept;
        let before = self.lines.iter().take_while(kept).count();
        let after = self.lines.iter().rev().take_while(kept).count();
        let fits = |start: &usize| (done..=last).contains(start) && lines[*start..].starts_with(&old);
        if before < after && self.old.0 <= 1 {
            return Some(0).filter(fits);
        }
        if after < before {
            return Some(last).filter(fits);
        }
        let around = (0..=guess.max(last)).flat_map(|far| [Some(guess + far), guess.checked_sub(far)]);
        around.flatten().find(fits)
    }

    /// The line that keeps it from fitting, where most of its lines fit.
    fn misfit(&self, lines: &[&str], done: usize, guess: usize) -> Fault {
        let old: Vec<&Line> = self.lines.iter().filter(|line| line.mark != Mark::Added).collect();
        let same = |start: usize| old.iter().zip(&lines[start..]).take_while(|(own, line)| own.text == **line).count();
        let best = (done..=lines.len()).max_by_key(|&start| (same(start), usize::MAX - start.abs_diff(guess)));
        let best = best.unwrap_or(done);
        let Some(line) = old.get(same(best)) else {
            let message = "the lines of this hunk are in the file, but not at the end of it that they name";
            return fault(FaultKind::Failed, message, self.at.clone());
        };
        let number = best + same(best) + 1;
        let message = match lines.get(number - 1) {
            Some(there) => format!("line {number} is `{}`", there.trim_end()),
            None => format!("the file ends before line {number}"),
        };
        fault(FaultKind::Failed, message, line.at.clone())
    }
}

/// The numbers of `@@ -1,2 +3,4 @@`; a count that is left out is 1.
fn header(line: &str) -> Option<((usize, usize), (usize, usize))> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        // More lines than a file may have bytes are no number of a line.
        let number = |text: &str| text.parse().ok().filter(|number| *number <= 1 << 20);
        Some((number(first)?, number(count)?))
    };
    Some((range(old)?, range(new)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(code: &str, expected: &[&str]) {
        let shown = |fault: &Fault| format!("{}: {}", &code[fault.at.clone()], fault.message);
        let faults: Vec<String> = Diff::parse(code).unwrap_err().iter().map(shown).collect();
        assert_eq!(faults, expected, "{code}");
    }

    #[test]
    fn every_fault_of_a_diff_is_told_with_its_place() {
        faults("", &[": a diff without a hunk changes nothing"]);
        faults("x\n@@ 1 @@\n", &["x: a diff begins with the header of a hunk", "@@ 1 @@: this is no header of a hunk"]);
        faults(
            "@@ -1,3 +1 @@\n a\n-b\n+c\n",
            &["@@ -1,3 +1 @@: the hunk has 2 old and 2 new lines, and its header says otherwise"],
        );
        faults("@@ -1 +1 @@\n a\n", &["@@ -1 +1 @@: the hunk changes nothing"]);
        faults("@@ -1 +1 @@\n a\n!b\n", &["!b: a line of a diff begins with ` `, `-` or `+`"]);
        faults("@@ -1 +1 @@\n\\ No newline\n", &["\\ No newline: nothing stands before this line"]);
    }

    #[test]
    fn the_line_that_does_not_fit_is_named() {
        let check = |text: &str, place: &str, message: &str| {
            let code = "@@ -2,3 +2,3 @@\n b\n-c\n+x\n d\n";
            let fault = Diff::parse(code).unwrap().apply(text).unwrap_err();
            assert_eq!((&code[fault.at], fault.message.as_str()), (place, message), "{text:?}");
        };
        check("a\nb\nc2\nd\n", "-c", "line 3 is `c2`");
        check("a\nb\nc\n", " d", "the file ends before line 4");
        check("", " b", "the file ends before line 1");
    }
}
