//! Patched files: the user's, with our insertions, and what the record says of them.

use camino::Utf8Path;

use crate::change::Change;
use crate::patch::{PatchedFile, is_former};
use crate::paths::PackagePath;
use crate::record::{Inserted, Patched, sum};
use crate::request::Request;
use crate::settings;

/// The patched files as changes.
pub(super) fn changes(request: &Request, files: &[PatchedFile]) -> Vec<Change> {
    let before = |path: &Utf8Path| request.snapshot.tree.get(path).map(str::to_owned);
    files.iter().map(|file| Change::new(file.path.clone(), before(&file.path), Some(file.text.clone()))).collect()
}

/// Their entries in the new record, with those of files that are not patched now.
pub(super) fn entries(request: &Request, files: &[PatchedFile]) -> Vec<Patched> {
    let snapshot = &request.snapshot;
    let recorded = snapshot.record.iter().flat_map(|record| &record.patched).filter(|old| old.path != settings::FILE);
    let new = files.iter().map(|file| (PackagePath::of(&snapshot.dir, &file.path), file));
    let (mut entries, new): (Vec<Patched>, Vec<_>) = (recorded.cloned().collect(), new.collect());
    let replaced = |path: &PackagePath| new.iter().any(|(one, _)| one == path);
    let old = entries.extract_if(.., |old| replaced(&old.path)).collect::<Vec<_>>();
    let of = |(path, file): &(PackagePath, &PatchedFile)| {
        entry(request, file, path, old.iter().find(|old| old.path == *path))
    };
    entries.extend(new.iter().map(of).filter(|entry| !entry.inserted.is_empty()));
    entries
}

fn entry(request: &Request, file: &PatchedFile, path: &PackagePath, old: Option<&Patched>) -> Patched {
    let is_new = !request.snapshot.tree.contains(&file.path);
    // Of a manifest it is known what still stands there of earlier runs; in other files that is the user's affair.
    let stays = |one: &&Inserted| {
        one.of_manifest().is_none() && !file.inserted.contains(one) && !is_former(request, &file.path, one)
    };
    let earlier = old.into_iter().flat_map(|old| &old.inserted).filter(stays);
    let mut inserted: Vec<Inserted> = earlier.chain(&file.inserted).cloned().collect();
    if inserted.iter().all(|one| one.of_manifest().is_none()) {
        inserted.sort();
    }
    let created = old.map_or(is_new, |old| old.created);
    Patched { path: path.clone(), sha256: sum(&file.text), created, inserted }
}
