//! The journal: what a run is about to change, durable before the first change. Its lock keeps two runs apart.
//!
//! The file is made and locked first and written then, so there may be one that is empty or not whole: that run was
//! interrupted before it changed anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::ApplyError;
use super::files::{Look, absent_is_fine, bytes};
use super::step::{Operation, Run};
use crate::record::sha256;

/// Its name, at the root, while a run is at work.
pub const FILE: &str = ".clerk-sessions.journal";

/// Everything that is needed to put the files back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Where the journal is kept for `undo` in the end; absent in one that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Utf8PathBuf>,
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
    /// The whole text; absent where there was no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The checksum of the new text; absent where the file goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What else there is to a file that goes.
    #[serde(default)]
    pub look: Look,
}

/// Which of an entry's two texts a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The one before the run.
    Before,
    /// The one after it.
    After,
    /// Neither: something else wrote it.
    Other,
}

impl Entry {
    /// What is on disk now.
    pub fn state(&self, root: &Utf8Path) -> Result<State, ApplyError> {
        let now = bytes(root, &self.path)?;
        // Our texts are UTF-8, so what is not is neither of them.
        let sum = now.as_deref().map(|bytes| std::str::from_utf8(bytes).map_or_else(|_| String::new(), sha256));
        Ok(match sum {
            _ if now.as_deref() == self.before.as_deref().map(str::as_bytes) => State::Before,
            sum if sum == self.after => State::After,
            _ => State::Other,
        })
    }
}

/// The files of a journal in one of the states.
pub fn in_state(root: &Utf8Path, journal: &Journal, state: State) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let mut files = Vec::new();
    for entry in &journal.entries {
        if entry.state(root)? == state {
            files.push(entry.path.clone());
        }
    }
    Ok(files)
}

/// The locked file of the journal. Dropping it gives the lock back and leaves the file.
pub struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file is not enough where a child that is just being started has a copy of the handle.
        let _ = self.0.unlock();
    }
}

/// Takes the lock for a new run.
pub fn hold(run: &mut Run) -> Result<Held, ApplyError> {
    loop {
        let path = run.root.join(FILE);
        not_a_link(&path)?;
        let open = || options().create(true).truncate(false).open(&path);
        let mut held = Held(run.step(Operation::Lock, Utf8Path::new(FILE), open)?);
        lock(&held)?;
        // The run that held the lock until now may have removed the file, and the lock of a removed file keeps nobody out.
        if is_at(&held, &path) {
            return if read(&mut held)?.is_some() { Err(ApplyError::Interrupted) } else { Ok(held) };
        }
    }
}

/// The journal that an interrupted run left, with its lock. It is `None` inside where it is not whole.
pub fn left(root: &Utf8Path) -> Result<Option<(Held, Option<Journal>)>, ApplyError> {
    let path = root.join(FILE);
    not_a_link(&path)?;
    let mut held = match options().open(&path) {
        Ok(file) => Held(file),
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(ApplyError::Io { doing: "open", path: FILE.into(), cause }),
    };
    lock(&held)?;
    if !is_at(&held, &path) {
        return Ok(None);
    }
    let journal = read(&mut held)?;
    Ok(Some((held, journal)))
}

/// For the owner alone, as a file whose text the journal has may be.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A symbolic link under the journal's name would have another file overwritten.
fn not_a_link(path: &Utf8Path) -> Result<(), ApplyError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(ApplyError::Shape { path: FILE.into(), what: "not a regular file" }),
        _ => Ok(()),
    }
}

fn lock(held: &Held) -> Result<(), ApplyError> {
    match held.0.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(ApplyError::Busy),
        Err(TryLockError::Error(cause)) => Err(ApplyError::Io { doing: "lock", path: FILE.into(), cause }),
    }
}

#[cfg(unix)]
fn is_at(held: &Held, path: &Utf8Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |found: &fs::Metadata| (found.dev(), found.ino());
    matches!((held.0.metadata(), fs::symlink_metadata(path)), (Ok(one), Ok(other)) if identity(&one) == identity(&other))
}

/// Without a file's identity the window stays open for as long as two calls take; the texts are compared in any case.
#[cfg(not(unix))]
fn is_at(_: &Held, path: &Utf8Path) -> bool {
    path.exists()
}

