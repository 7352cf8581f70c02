//! `remove`: takes everything out again.

use camino::{Utf8Path, Utf8PathBuf};

use super::carry_out::carry_out;
use super::changeset::Changeset;
use super::packages;
use super::prompt::{asking, prompt};
use super::still_named::still_named;
use crate::cli::{Common, Remove};
use crate::error::Error;
use crate::id;
use crate::inspect::{self, Project, Snapshot};
use crate::propose::{Proposal, removal};
use crate::record::Record;
use crate::remark::Remark;
use crate::terminal::Terminal;

/// Runs `remove`.
pub fn run(flags: &Remove, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    let recorded = packages::recorded(&project, common, false).map_err(|cause| or_left(cause, &project, common));
    for package in recorded? {
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

/// Says what an earlier run has left, where there is no record and it did.
fn or_left(cause: Error, project: &Project, common: &Common) -> Error {
    let Error::NoRecord { candidates, .. } = &cause else { return cause };
    let named = common.package.as_ref().and_then(|name| project.packages.iter().find(|one| one.name == *name));
    let package = named.or_else(|| project.current.map(|index| &project.packages[index]));
    let (Some(package), true) = (package, candidates.is_empty()) else { return cause };
    let sources = inspect::sources(&package.dir).unwrap_or_default();
    let prefix = inspect::prefix(&package.dir);
    let ours = sources.iter().filter(|(_, text)| id::of(text).is_some());
    let files: Vec<Utf8PathBuf> = ours.map(|(path, _)| prefix.join(path)).collect();
    // With its face, the module was not taken out: the record was lost.
    let face = sources.iter().any(|(_, text)| id::of(text) == Some("module/mod.rs"));
    if files.is_empty() || face { cause } else { Error::Removed { files } }
}
