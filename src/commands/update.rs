//! `update`: this version's text and the user's edits, merged, shown, confirmed, applied.

use super::carry_out::carry_out;
use super::changeset::Changeset;
use super::meant::meant;
use super::prompt::{asking, prompt};
use super::rehearse::rehearse;
use super::request::{Flags, requests};
use super::{closing, conflicts, packages};
use crate::cli::{Common, ConflictChoice, Update};
use crate::error::Error;
use crate::propose::propose_all;
use crate::terminal::Terminal;

/// Runs `update`. Conflict markers that were written end with 3.
pub fn run(flags: &Update, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    let (yes, confirms) = (flags.write.yes, !flags.write.dry_run);
    let given = Flags { set: flags.set.clone(), yes, confirms, ..Flags::default() };
    if prompt.is_some() {
        rehearse(&given, &flags.write, &project, &packages, &blueprints)?;
    }
    let mut requests = requests(&given, &project, &packages, &blueprints, &mut prompt)?;
    let only = meant(&flags.only, requests.iter().map(|request| &request.snapshot))?;
    for request in &mut requests {
        request.only.clone_from(&only);
    }
    let proposals = propose_all(&mut requests, flags.conflict.into())?;
    if flags.conflict == ConflictChoice::Abort {
        conflicts::refuse(&requests, &proposals, &given.set, (flags.workspace, flags.write.format), terminal)?;
    }
    let closing = closing::of(&requests, &proposals);
    let changeset = Changeset::of(&project, &requests, &proposals, flags.workspace);
    let done = carry_out(&changeset, &flags.write, common, asking(&mut prompt), terminal)?;
    closing::say(&closing, done, flags.write.format, terminal);
    Ok(conflicts::exit_code(&proposals, done, terminal))
}
