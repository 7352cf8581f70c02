//! `update`: this version's text and the user's edits, merged, shown, confirmed, applied.

use super::carry_out::{Done, carry_out};
use super::choose::{self, Chosen, Given, asking};
use super::{report, show};
use crate::blueprint::Blueprint;
use crate::change::Outcome;
use crate::cli::{Common, ConflictChoice, Update, Write};
use crate::error::Error;
use crate::format::formatter;
use crate::inspect::{self, Package, Project};
use crate::merge::Conflict;
use crate::propose::{Proposal, propose};
use crate::render::{Formatter, Input, RenderError};
use crate::terminal::{Inquirer, Terminal};

/// Runs `update`.
pub fn run(flags: &Update, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = choose::prompt(&flags.write);
    let (project, blueprints) = choose::project_and_blueprints(common, flags.blueprints.as_deref())?;
    let mut code = 0;
    for package in choose::recorded(&project, common, flags.workspace)? {
        code = code.max(one(flags, common, &project, &package, &blueprints, &mut prompt, terminal)?);
    }
    Ok(code)
}

/// Updates one package. Written conflict markers end with 3.
fn one(
    flags: &Update,
    common: &Common,
    project: &Project,
    package: &Package,
    blueprints: &[Blueprint],
    prompt: &mut Option<Inquirer>,
    terminal: Terminal,
) -> Result<u8, Error> {
    choose::heal(&inspect::base(project, package), flags.write.dry_run, terminal)?;
    let given = Given { set: &flags.set, yes: flags.write.yes, ..Given::default() };
    let chosen = choose::choose(&given, project, package, blueprints, prompt)?;
    let proposal = proposal(&chosen, conflict(flags.conflict))?;
    if flags.conflict == ConflictChoice::Abort {
        conflicted(&chosen, &proposal, &flags.write, terminal)?;
    }
    let scene = show::Scene::of(&chosen);
    let done = carry_out(&scene, &proposal, &flags.write, common, asking(prompt), terminal)?;
    if done == Done::Written {
        report::left_to_do(&chosen, &proposal, flags.write.format, terminal);
    }
    let open = proposal.with(Outcome::Conflicted);
    if open.is_empty() {
        return Ok(0);
    }
    terminal.warning(&format!("{} now has conflict markers: settle them, then run `update` again", list(&open)));
    Ok(3)
}

fn list(files: &[camino::Utf8PathBuf]) -> String {
    files.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

pub(super) fn conflict(choice: ConflictChoice) -> Conflict {
    match choice {
        ConflictChoice::Abort => Conflict::Abort,
        ConflictChoice::Markers => Conflict::Markers,
        ConflictChoice::Ours => Conflict::Ours,
        ConflictChoice::Theirs => Conflict::Theirs,
    }
}

/// What would change.
pub(super) fn proposal(chosen: &Chosen, conflict: Conflict) -> Result<Proposal, Error> {
    input_of(chosen, |input| propose(input, conflict))
}

/// What is made from everything that was read and answered.
pub(super) fn input_of<T>(chosen: &Chosen, make: impl FnOnce(&Input) -> Result<T, RenderError>) -> Result<T, Error> {
    let snapshot = &chosen.snapshot;
    let folder = snapshot.base.join(&snapshot.crate_root).parent().unwrap_or(&snapshot.base).to_owned();
    let rustfmt = formatter(folder, snapshot.package.edition.clone());
    let format: Option<Formatter> = if snapshot.rustfmt { Some(&rustfmt) } else { None };
    let (blueprint, answers, host, parties) = (chosen.blueprint, &chosen.answers, &chosen.host, &chosen.parties);
    Ok(make(&Input { snapshot, blueprint, answers, host, parties, format })?)
}

/// Stops where both sides changed the same lines, or something that is not ours is in the way; shows both versions.
pub(super) fn conflicted(chosen: &Chosen, found: &Proposal, write: &Write, terminal: Terminal) -> Result<(), Error> {
    let files = found.with(Outcome::Conflicted);
    if files.is_empty() {
        return Ok(());
    }
    if chosen.snapshot.record.is_none() {
        return Err(Error::InTheWay { files });
    }
    let mut both = proposal(chosen, Conflict::Markers)?;
    both.changes.retain(|change| change.outcome == Outcome::Conflicted);
    show::proposal(&show::Scene::of(chosen), &both, write.format, terminal)?;
    Err(Error::Conflicts { files })
}
