//! `--verify`: `cargo check` before, for a baseline, and after; everything is put back where the change broke it.

use std::process::{Command, Output};

use camino::Utf8PathBuf;

use crate::apply;
use crate::change::Change;
use crate::cli::Common;
use crate::error::Error;
use crate::inspect::{self, Package, Project, Snapshot};
use crate::terminal::Terminal;

/// How the project was before.
pub(super) struct Baseline {
    compiles: bool,
    lock: Option<String>,
}

/// Where the originals of the last apply are kept for `undo`.
pub(super) fn undo_file(project: &Project, package: &Package) -> Utf8PathBuf {
    project.target.join("clerk-sessions").join(format!("{}.undo", package.name))
}

/// Checks the project as it is.
pub(super) fn baseline(
    snapshot: &Snapshot,
    project: &Project,
    common: &Common,
    terminal: Terminal,
) -> Result<Baseline, Error> {
    terminal.status("Checking", &format!("`{}` before the change", snapshot.package.name));
    let lock = inspect::lock_text(project)?;
    let output = check(snapshot, project, common)?;
    if !output.status.success() {
        terminal.warning("the project did not compile before the change, so the change cannot be judged");
    }
    Ok(Baseline { compiles: output.status.success(), lock })
}

/// Checks the project with the change in it.
pub(super) fn verify(
    baseline: &Baseline,
    snapshot: &Snapshot,
    project: &Project,
    common: &Common,
    terminal: Terminal,
) -> Result<(), Error> {
    terminal.status("Checking", &format!("`{}` with the change", snapshot.package.name));
    let output = check(snapshot, project, common)?;
    if output.status.success() || !baseline.compiles {
        return Ok(());
    }
    let undo = undo_file(project, &snapshot.package);
    apply::undo(&snapshot.base, &undo)?;
    let now = inspect::lock_text(project)?;
    let lock = Change::new("Cargo.lock", now, baseline.lock.clone());
    if lock.writes() {
        apply::apply_for_good(&project.root, &[lock])?;
    }
    let cause = String::from_utf8_lossy(&output.stderr).trim_end().replace('\n', "\n  ");
    Err(Error::Verify { cause })
}

fn check(snapshot: &Snapshot, project: &Project, common: &Common) -> Result<Output, Error> {
    let flags = [("--offline", common.offline), ("--locked", common.locked), ("--frozen", common.frozen)];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .current_dir(&project.root)
        .args(["check", "--quiet", "--all-targets", "--manifest-path", snapshot.package.manifest.as_str()])
        .args(flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag))
        .output()
        .map_err(|cause| Error::Outside { what: "failed to run `cargo check`".to_owned(), cause: cause.to_string() })
}
