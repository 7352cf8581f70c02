//! The user's lines that will still name a module under which nothing stands any more.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::inspect::{self, Snapshot, lines_naming};

/// Those of each file outside the module's folder, below the package, once the changes are made.
pub(super) fn still_named(
    snapshot: &Snapshot,
    changes: &[Change],
    name: &str,
    module: &Utf8Path,
) -> Vec<(Utf8PathBuf, Vec<usize>)> {
    let files = inspect::naming(&snapshot.package.dir, name, module);
    let lines = |path: &Utf8Path, text: &str| {
        let path = snapshot.dir.join(path);
        let lines = match changes.iter().find(|change| change.path == path) {
            Some(change) => lines_naming(change.after.as_deref().unwrap_or(""), name),
            None => lines_naming(text, name),
        };
        (path, lines)
    };
    files.iter().map(|(path, text)| lines(path, text)).filter(|(_, lines)| !lines.is_empty()).collect()
}
