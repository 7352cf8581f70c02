//! `--verify`: `cargo check` before, for a baseline, and after. Whoever calls it puts everything back where the change
//! broke the build.

use std::process::Stdio;
use std::sync::atomic::Ordering;

use super::carry_out::Done;
use super::show::Scene;
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
pub(super) fn possible(scenes: &[Scene], common: &Common) -> Result<(), Error> {
    let is_manifest = |change: &&Change| change.path.file_name() == Some("Cargo.toml") && change.writes();
    let adds = scenes.iter().any(|scene| scene.proposal.changes.iter().any(|change| is_manifest(&change)));
    if adds && (common.locked || common.frozen) { Err(Error::VerifyLocked) } else { Ok(()) }
}

/// Checks the packages as they are.
pub(super) fn baseline(scenes: &[&Scene], common: &Common, terminal: Terminal) -> Result<Baseline, Error> {
    let lock = inspect::lock_text(scenes[0].project)?;
    let compiles = match check_all(scenes, "before the change", common, terminal) {
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
    scenes: &[&Scene],
    common: &Common,
    terminal: Terminal,
) -> Result<Done, Error> {
    if !baseline.compiles {
        return Ok(Done::Written);
    }
    let Err(failed) = check_all(scenes, "with the change", common, terminal) else { return Ok(Done::Verified) };
    let project = scenes[0].project;
    let lock = Change::new("Cargo.lock", inspect::lock_text(project)?, baseline.lock.clone());
    match apply::write(&Site::alone(&project.root), &[lock]) {
        Ok(()) => Err(failed),
        Err(again) => Err(Error::NotPutBack { failed: Box::new(failed), again }),
    }
}

fn check_all(scenes: &[&Scene], when: &str, common: &Common, terminal: Terminal) -> Result<(), Error> {
    scenes.iter().try_for_each(|scene| {
        terminal.status("Checking", &format!("`{}` {when}", scene.snapshot.package.name));
        check(scene, common, terminal)
    })
}

/// Runs `cargo check`. On a terminal cargo itself shows how far it is, and what is wrong.
fn check(scene: &Scene, common: &Common, terminal: Terminal) -> Result<(), Error> {
    let seen = terminal::interactive() && !terminal.quiet;
    let root = &scene.project.root;
    let mut cargo = program::building_cargo(root).map_err(InspectError::from)?;
    if !seen {
        cargo.env("CARGO_TERM_COLOR", "never");
    }
    let output = cargo
        .args(["check", "--all-targets", "--manifest-path", scene.snapshot.package.manifest.as_str()])
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
