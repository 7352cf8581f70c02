//! Reads texts from the disk.

use std::fs;
use std::io::ErrorKind;

use camino::{Utf8Path, Utf8PathBuf};

use super::InspectError;
use super::bounds::{self, Sum};
use super::links;
use super::reach::{Bar, Reach, is_kept};
use crate::paths::{normal, relative};
use crate::tree::Tree;

/// Where a folder is or is to be made: the nearest one that exists, and the way down from there.
pub fn place(folder: &Utf8Path) -> Result<(Utf8PathBuf, Utf8PathBuf), InspectError> {
    let here = std::env::current_dir().map_err(|cause| InspectError::Read { path: ".".into(), cause })?;
    let full = normal(&utf8(&here)?.join(folder));
    let there = full.ancestors().find(|above| above.is_dir()).unwrap_or(Utf8Path::new("/"));
    let below = relative(there, &full);
    let there = there.canonicalize_utf8().map_err(|cause| InspectError::Read { path: there.to_owned(), cause })?;
    Ok((there, below))
}

/// A path that is relative to the current folder as an absolute one, without links in the folders that lead to it.
pub fn from_here(path: &Utf8Path) -> Result<Utf8PathBuf, InspectError> {
    let here = std::env::current_dir().map_err(|cause| InspectError::Read { path: ".".into(), cause })?;
    Ok(links::real(&normal(&utf8(&here)?.join(path))))
}

/// As [`place`]. `None` where something is in it.
pub fn new_folder(folder: &Utf8Path) -> Result<Option<(Utf8PathBuf, Utf8PathBuf)>, InspectError> {
    let (there, below) = place(folder)?;
    match fs::read_dir(there.join(&below)).map(Iterator::count) {
        Ok(0) => Ok(Some((there, below))),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Some((there, below))),
        _ => Ok(None),
    }
}

/// The name of a folder, also of one that is given as `.` or ends with `..`.
pub fn folder_name(folder: &Utf8Path) -> Result<String, InspectError> {
    let here = std::env::current_dir().map_err(|cause| InspectError::Read { path: ".".into(), cause })?;
    let full = normal(&utf8(&here)?.join(folder));
    Ok(full.file_name().unwrap_or("/").to_owned())
}

/// The text of a file within reach, or nothing where there is none.
pub(super) fn read(reach: &Reach, base: &Utf8Path, path: &Utf8Path) -> Result<Option<String>, InspectError> {
    match reach.spot(&base.join(path)) {
        Ok(spot) => read_anywhere(&spot.target, path),
        // `apply` refuses to write there.
        Err(Bar::Nowhere) => Ok(None),
        Err(bar) => Err(InspectError::OutOfReach { path: path.to_owned(), bar }),
    }
}

/// The text of a file wherever it is, or nothing where there is none. Errors name `path`.
pub(super) fn read_anywhere(file: &Utf8Path, path: &Utf8Path) -> Result<Option<String>, InspectError> {
    match bounds::bytes(file) {
        Ok(bytes) => bytes
            .map(String::from_utf8)
            .transpose()
            .map_err(|cause| InspectError::NotText { path: path.to_owned(), offset: cause.utf8_error().valid_up_to() }),
        Err(cause) => bounds::fault(path, cause),
    }
}

/// Every text below a folder.
pub(super) fn read_folder(reach: &Reach, base: &Utf8Path, dir: &Utf8Path, tree: &mut Tree) -> Result<(), InspectError> {
    let mut sum = Sum::default();
    let walk = walkdir::WalkDir::new(base.join(dir)).sort_by_file_name().into_iter();
    let walk = walk.filter_entry(|entry| !entry.file_name().to_str().is_some_and(is_kept));
    for entry in walk.filter_map(Result::ok) {
        if !entry.file_type().is_dir() {
            let path = utf8(entry.path())?;
            let path = relative(base, &path);
            let text = match read(reach, base, &path) {
                // Such as a picture of the user's. It cannot be one of our files, but it does take up the folder.
                Err(InspectError::NotText { .. } | InspectError::TooLarge { .. }) if path.extension() != Some("rs") => {
                    Some(String::new())
                }
                other => other?,
            };
            if let Some(text) = text {
                sum.add(dir, &text)?;
                tree.insert(path, text);
            }
        }
    }
    Ok(())
}

/// Every Rust file of the package.
pub(super) fn sources_below(base: &Utf8Path, dir: &Utf8Path, tree: &mut Tree) -> Result<(), InspectError> {
    for source in rust_files(base, dir) {
        let (path, text) = source?;
        tree.insert(path, text);
    }
    Ok(())
}

/// The Rust files below a folder, by path below `base`, but those of other packages and of what is built or hidden. One
/// that is not UTF-8 or too large is none of our business.
pub(super) fn rust_files(
    base: &Utf8Path,
    folder: &Utf8Path,
) -> impl Iterator<Item = Result<(Utf8PathBuf, String), InspectError>> {
    let top = base.join(folder);
    let walk = walkdir::WalkDir::new(&top).sort_by_file_name().into_iter().filter_entry(move |entry| {
        let name = entry.file_name().to_str().unwrap_or("");
        let foreign = entry.file_type().is_dir()
            && (name.starts_with('.')
                || matches!(name, "target" | "node_modules")
                || entry.path().join("Cargo.toml").is_file());
        entry.path() == top.as_std_path() || !foreign
    });
    let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let paths = files.filter_map(|entry| utf8(entry.path()).ok()).filter(|path| path.extension() == Some("rs"));
    let (base, folder, mut sum) = (base.to_owned(), folder.to_owned(), Sum::default());
    paths.filter_map(move |path| {
        let text = String::from_utf8(bounds::bytes(&path).ok()??).ok()?;
        let path = relative(&base, &path);
        Some(sum.add(&folder, &text).map(|()| (path, text)))
    })
}

pub(super) fn utf8(path: &std::path::Path) -> Result<Utf8PathBuf, InspectError> {
    Utf8PathBuf::from_path_buf(path.to_owned()).map_err(|path| InspectError::Path { path: path.display().to_string() })
}
