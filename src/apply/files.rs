//! Single files: checked, staged beside their targets, and read back.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

use super::error::ApplyError;
use crate::change::Change;

/// An operation on a file, in the words of its error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Making a folder.
    Folder,
    /// Writing a new text beside its target.
    Stage,
    /// Moving it over the target.
    Rename,
    /// Removing a file.
    Remove,
    /// Writing the journal.
    Journal,
    /// Keeping the journal for `undo`.
    Keep,
}

/// Called before each operation; an error stands for the operation's own.
pub type Touch<'a> = &'a mut dyn FnMut(&Step) -> io::Result<()>;

/// One operation, with the hook before it and the file's name in its error.
pub fn step<T>(
    touch: Touch,
    step: Step,
    path: &Utf8Path,
    operation: impl FnOnce() -> io::Result<T>,
) -> Result<T, ApplyError> {
    let verb = match step {
        Step::Folder => "make the folder of",
        Step::Stage => "write",
        Step::Rename => "replace",
        Step::Remove => "remove",
        Step::Journal | Step::Keep => "write the journal",
    };
    touch(&step).and_then(|()| operation()).map_err(|cause| ApplyError::Io { step: verb, path: path.to_owned(), cause })
}

/// Refuses what cannot or must not be written, before anything is.
pub fn check(root: &Utf8Path, change: &Change) -> Result<(), ApplyError> {
    let path = &change.path;
    let full = root.join(path);
    if let Ok(found) = fs::metadata(&full) {
        if found.is_dir() {
            return Err(ApplyError::Shape { path: path.clone(), what: "a directory" });
        }
        if found.permissions().readonly() {
            return Err(ApplyError::ReadOnly { path: path.clone() });
        }
    } else if fs::symlink_metadata(&full).is_ok() {
        return Err(ApplyError::Shape { path: path.clone(), what: "a symbolic link to nothing" });
    }
    let above = path.ancestors().skip(1).map(|folder| (folder, fs::metadata(root.join(folder))));
    if let Some((folder, found)) = above.into_iter().find_map(|(folder, found)| Some((folder, found.ok()?))) {
        writable_folder(folder, &found)?;
    }
    inside(root, path)?;
    if text(root, path)? != change.before {
        return Err(ApplyError::ChangedUnderneath { path: path.clone() });
    }
    Ok(())
}

/// The nearest folder above that exists must be a folder, and writable.
fn writable_folder(folder: &Utf8Path, found: &Metadata) -> Result<(), ApplyError> {
    let path = if folder.as_str().is_empty() { Utf8PathBuf::from(".") } else { folder.to_owned() };
    match found {
        _ if !found.is_dir() => Err(ApplyError::Shape { path, what: "a file, where a folder is needed" }),
        _ if found.permissions().readonly() => Err(ApplyError::ReadOnly { path }),
        _ => Ok(()),
    }
}

/// A symbolic link must not lead out of the root.
fn inside(root: &Utf8Path, path: &Utf8Path) -> Result<(), ApplyError> {
    let (Ok(home), Ok(full)) = (root.canonicalize_utf8(), target(root, path).canonicalize_utf8()) else {
        return Ok(());
    };
    if full.starts_with(home) {
        Ok(())
    } else {
        Err(ApplyError::Shape { path: path.to_owned(), what: "a link that leaves the project" })
    }
}

/// The file that a path means: a symbolic link is written through.
pub fn target(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let full = root.join(path);
    let link = fs::symlink_metadata(&full).is_ok_and(|found| found.is_symlink());
    if link { full.canonicalize_utf8().unwrap_or(full) } else { full }
}

/// Where a new text waits, beside its target so that the rename stays on one file system.
fn staged(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let target = target(root, path);
    let name = format!(".{}.clerk-sessions-new", target.file_name().unwrap_or(""));
    target.with_file_name(name)
}

/// Writes a text beside its target, durable and with the target's mode.
pub fn stage(root: &Utf8Path, path: &Utf8Path, text: &str, touch: Touch) -> Result<Utf8PathBuf, ApplyError> {
    let temporary = staged(root, path);
    let folder = temporary.parent().unwrap_or(root).to_owned();
    if !folder.is_dir() {
        step(touch, Step::Folder, path, || fs::create_dir_all(&folder))?;
    }
    step(touch, Step::Stage, path, || {
        let mut file = File::create(&temporary)?;
        file.write_all(text.as_bytes())?;
        if let Ok(found) = fs::metadata(target(root, path)) {
            file.set_permissions(found.permissions())?;
        }
        file.sync_all()
    })?;
    Ok(temporary)
}

/// Removes what a run left beside a target.
pub fn remove_staged(root: &Utf8Path, path: &Utf8Path) {
    let _ = fs::remove_file(staged(root, path));
}

/// Makes renames durable, where the platform can.
pub fn sync<'a>(root: &Utf8Path, paths: impl Iterator<Item = &'a Utf8Path>) {
    for path in paths {
        if let Some(folder) = root.join(path).parent() {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
    }
}

/// The text of a file, or nothing where there is none.
pub fn text(root: &Utf8Path, path: &Utf8Path) -> Result<Option<String>, ApplyError> {
    match fs::read(root.join(path)) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(ApplyError::Io { step: "read", path: path.to_owned(), cause }),
    }
}
