//! Refuses what cannot or must not be written, before anything is.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::error::ApplyError;
use super::files::text_at;
use super::journal::{Entry, Journal};
use super::site::{Checkout, Site};
use crate::inspect::{Reach, Spot};
use crate::paths::relative;

/// Where each of some files really is. What is shown to the user is written there and nowhere else.
pub type Spots = BTreeMap<Utf8PathBuf, Spot>;

/// Whether files may be written, made or removed, and where they are.
pub fn all_allowed<'a>(site: &Site, files: impl Iterator<Item = (&'a Utf8Path, bool)>) -> Result<Spots, ApplyError> {
    let reach = site.reach();
    let allowed = |(path, removes)| {
        let spot = spot(&reach, &site.base, path)?;
        let full = if removes { &spot.place } else { &spot.target };
        regular(&spot.target, path)?;
        writable_above(&site.base, full)?;
        Ok((path.to_owned(), spot))
    };
    files.map(allowed).collect()
}

/// Where a path leads, which must be within reach.
fn spot(reach: &Reach, base: &Utf8Path, path: &Utf8Path) -> Result<Spot, ApplyError> {
    within(path)?;
    reach.spot(&base.join(path)).map_err(|bar| ApplyError::OutOfReach { path: path.to_owned(), bar })
}

/// What is there must be a regular file that may be written.
fn regular(full: &Utf8Path, path: &Utf8Path) -> Result<(), ApplyError> {
    match fs::metadata(full) {
        Ok(found) if found.is_dir() => Err(shape(path, "a directory")),
        Ok(found) if !found.is_file() => Err(shape(path, "not a regular file")),
        Ok(found) if found.permissions().readonly() => Err(ApplyError::ReadOnly { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// The nearest folder above that exists must take files.
fn writable_above(base: &Utf8Path, file: &Utf8Path) -> Result<(), ApplyError> {
    let exists = |folder: &Utf8Path| Some((folder.to_owned(), fs::metadata(folder).ok()?));
    match file.ancestors().skip(1).find_map(exists) {
        Some((folder, found)) => writable(&relative(base, &folder), &found),
        None => Ok(()),
    }
}

/// A path must lead down from the base.
pub fn within(path: &Utf8Path) -> Result<(), ApplyError> {
    let down = |part| matches!(part, Utf8Component::Normal(_));
    if path.as_str().is_empty() || !path.components().all(down) {
        return Err(shape(path, "not a path inside the project"));
    }
    Ok(())
}

/// Whether what a journal would put back is still where it was. The journal itself is ours, but since it was written the
/// repository may have got other links.
pub fn in_place(checkout: &Checkout, journal: &Journal) -> Result<(), ApplyError> {
    let reach = Reach::around(&checkout.root);
    if !checkout.root.starts_with(&journal.base) || !reach.holds(&journal.base) {
        return Err(ApplyError::Moved { path: journal.base.clone() });
    }
    let same = |entry: &Entry| {
        let now = spot(&reach, &journal.base, &entry.path)?;
        // What was no link is put back where it stood. A link that the run removed leads nowhere until it is put back.
        let linked = entry.target != entry.place && now.target != now.place;
        let moved = now.place != entry.place || (linked && now.target != entry.target);
        if moved { Err(ApplyError::Moved { path: entry.path.clone() }) } else { Ok(()) }
    };
    journal.entries.iter().try_for_each(same)?;
    let elsewhere = journal.folders.iter().find(|folder| !reach.holds(folder));
    elsewhere.map_or(Ok(()), |folder| Err(ApplyError::Moved { path: folder.clone() }))
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

/// Whether a file is still what was read.
pub fn unchanged(entry: &Entry) -> Result<(), ApplyError> {
    if text_at(&entry.target, &entry.path)?.as_deref() == entry.before.as_deref().map(str::as_bytes) {
        Ok(())
    } else {
        Err(ApplyError::ChangedUnderneath { path: entry.path.clone() })
    }
}
