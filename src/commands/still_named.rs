//! The user's files that will still name a module under which nothing stands any more.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::inspect::{self, Snapshot, names};

/// Those outside the module's folder, below the package, once the changes are made.
pub(super) fn still_named(snapshot: &Snapshot, changes: &[Change], name: &str, module: &Utf8Path) -> Vec<Utf8PathBuf> {
    let files = inspect::naming(&snapshot.package.dir, name, module).into_iter();
    let after = |path: &Utf8Path| changes.iter().find(|change| change.path == path).map(|change| &change.after);
    let still =
        |path: &Utf8PathBuf| after(path).is_none_or(|text| text.as_deref().is_some_and(|text| names(text, name)));
    files.map(|path| snapshot.dir.join(path)).filter(still).collect()
}
