//! A pull-request comment: what matters to security first, then a table, then a folded diff for each file.

use std::fmt::Write as _;

use camino::Utf8Path;

use super::{counts, unified};
use crate::change::{Change, Outcome};
use crate::propose::Proposal;
use crate::record;

/// What fits into a comment on the forges that have a limit, with room for a text around it. In bytes.
const LIMIT: usize = 60_000;

/// A proposal as a comment. The record comes last and is left out first; no more than [`LIMIT`] bytes.
pub fn markdown(proposal: &Proposal, prefix: &Utf8Path) -> String {
    let shown = |change: &&Change| change.writes() || change.outcome == Outcome::Conflicted;
    let mut changes: Vec<&Change> = proposal.changes.iter().filter(shown).collect();
    // The record is the last change of the list, and stays so.
    changes.sort_by_key(|change| is_record(change));
    let mut text = String::from("### Clerk sessions\n\n");
    if changes.is_empty() {
        text.push_str("Nothing to change.\n");
        return text;
    }
    text.push_str(&remarks(proposal, prefix));
    text.push_str("| file | outcome | + | − |\n|---|---|---:|---:|\n");
    for change in &changes {
        let (added, removed) = counts(change);
        let path = prefix.join(&change.path);
        let _ = writeln!(text, "| `{path}` | {} | {added} | {removed} |", change.outcome.word());
    }
    for change in changes {
        let folded = folded(change, prefix);
        if text.len() + folded.len() <= LIMIT {
            text.push_str(&folded);
        } else {
            let _ = writeln!(text, "\n`{}` is left out: the comment would be too long.", prefix.join(&change.path));
        }
    }
    text
}

fn is_record(change: &Change) -> bool {
    change.path.file_name() == Some(record::FILE)
}

/// The history, what matters to security first, then what there is to say about files and crates.
fn remarks(proposal: &Proposal, prefix: &Utf8Path) -> String {
    let mut text = String::new();
    for note in &proposal.history {
        let mark = if note.security { "**security** — " } else { "" };
        let _ = writeln!(text, "- {mark}{} (version {})", note.summary, note.version);
    }
    for remark in proposal.remarks.iter().chain(&proposal.warnings) {
        let _ = writeln!(text, "- {remark}");
    }
    for step in &proposal.steps {
        let place = step.place.as_ref().map(|(file, line)| format!(" at `{}:{line}`", prefix.join(file)));
        let _ = writeln!(text, "- left to you: `{}`{}", step.text, place.unwrap_or_default());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// A diff that one click opens.
fn folded(change: &Change, prefix: &Utf8Path) -> String {
    let path = prefix.join(&change.path);
    let diff = unified(change, prefix);
    let fence = "`".repeat(longest_run(&diff).max(2) + 1);
    let what = if is_record(change) { " (the record of these texts)" } else { "" };
    format!("\n<details><summary><code>{path}</code>{what}</summary>\n\n{fence}diff\n{diff}{fence}\n\n</details>\n")
}

/// The longest run of back-ticks, which a fence must exceed.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
