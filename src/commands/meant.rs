//! The files that a person names, relative to the current folder.

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::Error;
use crate::inspect::{self, Snapshot};
use crate::whereabouts;

/// The paths, absolute. Fails where one is no file of these packages, be it generated or patched.
pub(super) fn meant<'a>(
    paths: &[Utf8PathBuf],
    snapshots: impl Iterator<Item = &'a Snapshot>,
) -> Result<Vec<Utf8PathBuf>, Error> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<Utf8PathBuf> = snapshots.flat_map(files).collect();
    let found = paths.iter().map(|path| {
        let full = inspect::from_here(path)?;
        let is_known = known.iter().any(|file| file.starts_with(&full));
        if is_known { Ok(full) } else { Err(Error::NotOurs { path: path.clone() }) }
    });
    found.collect()
}

/// Every file that a package's record has, where it is now and where it was written.
fn files(snapshot: &Snapshot) -> Vec<Utf8PathBuf> {
    let at = |path: &Utf8Path| snapshot.base.join(path);
    let generated = whereabouts::recorded(snapshot).iter().flat_map(|file| {
        let home = file.path.below(&snapshot.dir);
        whereabouts::in_snapshot(snapshot, file).into_iter().chain([home])
    });
    let patched = snapshot.record.iter().flat_map(|record| &record.patched).map(|file| file.path.below(&snapshot.dir));
    generated.chain(patched).map(|path| at(&path)).collect()
}
