//! `diff`: what `update` would change, or what the user changed since the code was generated.

use super::choose::{self, Given};
use super::show::{self, Scene};
use super::update::proposal;
use crate::apply;
use crate::blueprint::Blueprint;
use crate::change::Outcome;
use crate::cli::{Against, Common, Diff};
use crate::error::Error;
use crate::inspect::{self, Package, Project};
use crate::merge::Conflict;
use crate::propose::{Proposal, edits};
use crate::terminal::Terminal;

/// Runs `diff`. It never writes; without `--exit-code` it ends with 0.
pub fn run(flags: &Diff, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = choose::project_and_blueprints(common, flags.blueprints.as_deref())?;
    let mut code = 0;
    for package in choose::recorded(&project, common, flags.workspace)? {
        apply::interrupted(&inspect::base(&project, &package))?;
        let found = match flags.against {
            Against::Latest => latest(flags, &project, &package, &blueprints, terminal)?,
            Against::Base => base(flags, &project, &package, terminal)?,
        };
        code = code.max(if !flags.exit_code || !found.writes() {
            0
        } else if found.with(Outcome::Conflicted).is_empty() {
            1
        } else {
            3
        });
    }
    Ok(code)
}

/// What `update` would write, conflicts between markers.
fn latest(
    flags: &Diff,
    project: &Project,
    package: &Package,
    blueprints: &[Blueprint],
    terminal: Terminal,
) -> Result<Proposal, Error> {
    let given = Given { yes: true, ..Given::default() };
    let chosen = choose::choose(&given, project, package, blueprints, &mut None)?;
    let found = proposal(&chosen, Conflict::Markers)?;
    show::proposal(&Scene::of(&chosen), &found, flags.format, terminal)?;
    Ok(found)
}

/// The user's own edits.
fn base(flags: &Diff, project: &Project, package: &Package, terminal: Terminal) -> Result<Proposal, Error> {
    let snapshot = choose::recorded_snapshot(project, package)?;
    let found = Proposal { changes: edits(&snapshot), ..Proposal::default() };
    show::proposal(&Scene::recorded(project, &snapshot), &found, flags.format, terminal)?;
    Ok(found)
}
