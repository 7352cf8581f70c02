//! Formats a list of changes: unified diff, statistics, Markdown.

use camino::Utf8Path;
use similar::TextDiff;

use crate::change::{Change, Outcome};
use crate::record;

/// A change as a patch that `git apply` takes; `prefix` is the way from the version-control root to the changes' base.
pub fn unified(change: &Change, prefix: &Utf8Path) -> String {
    if !change.writes() {
        return String::new();
    }
    let path = prefix.join(&change.path);
    let path = path.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/");
    let (old, new) = (quoted("a/", &path), quoted("b/", &path));
    let mut text = format!("diff --git {old} {new}\n");
    let (before, after) = (change.before.as_deref(), change.after.as_deref());
    match (before, after) {
        (None, _) => text.push_str("new file mode 100644\n"),
        (_, None) => text.push_str("deleted file mode 100644\n"),
        _ => {}
    }
    let (before, after) = (before.unwrap_or(""), after.unwrap_or(""));
    if before.is_empty() && after.is_empty() {
        return text;
    }
    let old = if change.before.is_none() { "/dev/null".to_owned() } else { old };
    let new = if change.after.is_none() { "/dev/null".to_owned() } else { new };
    // A fixed algorithm without a deadline keeps the output the same on every machine.
    let diff = TextDiff::configure().algorithm(similar::Algorithm::Myers).diff_lines(before, after);
    text.push_str(&diff.unified_diff().context_radius(3).header(&old, &new).to_string());
    text
}

/// Quotes a path as git does where it has characters that would be misread.
fn quoted(side: &str, path: &str) -> String {
    if path.chars().all(|c| !c.is_control() && c != '"' && c != '\\') {
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

/// Every change as one patch.
pub fn patch(changes: &[Change], prefix: &Utf8Path) -> String {
    changes.iter().map(|change| unified(change, prefix)).collect()
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
    let width = writing.iter().map(|change| prefix.join(&change.path).as_str().chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    let mut sum = (0, 0);
    for change in &writing {
        let (added, removed) = counts(change);
        sum = (sum.0 + added, sum.1 + removed);
        text.push_str(&format!(
            " {:width$} | {} +{added} -{removed}\n",
            prefix.join(&change.path),
            change.outcome.word()
        ));
    }
    text.push_str(&format!(" {} files changed, {} insertions(+), {} deletions(-)\n", writing.len(), sum.0, sum.1));
    text
}

/// A pull-request comment: a table first, then a folded diff for each file, the record last and shortened.
pub fn markdown(changes: &[Change], prefix: &Utf8Path, notes: &[String]) -> String {
    const LIMIT: usize = 60_000;
    let writing: Vec<_> =
        changes.iter().filter(|change| change.writes() || change.outcome == Outcome::Conflicted).collect();
    if writing.is_empty() {
        return "### Clerk sessions\n\nNothing to change.\n".to_owned();
    }
    let mut text = String::from("### Clerk sessions\n\n");
    for note in notes {
        text.push_str(&format!("- {note}\n"));
    }
    text.push_str(if notes.is_empty() {
        "| file | outcome | + | − |\n|---|---|---:|---:|\n"
    } else {
        "\n| file | outcome | + | − |\n|---|---|---:|---:|\n"
    });
    for change in &writing {
        let (added, removed) = counts(change);
        text.push_str(&format!(
            "| `{}` | {} | {added} | {removed} |\n",
            prefix.join(&change.path),
            change.outcome.word()
        ));
    }
    for change in writing {
        let path = prefix.join(&change.path);
        if change.path.file_name() == Some(record::FILE) {
            text.push_str(&format!("\n`{path}` is the record; its text is left out.\n"));
            continue;
        }
        let diff = unified(change, prefix);
        if text.len() + diff.len() > LIMIT {
            text.push_str(&format!("\n`{path}` is left out: the comment would be too long.\n"));
            continue;
        }
        let fence = "`".repeat(longest_run(&diff).max(2) + 1);
        text.push_str(&format!(
            "\n<details><summary><code>{path}</code></summary>\n\n{fence}diff\n{diff}{fence}\n\n</details>\n"
        ));
    }
    text
}

/// The longest run of back-ticks, which a fence must exceed.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
