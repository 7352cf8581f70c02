//! Heals an interrupted run, and reverts the last one.

use camino::{Utf8Path, Utf8PathBuf};

use super::check;
use super::error::ApplyError;
use super::files::{self, Look};
use super::journal::{self, Entry, Journal, State};
use super::step::{Hook, Phase, Run};
use super::{Work, perform};
use crate::change::Change;
use crate::record::sha256;

/// What became of an interrupted run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// Its files are as they were before it; these were put back.
    RolledBack(Vec<Utf8PathBuf>),
    /// It had written everything, and is finished now.
    Finished,
}

impl std::fmt::Display for Recovered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::RolledBack(files) if files.is_empty() => {
                write!(formatter, "an interrupted run had changed nothing yet")
            }
            Self::RolledBack(files) => {
                write!(formatter, "an interrupted run was taken back:")?;
                files.iter().try_for_each(|path| write!(formatter, "\n  * {path}"))
            }
            Self::Finished => write!(formatter, "an interrupted run had written everything, and was finished"),
        }
    }
}

/// Heals what an interrupted run left. Where files were changed since, nothing is touched.
pub fn recover(root: &Utf8Path) -> Result<Option<Recovered>, ApplyError> {
    recover_with(root, &mut |_| Ok(()))
}

/// As [`recover`], with a hook of the caller's.
pub fn recover_with(root: &Utf8Path, hook: Hook) -> Result<Option<Recovered>, ApplyError> {
    let mut run = Run { root, phase: Phase::Back, hook };
    // The lock is held to the end.
    let Some((_held, journal)) = journal::left(root)? else { return Ok(None) };
    let Some(journal) = journal else {
        journal::release(&mut run)?;
        return Ok(None);
    };
    check::trusted(root, &journal, Utf8Path::new(journal::FILE))?;
    let files = journal::in_state(root, &journal, State::Other)?;
    if !files.is_empty() {
        return Err(ApplyError::EditedSince { files, interrupted: true });
    }
    let changed = journal::in_state(root, &journal, State::After)?;
    let not_healed = |cause| ApplyError::NotHealed { cause: Box::new(cause) };
    if changed.len() == journal.entries.len() {
        finish(&mut run, &journal).map_err(not_healed)?;
        return Ok(Some(Recovered::Finished));
    }
    roll_back(&mut run, &journal).map_err(not_healed)?;
    Ok(Some(Recovered::RolledBack(changed)))
}

/// Fails where an interrupted run waits to be healed, or another one is at work.
pub fn interrupted(root: &Utf8Path) -> Result<(), ApplyError> {
    match journal::left(root)? {
        Some((_, Some(_))) => Err(ApplyError::Interrupted),
        Some((_, None)) | None => Ok(()),
    }
}

/// The end of a run whose files are written.
pub fn finish(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    for entry in &journal.entries {
        // A run that was killed while it put things back may have left one.
        files::remove_waiting(run, &entry.path)?;
        if entry.after.is_none() {
            files::remove_empty_folders(run, &entry.path)?;
        }
    }
    sync(run, journal)?;
    journal::keep(run, journal)?;
    journal::release(run).inspect_err(|_| journal.undo.iter().for_each(|undo| journal::forget(undo)))
}

/// Puts the old texts back wherever the new one stands. What has neither was written by somebody else, and stays.
pub fn roll_back(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    for entry in journal.entries.iter().rev() {
        files::remove_waiting(run, &entry.path)?;
        if entry.state(run.root)? == State::After {
            files::restore(run, &entry.path, entry.before.as_deref(), &entry.look)?;
        }
    }
    for folder in journal.folders.iter().rev() {
        files::remove_empty_folder(run, folder)?;
    }
    sync(run, journal)?;
    journal::release(run)
}

/// Makes what a run did durable before its journal goes.
fn sync(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    let targets = journal.entries.iter().map(|entry| files::target(run.root, &entry.path));
    let mut folders: Vec<Utf8PathBuf> = targets.filter_map(|target| Some(target.parent()?.to_owned())).collect();
    folders.sort();
    folders.dedup();
    folders.iter().try_for_each(|folder| files::sync(run, folder))
}

/// Reverts the last run, while its files are as it left them. Returns their paths.
pub fn undo(root: &Utf8Path, undo: &Utf8Path) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    undo_with(root, undo, &mut super::stop)
}

/// As [`undo`], because the run that it reverts turned out to be no good: nothing stops it.
pub fn put_back(root: &Utf8Path, undo: &Utf8Path) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    undo_with(root, undo, &mut |_| Ok(()))
}

/// What [`undo`] would change.
pub fn undoing(root: &Utf8Path, undo: &Utf8Path) -> Result<Vec<Change>, ApplyError> {
    let changes = kept(root, undo)?.entries.into_iter().map(|entry| {
        let now = files::bytes(root, &entry.path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Change::new(entry.path, now, entry.before))
    });
    changes.collect()
}

/// The journal of the last run, whose files are all as it left them.
fn kept(root: &Utf8Path, undo: &Utf8Path) -> Result<Journal, ApplyError> {
    let journal = journal::kept(undo)?.ok_or(ApplyError::NothingToUndo)?;
    check::trusted(root, &journal, undo)?;
    let before = journal::in_state(root, &journal, State::Before)?;
    let other = journal::in_state(root, &journal, State::Other)?;
    if before.len() == journal.entries.len() {
        return Err(ApplyError::NothingToUndo);
    }
    let files: Vec<_> = before.into_iter().chain(other).collect();
    if files.is_empty() { Ok(journal) } else { Err(ApplyError::EditedSince { files, interrupted: false }) }
}

/// As [`undo`], with a hook of the caller's.
pub fn undo_with(root: &Utf8Path, undo: &Utf8Path, hook: Hook) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let journal = kept(root, undo)?;
    let works: Vec<Work> = journal.entries.iter().map(|entry| reverted(root, entry)).collect::<Result<_, _>>()?;
    perform(&mut Run { root, phase: Phase::Forward, hook }, None, &works)?;
    journal::forget(undo);
    Ok(journal.entries.into_iter().map(|entry| entry.path).collect())
}

/// The way back of one entry.
fn reverted<'a>(root: &Utf8Path, entry: &'a Entry) -> Result<Work<'a>, ApplyError> {
    let path = entry.path.clone();
    let now = files::bytes(root, &path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = entry.before.as_deref();
    let look = if text.is_none() { files::look(root, &path) } else { Look::default() };
    Ok(Work { entry: Entry { path, before: now, after: text.map(sha256), look }, text, look: entry.look.clone() })
}
