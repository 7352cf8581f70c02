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
use crate::record::Record;
use crate::terminal::{self, Terminal};

/// What would change in one package, and what it is about.
pub(super) struct Scene<'a> {
    pub project: &'a Project,
    pub snapshot: &'a Snapshot,
    pub proposal: &'a Proposal,
    /// The blueprint's name and version.
    blueprint: Option<(&'a str, u32)>,
    /// The module's folder, below the snapshot's base, and the one that it had before.
    pub modules: Vec<Utf8PathBuf>,
    /// Whether it is one of a list: then scripts get a list.
    listed: bool,
}

impl<'a> Scene<'a> {
    /// The scene of a change that comes from a blueprint.
    pub(super) fn of(chosen: &'a Chosen, proposal: &'a Proposal, listed: bool) -> Self {
        let snapshot = &chosen.snapshot;
        let mut modules = vec![module_dir(snapshot, &chosen.answers)];
        modules.extend(recorded_module(snapshot).filter(|former| *former != modules[0]));
        let blueprint = Some((chosen.blueprint.name.as_str(), chosen.blueprint.version));
        Self { project: chosen.project, snapshot, proposal, blueprint, modules, listed }
    }

    /// The scene of a change that comes from the record alone.
    pub(super) fn recorded(project: &'a Project, snapshot: &'a Snapshot, proposal: &'a Proposal, listed: bool) -> Self {
        let record = snapshot.record.as_ref();
        let blueprint = record.map(|record| (record.blueprint.name.as_str(), record.blueprint.version));
        let modules = recorded_module(snapshot).into_iter().collect();
        Self { project, snapshot, proposal, blueprint, modules, listed }
    }

    fn about(&self) -> About<'a> {
        About { package: &self.snapshot.package.name, blueprint: self.blueprint }
    }
}

fn recorded_module(snapshot: &Snapshot) -> Option<Utf8PathBuf> {
    snapshot.record.as_ref().and_then(Record::module_dir).map(|module| snapshot.dir.join(module))
}

/// Prints proposals on stdout, and on stderr what there is to say about them; scripts find that in the document.
pub(super) fn proposals(scenes: &[Scene], format: Format, terminal: Terminal) -> Result<(), Error> {
    if format == Format::Json {
        let documents: Vec<_> = scenes
            .iter()
            .map(|scene| document::changes(scene.proposal, &scene.about(), scene.snapshot.prefix()))
            .collect();
        return match documents.as_slice() {
            [only] if !scenes[0].listed => terminal.json(&document::text(only)),
            _ => terminal.json(&document::text(&document::list(&documents))),
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
        Format::Overview if !terminal.verbose => overview(&proposal.changes, prefix, terminal),
        Format::Overview | Format::Unified => terminal.patch(&diff::patch(&proposal.changes, prefix)),
        Format::Stat => terminal.lines(&diff::stat(&proposal.changes, prefix)),
        Format::Markdown => terminal.data(&diff::markdown(proposal, prefix)),
        Format::Json => terminal.json(&document::text(&document::changes(proposal, about, prefix))),
    }
}

fn overview(changes: &[Change], prefix: &Utf8Path, terminal: Terminal) -> Result<(), Error> {
    let overview = diff::overview(changes, prefix, terminal::columns());
    terminal.patch(&overview.patch)?;
    let apart = if overview.patch.is_empty() || overview.lists.is_empty() { "" } else { "\n" };
    terminal.lines(&format!("{apart}{}", overview.lists))
}

/// What is about to be written, in a line for each outcome: before the question the diff has scrolled by.
pub(super) fn summary(modules: &[Utf8PathBuf], changes: &[Change], terminal: Terminal) {
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
pub(super) fn outcomes(scene: &Scene, terminal: Terminal) {
    let changes = &scene.proposal.changes;
    let together = if terminal.verbose { &[][..] } else { &[Outcome::Created, Outcome::Removed] };
    for outcome in together {
        for folder in folders(&scene.modules, &with(*outcome, changes)) {
            terminal.status(verb(*outcome), &folder);
        }
    }
    let single = |change: &&Change| !(together.contains(&change.outcome) && is_below(&scene.modules, &change.path));
    for change in changes.iter().filter(single).filter(|change| change.outcome != Outcome::Unchanged) {
        terminal.status(verb(change.outcome), change.path.as_str());
    }
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
