//! The journal: what a run is about to change, durable before the first change.
//!
//! Its texts stand in the user's own state folder. In the workspace there is only a mark, which carries the journal's number
//! and whose lock keeps two runs apart. A mark may come with a repository, so it is believed only where the state folder has
//! a journal of that number: nobody but an earlier run on this machine and checkout can have left it there.
//!
//! The mark is made and locked first and written last, so an empty one stands for a run that had changed nothing yet.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::ApplyError;
use super::files::{Look, absent_is_fine, text_at};
use super::site::{self, Checkout, FILE};
use super::step::{Operation, Run};
use crate::inspect::Spot;
use crate::record::sha256;

/// The journal of the run at work, in the state folder.
const RUNNING: &str = "running";

/// The journal of the last run that came to its end, for `undo`.
const LAST: &str = "last";

/// For people who find the mark.
const WORDS: &str = "# `cargo clerk-sessions` is at work here, or was interrupted: its next run asks what to do.\n";

/// A mark is short; more of a file that was found under its name is not read.
const MARK_BYTES: u64 = 1 << 10;

/// Everything that is needed to put the files back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// A random number that the mark has too.
    pub number: String,
    /// The folder that the paths are below, absolute.
    pub base: Utf8PathBuf,
    /// Whether it is kept for `undo` in the end.
    pub keep: bool,
    /// Folders that the run makes, outermost first, absolute.
    pub folders: Vec<Utf8PathBuf>,
    /// The files, in the order of the changes.
    pub entries: Vec<Entry>,
}

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Below the base.
    pub path: Utf8PathBuf,
    /// Where that really was, absolute.
    pub place: Utf8PathBuf,
    /// The file that was meant: another one where the entry was a symbolic link.
    pub target: Utf8PathBuf,
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
    /// Where it is.
    pub fn spot(&self) -> Spot {
        Spot { place: self.place.clone(), target: self.target.clone() }
    }

    /// What is on disk now.
    pub fn state(&self) -> Result<State, ApplyError> {
        let now = text_at(&self.place, &self.path)?;
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
pub fn in_state(journal: &Journal, state: State) -> Result<Vec<Utf8PathBuf>, ApplyError> {
    let mut files = Vec::new();
    for entry in &journal.entries {
        if entry.state()? == state {
            files.push(entry.path.clone());
        }
    }
    Ok(files)
}

/// The locked file of the mark. Dropping it gives the lock back and leaves the file.
pub struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file is not enough where a child that is just being started has a copy of the handle.
        let _ = self.0.unlock();
    }
}

/// What stands under the mark's name.
pub enum Left {
    Nothing,
    /// A run that had changed nothing yet.
    Unwritten(Held),
    /// A run on this machine and checkout.
    Bound(Held, Journal),
    /// Something else. It is not acted on.
    Unbound,
}

/// Takes the lock for a new run.
pub fn hold(run: &mut Run, checkout: &Checkout) -> Result<Held, ApplyError> {
    loop {
        let path = checkout.root.join(FILE);
        not_a_link(&path)?;
        let open = || options().create(true).truncate(false).open(&path);
        let held = Held(run.step(Operation::Lock, Utf8Path::new(FILE), open)?);
        lock(&held)?;
        // The run that held the lock until now may have removed the file, and the lock of a removed file keeps nobody out.
        if is_at(&held, &path) {
            return match judged(held, checkout)? {
                Left::Bound(..) => Err(ApplyError::Interrupted),
                Left::Unbound | Left::Nothing => Err(ApplyError::Unbound),
                Left::Unwritten(held) => Ok(held),
            };
        }
    }
}

/// What an earlier run left, with its lock.
pub fn left(checkout: &Checkout) -> Result<Left, ApplyError> {
    let path = checkout.root.join(FILE);
    not_a_link(&path)?;
    let held = match options().open(&path) {
        Ok(file) => Held(file),
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Left::Nothing),
        Err(cause) => return Err(ApplyError::Io { doing: "open", path: FILE.into(), cause }),
    };
    lock(&held)?;
    if is_at(&held, &path) { judged(held, checkout) } else { Ok(Left::Nothing) }
}

/// Whether a mark is one of ours.
fn judged(mut held: Held, checkout: &Checkout) -> Result<Left, ApplyError> {
    let mut bytes = Vec::new();
    let read = held.0.rewind().and_then(|()| (&held.0).take(MARK_BYTES).read_to_end(&mut bytes));
    read.map_err(|cause| ApplyError::Io { doing: "read", path: FILE.into(), cause })?;
    if bytes.is_empty() {
        return Ok(Left::Unwritten(held));
    }
    for name in [RUNNING, LAST] {
        if let Some(journal) = kept_as(name, checkout)?.filter(|journal| is_marked(journal, &bytes)) {
            return Ok(Left::Bound(held, journal));
        }
    }
    Ok(Left::Unbound)
}

/// Whether a mark is this journal's.
fn is_marked(journal: &Journal, mark_found: &[u8]) -> bool {
    !journal.number.is_empty() && mark(journal).as_bytes() == mark_found
}

/// The text of a journal's mark.
fn mark(journal: &Journal) -> String {
    format!("{WORDS}{}\n", journal.number)
}

