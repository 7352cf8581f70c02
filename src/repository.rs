//! Where a repository begins: what belongs to it was written by others.
#![expect(clippy::disallowed_methods, reason = "it looks for the folders of version control")]

use camino::{Utf8Path, Utf8PathBuf};

/// What version control other than git has at its root.
const OTHERS: [&str; 5] = [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"];

/// The nearest folder under git, else under another version control, and which of the two it is.
///
/// A folder of another one's name can be committed to git, and would make what git knows of the files unknown.
pub fn version_control(dir: &Utf8Path) -> Option<(Utf8PathBuf, bool)> {
    let git = dir.ancestors().find(|dir| is_git(&dir.join(".git")));
    let other = || dir.ancestors().find(|dir| OTHERS.iter().any(|name| dir.join(name).exists()));
    git.map(|dir| (dir.to_owned(), true)).or_else(|| other().map(|dir| (dir.to_owned(), false)))
}

/// Whether it is a folder of git's, or a file that names one: git itself passes an empty folder by.
pub fn is_git(path: &Utf8Path) -> bool {
    path.is_file() || path.join("HEAD").symlink_metadata().is_ok()
}

/// The repository around a folder: from the root of version control, or from the highest manifest, where its workspace may
/// have its root.
pub fn around(dir: &Utf8Path) -> Utf8PathBuf {
    let highest = || dir.ancestors().filter(|above| above.join("Cargo.toml").is_file()).last().map(Utf8Path::to_owned);
    version_control(dir).map(|(root, _)| root).or_else(highest).unwrap_or_else(|| dir.to_owned())
}
