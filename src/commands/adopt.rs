//! `adopt`: rebuilds a lost or damaged record from the files on disk.

use super::carry_out::carry_out;
use super::changeset::Changeset;
use super::packages;
use super::prompt::{asking, prompt};
use super::request::{Flags, request};
use crate::cli::{Adopt, Common};
use crate::error::Error;
use crate::inspect;
use crate::propose::adoption;
use crate::record;
use crate::terminal::Terminal;

/// Runs `adopt`.
pub fn run(flags: &Adopt, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    let package = packages::with_framework(&project, common, &blueprints, &mut prompt)?;
    let damaged = inspect::record_text(&package.dir)?;
    if damaged.as_deref().is_some_and(|text| record::parse(text).is_ok()) {
        return Err(Error::Recorded { path: package.dir.join(record::FILE) });
    }
    let salvaged = damaged.as_deref().and_then(record::salvage);
    let lost = inspect::settings_text(&package)?.is_none();
    let module = lost.then(|| inspect::module_name(&package.dir)).flatten();
    let set = module.into_iter().map(|name| format!("module={name}")).collect();
    let given = Flags { set, yes: flags.write.yes, lost_record: true, ..Flags::default() };
    let mut request = request(&given, &project, &package, &blueprints, &mut prompt)?;
    inspect::read_sources(&mut request.snapshot)?;
    let proposal = adoption(&request, salvaged.as_ref())?;
    if proposal.changes.is_empty() {
        return Err(Error::NothingToAdopt { package: package.name });
    }
    let changeset = Changeset::one(&project, &request.snapshot, &proposal);
    carry_out(&changeset, &flags.write, common, asking(&mut prompt), terminal)?;
    Ok(0)
}