/// A number that nobody guesses.
pub fn number() -> String {
    let mut bytes = [0; 32];
    // Without randomness nothing is bound, and so nothing is believed.
    let random = getrandom::fill(&mut bytes);
    if random.is_ok() { bytes.iter().map(|byte| format!("{byte:02x}")).collect() } else { String::new() }
}

/// For the owner alone, as a file whose text the journal has may be.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A symbolic link under the mark's name would have another file overwritten.
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

/// Makes the journal durable, and then its mark. Says whether there is a journal: without one the run can neither be healed
/// nor undone, which is no reason not to do it.
pub fn write(run: &mut Run, held: &mut Held, checkout: &Checkout, journal: &Journal) -> Result<bool, ApplyError> {
    let noted = match run.step(Operation::Journal, Utf8Path::new(FILE), || note(checkout, journal)) {
        Err(ApplyError::Stopped) => return Err(ApplyError::Stopped),
        noted => noted.is_ok(),
    };
    run.step(Operation::Mark, Utf8Path::new(FILE), || {
        held.0.set_len(0)?;
        held.0.rewind()?;
        held.0.write_all(mark(journal).as_bytes())?;
        held.0.sync_all()?;
        sync_folder(&checkout.root)
    })?;
    Ok(noted)
}

/// Writes the journal of a run that begins.
fn note(checkout: &Checkout, journal: &Journal) -> io::Result<()> {
    let absent = || io::Error::new(ErrorKind::NotFound, "there is no state folder");
    let state = checkout.state.as_ref().ok_or_else(absent)?;
    let text = to_text(journal).ok_or_else(|| io::Error::other("it cannot be written as JSON"))?;
    site::make(state)?;
    let path = state.join(RUNNING);
    absent_is_fine(fs::remove_file(&path))?;
    let mut file = options().create_new(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder(state)
}

/// Where a folder cannot be opened as a file, there is nothing to make durable.
fn sync_folder(folder: &Utf8Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
}

/// Removes the mark. The caller holds its lock until after this.
pub fn release(run: &mut Run, checkout: &Checkout) -> Result<(), ApplyError> {
    let path = checkout.root.join(FILE);
    run.step(Operation::Finish, Utf8Path::new(FILE), || fs::remove_file(path))
}

/// Keeps the journal for `undo`. That it cannot be kept is no reason to fail, but then there must be no older one.
pub fn keep(run: &mut Run, checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    let Some(state) = &checkout.state else { return Ok(()) };
    let there = kept_as(RUNNING, checkout).ok().flatten().is_some_and(|running| running.number == journal.number);
    // One that was kept already is being finished by a later run.
    if !there {
        if !is_last(checkout, journal) {
            forget(checkout);
        }
        return Ok(());
    }
    let kept = run.step(Operation::Keep, Utf8Path::new(FILE), || fs::rename(state.join(RUNNING), state.join(LAST)));
    match kept {
        Err(ApplyError::Stopped) => Err(ApplyError::Stopped),
        Err(_) => {
            forget(checkout);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Removes what was kept for `undo` of a run that was taken back.
pub fn forget_run(checkout: &Checkout, journal: &Journal) {
    if is_last(checkout, journal) {
        forget(checkout);
    }
}

/// Whether it is this run that `undo` would take back.
pub fn is_last(checkout: &Checkout, journal: &Journal) -> bool {
    kept(checkout).ok().flatten().is_some_and(|last| last.number == journal.number)
}

/// Removes what was kept for `undo`.
pub fn forget(checkout: &Checkout) {
    // One that cannot be removed is harmless: `undo` compares the files first.
    let _ = checkout.state.as_ref().map(|state| fs::remove_file(state.join(LAST)));
}

/// What was kept for `undo`.
pub fn kept(checkout: &Checkout) -> Result<Option<Journal>, ApplyError> {
    kept_as(LAST, checkout)
}

/// A journal in the state folder. One that is not whole was never marked.
fn kept_as(name: &str, checkout: &Checkout) -> Result<Option<Journal>, ApplyError> {
    let Some(path) = checkout.state.as_ref().map(|state| state.join(name)) else { return Ok(None) };
    match fs::read_to_string(&path) {
        Ok(text) => from_text(&text, &path),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(ApplyError::Io { doing: "read", path, cause }),
    }
}

/// One line of JSON and one with its checksum, by whose newline a whole journal is known.
fn to_text(journal: &Journal) -> Option<String> {
    let json = serde_json::to_string(journal).ok()?;
    Some(format!("{json}\n{}\n", sha256(&json)))
}

fn from_text(text: &str, path: &Utf8Path) -> Result<Option<Journal>, ApplyError> {
    let Some((json, sum)) = text.strip_suffix('\n').and_then(|text| text.rsplit_once('\n')) else { return Ok(None) };
    let damaged = |cause: String| ApplyError::Journal { path: path.to_owned(), cause };
    if sha256(json) != sum {
        return Err(damaged("its checksum does not match".to_owned()));
    }
    serde_json::from_str(json).map(Some).map_err(|cause| damaged(cause.to_string()))
}