/// Makes the journal durable.
pub fn write(run: &mut Run, held: &mut Held, journal: &Journal) -> Result<(), ApplyError> {
    let text = to_text(journal)?;
    let root = run.root;
    run.step(Operation::Journal, Utf8Path::new(FILE), || {
        held.0.set_len(0)?;
        held.0.rewind()?;
        held.0.write_all(text.as_bytes())?;
        held.0.sync_all()?;
        // Where a folder cannot be opened as a file, there is nothing to make durable.
        File::open(root).and_then(|folder| folder.sync_all()).or(Ok(()))
    })
}

/// Removes the journal. The caller holds its lock until after this.
pub fn release(run: &mut Run) -> Result<(), ApplyError> {
    let path = run.root.join(FILE);
    run.step(Operation::Finish, Utf8Path::new(FILE), || fs::remove_file(path))
}

/// Keeps the journal for `undo`. That it cannot be kept is no reason to fail, but then there must be no older one.
pub fn keep(run: &mut Run, journal: &Journal) -> Result<(), ApplyError> {
    let Some(undo) = &journal.undo else { return Ok(()) };
    let text = to_text(&Journal { undo: None, ..journal.clone() })?;
    let waiting = Utf8PathBuf::from(format!("{undo}-new"));
    let kept = run.step(Operation::Keep, undo, || {
        undo.parent().map_or(Ok(()), make_folder)?;
        absent_is_fine(fs::remove_file(&waiting))?;
        options().create_new(true).open(&waiting)?.write_all(text.as_bytes())?;
        fs::rename(&waiting, undo)
    });
    match kept {
        Err(ApplyError::Stopped) => Err(ApplyError::Stopped),
        Err(_) => {
            forget(undo);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Makes the folder for what is kept, in cargo's target folder. Where that is new, it is marked as cargo marks it, for
/// backups to leave it out: cargo marks only what it makes itself.
fn make_folder(folder: &Utf8Path) -> std::io::Result<()> {
    const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
                       # This file is a cache directory tag created by cargo.\n\
                       # For information about cache directory tags see https://bford.info/cachedir/\n";
    let target = folder.parent().filter(|target| !target.exists());
    fs::create_dir_all(folder)?;
    target.map_or(Ok(()), |target| fs::write(target.join("CACHEDIR.TAG"), TAG))
}

/// Removes what was kept for `undo`.
pub fn forget(undo: &Utf8Path) {
    // One that cannot be removed is harmless: `undo` compares the files first.
    let _ = fs::remove_file(undo);
}

/// What was kept for `undo`.
pub fn kept(undo: &Utf8Path) -> Result<Option<Journal>, ApplyError> {
    match fs::read_to_string(undo) {
        Ok(text) => from_text(&text, undo),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(ApplyError::Io { doing: "read", path: undo.to_owned(), cause }),
    }
}

fn read(held: &mut Held) -> Result<Option<Journal>, ApplyError> {
    let mut bytes = Vec::new();
    let read = held.0.rewind().and_then(|()| held.0.read_to_end(&mut bytes));
    read.map_err(|cause| ApplyError::Io { doing: "read", path: FILE.into(), cause })?;
    from_text(&String::from_utf8_lossy(&bytes), Utf8Path::new(FILE))
}

/// One line of JSON and one with its checksum, by whose newline a whole journal is known.
fn to_text(journal: &Journal) -> Result<String, ApplyError> {
    let json = serde_json::to_string(journal).map_err(|cause| damaged(Utf8Path::new(FILE), &cause))?;
    Ok(format!("{json}\n{}\n", sha256(&json)))
}

fn from_text(text: &str, path: &Utf8Path) -> Result<Option<Journal>, ApplyError> {
    let Some((json, sum)) = text.strip_suffix('\n').and_then(|text| text.rsplit_once('\n')) else { return Ok(None) };
    if sha256(json) != sum {
        return Err(damaged(path, &"its checksum does not match"));
    }
    serde_json::from_str(json).map(Some).map_err(|cause| damaged(path, &cause))
}

fn damaged(path: &Utf8Path, cause: &dyn std::fmt::Display) -> ApplyError {
    ApplyError::Journal { path: path.to_owned(), cause: cause.to_string() }
}
