//! `remove`: takes everything out again.

use camino::Utf8Path;

use super::carry_out::carry_out;
use super::changeset::Changeset;
use super::packages;
use super::prompt::{asking, prompt};
use super::still_named::still_named;
use crate::cli::{Common, Remove};
use crate::error::Error;
use crate::inspect::Snapshot;
use crate::propose::{Proposal, removal};
use crate::record::Record;
use crate::remark::Remark;
use crate::terminal::Terminal;

/// Runs `remove`.
pub fn run(flags: &Remove, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    for package in packages::recorded(&project, common, false)? {
        let snapshot = packages::recorded_snapshot(&project, &package)?;
        let proposal = with_names(&snapshot, removal(&snapshot, flags.force)?);
        let changeset = Changeset::one(&project, &snapshot, &proposal);
        carry_out(&changeset, &flags.write, common, asking(&mut prompt), terminal)?;
    }
    Ok(0)
}

/// The proposal with a remark for each file of the user's that names the module which goes.
fn with_names(snapshot: &Snapshot, mut proposal: Proposal) -> Proposal {
    let module = snapshot.record.as_ref().and_then(Record::module_dir).unwrap_or(Utf8Path::new("src/clerk"));
    let name = module.file_name().unwrap_or("clerk");
    let files = still_named(snapshot, &proposal.changes, name, module);
    let lines = files.into_iter().flat_map(|(path, lines)| lines.into_iter().map(move |line| (path.clone(), line)));
    let remarks = lines.map(|(path, line)| Remark::StillNamed { path, line, module: name.to_owned() });
    proposal.remarks.extend(remarks);
    proposal
}
