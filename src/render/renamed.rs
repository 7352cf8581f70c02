//! Takes back what stands in source files under the module's former name, or in its former crate root.

use std::borrow::Cow;

use camino::Utf8Path;

use super::{Input, PatchedFile, RenderError, calls};
use crate::edit::{crate_root, wire};
use crate::inspect::Snapshot;
use crate::record::Inserted;

/// Whether what was inserted into a file is about the module as it was: under another name, or in another crate root.
pub fn is_former(input: &Input, path: &Utf8Path, inserted: &Inserted) -> bool {
    match inserted {
        Inserted::Module { name, .. } => name != input.answers.module() || path != input.snapshot.crate_root,
        Inserted::Call(made) => !calls(input, path).contains(&made.call),
        Inserted::Variable { .. } | Inserted::Manifest(_) => false,
    }
}

/// Whether the line was inserted earlier and is not about to be inserted anew under another name. The snapshot of the
/// input has no lines of the former name any more.
pub(super) fn was_wired(input: &Input) -> bool {
    let patched = input.snapshot.record.iter().flat_map(|record| &record.patched);
    patched.into_iter().any(|file| {
        let path = input.snapshot.dir.join(&file.path);
        file.inserted.iter().any(|one| matches!(one, Inserted::Call(_)) && !is_former(input, &path, one))
    })
}

/// The snapshot without those lines, so that the new ones are inserted as on a first run.
pub(super) fn without_former<'a>(input: &Input<'a>) -> Result<Cow<'a, Snapshot>, RenderError> {
    let snapshot = input.snapshot;
    let mut cleaned = Cow::Borrowed(snapshot);
    for file in snapshot.record.iter().flat_map(|record| &record.patched) {
        let path = snapshot.dir.join(&file.path);
        let Some(text) = snapshot.tree.get(&path) else { continue };
        let former = file.inserted.iter().filter(|one| is_former(input, &path, one));
        let clean = former.clone().try_fold(text.to_owned(), |text, one| match one {
            Inserted::Module { name, blank_below, .. } => crate_root::remove_mod(&text, name, *blank_below),
            Inserted::Call(call) => wire::unwire(&text, call),
            Inserted::Variable { .. } | Inserted::Manifest(_) => Ok(text),
        });
        if former.count() > 0 {
            let clean = clean.map_err(|cause| RenderError::Edit { path: path.clone(), cause })?;
            cleaned.to_mut().tree.insert(path, clean);
        }
    }
    Ok(cleaned)
}

/// The files that lost a line and gained none.
pub(super) fn only_cleaned(before: &Snapshot, cleaned: &Snapshot, patched: &[PatchedFile]) -> Vec<PatchedFile> {
    let untouched = |path: &Utf8Path| patched.iter().all(|file| file.path != path);
    let lost = cleaned.tree.iter().filter(|(path, text)| before.tree.get(path) != Some(text) && untouched(path));
    lost.map(|(path, text)| PatchedFile { path: path.to_owned(), text: text.to_owned(), inserted: vec![] }).collect()
}
