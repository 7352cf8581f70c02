//! Refuses to write over work that version control does not hold.

use camino::Utf8PathBuf;

use crate::change::{Change, Outcome};
use crate::error::Error;
use crate::inspect::{self, InspectError, Snapshot, State, Vcs};
use crate::paths::PackagePath;
use crate::record::{self, sum};
use crate::settings;

/// What the user allows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// Changed and untracked files.
    pub dirty: bool,
    /// Staged files.
    pub staged: bool,
    /// No version control at all.
    pub no_vcs: bool,
}

/// Checks a list of changes before it is applied.
pub fn guard(snapshot: &Snapshot, changes: &[Change], allowed: Allowed) -> Result<(), Error> {
    let paths: Vec<_> = changes.iter().filter(|change| change.writes()).map(|change| change.path.clone()).collect();
    if paths.is_empty() {
        return Ok(());
    }
    let vcs = inspect::vcs(snapshot, &paths);
    match &vcs {
        _ if allowed.no_vcs => {}
        Vcs { root: None, .. } => return Err(Error::NoVcs),
        Vcs { fault: Some(cause), .. } => return Err(InspectError::Git { cause: cause.clone() }.into()),
        _ => {}
    }
    let record = snapshot.dir.join(record::FILE);
    if let Some(rule) = vcs.ignored.get(&record) {
        return Err(Error::RecordIgnored { path: record, rule: rule.clone() });
    }
    let written =
        changes.iter().filter(|change| change.writes() && change.before.is_some() && !as_we_left_it(snapshot, change));
    let states: Vec<_> =
        written.filter_map(|change| Some((change.path.clone(), *vcs.states.get(&change.path)?))).collect();
    let staged = |state: &State| *state == State::Staged;
    let dirty: Vec<_> = states.iter().filter(|(_, state)| !staged(state) && !allowed.dirty).collect();
    // As in `cargo fix`, allowing dirty files allows staged ones too.
    let only_staged: Vec<_> =
        states.iter().filter(|(_, state)| staged(state) && !allowed.dirty && !allowed.staged).collect();
    let flag = if dirty.is_empty() { "--allow-staged" } else { "--allow-dirty" };
    let files: Vec<_> =
        dirty.into_iter().chain(only_staged).map(|(path, state)| (path.clone(), word(*state))).collect();
    if !files.is_empty() {
        return Err(Error::Dirty { files, flag });
    }
    let made = |path: &Utf8PathBuf| changes.iter().any(|change| change.path == *path && change.before.is_none());
    let files: Vec<_> = vcs.ignored.into_iter().filter(|(path, _)| made(path)).collect();
    if files.is_empty() { Ok(()) } else { Err(Error::Ignored { files }) }
}

fn word(state: State) -> &'static str {
    match state {
        State::Dirty => "dirty",
        State::Staged => "staged",
        State::Untracked => "untracked",
        State::Ignored => "ignored",
    }
}

/// Whether a file still has the bytes that we wrote last: then nothing of the user's can be lost.
fn as_we_left_it(snapshot: &Snapshot, change: &Change) -> bool {
    let name = change.path.file_name();
    // The record checks itself, and of a damaged one everything is kept that can be read.
    if name == Some(record::FILE) {
        return true;
    }
    let Some(record) = &snapshot.record else { return false };
    if name == Some(settings::FILE) && change.outcome == Outcome::Updated {
        // The settings are edited by key, so nothing in them is lost.
        return true;
    }
    let sum = change.before.as_deref().map(sum);
    let path = PackagePath::of(&snapshot.dir, &change.path);
    let generated = record.generated.iter().filter(|file| file.path == path).map(|file| &file.sha256);
    let patched = record.patched.iter().filter(|file| file.path == path).map(|file| &file.sha256);
    generated.chain(patched).any(|known| Some(known) == sum.as_ref())
}
