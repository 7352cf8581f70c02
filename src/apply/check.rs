//! Refuses what cannot or must not be written, before anything is.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::error::ApplyError;
use super::files::{bytes, target};
use super::journal::Journal;

/// Whether files may be written, made or removed. Folders are looked at once, however many files go into them.
pub fn all_allowed<'a>(root: &Utf8Path, files: impl Iterator<Item = (&'a Utf8Path, bool)>) -> Result<(), ApplyError> {
    let mut known = BTreeSet::new();
    for (path, removes) in files {
        within(path)?;
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let (full, there) = (root.join(path), root.join(folder).exists());
        let found = if there { regular(&full, path)? } else { false };
        if found || known.insert(folder) {
            inside(root, path)?;
            let written = if removes { full } else { target(root, path) };
            writable_above(root, &written)?;
        }
    }
    Ok(())
}

/// Whether there is a file, which must be a regular one that may be written.
fn regular(full: &Utf8Path, path: &Utf8Path) -> Result<bool, ApplyError> {
    match fs::metadata(full) {
        Ok(found) if found.is_dir() => Err(shape(path, "a directory")),
        Ok(found) if !found.is_file() => Err(shape(path, "not a regular file")),
        Ok(found) if found.permissions().readonly() => Err(ApplyError::ReadOnly { path: path.to_owned() }),
        Ok(_) => Ok(true),
        Err(_) if fs::symlink_metadata(full).is_ok() => Err(shape(path, "a symbolic link to nothing")),
        Err(_) => Ok(false),
    }
}

/// The nearest folder above that exists must take files.
fn writable_above(root: &Utf8Path, file: &Utf8Path) -> Result<(), ApplyError> {
    let exists = |folder: &Utf8Path| Some((folder.to_owned(), fs::metadata(folder).ok()?));
    match file.ancestors().skip(1).find_map(exists) {
        Some((folder, found)) => writable(folder.strip_prefix(root).unwrap_or(&folder), &found),
        None => Ok(()),
    }
}

/// A path must lead down from the root, and not into what version control keeps for itself.
pub fn within(path: &Utf8Path) -> Result<(), ApplyError> {
    let down = |part: Utf8Component| matches!(part, Utf8Component::Normal(name) if !name.eq_ignore_ascii_case(".git"));
    if path.as_str().is_empty() || !path.components().all(down) {
        return Err(shape(path, "not a path inside the project"));
    }
    Ok(())
}

/// Whether what a journal found on disk would do stays in the project. It may have come with a repository, so it is not
/// believed: it could name any file of the user's.
pub fn trusted(root: &Utf8Path, journal: &Journal, at: &Utf8Path) -> Result<(), ApplyError> {
    let undo = journal.undo.as_deref().filter(|undo| undo.extension() != Some("undo"));
    let files = || journal.entries.iter().map(|entry| &entry.path);
    // Nothing stands below a file. Below a link that the journal has made first, it would stand anywhere.
    let below = |path: &Utf8Path| files().any(|file| path != file && path.starts_with(file));
    let good = match undo {
        Some(undo) => Err(shape(undo, "not a place for the old texts")),
        None => files().chain(&journal.folders).try_for_each(|path| {
            if below(path) {
                return Err(shape(path, "below a file"));
            }
            within(path).and_then(|()| inside(root, path))
        }),
    };
    good.map_err(|cause| ApplyError::Journal { path: at.to_owned(), cause: cause.to_string() })
}

fn shape(path: &Utf8Path, what: &'static str) -> ApplyError {
    ApplyError::Shape { path: path.to_owned(), what }
}

/// The nearest folder above that exists must be a folder, and writable. The superuser may write where no one may; we do not.
fn writable(folder: &Utf8Path, found: &Metadata) -> Result<(), ApplyError> {
    let path = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    match found {
        _ if !found.is_dir() => Err(shape(path, "a file, where a folder is needed")),
        _ if found.permissions().readonly() => Err(ApplyError::ReadOnly { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// No symbolic link on the way may lead out of the project. One to the folder of a package is a workspace member.
fn inside(root: &Utf8Path, path: &Utf8Path) -> Result<(), ApplyError> {
    let resolve = |path: &Utf8Path| {
        path.canonicalize_utf8().map_err(|cause| ApplyError::Io { doing: "resolve", path: path.to_owned(), cause })
    };
    let mut homes: Vec<Utf8PathBuf> = vec![resolve(root)?];
    let mut way: Vec<&Utf8Path> = path.ancestors().filter(|folder| !folder.as_str().is_empty()).collect();
    way.reverse();
    for link in
        way.into_iter().filter(|part| fs::symlink_metadata(root.join(part)).is_ok_and(|found| found.is_symlink()))
    {
        let resolved = resolve(&root.join(link))?;
        if homes.iter().any(|home| resolved.starts_with(home)) {
            continue;
        }
        if !resolved.join("Cargo.toml").is_file() {
            return Err(shape(link, "a symbolic link that leaves the project"));
        }
        homes.push(resolved);
    }
    Ok(())
}

/// Whether a file is still what was read.
pub fn unchanged(root: &Utf8Path, path: &Utf8Path, before: Option<&str>) -> Result<(), ApplyError> {
    if bytes(root, path)?.as_deref() == before.map(str::as_bytes) {
        Ok(())
    } else {
        Err(ApplyError::ChangedUnderneath { path: path.to_owned() })
    }
}
