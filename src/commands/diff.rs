//! `diff`: what `update` would change, or what the user changed since the code was generated.

use camino::Utf8PathBuf;

use super::meant::meant;
use super::request::{Flags, requests};
use super::{packages, show};
use crate::change::Outcome;
use crate::cli::{Against, Common, Diff};
use crate::error::Error;
use crate::inspect::{Package, Project, Snapshot};
use crate::merge::Conflict;
use crate::propose::{Proposal, edits, propose_all};
use crate::terminal::Terminal;

/// Runs `diff`. It never writes; without `--exit-code` it ends with 0.
pub fn run(flags: &Diff, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::interrupted(&project, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    let mut proposals = match flags.against {
        Against::Latest => {
            let mut requests = requests(&Flags::defaults(), &project, &packages, &blueprints, &mut None)?;
            let proposals = propose_all(&mut requests, Conflict::Markers)?;
            let snapshots = requests.into_iter().map(|request| request.snapshot);
            snapshots.zip(proposals).collect()
        }
        Against::Base => own_edits(&project, &packages)?,
    };
    let meant = meant(&flags.paths, proposals.iter().map(|(snapshot, _)| snapshot))?;
    for (snapshot, proposal) in &mut proposals {
        let is_meant = |path: &Utf8PathBuf| meant.iter().any(|one| snapshot.base.join(path).starts_with(one));
        proposal.changes.retain(|change| meant.is_empty() || is_meant(&change.path));
    }
    let proposals: Vec<Proposal> = proposals.into_iter().map(|(_, proposal)| proposal).collect();
    show::proposals(&proposals.iter().collect::<Vec<_>>(), flags.workspace, flags.format, terminal)?;
    Ok(if flags.exit_code { proposals.iter().map(code).max().unwrap_or(0) } else { 0 })
}

/// The user's own edits.
fn own_edits(project: &Project, packages: &[Package]) -> Result<Vec<(Snapshot, Proposal)>, Error> {
    let edits = packages.iter().map(|package| {
        let snapshot = packages::recorded_snapshot(project, package)?;
        let proposal = Proposal::of_record(&snapshot, edits(&snapshot));
        Ok((snapshot, proposal))
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
