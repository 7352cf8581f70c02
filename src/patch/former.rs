//! What stands in source files under the module's former name, or in its former crate root.

use std::borrow::Cow;

use camino::Utf8Path;

use super::{PatchError, PatchedFile};
use crate::edit::{crate_root, wire};
use crate::record::Inserted;
use crate::request::Request;
use crate::tree::Tree;

/// Whether what was inserted into a file is about the module as it was: under another name, or in another crate root.
pub fn is_former(request: &Request, path: &Utf8Path, inserted: &Inserted) -> bool {
    match inserted {
        Inserted::Module { name, .. } => *name != request.answers.module || path != request.snapshot.crate_root,
        Inserted::Call(made) => !request.calls(path).contains(&made.call),
        Inserted::Variable { .. } | Inserted::Manifest(_) => false,
    }
}

/// The user's texts without that, so that the new name is inserted as on a first run.
pub(super) fn without<'a>(request: &'a Request) -> Result<Cow<'a, Tree>, PatchError> {
    let snapshot = &request.snapshot;
    let mut texts = Cow::Borrowed(&snapshot.tree);
    for file in snapshot.record.iter().flat_map(|record| &record.patched) {
        let path = file.path.below(&snapshot.dir);
        let Some(text) = snapshot.tree.get(&path) else { continue };
        let former: Vec<&Inserted> = file.inserted.iter().filter(|one| is_former(request, &path, one)).collect();
        if !former.is_empty() {
            let clean = former.into_iter().try_fold(text.to_owned(), |text, one| match one {
                Inserted::Module { name, blank_below, .. } => crate_root::remove_mod(&text, name, *blank_below),
                Inserted::Call(call) => wire::unwire(&text, call),
                Inserted::Variable { .. } | Inserted::Manifest(_) => Ok(text),
            });
            let clean = clean.map_err(|cause| PatchError::Edit { path: path.clone(), cause })?;
            texts = Cow::Owned(texts.into_owned().with(path, clean));
        }
    }
    Ok(texts)
}

/// The files that lost something and gained nothing.
pub(super) fn only_cleaned(request: &Request, texts: &Tree, patched: &[PatchedFile]) -> Vec<PatchedFile> {
    let before = &request.snapshot.tree;
    let untouched = |path: &Utf8Path| patched.iter().all(|file| file.path != path);
    let lost = texts.iter().filter(|(path, text)| before.get(path) != Some(text) && untouched(path));
    lost.map(|(path, text)| PatchedFile { path: path.to_owned(), text: text.to_owned(), inserted: vec![] }).collect()
}
