//! The journal: what a run is about to change, durable before the first change.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::ApplyError;
use super::files::{Step, Touch, step};
use crate::change::Change;
use crate::record::sha256;

/// Its name, at the root, while a run is at work.
pub const FILE: &str = ".clerk-sessions.journal";

/// Everything needed to put the files back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Folders that the run makes, outermost first.
    pub folders: Vec<Utf8PathBuf>,
    /// The files, in the order of the changes.
    pub entries: Vec<Entry>,
}

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Below the root.
    pub path: Utf8PathBuf,
    /// The whole text; absent where the file was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The checksum of the new text; absent where the file goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Journal {
    /// The journal of some changes.
    pub fn of(changes: &[&Change], root: &Utf8Path) -> Self {
        let entries = changes.iter().map(|change| Entry {
            path: change.path.clone(),
            before: change.before.clone(),
            after: change.after.as_deref().map(sha256),
        });
        let mut folders: Vec<Utf8PathBuf> = changes
            .iter()
            .filter(|change| change.after.is_some())
            .flat_map(|change| change.path.ancestors().skip(1))
            .filter(|folder| !folder.as_str().is_empty() && !root.join(folder).exists())
            .map(Utf8Path::to_owned)
            .collect();
        folders.sort();
        folders.dedup();
        Self { folders, entries: entries.collect() }
    }
}

/// Writes the journal and holds its lock. Two runs cannot both make it: the loser is told.
pub fn create(root: &Utf8Path, journal: &Journal, touch: Touch) -> Result<File, ApplyError> {
    let text = serde_json::to_string(journal).map_err(|cause| damaged(&cause))?;
    let path = Utf8Path::new(FILE);
    let mut file = match step(touch, Step::Journal, path, || {
        OpenOptions::new().write(true).create_new(true).open(root.join(FILE))
    }) {
        Err(ApplyError::Io { cause, .. }) if cause.kind() == io::ErrorKind::AlreadyExists => {
            return Err(ApplyError::Busy);
        }
        other => other?,
    };
    let written = lock(&file).and_then(|()| {
        step(touch, Step::Journal, path, || {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
    });
    match written {
        Ok(()) => Ok(file),
        Err(cause) => {
            discard(root)?;
            Err(cause)
        }
    }
}

/// The journal of an interrupted run, locked; one that never became whole stands for a run that changed nothing.
pub fn read(root: &Utf8Path) -> Result<Option<(Journal, File)>, ApplyError> {
    let Ok(mut file) = OpenOptions::new().read(true).write(true).open(root.join(FILE)) else { return Ok(None) };
    lock(&file)?;
    let mut text = String::new();
    let fault = |cause| ApplyError::Io { step: "read", path: FILE.into(), cause };
    file.rewind().and_then(|()| file.read_to_string(&mut text)).map_err(fault)?;
    let whole = text.trim_end().ends_with('}');
    let empty = Journal { folders: vec![], entries: vec![] };
    let journal = if whole { serde_json::from_str(&text).map_err(|cause| damaged(&cause))? } else { empty };
    Ok(Some((journal, file)))
}

fn lock(file: &File) -> Result<(), ApplyError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(ApplyError::Busy),
        Err(TryLockError::Error(cause)) => Err(ApplyError::Io { step: "lock", path: FILE.into(), cause }),
    }
}

fn damaged(cause: &dyn std::fmt::Display) -> ApplyError {
    ApplyError::Journal { path: FILE.into(), cause: cause.to_string() }
}

/// The end of a run: the journal becomes what `undo` reads. That it cannot be kept is no reason to fail.
pub fn keep(root: &Utf8Path, undo: &Utf8Path, touch: Touch) -> Result<(), ApplyError> {
    step(touch, Step::Keep, Utf8Path::new(FILE), || {
        let kept = undo.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(root.join(FILE), undo));
        if kept.is_err() {
            let _ = fs::remove_file(undo);
        }
        fs::remove_file(root.join(FILE))
    })
}

/// Removes the journal.
pub fn discard(root: &Utf8Path) -> Result<(), ApplyError> {
    fs::remove_file(root.join(FILE)).map_err(|cause| ApplyError::Io { step: "remove", path: FILE.into(), cause })
}

/// The journal of the last run.
pub fn kept(undo: &Utf8Path) -> Result<Option<Journal>, ApplyError> {
    let Ok(text) = fs::read_to_string(undo) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|cause| damaged(&cause))
}
