//! `diff`: what `update` would change, or what the user changed since the code was generated.

use super::request::{Flags, requests};
use super::{packages, show};
use crate::change::Outcome;
use crate::cli::{Against, Common, Diff};
use crate::error::Error;
use crate::inspect::{Package, Project};
use crate::merge::Conflict;
use crate::propose::{Proposal, edits, propose_all};
use crate::terminal::Terminal;

/// Runs `diff`. It never writes; without `--exit-code` it ends with 0.
pub fn run(flags: &Diff, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::interrupted(&project, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    let proposals = match flags.against {
        Against::Latest => {
            let mut requests = requests(&Flags::defaults(), &project, &packages, &blueprints, &mut None)?;
            propose_all(&mut requests, Conflict::Markers)?
        }
        Against::Base => own_edits(&project, &packages)?,
    };
    show::proposals(&proposals.iter().collect::<Vec<_>>(), flags.workspace, flags.format, terminal)?;
    Ok(if flags.exit_code { proposals.iter().map(code).max().unwrap_or(0) } else { 0 })
}

/// The user's own edits.
fn own_edits(project: &Project, packages: &[Package]) -> Result<Vec<Proposal>, Error> {
    let edits = packages.iter().map(|package| {
        let snapshot = packages::recorded_snapshot(project, package)?;
        Ok(Proposal::of_record(&snapshot, edits(&snapshot)))
    });
    edits.collect()
}

/// The exit code for what was found in one package.
fn code(found: &Proposal) -> u8 {
    match found.with(Outcome::Conflicted).as_slice() {
        _ if !found.writes() => 0,
        [] => 1,
        _ => 3,
    }
}
