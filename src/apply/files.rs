//! Single files: staged beside their targets, moved over them, removed, and read back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::ApplyError;
use super::step::{Operation, Run};
use crate::inspect::Spot;

/// How many files are made durable at a time.
const SAVED_TOGETHER: usize = 32;

/// What a file is beside its text, so that one that was removed comes back as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Its mode, where the platform has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// Where it leads, if it is a symbolic link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Utf8PathBuf>,
}

/// How a file looks now.
pub fn look(place: &Utf8Path) -> Look {
    let link = fs::read_link(place).ok().and_then(|link| Utf8PathBuf::from_path_buf(link).ok());
    Look { mode: fs::metadata(place).ok().and_then(|found| mode(&found)), link }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other platforms have none")]
fn mode(found: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(found.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Where a new text waits: beside its target, so that the rename stays on one file system, under a name that no file of the
/// repository has.
fn waiting(run: &Run, target: &Utf8Path) -> Utf8PathBuf {
    let tag = run.number.get(..16).unwrap_or("new");
    target.with_file_name(format!(".{}.clerk-sessions-{tag}", target.file_name().unwrap_or_default()))
}

/// Makes the folders above a file that are not there.
pub fn make_folders(run: &mut Run, file: &Utf8Path) -> Result<(), ApplyError> {
    let mut missing: Vec<&Utf8Path> = file.ancestors().skip(1).take_while(|folder| !folder.exists()).collect();
    missing.reverse();
    missing.into_iter().try_for_each(|folder| run.step(Operation::Folder, folder, || fs::create_dir(folder)))
}

/// Writes a text beside its target, with the target's mode. It is durable only once it is saved.
pub fn stage(run: &mut Run, target: &Utf8Path, text: &str, look: &Look) -> Result<(), ApplyError> {
    make_folders(run, target)?;
    let waiting = waiting(run, target);
    run.step(Operation::Stage, target, || {
        // What this run itself left when it was killed goes first.
        absent_is_fine(fs::remove_file(&waiting))?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&waiting)?;
        // Dressed first, so that a private text is never there for all to read.
        dress(&file, target, look)?;
        file.write_all(text.as_bytes())
    })
}

/// Makes staged texts durable. Many at a time, since a disk takes them together in the time of one.
pub fn save(run: &mut Run, targets: &[&Utf8Path]) -> Result<(), ApplyError> {
    for targets in targets.chunks(SAVED_TOGETHER) {
        let files: Vec<Utf8PathBuf> = targets.iter().map(|target| waiting(run, target)).collect();
        run.step(Operation::Save, targets[0], || {
            thread::scope(|scope| {
                let threads: Vec<_> = files
                    .iter()
                    // Opened for writing, because some platforms save nothing else.
                    .map(|file| scope.spawn(move || OpenOptions::new().write(true).open(file)?.sync_all()))
                    .collect();
                threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|cause| resume_unwind(cause)))
            })
        })?;
    }
    Ok(())
}

/// Gives a new file the owner and the mode of the one that it replaces, or else the mode that is known.
#[cfg(unix)]
fn dress(file: &File, target: &Utf8Path, look: &Look) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let found = fs::metadata(target).ok();
    if let Some(found) = &found {
        // Only the superuser may, and only then can it differ.
        let _ = fchown(file, Some(found.uid()), Some(found.gid()));
    }
    match found.as_ref().and_then(mode).or(look.mode.map(|mode| mode & 0o777)) {
        Some(mode) => file.set_permissions(fs::Permissions::from_mode(mode)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn dress(file: &File, target: &Utf8Path, _: &Look) -> io::Result<()> {
    fs::metadata(target).map_or(Ok(()), |found| file.set_permissions(found.permissions()))
}

/// Moves a text that waits over its target. Another name of the same file, by a hard link, keeps the old text.
pub fn replace(run: &mut Run, target: &Utf8Path) -> Result<(), ApplyError> {
    let waiting = waiting(run, target);
    run.step(Operation::Replace, target, || fs::rename(waiting, target))
}

/// Removes a file; of a symbolic link, the link.
pub fn remove(run: &mut Run, place: &Utf8Path) -> Result<(), ApplyError> {
    run.step(Operation::Remove, place, || fs::remove_file(place))
}

/// Removes the folders above a file, from the innermost one, as far as they are empty and below the base.
pub fn remove_empty_folders(run: &mut Run, place: &Utf8Path) -> Result<(), ApplyError> {
    let base = run.base;
    let below = place.ancestors().skip(1).take_while(|folder| *folder != base && folder.starts_with(base));
    below.into_iter().try_for_each(|folder| remove_empty_folder(run, folder))
}

/// Removes a folder if it is empty. A symbolic link to one is not ours.
pub fn remove_empty_folder(run: &mut Run, folder: &Utf8Path) -> Result<(), ApplyError> {
    let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if !empty || fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink()) {
        return Ok(());
    }
    run.step(Operation::Remove, folder, || absent_is_fine(fs::remove_dir(folder)))
}

/// Removes what a run left beside a target.
pub fn remove_waiting(run: &mut Run, target: &Utf8Path) -> Result<(), ApplyError> {
    let waiting = waiting(run, target);
    if fs::symlink_metadata(&waiting).is_err() {
        return Ok(());
    }
    run.step(Operation::Remove, target, || absent_is_fine(fs::remove_file(waiting)))
}

/// Puts back a file that a run changed.
pub fn restore(run: &mut Run, spot: &Spot, before: Option<&str>, look: &Look) -> Result<(), ApplyError> {
    let Spot { place, target } = spot;
    match (before, &look.link) {
        (None, _) => remove(run, place),
        (Some(_), Some(link)) if fs::symlink_metadata(place).is_err() => restore_link(run, place, link),
        (Some(text), _) => {
            stage(run, target, text, look)?;
            save(run, &[target])?;
            replace(run, target)
        }
    }
}

/// Makes a symbolic link again.
pub fn restore_link(run: &mut Run, place: &Utf8Path, link: &Utf8Path) -> Result<(), ApplyError> {
    make_folders(run, place)?;
    run.step(Operation::Replace, place, || make_link(link, place))
}

#[cfg(unix)]
fn make_link(link: &Utf8Path, full: &Utf8Path) -> io::Result<()> {
    std::os::unix::fs::symlink(link, full)
}

#[cfg(windows)]
fn make_link(link: &Utf8Path, full: &Utf8Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(link, full)
}

/// Makes the renames and removals in a folder durable, where the platform can.
pub fn sync(run: &mut Run, folder: &Utf8Path) -> Result<(), ApplyError> {
    run.step(Operation::Sync, folder, || {
        // A folder that is gone or that cannot be opened as a file has nothing to sync.
        File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
    })
}

/// The bytes of a file, or nothing where there is none. What is no regular file may never end. Errors name `path`.
pub fn text_at(file: &Utf8Path, path: &Utf8Path) -> Result<Option<Vec<u8>>, ApplyError> {
    let read = || match fs::metadata(file)? {
        found if found.is_file() || found.is_dir() => fs::read(file),
        _ => Err(io::Error::other("it is not a regular file")),
    };
    match read() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(ApplyError::Io { doing: "read", path: path.to_owned(), cause }),
    }
}

/// A file that is not there need not be removed.
pub fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|cause| if cause.kind() == ErrorKind::NotFound { Ok(()) } else { Err(cause) })
}
