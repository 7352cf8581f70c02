//! Patched files: the user's, with our insertions, and what the record says of them.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::record::{Inserted, Patched, sum};
use crate::render::{Input, PatchedFile, Rendered, is_former};
use crate::settings;

/// The patched files as changes, and their entries in the new record.
pub(super) fn patch(input: &Input, rendered: &Rendered, changes: &mut Vec<Change>) -> Vec<Patched> {
    let mut entries: Vec<Patched> = input.snapshot.record.iter().flat_map(|record| record.patched.clone()).collect();
    entries.retain(|entry| entry.path != settings::FILE);
    for file in &rendered.patched {
        let before = input.snapshot.tree.get(&file.path).map(str::to_owned);
        let path = relative(&input.snapshot.dir, &file.path);
        let old = entries.iter().position(|entry| entry.path == path).map(|index| entries.remove(index));
        let entry = entry(path, file, before.is_none(), old, input);
        if !entry.inserted.is_empty() {
            entries.push(entry);
        }
        changes.push(Change::new(file.path.clone(), before, Some(file.text.clone())));
    }
    entries
}

fn entry(path: Utf8PathBuf, file: &PatchedFile, created: bool, old: Option<Patched>, input: &Input) -> Patched {
    let created = old.as_ref().map_or(created, |old| old.created);
    // Of a manifest it is known what still stands there of earlier runs; in other files that is the user's affair.
    let stays = |one: &Inserted| {
        one.of_manifest().is_none() && !file.inserted.contains(one) && !is_former(input, &file.path, one)
    };
    let earlier = old.into_iter().flat_map(|old| old.inserted).filter(stays);
    let mut inserted: Vec<Inserted> = earlier.chain(file.inserted.clone()).collect();
    if inserted.iter().all(|one| one.of_manifest().is_none()) {
        inserted.sort();
    }
    Patched { path, sha256: sum(&file.text), created, inserted }
}

/// A path below `base` as seen from the package's folder, with `..` where it stands above.
pub fn relative(dir: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let mut above = Utf8PathBuf::new();
    for ancestor in dir.ancestors() {
        if let Ok(below) = path.strip_prefix(ancestor) {
            return above.join(below);
        }
        above.push("..");
    }
    above.join(path)
}
