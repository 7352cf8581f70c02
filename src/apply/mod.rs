//! Writes a list of changes: all of it or nothing. Nothing else in the crate writes the user's files.
//!
//! Before the first change a journal with the old texts is made durable; it is what rolls an interrupted run back and,
//! kept at the end, what `undo` uses. New texts are written beside their targets and renamed over them, the last change
//! of the list (the record) last. An advisory lock on the journal keeps two runs apart.
#![expect(clippy::disallowed_methods, reason = "this is the stage that writes")]

mod error;
mod files;
mod journal;

use std::fs;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
pub use error::ApplyError;
use files::{Step, Touch};
use journal::{Entry, Journal};

/// Set by a signal handler: the run rolls back at the next step.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// What became of an interrupted run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// Its files are as they were before it.
    RolledBack(Vec<Utf8PathBuf>),
    /// It had finished but for its journal.
    Finished,
}

impl std::fmt::Display for Recovered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::RolledBack(files) => write!(formatter, "an interrupted run was rolled back ({} files)", files.len()),
            Self::Finished => write!(formatter, "an interrupted run had finished its work"),
        }
    }
}

/// Writes the changes below `root` and keeps the old texts in `undo`.
pub fn apply(root: &Utf8Path, undo: &Utf8Path, changes: &[Change]) -> Result<(), ApplyError> {
    apply_with(root, undo, changes, &mut |_| {
        if STOP.load(Ordering::SeqCst) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    })
}

/// As [`apply`]; `touch` is called before each operation on a file and may make it fail.
pub fn apply_with(root: &Utf8Path, undo: &Utf8Path, changes: &[Change], touch: Touch) -> Result<(), ApplyError> {
    let writing: Vec<&Change> = changes.iter().filter(|change| change.writes()).collect();
    if writing.is_empty() {
        return Ok(());
    }
    for change in &writing {
        files::check(root, change)?;
    }
    let journal = Journal::of(&writing, root);
    let held = journal::create(root, &journal, touch)?;
    let done = write_all(root, &writing, touch).and_then(|()| journal::keep(root, undo, touch));
    if let Err(cause) = done {
        // What must not fail again is not asked: a roll-back goes through no hook.
        roll_back(root, &journal)?;
        journal::discard(root)?;
        drop(held);
        return Err(cause);
    }
    Ok(())
}

fn write_all(root: &Utf8Path, changes: &[&Change], touch: Touch) -> Result<(), ApplyError> {
    let mut staged = Vec::new();
    for change in changes {
        if let Some(text) = &change.after {
            staged.push((*change, Some(files::stage(root, &change.path, text, touch)?)));
        } else {
            staged.push((*change, None));
        }
    }
    for (change, temporary) in staged {
        let target = files::target(root, &change.path);
        match temporary {
            Some(temporary) => files::step(touch, Step::Rename, &change.path, || fs::rename(&temporary, &target))?,
            None => files::step(touch, Step::Remove, &change.path, || fs::remove_file(&target))?,
        }
    }
    files::sync(root, changes.iter().map(|change| change.path.as_path()));
    remove_empty_folders(root, changes);
    Ok(())
}

/// Folders that a removed file leaves empty go too, up to the package's own.
fn remove_empty_folders(root: &Utf8Path, changes: &[&Change]) {
    for change in changes.iter().filter(|change| change.after.is_none()) {
        for folder in change.path.ancestors().skip(1).take_while(|folder| !folder.as_str().is_empty()) {
            if fs::remove_dir(root.join(folder)).is_err() {
                break;
            }
        }
    }
}

/// Puts the old texts back wherever the new one stands.
fn roll_back(root: &Utf8Path, journal: &Journal) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let mut restored = Vec::new();
    for entry in &journal.entries {
        files::remove_staged(root, &entry.path);
        let now = files::text(root, &entry.path)?;
        if now == entry.before {
            continue;
        }
        restored.push(entry.path.clone());
        let change = Change::new(entry.path.clone(), now, entry.before.clone());
        let mut quiet = |_: &Step| Ok(());
        write_all(root, &[&change], &mut quiet)?;
    }
    for folder in journal.folders.iter().rev() {
        let _ = fs::remove_dir(root.join(folder));
    }
    Ok(restored)
}

/// Heals what an interrupted run left. Files that were changed since are not touched: then nothing is.
pub fn recover(root: &Utf8Path) -> Result<Option<Recovered>, ApplyError> {
    let Some((journal, held)) = journal::read(root)? else { return Ok(None) };
    let changed = edited_since(root, &journal)?;
    if !changed.is_empty() {
        return Err(ApplyError::EditedSince { files: changed });
    }
    let last = journal.entries.last();
    let finished = last.map(|last| is_after(root, last)).transpose()?.unwrap_or(true)
        && journal
            .entries
            .iter()
            .map(|entry| is_after(root, entry))
            .collect::<Result<Vec<_>, _>>()?
            .iter()
            .all(|after| *after);
    let recovered = if finished { Recovered::Finished } else { Recovered::RolledBack(roll_back(root, &journal)?) };
    journal::discard(root)?;
    drop(held);
    Ok(Some(recovered))
}

/// Fails where an interrupted run waits to be healed.
pub fn interrupted(root: &Utf8Path) -> Result<(), ApplyError> {
    if root.join(journal::FILE).exists() { Err(ApplyError::Interrupted { path: journal::FILE.into() }) } else { Ok(()) }
}

/// Reverts the last run, while its files are as it left them.
pub fn undo(root: &Utf8Path, undo: &Utf8Path) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let journal = journal::kept(undo)?.ok_or(ApplyError::NothingToUndo)?;
    let mut edited = Vec::new();
    for entry in &journal.entries {
        if !is_after(root, entry)? {
            edited.push(entry.path.clone());
        }
    }
    if !edited.is_empty() {
        return Err(ApplyError::EditedSince { files: edited });
    }
    let changes: Vec<Change> = journal
        .entries
        .iter()
        .map(|entry| Ok(Change::new(entry.path.clone(), files::text(root, &entry.path)?, entry.before.clone())))
        .collect::<Result<_, ApplyError>>()?;
    apply(root, undo, &changes)?;
    for folder in journal.folders.iter().rev() {
        let _ = fs::remove_dir(root.join(folder));
    }
    Ok(journal.entries.into_iter().map(|entry| entry.path).collect())
}

/// Files that have neither the text before nor the text after the run.
fn edited_since(root: &Utf8Path, journal: &Journal) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let mut edited = Vec::new();
    for entry in &journal.entries {
        if files::text(root, &entry.path)? != entry.before && !is_after(root, entry)? {
            edited.push(entry.path.clone());
        }
    }
    Ok(edited)
}

fn is_after(root: &Utf8Path, entry: &Entry) -> Result<bool, ApplyError> {
    let now = files::text(root, &entry.path)?;
    Ok(now.as_deref().map(crate::record::sha256) == entry.after)
}
