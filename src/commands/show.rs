//! Shows a proposal in the chosen format, and what became of it.

use super::init::Chosen;
use crate::change::{Change, Outcome};
use crate::cli::Format;
use crate::diff;
use crate::document::document;
use crate::error::Error;
use crate::plan::module_dir;
use crate::propose::Proposal;
use crate::record;
use crate::terminal::{self, Terminal};

/// Prints a proposal on stdout.
pub(super) fn proposal(chosen: &Chosen, proposal: &Proposal, format: Format, terminal: Terminal) -> Result<(), Error> {
    for warning in &proposal.warnings {
        match warning.strip_prefix("reusing ") {
            Some(what) => terminal.status("Reusing", what),
            None => terminal.warning(warning),
        }
    }
    let prefix = chosen.snapshot.prefix();
    let changes = &proposal.changes;
    match format {
        Format::Unified => unified(changes, prefix, terminal),
        Format::Stat => terminal.data(&diff::stat(changes, prefix)),
        Format::Markdown => terminal.data(&diff::markdown(changes, prefix, &proposal.warnings)),
        Format::Json => {
            let blueprint = (chosen.blueprint.name.as_str(), chosen.blueprint.version);
            terminal.data(&document(proposal, &chosen.snapshot.package.name, blueprint, prefix))
        }
    }
}

/// The whole patch for a file or a pipe; a person on a terminal is spared the record, which repeats every generated line.
fn unified(changes: &[Change], prefix: &camino::Utf8Path, terminal: Terminal) -> Result<(), Error> {
    let is_record = |change: &&Change| change.path.file_name() == Some(record::FILE);
    let spared = terminal::stdout_is_terminal() && !terminal.verbose;
    let shown: Vec<Change> = changes.iter().filter(|change| !(spared && is_record(change))).cloned().collect();
    terminal.patch(&diff::patch(&shown, prefix))?;
    if let Some(record) = changes.iter().find(is_record).filter(|change| spared && change.writes()) {
        terminal.note(&format!("and `{}`, the record of these texts (shown with -v)", prefix.join(&record.path)));
    }
    Ok(())
}

/// One status line a file that was written; the files of a new module share one.
pub(super) fn outcomes(chosen: &Chosen, proposal: &Proposal, terminal: Terminal) {
    let module = module_dir(&chosen.snapshot, &chosen.answers);
    let ours =
        |change: &&Change| change.outcome == Outcome::Created && change.path.starts_with(&module) && !terminal.verbose;
    let created = proposal.changes.iter().filter(ours).count();
    if created > 0 {
        terminal.status("Created", &format!("{module}/ ({created} files)"));
    }
    for change in proposal.changes.iter().filter(|change| !ours(change) && change.outcome != Outcome::Unchanged) {
        terminal.status(verb(change.outcome), change.path.as_str());
    }
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
