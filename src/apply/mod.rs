//! Writes a list of changes: all of it or nothing. Nothing else in the crate writes the user's files.
//!
//! Before the first change a journal with the old texts is made durable; it rolls an interrupted run back and, kept at the
//! end, is what `undo` uses. New texts are written beside their targets and renamed over them, the last change of the
//! list (the record) last. A run counts as finished when every file has its new text.
//!
//! Architecture invariant: whatever a repository contains, nothing is written anywhere that the diff has not shown, the
//! journal's mark, temporary files beside the targets and our own state folder aside. So every path is resolved before it
//! is shown and again under the lock, and must still lead to the same place.
#![expect(clippy::disallowed_methods, reason = "this is the stage that writes")]

mod check;
mod error;
mod files;
mod journal;
mod recover;
mod site;
mod step;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::record::sha256;
pub use check::Spots;
pub use error::ApplyError;
use files::Look;
pub use journal::Journal;
use journal::{Entry, number};
pub use recover::{Recovered, Waiting, interrupted, last, put_back, undo, undo_with, undoing, waiting};
pub use site::{Checkout, FILE as JOURNAL, Site};
use step::Run;
pub use step::{Hook, Operation, Phase, Step};

/// Set by a signal handler: the run stops before its next step, and puts back what it changed.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Where the changes would be written. Fails where they could not be: something else stands there, it is read-only, or a
/// link leads out of the repository.
pub fn possible(site: &Site, changes: &[Change]) -> Result<Spots, ApplyError> {
    let writing = changes.iter().filter(|change| change.writes());
    check::all_allowed(site, writing.map(|change| (change.path.as_path(), change.after.is_none())))
}

/// Writes the changes to where they were shown to go, and keeps the old texts for `undo`. [`STOP`] stops it.
pub fn apply(site: &Site, changes: &[Change], spots: &Spots) -> Result<Option<Applied>, ApplyError> {
    apply_with(site, changes, spots, &mut stop)
}

/// As [`apply`], for a list of changes that nobody has to agree to. Nothing stops it.
pub fn write(site: &Site, changes: &[Change]) -> Result<(), ApplyError> {
    apply_with(site, changes, &possible(site, changes)?, &mut |_| Ok(())).map(drop)
}

/// As [`apply`], with a hook of the caller's.
pub fn apply_with(site: &Site, changes: &[Change], spots: &Spots, hook: Hook) -> Result<Option<Applied>, ApplyError> {
    let works = changes.iter().filter(|change| change.writes()).filter_map(|change| Work::of(change, spots));
    let works: Vec<Work> = works.collect();
    perform(site, true, &works, hook)
}

