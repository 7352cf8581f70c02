//! Where a repository begins: what belongs to it was written by others.
#![expect(clippy::disallowed_methods, reason = "it looks for the folders of version control")]

use camino::{Utf8Path, Utf8PathBuf};

/// What version control other than git has at its root.
const OTHERS: [&str; 5] = [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"];

/// The nearest folder under version control, and whether that is git.
pub fn version_control(dir: &Utf8Path) -> Option<(Utf8PathBuf, bool)> {
    dir.ancestors().find_map(|dir| {
        let has = |name: &str| dir.join(name).exists();
        let git = has(".git");
        (git || OTHERS.iter().any(|name| has(name))).then(|| (dir.to_owned(), git))
    })
}

/// The repository around a folder: from the root of version control, or from the highest manifest, where its workspace may
/// have its root.
pub fn around(dir: &Utf8Path) -> Utf8PathBuf {
    let highest = || dir.ancestors().filter(|above| above.join("Cargo.toml").is_file()).last().map(Utf8Path::to_owned);
    version_control(dir).map(|(root, _)| root).or_else(highest).unwrap_or_else(|| dir.to_owned())
}
