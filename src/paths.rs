//! Paths below the package, which the record has so that the package can be moved, are another type than those below the
//! snapshot's base, which everything else has. Here are the only ways from one to the other.

use std::fmt::{self, Display, Formatter};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// A path as seen from the package's folder, with `/`, and with `..` where it leads above that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackagePath(Utf8PathBuf);

impl PackagePath {
    /// A path below the same base as the package's folder.
    pub fn of(dir: &Utf8Path, path: &Utf8Path) -> Self {
        Self(relative(dir, path))
    }

    /// This path below the base that the package's folder is below.
    pub fn below(&self, dir: &Utf8Path) -> Utf8PathBuf {
        normal(&dir.join(&self.0))
    }

    /// As it is written.
    pub fn as_path(&self) -> &Utf8Path {
        &self.0
    }
}

impl From<&str> for PackagePath {
    fn from(path: &str) -> Self {
        Self(path.into())
    }
}

impl From<&Utf8Path> for PackagePath {
    fn from(path: &Utf8Path) -> Self {
        Self(path.to_owned())
    }
}

impl PartialEq<str> for PackagePath {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for PackagePath {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<Utf8Path> for PackagePath {
    fn eq(&self, other: &Utf8Path) -> bool {
        self.0 == other
    }
}

impl AsRef<str> for PackagePath {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

impl Display for PackagePath {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A path as seen from a folder, with `..` where it leads above that.
pub fn relative(folder: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let mut above = Utf8PathBuf::new();
    for ancestor in folder.ancestors() {
        if let Ok(below) = path.strip_prefix(ancestor) {
            return above.join(below);
        }
        above.push("..");
    }
    above.join(path)
}

/// Takes `.` and `..` out of a path by its words alone.
pub fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut clean = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}
