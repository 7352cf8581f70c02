//! Heals an interrupted run, and reverts the last one.

use camino::Utf8PathBuf;

use super::error::ApplyError;
use super::files::{self, Look};
use super::journal::{self, Entry, Held, Journal, Left, State};
use super::site::{Checkout, Site};
use super::step::{Hook, Phase, Run};
use super::{Work, check, perform};
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
                let count = files.len();
                write!(
                    formatter,
                    "an interrupted run was taken back, in {count} file{}",
                    if count == 1 { "" } else { "s" }
                )
            }
            Self::Finished => write!(formatter, "an interrupted run had written everything, and was finished"),
        }
    }
}

/// An interrupted run of this machine and checkout, with the lock that keeps others out until it is healed.
pub struct Waiting {
    checkout: Checkout,
    journal: Journal,
    /// The files that have its new texts.
    changed: Vec<Utf8PathBuf>,
    _held: Held,
}

/// The interrupted run that waits to be healed. Fails where the mark was left by somebody else, and where files were
/// changed since: then nothing is touched.
pub fn waiting(checkout: &Checkout) -> Result<Option<Waiting>, ApplyError> {
    match journal::left(checkout)? {
        Left::Nothing => Ok(None),
        Left::Unwritten(_held) => {
            let run = &mut Run { base: &checkout.root, number: "", phase: Phase::Back, hook: &mut |_| Ok(()) };
            journal::release(run, checkout).map(|()| None)
        }
        Left::Unbound => Err(ApplyError::Unbound),
        Left::Bound(held, journal) => {
            let not_healed = |cause| ApplyError::NotHealed { cause: Box::new(cause) };
            check::in_place(checkout, &journal).map_err(not_healed)?;
            let files = journal::in_state(&journal, State::Other)?;
            if !files.is_empty() {
                return Err(ApplyError::EditedSince { files, interrupted: true });
            }
            let changed = journal::in_state(&journal, State::After)?;
            Ok(Some(Waiting { checkout: checkout.clone(), journal, changed, _held: held }))
        }
    }
}

impl Waiting {
    /// The files that are to be put back; none where it had written everything.
    pub fn to_put_back(&self) -> &[Utf8PathBuf] {
        if self.finished() { &[] } else { &self.changed }
    }

    fn finished(&self) -> bool {
        self.changed.len() == self.journal.entries.len()
    }

    /// Puts its files back, or finishes it where it had written everything.
    pub fn heal(self) -> Result<Recovered, ApplyError> {
        self.heal_with(&mut |_| Ok(()))
    }

    /// As [`Waiting::heal`], with a hook of the caller's.
    pub fn heal_with(self, hook: Hook) -> Result<Recovered, ApplyError> {
        let mut run = Run { base: &self.journal.base, number: &self.journal.number, phase: Phase::Back, hook };
        let not_healed = |cause| ApplyError::NotHealed { cause: Box::new(cause) };
        if self.finished() {
            finish(&mut run, &self.checkout, &self.journal).map_err(not_healed)?;
            return Ok(Recovered::Finished);
        }
        roll_back(&mut run, &self.checkout, &self.journal).map_err(not_healed)?;
        Ok(Recovered::RolledBack(self.changed))
    }
}

/// Fails where an interrupted run waits to be healed, where another one is at work, and where somebody else left a mark.
pub fn interrupted(checkout: &Checkout) -> Result<(), ApplyError> {
    match journal::left(checkout)? {
        Left::Nothing | Left::Unwritten(_) => Ok(()),
        Left::Bound(..) => Err(ApplyError::Interrupted),
        Left::Unbound => Err(ApplyError::Unbound),
    }
}

/// The end of a run whose files are written.
pub fn finish(run: &mut Run, checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    clean_up(run, journal)?;
    if journal.keep {
        journal::keep(run, checkout, journal)?;
    }
    journal::release(run, checkout)
}

/// Removes what is left beside the files and above them, and makes all of it durable.
pub fn clean_up(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    for entry in &journal.entries {
        // A run that was killed while it put things back may have left one.
        files::remove_waiting(run, &entry.target)?;
        if entry.after.is_none() {
            files::remove_empty_folders(run, &entry.place)?;
        }
    }
    sync(run, journal)
}

