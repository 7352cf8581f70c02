//! Writes a list of changes: all of it or nothing. Nothing else in the crate writes the user's files.
//!
//! Before the first change a journal with the old texts is made durable; it rolls an interrupted run back and, kept at the
//! end, is what `undo` uses. New texts are written beside their targets and renamed over them, the last change of the
//! list (the record) last. A run counts as finished when every file has its new text.
#![expect(clippy::disallowed_methods, reason = "this is the stage that writes")]

mod check;
mod error;
mod files;
mod journal;
mod recover;
mod step;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::record::sha256;
pub use error::ApplyError;
use files::Look;
pub use journal::FILE as JOURNAL;
use journal::{Entry, Journal};
pub use recover::{Recovered, interrupted, put_back, recover, recover_with, undo, undo_with, undoing};
use step::Run;
pub use step::{Hook, Operation, Phase, Step};

/// Set by a signal handler: the run stops before its next step, and puts back what it changed.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Writes the changes below `root` and keeps the old texts in `undo`. [`STOP`] stops it.
pub fn apply(root: &Utf8Path, undo: &Utf8Path, changes: &[Change]) -> Result<(), ApplyError> {
    apply_with(root, Some(undo), changes, &mut stop)
}

/// As [`apply`], but nothing is kept for `undo`, and what was kept stays.
pub fn apply_for_good(root: &Utf8Path, changes: &[Change]) -> Result<(), ApplyError> {
    apply_with(root, None, changes, &mut stop)
}

/// Fails where the changes could not be written: something else stands there, or it is read-only.
pub fn possible(root: &Utf8Path, changes: &[Change]) -> Result<(), ApplyError> {
    let writing = changes.iter().filter(|change| change.writes());
    check::all_allowed(root, writing.map(|change| (change.path.as_path(), change.after.is_none())))
}

/// Puts one file back. Nothing is kept for `undo`, what was kept stays, and nothing stops it.
pub fn put_back_one(root: &Utf8Path, change: Change) -> Result<(), ApplyError> {
    apply_with(root, None, &[change], &mut |_| Ok(()))
}

/// As [`apply`], with a hook of the caller's.
pub fn apply_with(root: &Utf8Path, undo: Option<&Utf8Path>, changes: &[Change], hook: Hook) -> Result<(), ApplyError> {
    let works: Vec<Work> =
        changes.iter().filter(|change| change.writes()).map(|change| Work::of(root, change)).collect();
    perform(&mut Run { root, phase: Phase::Forward, hook }, undo, &works)
}

/// The hook of a real run: it goes on unless it is told to stop, and putting things back is never stopped.
fn stop(step: &Step) -> io::Result<()> {
    let stops = step.phase == Phase::Forward && STOP.load(Ordering::SeqCst);
    if stops { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
}

/// One file to be written.
struct Work<'a> {
    /// How it is put back.
    entry: Entry,
    /// The new text.
    text: Option<&'a str>,
    /// How a file that is made anew looks.
    look: Look,
}

impl<'a> Work<'a> {
    fn of(root: &Utf8Path, change: &'a Change) -> Self {
        let (path, text) = (change.path.clone(), change.after.as_deref());
        let look = if text.is_none() { files::look(root, &path) } else { Look::default() };
        let entry = Entry { path, before: change.before.clone(), after: text.map(sha256), look };
        Self { entry, text, look: Look::default() }
    }
}

/// Writes all of it, or puts back what was written.
fn perform(run: &mut Run, undo: Option<&Utf8Path>, works: &[Work]) -> Result<(), ApplyError> {
    if works.is_empty() {
        return Ok(());
    }
    ready(run.root, works)?;
    let mut held = journal::hold(run)?;
    let journal = journal_of(run.root, undo, works);
    // Once more, now that no other run can write. Until the journal stands there is nothing to put back.
    let written = ready(run.root, works).and_then(|()| journal::write(run, &mut held, &journal));
    if let Err(failed) = written {
        return Err(ended(run, failed, journal::release));
    }
    let done = write_all(run, works).and_then(|()| recover::finish(run, &journal));
    done.map_err(|failed| ended(run, failed, |run| recover::roll_back(run, &journal)))
}

fn ready(root: &Utf8Path, works: &[Work]) -> Result<(), ApplyError> {
    check::all_allowed(root, works.iter().map(|work| (work.entry.path.as_path(), work.text.is_none())))?;
    works.iter().try_for_each(|work| check::unchanged(root, &work.entry.path, work.entry.before.as_deref()))
}

/// What a failed run comes to, once it has cleaned up.
fn ended(run: &mut Run, failed: ApplyError, clean: impl FnOnce(&mut Run) -> Result<(), ApplyError>) -> ApplyError {
    run.phase = Phase::Back;
    match clean(run) {
        Ok(()) => failed,
        Err(again) => ApplyError::NotRolledBack { failed: Box::new(failed), again: Box::new(again) },
    }
}

fn journal_of(root: &Utf8Path, undo: Option<&Utf8Path>, works: &[Work]) -> Journal {
    let made = works.iter().filter(|work| work.text.is_some()).flat_map(|work| work.entry.path.ancestors().skip(1));
    let mut folders: Vec<Utf8PathBuf> =
        made.filter(|folder| !root.join(folder).exists()).map(Utf8Path::to_owned).collect();
    folders.sort();
    folders.dedup();
    let entries = works.iter().map(|work| work.entry.clone()).collect();
    Journal { undo: undo.map(Utf8Path::to_owned), folders, entries }
}

/// First everything that needs room on the disk, then what is over in no time.
fn write_all(run: &mut Run, works: &[Work]) -> Result<(), ApplyError> {
    let mut staged = Vec::new();
    for Work { entry, text, look } in works {
        if let (Some(text), None) = (text, &look.link) {
            files::stage(run, &entry.path, text, look)?;
            staged.push(entry.path.as_path());
        }
    }
    files::save(run, &staged)?;
    for Work { entry, text, look } in works {
        check::unchanged(run.root, &entry.path, entry.before.as_deref())?;
        match (text, &look.link) {
            (None, _) => files::remove(run, &entry.path)?,
            (Some(_), Some(link)) => files::restore_link(run, &entry.path, link)?,
            (Some(_), None) => files::replace(run, &entry.path)?,
        }
    }
    Ok(())
}
