//! Where the files that we wrote are now: at home, moved or renamed by the user, or deleted.

mod moves;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::id;
use crate::inspect::Snapshot;
use crate::record::{Generated, Record};
use crate::tree::Tree;
pub use moves::{Moves, Way, moves};

/// From this similarity on, a file counts as one that was moved. Git takes a half; we would rather lose a file than take
/// a stranger's for ours.
const MOVED: f64 = 0.6;

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There.
    At(Utf8PathBuf),
    /// Several files have its id line, so that nobody knows which one it is.
    Unclear(Vec<Utf8PathBuf>),
    Nowhere,
}

/// The recorded files of a snapshot.
pub fn recorded(snapshot: &Snapshot) -> &[Generated] {
    snapshot.record.as_ref().map_or(&[], |record: &Record| &record.generated)
}

/// The module's path from the crate root: its name, and the modules around it where the user moved it into others.
pub fn module(snapshot: &Snapshot, name: &str) -> String {
    let face = recorded(snapshot).iter().find(|file| file.id == "module/mod.rs");
    let root = snapshot.crate_root.parent().unwrap_or(Utf8Path::new(""));
    let moved = face.and_then(|face| in_snapshot(snapshot, face)).filter(|path| path.file_name() == Some("mod.rs"));
    let folder = moved.as_deref().and_then(Utf8Path::parent).and_then(|folder| folder.strip_prefix(root).ok());
    match folder {
        // Another name is about to be given to it.
        Some(folder) if folder.components().count() > 1 => folder.as_str().replace('/', "::"),
        _ => name.to_owned(),
    }
}

/// Where a recorded file of a snapshot is now, if that is clear.
pub fn in_snapshot(snapshot: &Snapshot, file: &Generated) -> Option<Utf8PathBuf> {
    in_tree(&snapshot.dir, &snapshot.tree, recorded(snapshot), file)
}

/// Where a recorded file is now, if that is clear, in a tree in which the package stands at `dir`.
pub fn in_tree(dir: &Utf8Path, tree: &Tree, files: &[Generated], file: &Generated) -> Option<Utf8PathBuf> {
    match find(dir, tree, files, file) {
        Found::At(path) => Some(path),
        Found::Unclear(_) | Found::Nowhere => None,
    }
}

/// Where a recorded file is now, in a tree in which the package stands at `dir`.
///
/// A file at its path is that file, unless its id line says that it is another recorded one.
fn find(dir: &Utf8Path, tree: &Tree, files: &[Generated], file: &Generated) -> Found {
    let home = file.path.below(dir);
    let is_other = |text: &str| id::of(text).is_some_and(|id| id != file.id && files.iter().any(|one| one.id == id));
    if tree.get(&home).is_some_and(|text| !is_other(text)) {
        return Found::At(home);
    }
    let taken: Vec<Utf8PathBuf> = files.iter().map(|one| one.path.below(dir)).collect();
    let free =
        |path: &Utf8Path, text: &str| !taken.iter().any(|one| one == path) || id::of(text) == Some(file.id.as_str());
    follow(&file.id, &file.base, tree.iter().filter(|(path, text)| free(path, text)))
}

/// Finds a file that is no longer at its path: by its id line `// clerk-sessions: <id>`, else by similarity.
///
/// The candidates are the files that are not at the path of another recorded file; only Rust files count. One with another
/// file's id line is never taken for this one, and where two are equally similar, neither is.
fn follow<'a>(id: &str, base: &str, candidates: impl Iterator<Item = (&'a Utf8Path, &'a str)>) -> Found {
    let (named, nameless): (Vec<_>, Vec<_>) = candidates
        .filter(|(path, _)| path.extension() == Some("rs"))
        .filter(|(_, text)| id::of(text).is_none_or(|found| found == id))
        .partition(|(_, text)| id::of(text).is_some());
    match named.as_slice() {
        [] => {}
        [(path, _)] => return Found::At(path.to_path_buf()),
        several => return Found::Unclear(several.iter().map(|(path, _)| path.to_path_buf()).collect()),
    }
    let mut scored: Vec<_> = nameless.iter().map(|(path, text)| (similarity(base, text), *path)).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    match scored[..] {
        [(first, _), (second, _), ..] if first.total_cmp(&second).is_eq() => Found::Nowhere,
        [(score, path), ..] if score >= MOVED => Found::At(path.to_owned()),
        _ => Found::Nowhere,
    }
}

/// How much of two texts is the same, from 0 to 1: the bytes of the lines that both have, wherever they stand and however
/// they are indented, as a share of both.
fn similarity(one: &str, other: &str) -> f64 {
    fn lines(text: &str) -> impl Iterator<Item = &str> {
        text.lines().map(str::trim).filter(|line| !line.is_empty())
    }
    let total: usize = lines(one).chain(lines(other)).map(str::len).sum();
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines(one) {
        *left.entry(line).or_default() += 1;
    }
    let mut common = 0;
    for line in lines(other) {
        if let Some(count) = left.get_mut(line).filter(|count| **count > 0) {
            *count -= 1;
            common += line.len();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a ratio of text sizes needs no more")]
    if total == 0 { 1.0 } else { 2.0 * common as f64 / total as f64 }
}
