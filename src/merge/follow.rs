//! Finds where the user moved or renamed a file that we wrote.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::id;

/// From this similarity on, a file counts as one that was moved. Git takes a half; we would rather lose a file than take
/// a stranger's for ours.
const MOVED: f64 = 0.6;

/// Where a file went that is no longer at its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// There.
    To(Utf8PathBuf),
    /// Several files have its id line, so that nobody knows which one it is.
    Unclear(Vec<Utf8PathBuf>),
    /// Nowhere.
    Nowhere,
}

/// Finds a file that is no longer at its path: by its id line `// clerk-sessions: <id>`, else by similarity.
///
/// The candidates are the files that are not at the path of another recorded file; only Rust files count. One with another
/// file's id line is never taken for this one, and where two are equally similar, neither is.
pub fn follow<'a>(id: &str, base: &str, candidates: impl Iterator<Item = (&'a Utf8Path, &'a str)>) -> Followed {
    let (named, nameless): (Vec<_>, Vec<_>) = candidates
        .filter(|(path, _)| path.extension() == Some("rs"))
        .filter(|(_, text)| id::of(text).is_none_or(|found| found == id))
        .partition(|(_, text)| id::of(text).is_some());
    match named.as_slice() {
        [] => {}
        [(path, _)] => return Followed::To(path.to_path_buf()),
        several => return Followed::Unclear(several.iter().map(|(path, _)| path.to_path_buf()).collect()),
    }
    let mut scored: Vec<_> = nameless.iter().map(|(path, text)| (similarity(base, text), *path)).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    match scored[..] {
        [(first, _), (second, _), ..] if first.total_cmp(&second).is_eq() => Followed::Nowhere,
        [(score, path), ..] if score >= MOVED => Followed::To(path.to_owned()),
        _ => Followed::Nowhere,
    }
}

/// How much of two texts is the same, from 0 to 1: the bytes of the lines that both have, wherever they stand and however
/// they are indented, as a share of both.
pub fn similarity(one: &str, other: &str) -> f64 {
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

/// Where a new file belongs, when the user moved the folder that it would stand in.
///
/// `moves` are recorded paths and where those files are now. A folder counts as moved when every recorded file of it that
/// still exists went to the same other folder, under its own name.
pub fn rerooted(path: &Utf8Path, moves: &[(&Utf8Path, &Utf8Path)]) -> Utf8PathBuf {
    for folder in path.ancestors().skip(1).filter(|folder| !folder.as_str().is_empty()) {
        let mut targets: Vec<Option<Utf8PathBuf>> =
            moves.iter().filter_map(|(from, to)| Some(new_folder(from.strip_prefix(folder).ok()?, to))).collect();
        targets.sort();
        targets.dedup();
        match (&targets[..], path.strip_prefix(folder)) {
            ([Some(target)], Ok(rest)) if target != folder => return target.join(rest),
            ([], _) => {}
            _ => return path.to_owned(),
        }
    }
    path.to_owned()
}

/// The folder below which a file stands at the same place as before.
fn new_folder(rest: &Utf8Path, to: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = to.ancestors().nth(rest.components().count())?;
    to.ends_with(rest).then(|| folder.to_owned())
}
