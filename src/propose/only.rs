//! Takes some of the files that a run would change: all others, and their entries in the record, stay as they are.

use camino::{Utf8Path, Utf8PathBuf};

use super::generated::{Settled, as_it_was};
use crate::edit::text::is_subsequence;
use crate::patch::PatchedFile;
use crate::record::{Generated, Named, Record};
use crate::request::Request;
use crate::whereabouts;

/// What is taken of a run.
pub(super) struct Taken {
    /// The generated files.
    pub settled: Vec<Settled>,
    /// The patched ones.
    pub files: Vec<PatchedFile>,
    /// Whether something was left that this version changes.
    pub behind: bool,
}

/// What is meant of everything that a run would do: the generated files each with its entry in the record and its place.
pub(super) fn taken(
    request: &Request,
    all: Vec<(Option<&Generated>, Utf8PathBuf, Settled)>,
    files: Vec<PatchedFile>,
) -> Taken {
    if request.only.is_empty() {
        return Taken { settled: all.into_iter().map(|(_, _, settled)| settled).collect(), files, behind: false };
    }
    let mut behind = false;
    let mut settled = Vec::new();
    let mut writes = false;
    for (old, place, one) in all {
        let now = old.and_then(|old| whereabouts::in_snapshot(&request.snapshot, old));
        if request.takes(&place) || now.is_some_and(|now| request.takes(&now)) {
            writes |= one.changes.iter().any(crate::change::Change::writes);
            settled.push(one);
        } else {
            behind |= one.entry.as_ref() != old;
            settled.push(old.map_or_else(Settled::nothing, as_it_was));
        }
    }
    let before = |file: &PatchedFile| request.snapshot.tree.get(&file.path);
    // A crate that others still need must not go.
    let only_adds = |file: &PatchedFile| before(file).is_some_and(|before| is_subsequence(before, &file.text));
    let needed = |file: &PatchedFile| writes && is_manifest(&file.path) && only_adds(file);
    let (files, left): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| request.takes(&file.path) || needed(file));
    behind |= left.iter().any(|file| before(file) != Some(file.text.as_str()));
    Taken { settled, files, behind }
}

fn is_manifest(path: &Utf8Path) -> bool {
    path.file_name() == Some("Cargo.toml")
}

/// The blueprint as the record is to name it: the version that was there, as long as a file is behind.
pub(super) fn version(new: Named, old: Option<&Record>, behind: bool) -> Named {
    match old {
        Some(old) if behind => old.blueprint.clone(),
        _ => new,
    }
}
