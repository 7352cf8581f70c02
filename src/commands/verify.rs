//! `--verify`: `cargo check` before, for a baseline, and after. Whoever calls it puts everything back where the change
//! broke the build.

use std::process::Stdio;
use std::sync::atomic::Ordering;

use camino::Utf8Path;

use super::changeset::{Changeset, Done};
use crate::apply::{self, ApplyError, Site};
use crate::change::Change;
use crate::cli::Common;
use crate::error::Error;
use crate::inspect::{self, InspectError};
use crate::program;
use crate::terminal::{self, Terminal};

/// How the project was before.
pub(super) struct Baseline {
    compiles: bool,
    lock: Option<String>,
}

/// Refuses what can only fail: crates are added, and the lock file must not change.
pub(super) fn possible(changeset: &Changeset, common: &Common) -> Result<(), Error> {
    let is_manifest = |change: &&Change| change.path.file_name() == Some("Cargo.toml") && change.writes();
    let adds = changeset.proposals().iter().any(|one| one.changes.iter().any(|change| is_manifest(&change)));
    if adds && (common.locked || common.frozen) { Err(Error::VerifyLocked) } else { Ok(()) }
}

/// Checks the packages as they are.
pub(super) fn baseline(changeset: &Changeset, common: &Common, terminal: Terminal) -> Result<Baseline, Error> {
    let lock = inspect::lock_text(changeset.project)?;
    let compiles = match check_all(changeset, "before the change", common, terminal) {
        Err(Error::Verify { cause }) => {
            terminal.warning(&format!(
                "the project did not compile before the change, so the change cannot be judged\n  caused by: {cause}"
            ));
            false
        }
        other => other.map(|()| true)?,
    };
    Ok(Baseline { compiles, lock })
}

/// Checks the packages with the change in them. Where that fails, the lock file is put back.
pub(super) fn verify(
    baseline: &Baseline,
    changeset: &Changeset,
    common: &Common,
    terminal: Terminal,
) -> Result<Done, Error> {
    if !baseline.compiles {
        return Ok(Done::Written);
    }
    let Err(failed) = check_all(changeset, "with the change", common, terminal) else { return Ok(Done::Verified) };
    let project = changeset.project;
    let lock = Change::new("Cargo.lock", inspect::lock_text(project)?, baseline.lock.clone());
    match apply::write(&Site::alone(&project.root), &[lock]) {
        Ok(()) => Err(failed),
        Err(again) => Err(Error::NotPutBack { failed: Box::new(failed), again }),
    }
}

fn check_all(changeset: &Changeset, when: &str, common: &Common, terminal: Terminal) -> Result<(), Error> {
    changeset.packages.iter().try_for_each(|(snapshot, _)| {
        terminal.status("Checking", &format!("`{}` {when}", snapshot.package.name));
        check(&changeset.project.root, &snapshot.package.manifest, common, terminal)
    })
}

/// Runs `cargo check`. On a terminal cargo itself shows how far it is, and what is wrong.
fn check(root: &Utf8Path, manifest: &Utf8Path, common: &Common, terminal: Terminal) -> Result<(), Error> {
    let seen = terminal::interactive() && !terminal.quiet;
    let mut cargo = program::building_cargo(root).map_err(InspectError::from)?;
    if !seen {
        cargo.env("CARGO_TERM_COLOR", "never");
    }
    let output = cargo
        .args(["check", "--all-targets", "--manifest-path", manifest.as_str()])
        .args(common.cargo_flags())
        .args((!seen).then_some("--quiet"))
        .stderr(if seen { Stdio::inherit() } else { Stdio::piped() })
        .output()
        .map_err(|cause| Error::Outside { what: "failed to run `cargo check`".to_owned(), cause: cause.to_string() })?;
    // The interrupt of a terminal reaches cargo too, and perhaps sooner.
    if apply::STOP.load(Ordering::SeqCst) || output.status.code().is_none() {
        return Err(ApplyError::Stopped.into());
    }
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim_end().replace('\n', "\n  ");
    Err(Error::Verify { cause: if seen { "see above".to_owned() } else { said } })
}
