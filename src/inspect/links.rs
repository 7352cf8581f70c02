//! Paths without links, and without steps up.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

/// A path without symbolic links in the folders that lead to it; the file itself may be one.
///
/// A member that is linked in is so changed where it is, and git, which follows no link, understands the paths.
pub(super) fn real(path: &Utf8Path) -> Utf8PathBuf {
    let Some((folder, name)) = path.parent().zip(path.file_name()) else { return path.to_owned() };
    // Windows answers in a form of its own that other programs do not take.
    let resolved = if cfg!(windows) { Ok(folder.to_owned()) } else { folder.canonicalize_utf8() };
    resolved.unwrap_or_else(|_| real(folder)).join(name)
}

/// As [`real`], for a file below a folder of which that is known already: there are many members, and few links.
pub(super) fn real_below(path: &Utf8Path, folder: &Utf8Path, real_folder: &Utf8Path) -> Utf8PathBuf {
    let is_link = |part: &Utf8Path| fs::symlink_metadata(part).is_ok_and(|found| found.is_symlink());
    let mut between = path.ancestors().skip(1).take_while(|part| *part != folder);
    match path.strip_prefix(folder) {
        Ok(below) if !between.any(is_link) => real_folder.join(below),
        _ => real(path),
    }
}