/// Puts the old texts back, and ends the run.
pub fn roll_back(run: &mut Run, checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    put_texts_back(run, journal)?;
    journal::release(run, checkout)?;
    // It may have been kept already, when something failed after that.
    journal::forget_run(checkout, journal);
    Ok(())
}

/// Puts the old texts back wherever the new one stands. What has neither was written by somebody else, and stays.
pub fn put_texts_back(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    for entry in journal.entries.iter().rev() {
        files::remove_waiting(run, &entry.target)?;
        if entry.state()? == State::After {
            files::restore(run, &entry.spot(), entry.before.as_deref(), &entry.look)?;
        }
    }
    for folder in journal.folders.iter().rev() {
        files::remove_empty_folder(run, folder)?;
    }
    sync(run, journal)
}

/// Makes what a run did durable before its journal goes.
fn sync(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    let targets = journal.entries.iter().flat_map(|entry| [&entry.target, &entry.place]);
    let mut folders: Vec<Utf8PathBuf> = targets.filter_map(|target| Some(target.parent()?.to_owned())).collect();
    folders.sort();
    folders.dedup();
    folders.iter().try_for_each(|folder| files::sync(run, folder))
}

/// The last run, which can be reverted: its files are all as it left them.
pub fn last(checkout: &Checkout) -> Result<Journal, ApplyError> {
    let journal = journal::kept(checkout)?.ok_or(ApplyError::NothingToUndo)?;
    as_left(checkout, &journal)?;
    Ok(journal)
}

/// Reverts a run, while it is the last one and its files are as it left them.
pub fn undo(checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    undo_with(checkout, journal, &mut super::stop)
}

/// As [`undo`], with a hook of the caller's.
pub fn undo_with(checkout: &Checkout, journal: &Journal, hook: Hook) -> Result<(), ApplyError> {
    if !journal::is_last(checkout, journal) {
        return Err(ApplyError::OtherRun);
    }
    revert(checkout, journal, hook)
}

/// Reverts a run that turned out to be no good: nothing stops it.
pub fn put_back(checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    as_left(checkout, journal)?;
    revert(checkout, journal, &mut |_| Ok(()))
}

/// What it takes to revert a run.
pub fn undoing(journal: &Journal) -> Result<Vec<Change>, ApplyError> {
    let changes =
        journal.entries.iter().map(|entry| Ok(Change::new(entry.path.clone(), now(entry)?, entry.before.clone())));
    changes.collect()
}

/// Whether the files of a run are all as it left them.
fn as_left(checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    check::in_place(checkout, journal)?;
    let before = journal::in_state(journal, State::Before)?;
    let other = journal::in_state(journal, State::Other)?;
    if before.len() == journal.entries.len() {
        return Err(ApplyError::NothingToUndo);
    }
    let files: Vec<_> = before.into_iter().chain(other).collect();
    if files.is_empty() { Ok(()) } else { Err(ApplyError::EditedSince { files, interrupted: false }) }
}

fn revert(checkout: &Checkout, journal: &Journal, hook: Hook) -> Result<(), ApplyError> {
    let works: Vec<Work> = journal.entries.iter().map(reverted).collect::<Result<_, _>>()?;
    let site = Site { base: journal.base.clone(), checkout: Some(checkout.clone()) };
    perform(&site, false, &works, hook)?;
    journal::forget_run(checkout, journal);
    Ok(())
}

/// The way back of one entry.
fn reverted(entry: &Entry) -> Result<Work<'_>, ApplyError> {
    let text = entry.before.as_deref();
    let look = if text.is_none() { files::look(&entry.place) } else { Look::default() };
    // A link that the run removed is made again where it stood.
    let target = if entry.look.link.is_some() { entry.place.clone() } else { entry.target.clone() };
    let back = Entry { before: now(entry)?, after: text.map(sha256), look, target, ..entry.clone() };
    Ok(Work { entry: back, text, look: entry.look.clone() })
}

/// The text that a file has now.
fn now(entry: &Entry) -> Result<Option<String>, ApplyError> {
    Ok(files::text_at(&entry.place, &entry.path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
