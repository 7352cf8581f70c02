//! Finds a supported framework among a package's dependencies.

use std::collections::BTreeMap;

use camino::Utf8Path;
use cargo_metadata::{DependencyKind, Package};
use semver::{Comparator, Op, Version, VersionReq};

use super::text;
use crate::edit::manifest::Locked;

/// What a blueprint supports.
#[derive(Debug, Clone)]
pub struct Supported {
    /// The blueprint's name.
    pub name: String,
    /// The framework's crate.
    pub krate: String,
    /// As people call it.
    pub title: String,
    /// Release lines, newest first, such as `0.8`.
    pub versions: Vec<String>,
}

/// A framework that a package depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The blueprint's name.
    pub name: String,
    /// The framework's crate.
    pub krate: String,
    /// As people call it.
    pub title: String,
    /// The identifier under which the package knows it.
    pub ident: String,
    /// The supported release line in use, or why there is none.
    pub version: Result<String, String>,
    /// The feature that turns it on, where it is optional; several or none are a reason to refuse.
    pub optional: Option<Vec<String>>,
    /// The targets that it is there for, where not for all, such as `cfg(unix)`; several are a reason to refuse, and so is
    /// one that is no condition.
    pub targets: Vec<String>,
}

impl Host {
    /// The one feature behind which an optional framework stands.
    pub fn feature(&self) -> Option<&str> {
        self.optional.as_ref()?.first().map(String::as_str)
    }

    /// The target that it is there for, where not for all.
    pub fn target(&self) -> Option<&str> {
        self.targets.first().map(String::as_str)
    }

    /// The condition under which the framework is there, as `cfg` has it.
    pub fn condition(&self) -> Option<String> {
        let feature = self.feature().map(|feature| format!("feature = \"{feature}\""));
        let target = self.target().and_then(|target| target.strip_prefix("cfg(")?.strip_suffix(')'));
        match (feature, target) {
            (Some(feature), Some(target)) => Some(format!("all({feature}, {target})")),
            (feature, target) => feature.or_else(|| target.map(str::to_owned)),
        }
    }
}

/// The supported frameworks among the dependencies. Dev- and build-dependencies do not count.
pub fn hosts(
    package: &Package,
    features: &BTreeMap<String, Vec<String>>,
    supported: &[Supported],
    locked: &Locked,
) -> Vec<Host> {
    let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    let known = normal.filter_map(|dependency| {
        let framework = supported.iter().find(|framework| framework.krate == dependency.name)?;
        Some((framework, dependency))
    });
    let mut hosts: Vec<Host> = Vec::new();
    let found = known.map(|(framework, dependency)| {
        let key = dependency.rename.clone().unwrap_or_else(|| dependency.name.as_str().to_owned());
        Host {
            name: framework.name.clone(),
            krate: framework.krate.clone(),
            title: framework.title.clone(),
            ident: key.replace('-', "_"),
            version: match dependency.path.as_deref().and_then(version_at) {
                Some(version) => line_of(framework, &version),
                None => release(framework, &dependency.req, &locked.versions(&package.name, &framework.krate)),
            },
            optional: dependency.optional.then(|| enabling(&package.manifest_path, &key, features)),
            targets: dependency.target.iter().map(ToString::to_string).filter(|target| !is_all(target)).collect(),
        }
    });
    for host in found {
        match hosts.iter_mut().find(|known| (&known.name, &known.ident) == (&host.name, &host.ident)) {
            None => hosts.push(host),
            // What is there for all is there for each.
            Some(known) if known.targets.is_empty() => {}
            Some(known) if host.targets.is_empty() => *known = host,
            Some(known) => known.targets.extend(host.targets),
        }
    }
    hosts
}

/// Whether a condition holds for every target.
fn is_all(target: &str) -> bool {
    target.replace(' ', "") == "cfg(all())"
}

