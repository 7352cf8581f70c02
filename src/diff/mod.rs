//! Formats a list of changes: unified diff, statistics, Markdown.

mod markdown;
mod overview;

use std::fmt::Write as _;

use camino::Utf8Path;
use similar::TextDiff;

use crate::change::Change;
use crate::escape::{acts, shown};
pub use markdown::markdown;
pub use overview::overview;

/// A change as a patch that `git apply` takes; `prefix` is the way from the version-control root to the changes' base.
pub fn unified(change: &Change, prefix: &Utf8Path) -> String {
    patch([change], prefix)
}

/// Changes as one patch.
pub fn patch<'a>(changes: impl IntoIterator<Item = &'a Change>, prefix: &Utf8Path) -> String {
    let mut text = String::new();
    for change in changes.into_iter().filter(|change| change.writes()) {
        push(&mut text, change, prefix);
    }
    text
}

fn push(text: &mut String, change: &Change, prefix: &Utf8Path) {
    let path = prefix.join(&change.path);
    let path = path.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/");
    let (old, new) = (quoted("a/", &path), quoted("b/", &path));
    let _ = writeln!(text, "diff --git {old} {new}");
    let (before, after) = (change.before.as_deref(), change.after.as_deref());
    match (before, after) {
        (None, _) => text.push_str("new file mode 100644\n"),
        (_, None) => text.push_str("deleted file mode 100644\n"),
        _ => {}
    }
    let (before, after) = (before.unwrap_or(""), after.unwrap_or(""));
    if before.is_empty() && after.is_empty() {
        return;
    }
    let old = if change.before.is_none() { "/dev/null".to_owned() } else { old };
    let new = if change.after.is_none() { "/dev/null".to_owned() } else { new };
    if before.is_empty() || after.is_empty() {
        // Nothing is to be compared where only one side has lines.
        let start = text.len();
        let (removed, added) = (push_lines(text, '-', before), push_lines(text, '+', after));
        text.insert_str(start, &format!("--- {old}\n+++ {new}\n@@ -{removed} +{added} @@\n"));
        return;
    }
    // A fixed algorithm without a deadline keeps the output the same on every machine.
    let diff = TextDiff::configure().algorithm(similar::Algorithm::Myers).diff_lines(before, after);
    let _ = write!(text, "{}", diff.unified_diff().context_radius(3).header(&old, &new));
}

/// Adds all lines of a text, and answers their range as a hunk has it.
fn push_lines(patch: &mut String, sign: char, text: &str) -> String {
    let mut count = 0;
    for line in text.split_inclusive('\n') {
        patch.push(sign);
        patch.push_str(line);
        count += 1;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        patch.push_str("\n\\ No newline at end of file\n");
    }
    match count {
        0 => "0,0".to_owned(),
        1 => "1".to_owned(),
        count => format!("1,{count}"),
    }
}

/// Quotes a path as git does where it has characters that would be misread.
fn quoted(side: &str, path: &str) -> String {
    if path.chars().all(|c| !acts(c) && c != '"' && c != '\\') {
        return format!("{side}{path}");
    }
    let escape = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    let escaped: String = path.bytes().map(escape).collect();
    format!("\"{side}{escaped}\"")
}

/// Lines added and removed by a change.
pub fn counts(change: &Change) -> (usize, usize) {
    let (before, after) = (change.before.as_deref().unwrap_or(""), change.after.as_deref().unwrap_or(""));
    let diff = TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|line| line.tag() == tag).count();
    (count(similar::ChangeTag::Insert), count(similar::ChangeTag::Delete))
}

/// One line a file, as `git diff --stat` has it.
pub fn stat(changes: &[Change], prefix: &Utf8Path) -> String {
    let writing: Vec<_> = changes.iter().filter(|change| change.writes()).collect();
    let path = |change: &Change| shown(&prefix.join(&change.path));
    let width = writing.iter().map(|change| path(change).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    let mut sum = (0, 0);
    for change in &writing {
        let (added, removed) = counts(change);
        sum = (sum.0 + added, sum.1 + removed);
        text.push_str(&format!(" {:width$} | {} +{added} -{removed}\n", path(change), change.outcome.word()));
    }
    let (files, added, removed) =
        (counted(writing.len(), "file"), counted(sum.0, "insertion"), counted(sum.1, "deletion"));
    text.push_str(&format!(" {files} changed, {added}(+), {removed}(-)\n"));
    text
}

/// A number of things, with the word for one or for several.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_or_goes_is_shown_as_if_compared() {
        for text in ["a", "a\n", "\n", "a\nb", "a\r\n\r\nb\r\n", "+a\n-b\n\n"] {
            for (before, after) in
                [(None, Some(text)), (Some(text), None), (Some(""), Some(text)), (Some(text), Some(""))]
            {
                let change = Change::new("x", before.map(str::to_owned), after.map(str::to_owned));
                let patch = unified(&change, Utf8Path::new(""));
                let compared =
                    TextDiff::from_lines(before.unwrap_or(""), after.unwrap_or("")).unified_diff().to_string();
                assert!(patch.ends_with(&format!("\n{compared}")), "{before:?} {after:?}: {patch}");
            }
        }
    }
}
