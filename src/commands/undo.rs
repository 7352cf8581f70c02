//! `undo`: reverts the last apply, if its files are as it left them.

use super::carry_out::is_shown;
use super::confirm::{confirm, possible};
use super::prompt::{asking, prompt};
use super::{interrupt, packages, show};
use crate::apply::{self, ApplyError, Checkout, Recovered};
use crate::cli::{Common, Undo};
use crate::diff;
use crate::error::Error;
use crate::inspect;
use crate::propose::Proposal;
use crate::terminal::Terminal;

/// Runs `undo`.
pub fn run(flags: &Undo, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    // An interrupted run was the last one, so that taking it back is what was asked for. One that had written everything
    // is finished by that, and reverted like any other.
    if let Some(Recovered::RolledBack(_)) = packages::heal(&project, &flags.write, &mut prompt, terminal)? {
        return Ok(0);
    }
    let checkout = Checkout::of(&project.root);
    let last = apply::last(&checkout).map_err(|cause| without_state(cause, &checkout))?;
    let (base, changes) = (&last.base, apply::undoing(&last)?);
    let package = packages::changed(&project, base, &changes);
    let found = Proposal { package, prefix: inspect::prefix(base), changes, ..Proposal::default() };
    if !flags.write.dry_run {
        possible(&flags.write, prompt.is_some())?;
    }
    if is_shown(&flags.write, common) {
        show::changes(&found, flags.write.format, terminal)?;
    }
    if flags.write.dry_run {
        terminal.note("dry run: nothing was written");
        return Ok(0);
    }
    if prompt.is_some() {
        show::summary(&found, terminal);
    }
    confirm(&flags.write, &[&found], base, asking(&mut prompt), terminal)?;
    interrupt::roll_back();
    apply::undo(&checkout, &last)?;
    terminal.status("Reverted", &diff::counted(last.entries.len(), "file"));
    Ok(0)
}

/// Why nothing can be undone, where that is for want of a place to keep the old texts.
fn without_state(cause: ApplyError, checkout: &Checkout) -> ApplyError {
    match (cause, checkout.prepare()) {
        (ApplyError::NothingToUndo, Err(cause)) => ApplyError::NoState { cause },
        (cause, _) => cause,
    }
}
