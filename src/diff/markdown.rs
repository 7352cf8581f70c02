//! A pull-request comment: what matters to security first, then a table, then a folded diff for each file.

use camino::Utf8Path;

use super::{counted, counts, unified};
use crate::change::{Change, Outcome};
use crate::escape::{line, shown};
use crate::id;
use crate::propose::Proposal;
use crate::record;

/// What fits into a comment on the forges that have a limit, with room for a text around it. In bytes.
const LIMIT: usize = 60_000;

/// Room for the line that says how much is left out.
const NOTE: usize = 200;

/// A proposal as a comment of at most `LIMIT` bytes. What a reader must see comes first and so is left out last.
pub fn markdown(proposal: &Proposal, prefix: &Utf8Path) -> String {
    let shown = |change: &&Change| change.writes() || change.outcome == Outcome::Conflicted;
    let mut changes: Vec<&Change> = proposal.changes.iter().filter(shown).collect();
    changes.sort_by_key(|change| rank(change));
    let title = "### Clerk sessions\n\n";
    if changes.is_empty() {
        return format!("{title}Nothing to change.\n");
    }
    let mut pieces = vec![title.to_owned()];
    pieces.extend(remarks(proposal, prefix));
    pieces.push("\n| file | outcome | + | − |\n|---|---|---:|---:|\n".to_owned());
    pieces.extend(changes.iter().map(|change| row(change, prefix)));
    pieces.extend(changes.iter().filter(|change| !is_record(change)).map(|change| folded(change, prefix)));
    let (mut text, mut left_out) = (String::new(), 0);
    for piece in pieces {
        if text.len() + piece.len() + NOTE <= LIMIT {
            text.push_str(&piece);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        text.push_str(&format!("\n{} left out: the comment would be too long.\n", counted(left_out, "part")));
    }
    text
}

/// Conflicts, then what is the user's, then what is ours, then the record, which repeats all of that.
fn rank(change: &Change) -> u8 {
    let text = change.after.as_ref().or(change.before.as_ref());
    match change.outcome {
        _ if is_record(change) => 3,
        Outcome::Conflicted => 0,
        _ if text.is_some_and(|text| id::of(text).is_some()) => 2,
        _ => 1,
    }
}

fn is_record(change: &Change) -> bool {
    change.path.file_name() == Some(record::FILE)
}

/// The history, what matters to security first, then what there is to say about files and crates.
fn remarks(proposal: &Proposal, prefix: &Utf8Path) -> Vec<String> {
    let history = proposal.history.iter().map(|note| {
        let mark = if note.security { "**security** — " } else { "" };
        format!("- {mark}{} (version {})\n", prose(&note.summary), note.version)
    });
    let said =
        proposal.remarks.iter().chain(&proposal.warnings).map(|remark| format!("- {}\n", prose(&remark.to_string())));
    let steps = proposal.steps.iter().map(|step| {
        let place = step.place.as_ref().map(|(file, line)| code(&format!("{}:{line}", shown(&prefix.join(file)))));
        let place = place.map_or_else(String::new, |place| format!(" at {place}"));
        format!("- left to you: {}{place}\n", code(&step.text))
    });
    history.chain(said).chain(steps).collect()
}

/// A line of the table, where a bar ends a cell, even in code.
fn row(change: &Change, prefix: &Utf8Path) -> String {
    let what = if is_record(change) { ", the record of these texts" } else { "" };
    let path = code(&shown(&prefix.join(&change.path))).replace('|', "\\|") + what;
    let (added, removed) = counts(change);
    format!("| {path} | {} | {added} | {removed} |\n", change.outcome.word())
}

/// A diff that one click opens.
fn folded(change: &Change, prefix: &Utf8Path) -> String {
    let path = shown(&prefix.join(&change.path)).replace('&', "&amp;").replace('<', "&lt;");
    let diff = unified(change, prefix);
    let fence = "`".repeat(longest_run(&diff).max(2) + 1);
    format!("\n<details><summary><code>{path}</code></summary>\n\n{fence}diff\n{diff}{fence}\n\n</details>\n")
}

/// A sentence of ours. What stands between back-ticks is code, and the rest is no markup.
fn prose(text: &str) -> String {
    let text = line(text);
    if text.matches('`').count() % 2 == 1 {
        return code(&text);
    }
    let plain = |text: &str| {
        let marks = |c: char| if r"\*_[]<>|~#&!@".contains(c) { format!("\\{c}") } else { c.to_string() };
        text.chars().map(marks).collect::<String>()
    };
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { plain(part) }).collect()
}

/// Code in a line of text, whatever it has.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let space = if text.contains('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// The longest run of back-ticks, which a fence must exceed.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_users_is_shown_and_the_limit_is_kept() {
        let created = |path: &str, text: String| Change::new(path, None, Some(text));
        let ours = |index: usize| {
            created(
                &format!("src/clerk/{index:03}.rs"),
                format!("// clerk-sessions: {index}\n{}", "// x\n".repeat(900)),
            )
        };
        let mut changes: Vec<Change> = (0..200).map(ours).collect();
        changes.push(Change::new(
            "src/main.rs",
            Some("fn main() {}\n".into()),
            Some("mod clerk;\nfn main() {}\n".into()),
        ));
        changes.push(created("clerk-sessions.lock", "# short\n".to_owned()));
        for count in [1, 5, 50, 202] {
            let changes = changes[changes.len() - count..].to_vec();
            let text = markdown(&Proposal { changes, ..Proposal::default() }, Utf8Path::new("api"));
            assert!(text.len() <= LIMIT, "{count}: {}", text.len());
            assert!(count == 1 || text.contains("+mod clerk;"), "{count}");
            assert_eq!(text.contains(" parts left out"), count > 5, "{count}");
        }
    }

    #[test]
    fn no_path_or_text_ends_what_it_stands_in() {
        let text = "</details>\n````\n| a |\n";
        let change = Change::new("src/a|b<c>`d`.rs", None, Some(text.to_owned()));
        let text = markdown(&Proposal { changes: vec![change], ..Proposal::default() }, Utf8Path::new(""));
        assert!(text.contains("\n| `src/a\\|b<c>\\u{60}d\\u{60}.rs` | created | 3 | 0 |\n"), "{text}");
        assert!(text.contains("<code>src/a|b&lt;c>\\u{60}d\\u{60}.rs</code>"), "{text}");
        assert!(text.contains("\n\n`````diff\n") && text.ends_with("\n`````\n\n</details>\n"), "{text}");
    }
}
