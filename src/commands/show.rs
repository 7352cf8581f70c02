//! Shows a proposal in the chosen format, and what became of it.

use camino::{Utf8Path, Utf8PathBuf};

use super::choose::Chosen;
use crate::change::{Change, Outcome};
use crate::cli::Format;
use crate::diff;
use crate::document::{self, About};
use crate::error::Error;
use crate::inspect::{Project, Snapshot};
use crate::plan::module_dir;
use crate::propose::Proposal;
use crate::record::{self, Record};
use crate::terminal::{self, Terminal};

/// What would change in one package, and what it is about.
pub(super) struct Scene<'a> {
    pub project: &'a Project,
    pub snapshot: &'a Snapshot,
    pub proposal: &'a Proposal,
    /// The blueprint's name and version.
    blueprint: Option<(&'a str, u32)>,
    /// The module's folder, below the snapshot's base.
    module: Utf8PathBuf,
    /// Whether it is one of a list: then scripts get a list.
    listed: bool,
}

impl<'a> Scene<'a> {
    /// The scene of a change that comes from a blueprint.
    pub(super) fn of(chosen: &'a Chosen, proposal: &'a Proposal, listed: bool) -> Self {
        Self {
            project: chosen.project,
            snapshot: &chosen.snapshot,
            proposal,
            blueprint: Some((&chosen.blueprint.name, chosen.blueprint.version)),
            module: module_dir(&chosen.snapshot, &chosen.answers),
            listed,
        }
    }

    /// The scene of a change that comes from the record alone.
    pub(super) fn recorded(project: &'a Project, snapshot: &'a Snapshot, proposal: &'a Proposal, listed: bool) -> Self {
        let record = snapshot.record.as_ref();
        let module = record.and_then(Record::module_dir).unwrap_or(Utf8Path::new("src/clerk"));
        Self {
            project,
            snapshot,
            proposal,
            blueprint: record.map(|record| (record.blueprint.name.as_str(), record.blueprint.version)),
            module: snapshot.dir.join(module),
            listed,
        }
    }

    fn about(&self) -> About<'a> {
        About { package: &self.snapshot.package.name, blueprint: self.blueprint }
    }

    /// Where the originals of the last apply are kept for `undo`.
    pub(super) fn undo_file(&self) -> Utf8PathBuf {
        self.project.undo_file(&self.snapshot.package)
    }
}

/// Prints proposals on stdout, and on stderr what there is to say about them; scripts find that in the document.
pub(super) fn proposals(scenes: &[Scene], format: Format, terminal: Terminal) -> Result<(), Error> {
    if format == Format::Json {
        let documents: Vec<_> = scenes
            .iter()
            .map(|scene| document::changes(scene.proposal, &scene.about(), scene.snapshot.prefix()))
            .collect();
        return match documents.as_slice() {
            [only] if !scenes[0].listed => terminal.data(&document::text(only)),
            _ => terminal.data(&document::text(&document::list(&documents))),
        };
    }
    for scene in scenes {
        remarks(scene.proposal, terminal);
        changes(scene.proposal, &scene.about(), scene.snapshot.prefix(), format, terminal)?;
    }
    Ok(())
}

fn remarks(proposal: &Proposal, terminal: Terminal) {
    for reused in &proposal.reused {
        terminal.status("Reusing", reused);
    }
    for warning in &proposal.warnings {
        terminal.warning(warning);
    }
    for note in &proposal.history {
        let verb = if note.security { "Security" } else { "Change" };
        terminal.status(verb, &format!("in version {}: {}", note.version, note.summary));
    }
    for remark in &proposal.remarks {
        terminal.status("Note", remark);
    }
}

/// Prints changes on stdout.
pub(super) fn changes(
    proposal: &Proposal,
    about: &About,
    prefix: &Utf8Path,
    format: Format,
    terminal: Terminal,
) -> Result<(), Error> {
    match format {
        Format::Unified => unified(&proposal.changes, prefix, terminal),
        Format::Stat => terminal.data(&diff::stat(&proposal.changes, prefix)),
        Format::Markdown => terminal.data(&diff::markdown(proposal, prefix)),
        Format::Json => terminal.data(&document::text(&document::changes(proposal, about, prefix))),
    }
}

/// The whole patch for a file or a pipe; a person on a terminal is spared the record, which repeats every generated line.
fn unified(changes: &[Change], prefix: &Utf8Path, terminal: Terminal) -> Result<(), Error> {
    let is_record = |change: &&Change| change.path.file_name() == Some(record::FILE);
    let spared = terminal::stdout_is_terminal() && !terminal.verbose;
    let shown = changes.iter().filter(|change| !(spared && is_record(change)));
    terminal.patch(&diff::patch(shown, prefix))?;
    if let Some(record) = changes.iter().find(is_record).filter(|change| spared && change.writes()) {
        terminal.note(&format!("and `{}`, the record of these texts (shown with -v)", prefix.join(&record.path)));
    }
    Ok(())
}

/// One status line a file that was written; new files of the module share one, and so do those that go.
pub(super) fn outcomes(scene: &Scene, terminal: Terminal) {
    let proposal = scene.proposal;
    let together = [Outcome::Created, Outcome::Removed];
    let ours = |change: &&Change, outcome| {
        change.outcome == outcome && change.path.starts_with(&scene.module) && !terminal.verbose
    };
    for outcome in together {
        let count = proposal.changes.iter().filter(|change| ours(change, outcome)).count();
        if count > 0 {
            terminal.status(verb(outcome), &format!("{}/ ({count} files)", scene.module));
        }
    }
    let single = |change: &&Change| !together.iter().any(|outcome| ours(change, *outcome));
    for change in proposal.changes.iter().filter(single).filter(|change| change.outcome != Outcome::Unchanged) {
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
