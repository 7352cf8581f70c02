//! What `Cargo.lock` holds, read as text because it may be large.

use semver::{Version, VersionReq};

/// The packages of a lock file.
#[derive(Debug, Clone, Default)]
pub struct Locked(Vec<Package>);

#[derive(Debug, Clone)]
struct Package {
    name: String,
    version: Version,
    /// Whether it comes from the workspace, or from a path.
    local: bool,
    /// Names, each with its version where there are several of it.
    dependencies: Vec<String>,
}

impl Locked {
    /// Reads a lock file.
    pub fn read(lock: &str) -> Self {
        Self(lock.split("[[package]]").skip(1).filter_map(package).collect())
    }

    /// The versions of a crate: where there are several, the one that the package's own entry names.
    pub fn versions(&self, package: &str, name: &str) -> Vec<Version> {
        let all: Vec<Version> = self.named(name).map(|one| one.version.clone()).collect();
        if all.len() < 2 {
            return all;
        }
        let named = |dependency: &String| {
            let version = dependency.strip_prefix(name)?.strip_prefix(' ')?;
            Version::parse(version.split(' ').next()?).ok()
        };
        let local = self.named(package).filter(|one| one.local);
        let own: Vec<Version> = local.flat_map(|one| &one.dependencies).filter_map(named).collect();
        if own.is_empty() { all } else { own }
    }

    /// Whether a crate in this range depends on another one.
    pub fn depends(&self, name: &str, range: &VersionReq, on: &str) -> bool {
        let mut meant = self.named(name).filter(|one| range.matches(&one.version));
        meant.any(|one| one.dependencies.iter().any(|dependency| dependency.split(' ').next() == Some(on)))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Package> {
        self.0.iter().filter(move |one| one.name == name)
    }
}

fn package(entry: &str) -> Option<Package> {
    let value = |key: &str| {
        let value = |line: &'_ str| Some(line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned());
        entry.lines().find_map(value)
    };
    let dependencies = entry.lines().filter_map(|line| line.strip_prefix(" \"")?.strip_suffix("\","));
    Some(Package {
        name: value("name")?,
        version: Version::parse(&value("version")?).ok()?,
        local: value("source").is_none(),
        dependencies: dependencies.map(str::to_owned).collect(),
    })
}
