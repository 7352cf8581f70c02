//! What a person reads on a terminal: the diffs of their own files whole, and of files that come or go a line each.

use camino::{Utf8Path, Utf8PathBuf};

use super::{counted, patch};
use crate::change::{Change, Outcome};
use crate::escape::{self, shown};
use crate::record;

/// The name of a file never takes more columns than these.
const NAMES: usize = 40;

/// What is shown in an overview, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The patch of the files that stay.
    pub patch: String,
    /// The files that come, those that go, and the record.
    pub lists: String,
}

/// Changes for a terminal of so many columns.
pub fn overview(changes: &[Change], prefix: &Utf8Path, columns: usize) -> Overview {
    let is_record = |change: &&Change| change.path.file_name() == Some(record::FILE);
    let writing = || changes.iter().filter(|change| change.writes());
    let whole = |change: &&Change| change.before.is_some() && change.after.is_some() && !is_record(change);
    let listed = |outcome: Outcome| {
        let files: Vec<&Change> =
            writing().filter(|change| change.outcome == outcome && !is_record(change) && !whole(change)).collect();
        list(outcome, &files, prefix, columns)
    };
    let record = writing().find(is_record).map_or_else(String::new, |change| record_line(change, prefix));
    let lists = [listed(Outcome::Created), listed(Outcome::Conflicted), listed(Outcome::Removed), record];
    let lists: Vec<String> = lists.into_iter().filter(|list| !list.is_empty()).collect();
    Overview { patch: patch(writing().filter(whole), prefix), lists: lists.join("\n") }
}

fn record_line(change: &Change, prefix: &Utf8Path) -> String {
    let verb = if change.after.is_none() { "removed" } else { "holds these texts for later updates" };
    format!("{}: the record, {verb}\n", shown(&prefix.join(&change.path)))
}

/// Files that come or go, as a tree.
fn list(outcome: Outcome, files: &[&Change], prefix: &Utf8Path, columns: usize) -> String {
    if files.is_empty() {
        return String::new();
    }
    let text = |change: &Change| change.after.as_ref().or(change.before.as_ref()).cloned().unwrap_or_default();
    let mut files: Vec<(Utf8PathBuf, String)> =
        files.iter().map(|change| (prefix.join(&change.path), text(change))).collect();
    // The files of a folder stand before the folders in it.
    files.sort_by(|(one, _), (other, _)| (one.parent(), one).cmp(&(other.parent(), other)));
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    let rows = rows(&files);
    let names = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).min(NAMES);
    let word = outcome.word();
    let head = format!(
        "{}{}: {}, {}\n",
        word[..1].to_uppercase(),
        &word[1..],
        counted(files.len(), "file"),
        counted(lines, "line")
    );
    let digits = rows.iter().filter_map(|row| row.lines).max().unwrap_or(0).to_string().len();
    head + &rows.iter().map(|row| row.line(names, digits, columns)).collect::<String>()
}

/// A line of the tree.
struct Row {
    /// Indented.
    name: String,
    /// None for a folder.
    lines: Option<usize>,
    sentence: String,
}

impl Row {
    fn line(&self, names: usize, digits: usize, columns: usize) -> String {
        let Some(lines) = self.lines else { return format!("  {}\n", self.name) };
        let start = format!("  {:names$}  {lines:>digits$}", self.name);
        let room = columns.saturating_sub(start.chars().count() + 2);
        let sentence = fitting(&self.sentence, room);
        if sentence.is_empty() { format!("{start}\n") } else { format!("{start}  {sentence}\n") }
    }
}

fn rows(files: &[(Utf8PathBuf, String)]) -> Vec<Row> {
    let mut rows = Vec::new();
    // The folders that the last file stands in, as far as they have lines of their own.
    let mut open: Vec<&Utf8Path> = Vec::new();
    for (path, text) in files {
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        open.retain(|open| folder.starts_with(open));
        if !folder.as_str().is_empty() && open.last() != Some(&folder) {
            let above = open.last().copied().unwrap_or(Utf8Path::new(""));
            let below = folder.strip_prefix(above).map_or(folder, |below| below);
            rows.push(Row {
                name: format!("{:indent$}{}/", "", shown(below), indent = 2 * open.len()),
                lines: None,
                sentence: String::new(),
            });
            open.push(folder);
        }
        rows.push(Row {
            name: format!("{:indent$}{}", "", shown(path.file_name().unwrap_or_default()), indent = 2 * open.len()),
            lines: Some(text.lines().count()),
            sentence: escape::line(&sentence(text)),
        });
    }
    rows
}

/// The first sentence of what a file says of itself at its top.
fn sentence(text: &str) -> String {
    let comment = |line: &str| {
        let line = line.trim_end();
        ["//!", "#", "<!--"].iter().find_map(|mark| line.strip_prefix(mark)).map(|words| words.trim().to_owned())
    };
    let lines = text.lines().skip_while(|line| line.starts_with("// clerk-sessions: ") || line.trim().is_empty());
    let words = lines.map_while(comment).take_while(|words| !words.is_empty()).collect::<Vec<_>>().join(" ");
    words.split(". ").next().unwrap_or_default().trim_end_matches("-->").trim().trim_end_matches('.').to_owned()
}

/// A sentence, or as many of its words as there is room for.
fn fitting(sentence: &str, room: usize) -> String {
    if sentence.chars().count() <= room {
        return sentence.to_owned();
    }
    let mut short = String::new();
    for word in sentence.split(' ') {
        if short.chars().count() + word.chars().count() + 2 > room {
            break;
        }
        short.extend([word, " "]);
    }
    if short.is_empty() { short } else { format!("{}…", short.trim_end().trim_end_matches(',')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(path: &str, text: &str) -> Change {
        Change::new(path, None, Some(text.to_owned()))
    }

    #[test]
    fn what_comes_is_a_tree_and_what_is_patched_is_whole() {
        let changes = [
            Change::new("src/main.rs", Some("fn main() {}\n".into()), Some("mod clerk;\nfn main() {}\n".into())),
            created(
                "src/clerk/verify/keys.rs",
                "// clerk-sessions: x\n//! Public keys, by `kid`, and what a\n//! key must be. More.\n\n//! No.\n",
            ),
            created("src/clerk/mod.rs", "// clerk-sessions: y\n//! The face.\n"),
            created(".env.example", "# What the code reads.\nA=\n"),
            created("clerk-sessions.lock", "#\n"),
        ];
        let found = overview(&changes, Utf8Path::new("api"), 50);
        assert!(found.patch.contains("+mod clerk;") && !found.patch.contains("The face"), "{}", found.patch);
        let expected = "\
Created: 3 files, 9 lines
  api/
    .env.example  2  What the code reads
    src/clerk/
      mod.rs      2  The face
      verify/
        keys.rs   5  Public keys, by `kid`, and…

api/clerk-sessions.lock: the record, holds these texts for later updates
";
        assert_eq!(found.lists, expected);
    }

    #[test]
    fn a_sentence_that_has_no_room_is_left_out() {
        assert_eq!(fitting("Public keys", 11), "Public keys");
        assert_eq!(fitting("Public keys", 9), "Public…");
        assert_eq!(fitting("Public keys", 4), "");
    }
}