/// The version of a path dependency, from its manifest or that of its workspace.
fn version_at(folder: &Utf8Path) -> Option<Version> {
    let manifest = |folder: &Utf8Path| toml::from_str::<toml::Table>(&text(&folder.join("Cargo.toml")).ok()?).ok();
    let own = manifest(folder)?.get("package")?.get("version")?.clone();
    let shared = |folder: &Utf8Path| manifest(folder)?.get("workspace")?.get("package")?.get("version").cloned();
    let version = if own.is_table() { folder.ancestors().skip(1).find_map(shared)? } else { own };
    Version::parse(version.as_str()?).ok()
}

/// The supported release line of a version, or the version where it is in none.
fn line_of(framework: &Supported, version: &Version) -> Result<String, String> {
    let line = framework.versions.iter().find(|line| in_line(version, line));
    line.cloned().ok_or_else(|| version.to_string())
}

/// The release line in use: what the lock file has within the requirement, else the newest that the requirement allows.
fn release(framework: &Supported, requirement: &VersionReq, locked: &[Version]) -> Result<String, String> {
    let any = requirement.comparators.is_empty();
    // A repository or a path may hold a pre-release, which `*` of itself does not match.
    let mut matching: Vec<&Version> = locked.iter().filter(|version| any || requirement.matches(version)).collect();
    matching.sort();
    if let Some(version) = matching.last() {
        return line_of(framework, version);
    }
    let fits = |line: &&String| !any && requirement.comparators.iter().all(|one| allows(one, line));
    framework.versions.iter().find(fits).cloned().ok_or_else(|| requirement.to_string())
}

/// Whether a version belongs to a release line such as `0.8` or `4`.
fn in_line(version: &Version, line: &str) -> bool {
    VersionReq::parse(line).is_ok_and(|range| range.matches(version))
}

/// Whether a comparator leaves any version of a release line.
fn allows(comparator: &Comparator, line: &str) -> bool {
    if !comparator.pre.is_empty() {
        return false;
    }
    let Some(range) = VersionReq::parse(line).ok().and_then(|range| range.comparators.into_iter().next()) else {
        return false;
    };
    let (major, minor) = (range.major, range.minor.unwrap_or(0));
    let first = Version::new(major, minor, 0);
    let last = Version::new(major, range.minor.unwrap_or(999), 999);
    let exact = Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0));
    let inside = |version: &Version| in_line(version, line);
    match comparator.op {
        Op::Exact | Op::Caret | Op::Tilde | Op::Wildcard => {
            inside(&exact) || matches_one(comparator, &first) || matches_one(comparator, &last)
        }
        _ => matches_one(comparator, &first) || matches_one(comparator, &last),
    }
}

fn matches_one(comparator: &Comparator, version: &Version) -> bool {
    VersionReq { comparators: vec![comparator.clone()] }.matches(version)
}

/// The features that turn an optional dependency on. `default` names no part of a package, so it is none of them.
fn enabling(manifest: &Utf8Path, key: &str, features: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let explicit = format!("dep:{key}");
    let turns_on = |list: &Vec<String>| list.iter().any(|item| *item == explicit || item == key);
    let all = features.iter().filter(|(name, list)| *name != "default" && turns_on(list));
    let mut names: Vec<String> = all.map(|(name, _)| name.clone()).collect();
    // Cargo lists the implicit feature as `axum = ["dep:axum"]`; where another feature turns that on, it is the one meant,
    // but one of that name that the manifest declares is meant itself.
    if names.len() > 1 && names.iter().any(|name| name == key) {
        let declared = declares(manifest, key);
        names.retain(|name| (name == key) == declared);
    }
    names
}

/// Whether a manifest has a feature of this name in its list.
fn declares(manifest: &Utf8Path, feature: &str) -> bool {
    let manifest = text(manifest).ok().and_then(|text| toml::from_str::<toml::Table>(&text).ok());
    manifest.is_some_and(|manifest| manifest.get("features").is_some_and(|features| features.get(feature).is_some()))
}
