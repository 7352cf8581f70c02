//! `diff`: what `update` would change, or what the user changed since the code was generated.

use super::choose::Given;
use super::show::{self, Scene};
use super::{packages, update};
use crate::change::Outcome;
use crate::cli::{Against, Common, Diff};
use crate::error::Error;
use crate::inspect::{Package, Project};
use crate::merge::Conflict;
use crate::propose::{Proposal, edits};
use crate::terminal::Terminal;

/// Runs `diff`. It never writes; without `--exit-code` it ends with 0.
pub fn run(flags: &Diff, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::interrupted(&project, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    let found = match flags.against {
        Against::Latest => {
            let given = Given { yes: true, ..Given::default() };
            let jobs = update::jobs(&given, &project, &packages, &blueprints, Conflict::Markers, &mut None)?;
            let scenes: Vec<Scene> = jobs.iter().map(|job| job.scene(flags.workspace)).collect();
            show::proposals(&scenes, flags.format, terminal)?;
            jobs.into_iter().map(|job| job.proposal).collect()
        }
        Against::Base => own_edits(flags, &project, &packages, terminal)?,
    };
    Ok(if flags.exit_code { found.iter().map(code).max().unwrap_or(0) } else { 0 })
}

/// The user's own edits.
fn own_edits(
    flags: &Diff,
    project: &Project,
    packages: &[Package],
    terminal: Terminal,
) -> Result<Vec<Proposal>, Error> {
    let snapshots = packages.iter().map(|package| packages::recorded_snapshot(project, package));
    let snapshots = snapshots.collect::<Result<Vec<_>, Error>>()?;
    let of = |snapshot| Proposal { changes: edits(snapshot), ..Proposal::default() };
    let found: Vec<Proposal> = snapshots.iter().map(of).collect();
    let scenes = snapshots.iter().zip(&found);
    let scenes = scenes.map(|(snapshot, found)| Scene::recorded(project, snapshot, found, flags.workspace));
    show::proposals(&scenes.collect::<Vec<_>>(), flags.format, terminal)?;
    Ok(found)
}

/// The exit code for what was found in one package.
fn code(found: &Proposal) -> u8 {
    match found.with(Outcome::Conflicted).as_slice() {
        _ if !found.writes() => 0,
        [] => 1,
        _ => 3,
    }
}
