//! The end of every command that writes: guard, show, ask, apply, verify.

use super::changeset::{Changeset, Done};
use super::confirm::{confirm, possible};
use super::{interrupt, show, verify};
use crate::apply::{self, Checkout, Site, Spots};
use crate::ask::Prompt;
use crate::change::Change;
use crate::cli::{Common, Format, Write};
use crate::error::Error;
use crate::guard::{Allowed, guard};
use crate::paths::relative;
use crate::record;
use crate::terminal::Terminal;

/// Shows what is proposed for some packages, asks once, and applies it: for all of them or for none.
pub(super) fn carry_out(
    changeset: &Changeset,
    write: &Write,
    common: &Common,
    prompt: Option<&mut dyn Prompt>,
    terminal: Terminal,
) -> Result<Done, Error> {
    let run = Run::of(changeset);
    refuse(changeset, write, common)?;
    let spots = apply::possible(&run.site, &run.changes)?;
    let writing = changeset.writing();
    let writes = !write.dry_run && !writing.packages.is_empty();
    if writes {
        possible(write, prompt.is_some())?;
    }
    if is_shown(write, common) {
        show::proposals(&changeset.proposals(), changeset.listed, write.format, terminal)?;
    } else {
        changeset.proposals().iter().for_each(|proposal| show::warnings(proposal, terminal));
    }
    let proposals = writing.proposals();
    if !writes {
        nothing(!proposals.is_empty(), write, terminal);
        return Ok(Done::Nothing);
    }
    if prompt.is_some() {
        for proposal in &proposals {
            show::summary(proposal, terminal);
        }
    }
    confirm(write, &proposals, &run.site.base, prompt, terminal)?;
    apply_all(&run, &spots, &writing, write, common, terminal)
}

/// Refuses before anything is shown. A dry run is refused where the real one could not write, but not for version control.
fn refuse(changeset: &Changeset, write: &Write, common: &Common) -> Result<(), Error> {
    for (snapshot, proposal) in changeset.packages.iter().filter(|_| !write.dry_run) {
        guard(snapshot, &proposal.changes, allowed(write))?;
    }
    if write.verify { verify::possible(changeset, common) } else { Ok(()) }
}

/// What the flags allow to be written over.
pub(super) fn allowed(write: &Write) -> Allowed {
    Allowed { dirty: write.allow_dirty, staged: write.allow_staged, no_vcs: write.allow_no_vcs }
}

/// What is written at once, below one folder, whatever packages it is for.
struct Run {
    checkout: Checkout,
    site: Site,
    changes: Vec<Change>,
}

impl Run {
    fn of(changeset: &Changeset) -> Self {
        // Each is the workspace's root or a folder above it.
        let bases = changeset.packages.iter().map(|(snapshot, _)| &snapshot.base);
        let base = bases.min_by_key(|base| base.as_str().len()).cloned().unwrap_or_default();
        let checkout = Checkout::of(&changeset.project.root);
        let mut changes: Vec<Change> = Vec::new();
        for (snapshot, proposal) in &changeset.packages {
            for change in proposal.changes.iter().filter(|change| change.writes()) {
                let path = relative(&base, &snapshot.base.join(&change.path));
                match changes.iter_mut().find(|earlier| earlier.path == path) {
                    // A manifest that several share: the later text has what the earlier one brought.
                    Some(earlier) => earlier.after.clone_from(&change.after),
                    None => changes.push(Change { path, ..change.clone() }),
                }
            }
        }
        // The records come last.
        changes.sort_by_key(|change| change.path.file_name() == Some(record::FILE));
        Self { site: Site { base, checkout: Some(checkout.clone()) }, checkout, changes }
    }
}

/// Whether the changes are shown. Without a question, who wants it quiet is spared them; in a dry run they are what was asked
/// for.
pub(super) fn is_shown(write: &Write, common: &Common) -> bool {
    !(common.quiet && write.yes && !write.dry_run) || write.format == Format::Json
}

/// Applies all at once, and with `--verify` checks that the projects compile as they did before.
fn apply_all(
    run: &Run,
    spots: &Spots,
    changeset: &Changeset,
    write: &Write,
    common: &Common,
    terminal: Terminal,
) -> Result<Done, Error> {
    let baseline = write.verify.then(|| verify::baseline(changeset, common, terminal)).transpose()?;
    interrupt::roll_back();
    let prepared = run.checkout.prepare();
    if let Err(cause) = &prepared {
        let without = "`undo` will not be possible, nor to heal this run where it is interrupted";
        terminal.warning(&format!("the old texts cannot be kept, so {without}\n  caused by: {cause}"));
    }
    let applied = apply::apply(&run.site, &run.changes, spots)?;
    if prepared.is_ok() && applied.as_ref().is_some_and(|applied| !applied.kept) {
        terminal.warning("the old texts could not be kept, so `undo` is not possible");
    }
    for proposal in changeset.proposals() {
        show::outcomes(proposal, terminal);
    }
    let verified =
        baseline.map_or(Ok(Done::Written), |baseline| verify::verify(&baseline, changeset, common, terminal));
    verified.map_err(|failed| match applied.map(|applied| apply::put_back(&run.checkout, &applied.journal)) {
        Some(Err(again)) => Error::NotPutBack { failed: Box::new(failed), again },
        _ => failed,
    })
}

/// The end of a run that writes nothing.
fn nothing(would_write: bool, write: &Write, terminal: Terminal) {
    if would_write {
        terminal.note("dry run: nothing was written");
    } else if !write.dry_run || matches!(write.format, Format::Overview | Format::Unified) {
        terminal.status("Unchanged", "everything is as the settings say");
    }
}
