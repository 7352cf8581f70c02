//! Single files: staged beside their targets, moved over them, removed, and read back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::ApplyError;
use super::step::{Operation, Run};

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
pub fn look(root: &Utf8Path, path: &Utf8Path) -> Look {
    let full = root.join(path);
    let link = fs::read_link(&full).ok().and_then(|link| Utf8PathBuf::from_path_buf(link).ok());
    Look { mode: fs::metadata(&full).ok().and_then(|found| mode(&found)), link }
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

/// The file that a path means: a symbolic link is written through.
pub fn target(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let full = root.join(path);
    let link = fs::symlink_metadata(&full).is_ok_and(|found| found.is_symlink());
    if link { full.canonicalize_utf8().unwrap_or(full) } else { full }
}

/// Where a new text waits: beside its target, so that the rename stays on one file system.
fn waiting(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let target = target(root, path);
    let name = format!(".{}.clerk-sessions-new", target.file_name().unwrap_or_default());
    target.with_file_name(name)
}

/// Makes the folders above a file that are not there.
pub fn make_folders(run: &mut Run, path: &Utf8Path) -> Result<(), ApplyError> {
    let mut missing: Vec<&Utf8Path> =
        path.ancestors().skip(1).take_while(|folder| !run.root.join(folder).exists()).collect();
    missing.reverse();
    for folder in missing {
        let full = run.root.join(folder);
        run.step(Operation::Folder, folder, || fs::create_dir(full))?;
    }
    Ok(())
}

/// Writes a text beside its target, with the target's mode. It is durable only once it is saved.
pub fn stage(run: &mut Run, path: &Utf8Path, text: &str, look: &Look) -> Result<(), ApplyError> {
    make_folders(run, path)?;
    let target = target(run.root, path);
    let waiting = waiting(run.root, path);
    run.step(Operation::Stage, path, || {
        // Never written through: what a killed run or somebody else left under this name goes first.
        absent_is_fine(fs::remove_file(&waiting))?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&waiting)?;
        // Dressed first, so that a private text is never there for all to read.
        dress(&file, &target, look)?;
        file.write_all(text.as_bytes())
    })
}

/// Makes staged texts durable. Many at a time, since a disk takes them together in the time of one.
pub fn save(run: &mut Run, paths: &[&Utf8Path]) -> Result<(), ApplyError> {
    for paths in paths.chunks(SAVED_TOGETHER) {
        let files: Vec<Utf8PathBuf> = paths.iter().map(|path| waiting(run.root, path)).collect();
        run.step(Operation::Save, paths[0], || {
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

/// Moves a text that waits over its target.
pub fn replace(run: &mut Run, path: &Utf8Path) -> Result<(), ApplyError> {
    let (from, to) = (waiting(run.root, path), target(run.root, path));
    run.step(Operation::Replace, path, || fs::rename(from, to))
}

/// Removes a file; of a symbolic link, the link.
pub fn remove(run: &mut Run, path: &Utf8Path) -> Result<(), ApplyError> {
    let full = run.root.join(path);
    run.step(Operation::Remove, path, || fs::remove_file(full))
}

/// Removes the folders above a file, from the innermost one, as far as they are empty.
pub fn remove_empty_folders(run: &mut Run, path: &Utf8Path) -> Result<(), ApplyError> {
    path.ancestors()
        .skip(1)
        .filter(|folder| !folder.as_str().is_empty())
        .try_for_each(|folder| remove_empty_folder(run, folder))
}

/// Removes a folder if it is empty. A symbolic link to one is not ours.
pub fn remove_empty_folder(run: &mut Run, folder: &Utf8Path) -> Result<(), ApplyError> {
    let full = run.root.join(folder);
    let empty = fs::read_dir(&full).is_ok_and(|mut entries| entries.next().is_none());
    if !empty || fs::symlink_metadata(&full).is_ok_and(|found| found.is_symlink()) {
        return Ok(());
    }
    run.step(Operation::Remove, folder, || absent_is_fine(fs::remove_dir(full)))
}

/// Removes what a run left beside a target.
pub fn remove_waiting(run: &mut Run, path: &Utf8Path) -> Result<(), ApplyError> {
    let waiting = waiting(run.root, path);
    if fs::symlink_metadata(&waiting).is_err() {
        return Ok(());
    }
    run.step(Operation::Remove, path, || absent_is_fine(fs::remove_file(waiting)))
}

/// Puts back a file that a run changed.
pub fn restore(run: &mut Run, path: &Utf8Path, before: Option<&str>, look: &Look) -> Result<(), ApplyError> {
    match (before, &look.link) {
        (None, _) => remove(run, path),
        (Some(_), Some(link)) if fs::symlink_metadata(run.root.join(path)).is_err() => restore_link(run, path, link),
        (Some(text), _) => {
            stage(run, path, text, look)?;
            save(run, &[path])?;
            replace(run, path)
        }
    }
}

/// Makes a symbolic link again.
pub fn restore_link(run: &mut Run, path: &Utf8Path, link: &Utf8Path) -> Result<(), ApplyError> {
    make_folders(run, path)?;
    let full = run.root.join(path);
    run.step(Operation::Replace, path, || make_link(link, &full))
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
    let full = run.root.join(folder);
    run.step(Operation::Sync, folder, || {
        // A folder that is gone or that cannot be opened as a file has nothing to sync.
        File::open(full).and_then(|folder| folder.sync_all()).or(Ok(()))
    })
}

/// The bytes of a file, or nothing where there is none.
pub fn bytes(root: &Utf8Path, path: &Utf8Path) -> Result<Option<Vec<u8>>, ApplyError> {
    match fs::read(root.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(ApplyError::Io { doing: "read", path: path.to_owned(), cause }),
    }
}

/// A file that is not there need not be removed.
pub fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|cause| if cause.kind() == ErrorKind::NotFound { Ok(()) } else { Err(cause) })
}
