//! Refuses before the first question what would be refused after the last one.

use super::carry_out::allowed;
use super::request::{Flags, requests};
use crate::blueprint::Blueprint;
use crate::cli::Write;
use crate::error::Error;
use crate::guard::guard;
use crate::inspect::{Package, Project};
use crate::merge::Conflict;
use crate::propose::propose_all;

/// Goes through a run with every default for an answer: those tell well enough which files would be written. Whatever else
/// fails is said when the answers are known.
pub(super) fn rehearse(
    flags: &Flags,
    write: &Write,
    project: &Project,
    packages: &[Package],
    blueprints: &[Blueprint],
) -> Result<(), Error> {
    if write.dry_run {
        return Ok(());
    }
    let defaults = Flags { yes: true, ..flags.clone() };
    let Ok(mut requests) = requests(&defaults, project, packages, blueprints, &mut None) else { return Ok(()) };
    let Ok(proposals) = propose_all(&mut requests, Conflict::Abort) else { return Ok(()) };
    let mut found = requests.iter().zip(&proposals);
    found.try_for_each(|(request, proposal)| guard(&request.snapshot, &proposal.changes, allowed(write)))
}
