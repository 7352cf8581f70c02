//! Shows a proposal in the chosen format, and what became of it.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::{Change, Outcome};
use crate::cli::Format;
use crate::diff;
use crate::document;
use crate::error::Error;
use crate::propose::Proposal;
use crate::terminal::{self, Terminal};

/// Prints proposals on stdout, and on stderr what there is to say about them; scripts find that in the document, which is a
/// list where that was asked for.
pub(super) fn proposals(
    proposals: &[&Proposal],
    listed: bool,
    format: Format,
    terminal: Terminal,
) -> Result<(), Error> {
    if format == Format::Json {
        let documents: Vec<_> = proposals.iter().map(|proposal| document::changes(proposal)).collect();
        return match documents.as_slice() {
            [only] if !listed => terminal.json(&document::text(only)),
            _ => terminal.json(&document::text(&document::list(&documents))),
        };
    }
    for proposal in proposals {
        remarks(proposal, terminal);
        changes(proposal, format, terminal)?;
    }
    Ok(())
}

/// Says what stays visible where nothing else is wanted.
pub(super) fn warnings(proposal: &Proposal, terminal: Terminal) {
    for warning in &proposal.warnings {
        terminal.warning(&warning.to_string());
    }
}

fn remarks(proposal: &Proposal, terminal: Terminal) {
    for reused in &proposal.reused {
        terminal.status("Reusing", reused);
    }
    warnings(proposal, terminal);
    for note in &proposal.history {
        let verb = if note.security { "Security" } else { "Change" };
        terminal.status(verb, &format!("in version {}: {}", note.version, note.summary));
    }
    for remark in &proposal.remarks {
        terminal.status("Note", &remark.to_string());
    }
}

/// Prints changes on stdout.
pub(super) fn changes(proposal: &Proposal, format: Format, terminal: Terminal) -> Result<(), Error> {
    let prefix = &proposal.prefix;
    match format {
        Format::Overview if !terminal.verbose => overview(&proposal.changes, prefix, terminal),
        Format::Overview | Format::Unified => terminal.patch(&diff::patch(&proposal.changes, prefix)),
        Format::Stat => terminal.lines(&diff::stat(&proposal.changes, prefix)),
        Format::Markdown => terminal.data(&diff::markdown(proposal, prefix)),
        Format::Json => terminal.json(&document::text(&document::changes(proposal))),
    }
}

fn overview(changes: &[Change], prefix: &Utf8Path, terminal: Terminal) -> Result<(), Error> {
    let overview = diff::overview(changes, prefix, terminal::columns());
    terminal.patch(&overview.patch)?;
    let apart = if overview.patch.is_empty() || overview.lists.is_empty() { "" } else { "\n" };
    terminal.lines(&format!("{apart}{}", overview.lists))
}

/// What is about to be written, in a line for each outcome: before the question the diff has scrolled by.
pub(super) fn summary(Proposal { modules, changes, .. }: &Proposal, terminal: Terminal) {
    /// More than these are counted.
    const NAMED: usize = 8;
    let verbs = [
        (Outcome::Created, "Creating"),
        (Outcome::Updated, "Updating"),
        (Outcome::Merged, "Merging"),
        (Outcome::Conflicted, "Conflicting"),
        (Outcome::Removed, "Removing"),
    ];
    for (outcome, verb) in verbs {
        let paths = with(outcome, changes);
        let mut entries = folders(modules, &paths);
        entries.extend(paths.iter().filter(|path| !is_below(modules, path)).map(ToString::to_string));
        match entries.len() {
            0 => {}
            1..=NAMED => terminal.status(verb, &entries.join(", ")),
            count => terminal.status(verb, &diff::counted(count, "file")),
        }
    }
}

/// One status line a file that was written; new files of a module share one, and so do those that go.
pub(super) fn outcomes(Proposal { modules, changes, .. }: &Proposal, terminal: Terminal) {
    let together = if terminal.verbose { &[][..] } else { &[Outcome::Created, Outcome::Removed] };
    for outcome in together {
        for folder in folders(modules, &with(*outcome, changes)) {
            terminal.status(verb(*outcome), &folder);
        }
    }
    let single = |change: &&Change| !(together.contains(&change.outcome) && is_below(modules, &change.path));
    for change in changes.iter().filter(single).filter(|change| change.outcome != Outcome::Unchanged) {
        terminal.status(verb(change.outcome), &with_reason(change));
    }
}

/// The path of a file, and why it stays where that is not plain.
fn with_reason(change: &Change) -> String {
    let gone = change.outcome == Outcome::Kept && change.before.is_none();
    if gone { format!("{} (deleted by you)", change.path) } else { change.path.to_string() }
}

fn with(outcome: Outcome, changes: &[Change]) -> Vec<&Utf8Path> {
    changes.iter().filter(|change| change.outcome == outcome).map(|change| change.path.as_path()).collect()
}

fn is_below(folders: &[Utf8PathBuf], path: &Utf8Path) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

/// The folders that have some of these files, each with their number.
fn folders(folders: &[Utf8PathBuf], paths: &[&Utf8Path]) -> Vec<String> {
    let counted = folders.iter().filter_map(|folder| {
        let count = paths.iter().filter(|path| path.starts_with(folder)).count();
        (count > 0).then(|| format!("{folder}/ ({})", diff::counted(count, "file")))
    });
    counted.collect()
}

fn verb(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "Created",
        Outcome::Updated => "Updated",
        Outcome::Merged => "Merged",
        Outcome::Removed => "Removed",
        Outcome::Kept => "Kept",
        Outcome::Conflicted => "Conflicted",
        Outcome::Unchanged => "Unchanged",
    }
}
