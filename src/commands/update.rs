//! `update`: this version's text and the user's edits, merged, shown, confirmed, applied.

use super::carry_out::{Done, carry_out};
use super::choose::{self, Chosen, Given, asking};
use super::{interrupt, packages, report, show};
use crate::ask::Prompt;
use crate::blueprint::Blueprint;
use crate::change::Outcome;
use crate::cli::{Common, ConflictChoice, Format, Update};
use crate::error::Error;
use crate::escape::shown;
use crate::format::{formatter, tree_formatter};
use crate::inspect::{Package, Project};
use crate::merge::Conflict;
use crate::propose::{Proposal, propose};
use crate::render::{Input, RenderError, Rustfmt};
use crate::terminal::Terminal;
use show::Scene;

/// A package, and what would change in it.
pub(super) struct Job<'a> {
    pub chosen: Chosen<'a>,
    pub proposal: Proposal,
}

impl Job<'_> {
    /// What is shown of it; `listed` where it is one of several for scripts.
    pub fn scene(&self, listed: bool) -> Scene<'_> {
        Scene::of(&self.chosen, &self.proposal, listed)
    }
}

/// Runs `update`. Conflict markers that were written end with 3.
pub fn run(flags: &Update, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = choose::prompt(&flags.write);
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    let given = Given { set: &flags.set, yes: flags.write.yes, ..Given::default() };
    let jobs = jobs(&given, &project, &packages, &blueprints, conflict(flags.conflict), &mut prompt)?;
    if flags.conflict == ConflictChoice::Abort {
        conflicted(&given, &jobs, flags.workspace, flags.write.format, terminal)?;
    }
    let scenes: Vec<Scene> = jobs.iter().map(|job| job.scene(flags.workspace)).collect();
    let done = carry_out(&scenes, &flags.write, common, asking(&mut prompt), terminal)?;
    if done != Done::Nothing {
        let written = jobs.iter().filter(|job| job.proposal.writes());
        written.for_each(|job| report::left_to_do(job, done, flags.write.format, terminal));
    }
    Ok(open_conflicts(&jobs, done, terminal))
}

/// What would change in each package. A manifest that several share has, for the later ones, what the earlier ones insert.
pub(super) fn jobs<'a>(
    given: &Given,
    project: &'a Project,
    packages: &[Package],
    blueprints: &'a [Blueprint],
    conflict: Conflict,
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Vec<Job<'a>>, Error> {
    let mut jobs: Vec<Job> = Vec::new();
    for package in packages {
        let mut chosen = choose::choose(given, project, package, blueprints, prompt)?;
        for job in &jobs {
            chosen.snapshot.overlay(&job.chosen.snapshot.base, &job.proposal.changes);
        }
        let proposal = proposal(&chosen, conflict)?;
        jobs.push(Job { chosen, proposal });
    }
    Ok(jobs)
}

/// 3 where conflict markers are written, or would be.
fn open_conflicts(jobs: &[Job], done: Done, terminal: Terminal) -> u8 {
    let open: Vec<_> = jobs.iter().flat_map(|job| job.proposal.with(Outcome::Conflicted)).collect();
    if open.is_empty() {
        return 0;
    }
    if done != Done::Nothing {
        let files: String = open.iter().map(|path| format!("\n  * {}", shown(path))).collect();
        terminal.warning(&format!("conflict markers were written; settle them, then run `update` again:{files}"));
    }
    3
}

fn conflict(choice: ConflictChoice) -> Conflict {
    match choice {
        ConflictChoice::Abort => Conflict::Abort,
        ConflictChoice::Markers => Conflict::Markers,
        ConflictChoice::Ours => Conflict::Ours,
        ConflictChoice::Theirs => Conflict::Theirs,
    }
}

/// What would change.
fn proposal(chosen: &Chosen, conflict: Conflict) -> Result<Proposal, Error> {
    input_of(chosen, |input| propose(input, conflict))
}

/// What is made from everything that was read and answered.
pub(super) fn input_of<T>(chosen: &Chosen, make: impl FnOnce(&Input) -> Result<T, RenderError>) -> Result<T, Error> {
    let snapshot = &chosen.snapshot;
    let (folder, edition) = (snapshot.source_folder(), &snapshot.package.edition);
    let (one, all) = (formatter(folder.clone(), edition.clone()), tree_formatter(folder, edition.clone()));
    let format = snapshot.rustfmt.then_some(Rustfmt { one: &one, all: &all });
    if format.is_some() {
        interrupt::leave_nothing();
    }
    let (blueprint, answers, host, parties) = (chosen.blueprint, &chosen.answers, &chosen.host, &chosen.parties);
    Ok(make(&Input { snapshot, blueprint, answers, host, parties, format, rustfmt: &one })?)
}

/// Stops where both sides changed the same lines, or something that is not ours is in the way; shows both versions.
pub(super) fn conflicted(
    given: &Given,
    jobs: &[Job],
    listed: bool,
    format: Format,
    terminal: Terminal,
) -> Result<(), Error> {
    let mut files = Vec::new();
    let mut both = Vec::new();
    for Job { chosen, proposal: found } in jobs {
        let open = found.with(Outcome::Conflicted);
        if open.is_empty() {
            continue;
        }
        if chosen.snapshot.record.is_none() {
            return Err(Error::InTheWay { files: open });
        }
        let mut marked = proposal(chosen, Conflict::Markers)?;
        marked.changes.retain(|change| change.outcome == Outcome::Conflicted);
        both.push((chosen, marked));
        files.extend(open);
    }
    if files.is_empty() {
        return Ok(());
    }
    let scenes: Vec<Scene> = both.iter().map(|(chosen, marked)| Scene::of(chosen, marked, listed)).collect();
    show::proposals(&scenes, format, terminal)?;
    Err(Error::Conflicts { files, set: given.words() })
}
