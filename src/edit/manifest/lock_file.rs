//! What `Cargo.lock` holds, read as text because it may be large.

use std::sync::Arc;

use semver::{Version, VersionReq};

/// The packages of a lock file, shared by clones. Few of hundreds are ever asked for, so each is read when it is.
#[derive(Debug, Clone, Default)]
pub struct Locked(Arc<[Package]>);

#[derive(Debug, Clone)]
struct Package {
    name: String,
    /// Its entry in the file.
    entry: String,
}

impl Locked {
    /// Whether there is no lock file, or an empty one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a lock file.
    pub fn read(lock: &str) -> Self {
        Self(lock.split("[[package]]").skip(1).filter_map(package).collect())
    }

    /// The versions of a crate: where there are several, the one that the package's own entry names.
    pub fn versions(&self, package: &str, name: &str) -> Vec<Version> {
        let all: Vec<Version> = self.named(name).filter_map(Package::version).collect();
        if all.len() < 2 {
            return all;
        }
        let named = |dependency: &str| {
            let version = dependency.strip_prefix(name)?.strip_prefix(' ')?;
            Version::parse(version.split(' ').next()?).ok()
        };
        let local = self.named(package).filter(|one| one.is_local());
        let own: Vec<Version> = local.flat_map(Package::dependencies).filter_map(named).collect();
        if own.is_empty() { all } else { own }
    }

    /// Whether a crate in this range depends on another one.
    pub fn depends(&self, name: &str, range: &VersionReq, on: &str) -> bool {
        let mut meant = self.named(name).filter(|one| one.version().is_some_and(|version| range.matches(&version)));
        meant.any(|one| one.dependencies().any(|dependency| dependency.split(' ').next() == Some(on)))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Package> {
        self.0.iter().filter(move |one| one.name == name)
    }
}

impl Package {
    fn version(&self) -> Option<Version> {
        Version::parse(value(&self.entry, "version")?).ok()
    }

    /// Whether it comes from the workspace, or from a path.
    fn is_local(&self) -> bool {
        value(&self.entry, "source").is_none()
    }

    /// Names, each with its version where there are several of it.
    fn dependencies(&self) -> impl Iterator<Item = &str> {
        self.entry.lines().filter_map(|line| line.strip_prefix(" \"")?.strip_suffix("\","))
    }
}

fn package(entry: &str) -> Option<Package> {
    Some(Package { name: value(entry, "name")?.to_owned(), entry: entry.to_owned() })
}

fn value<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    let value = |line: &'a str| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
    entry.lines().find_map(value)
}