/// The hook of a real run: it goes on unless it is told to stop, and putting things back is never stopped.
fn stop(step: &Step) -> io::Result<()> {
    let stops = step.phase == Phase::Forward && STOP.load(Ordering::SeqCst);
    if stops { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
}

/// A run that came to its end.
#[derive(Debug)]
pub struct Applied {
    /// How it is taken back.
    pub journal: Journal,
    /// Whether its old texts are kept, so that `undo` can do that later.
    pub kept: bool,
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
    /// `None` where nobody has looked where it goes, which [`possible`] does.
    fn of(change: &'a Change, spots: &Spots) -> Option<Self> {
        let (spot, text) = (spots.get(&change.path)?, change.after.as_deref());
        let look = if text.is_none() { files::look(&spot.place) } else { Look::default() };
        let entry = Entry {
            path: change.path.clone(),
            place: spot.place.clone(),
            target: spot.target.clone(),
            before: change.before.clone(),
            after: text.map(sha256),
            look,
        };
        Some(Self { entry, text, look: Look::default() })
    }
}

/// Writes all of it, or puts back what was written. `None` where there is nothing to write.
fn perform(site: &Site, keep: bool, works: &[Work], hook: Hook) -> Result<Option<Applied>, ApplyError> {
    if works.is_empty() {
        return Ok(None);
    }
    ready(site, works)?;
    let number = number();
    let run = &mut Run { base: &site.base, number: &number, phase: Phase::Forward, hook };
    let Some(checkout) = &site.checkout else {
        let journal = journal_of(site, &number, false, works);
        let done = write_all(run, works).and_then(|()| recover::clean_up(run, &journal));
        done.map_err(|failed| ended(run, failed, false, |run| recover::put_texts_back(run, &journal)))?;
        return Ok(Some(Applied { journal, kept: false }));
    };
    let mut held = journal::hold(run, checkout)?;
    let journal = journal_of(site, &number, keep, works);
    // Once more, now that no other run can write. Until the journal stands there is nothing to put back.
    let noted = ready(site, works).and_then(|()| journal::write(run, &mut held, checkout, &journal));
    let noted = match noted {
        Ok(noted) => noted,
        Err(failed) => {
            run.phase = Phase::Back;
            // A mark that cannot be removed stands for a run that had changed nothing yet.
            let _ = journal::release(run, checkout);
            return Err(failed);
        }
    };
    let done = write_all(run, works).and_then(|()| recover::finish(run, checkout, &journal));
    done.map_err(|failed| ended(run, failed, noted, |run| recover::roll_back(run, checkout, &journal)))?;
    let kept = journal::is_last(checkout, &journal);
    Ok(Some(Applied { journal, kept }))
}

/// Whether all of it can be written, to where it was shown to go.
fn ready(site: &Site, works: &[Work]) -> Result<(), ApplyError> {
    let entries = || works.iter().map(|work| &work.entry);
    let now = check::all_allowed(site, entries().map(|entry| (entry.path.as_path(), entry.after.is_none())))?;
    entries().try_for_each(|entry| {
        // A link that is made again is not there yet.
        let elsewhere =
            now.get(&entry.path).is_none_or(|spot| spot.place != entry.place || spot.target != entry.target);
        if elsewhere {
            Err(ApplyError::ChangedUnderneath { path: entry.path.clone() })
        } else {
            check::unchanged(entry)
        }
    })
}

/// What a failed run comes to, once it has cleaned up.
fn ended(
    run: &mut Run,
    failed: ApplyError,
    noted: bool,
    clean: impl FnOnce(&mut Run) -> Result<(), ApplyError>,
) -> ApplyError {
    run.phase = Phase::Back;
    match clean(run) {
        Ok(()) => failed,
        Err(again) => ApplyError::NotRolledBack { failed: Box::new(failed), again: Box::new(again), noted },
    }
}

fn journal_of(site: &Site, number: &str, keep: bool, works: &[Work]) -> Journal {
    let made = works.iter().filter(|work| work.text.is_some()).flat_map(|work| work.entry.target.ancestors().skip(1));
    let mut folders: Vec<Utf8PathBuf> = made.filter(|folder| !folder.exists()).map(Utf8Path::to_owned).collect();
    folders.sort();
    folders.dedup();
    let entries = works.iter().map(|work| work.entry.clone()).collect();
    Journal { number: number.to_owned(), base: site.base.clone(), keep, folders, entries }
}

/// First everything that needs room on the disk, then what is over in no time.
fn write_all(run: &mut Run, works: &[Work]) -> Result<(), ApplyError> {
    let mut staged = Vec::new();
    for Work { entry, text, look } in works {
        if let (Some(text), None) = (text, &look.link) {
            files::stage(run, &entry.target, text, look)?;
            staged.push(entry.target.as_path());
        }
    }
    files::save(run, &staged)?;
    for Work { entry, text, look } in works {
        check::unchanged(entry)?;
        match (text, &look.link) {
            (None, _) => files::remove(run, &entry.place)?,
            (Some(_), Some(link)) => files::restore_link(run, &entry.place, link)?,
            (Some(_), None) => files::replace(run, &entry.target)?,
        }
    }
    Ok(())
}
