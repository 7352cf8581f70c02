//! The end of every command that writes: guard, show, ask, apply, verify.

use std::sync::atomic::Ordering;

use super::{show, verify};
use crate::apply;
use crate::ask::{AskError, Prompt};
use crate::cli::{Common, Write};
use crate::error::Error;
use crate::guard::{Allowed, guard};
use crate::propose::Proposal;
use crate::terminal::Terminal;
use show::Scene;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// The changes were written.
    Written,
    /// There was nothing to write, or it was a dry run.
    Nothing,
}

/// Shows a proposal, asks, and applies it.
pub(super) fn carry_out(
    scene: &Scene,
    proposal: &Proposal,
    write: &Write,
    common: &Common,
    prompt: Option<&mut dyn Prompt>,
    terminal: Terminal,
) -> Result<Done, Error> {
    if !write.dry_run {
        guard(scene.snapshot, &proposal.changes, allowed(write))?;
    }
    show::proposal(scene, proposal, write.format, terminal)?;
    if write.dry_run || !proposal.writes() {
        nothing(proposal, write, terminal);
        return Ok(Done::Nothing);
    }
    confirm(write, prompt)?;
    apply_it(scene, proposal, write, common, terminal)?;
    Ok(Done::Written)
}

fn allowed(write: &Write) -> Allowed {
    Allowed { dirty: write.allow_dirty, staged: write.allow_staged, no_vcs: write.allow_no_vcs }
}

/// Asks before the first byte is written.
pub(super) fn confirm(write: &Write, prompt: Option<&mut dyn Prompt>) -> Result<(), Error> {
    let question = "Apply these changes?";
    if write.yes {
        return Ok(());
    }
    match prompt.map(|prompt| prompt.confirm(question)).transpose()? {
        Some(true) => Ok(()),
        Some(false) => Err(Error::Declined),
        None => Err(AskError::Unanswered { question: question.to_owned(), flag: "--yes".to_owned() }.into()),
    }
}

/// From here on an interrupt is a roll-back. A handler that is set already is this one.
pub(super) fn roll_back_on_interrupt() {
    let _ = ctrlc::set_handler(|| apply::STOP.store(true, Ordering::SeqCst));
}

/// Applies, and with `--verify` checks that the project compiles as it did before.
fn apply_it(
    scene: &Scene,
    proposal: &Proposal,
    write: &Write,
    common: &Common,
    terminal: Terminal,
) -> Result<(), Error> {
    let (snapshot, project) = (scene.snapshot, scene.project);
    let undo = verify::undo_file(project, &snapshot.package);
    let baseline = write.verify.then(|| verify::baseline(snapshot, project, common, terminal)).transpose()?;
    roll_back_on_interrupt();
    apply::apply(&snapshot.base, &undo, &proposal.changes)?;
    show::outcomes(scene, proposal, terminal);
    match baseline {
        Some(baseline) => verify::verify(&baseline, snapshot, project, common, terminal),
        None => Ok(()),
    }
}

/// The end of a run that writes nothing.
fn nothing(proposal: &Proposal, write: &Write, terminal: Terminal) {
    if proposal.writes() {
        terminal.note("dry run: nothing was written");
    } else if !write.dry_run || write.format == crate::cli::Format::Unified {
        terminal.status("Unchanged", "everything is as the settings say");
    }
}
