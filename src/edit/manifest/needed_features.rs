//! Judges what the host has against what is wanted: the version, and the features that are missing.

use std::collections::BTreeSet;

use semver::Version;

use super::present_entries::Entry;
use super::version_ranges::{self, Fit};
use crate::blueprint::{Dependency, VersionFeatures};

/// How a dependency of the host suits.
pub fn fit(entry: &Entry, wanted: &Dependency, is_framework: bool, locked: &[Version]) -> Fit {
    let fit = match &entry.requirement {
        Some(found) => version_ranges::judge(found, &wanted.accepts, &wanted.requirement, locked),
        None if is_framework => Fit::Fits,
        // A path or a repository: the lock file knows, where it has just one.
        None => match locked {
            [only] if version_ranges::holds(&wanted.accepts, only) => Fit::Fits,
            _ => Fit::Apart,
        },
    };
    if fit == Fit::Pinned && entry.elsewhere { Fit::Apart } else { fit }
}

/// The needed features that are not on, of the version in force.
pub fn missing(wanted: &Dependency, found: Option<&str>, locked: &[Version], on: &BTreeSet<String>) -> Vec<String> {
    let mut needed = form(wanted, found, locked, on).map_or(&wanted.features, |form| &form.features).clone();
    if wanted.satisfied_by.iter().chain(&wanted.left_to_host).any(|feature| on.contains(feature)) {
        let choice = needed.iter().any(|feature| wanted.satisfied_by.contains(feature));
        needed.retain(|feature| choice && !wanted.satisfied_by.contains(feature));
    }
    let implied = |feature: &String| {
        wanted.implied_by.get(feature).is_some_and(|others| others.iter().any(|other| on.contains(other)))
    };
    needed.retain(|feature| !on.contains(feature) && !implied(feature));
    needed
}

/// The backend that the features bring which the version in force lacks, where the host has others.
pub fn clash(
    wanted: &Dependency,
    found: Option<&str>,
    locked: &[Version],
    on: &BTreeSet<String>,
    present: &BTreeSet<String>,
) -> Option<String> {
    let form = form(wanted, found, locked, on)?;
    let backend = form.backend.clone().filter(|backend| !present.is_empty() && !present.contains(backend))?;
    let brings = missing(wanted, found, locked, on).iter().any(|feature| form.features.contains(feature));
    brings.then_some(backend)
}

/// What is needed of the version in force, beside the features that are on.
fn form<'a>(
    wanted: &'a Dependency,
    found: Option<&str>,
    locked: &[Version],
    on: &BTreeSet<String>,
) -> Option<&'a VersionFeatures> {
    let found = found.unwrap_or("*");
    let applies =
        |form: &&VersionFeatures| form.beside.is_empty() || form.beside.iter().any(|feature| on.contains(feature));
    let find = |test: &dyn Fn(&str) -> bool| {
        wanted.features_by_version.iter().filter(applies).find(|form| test(&form.version))
    };
    let usual = || find(&|range| version_ranges::overlap(range, &wanted.requirement));
    match locked.iter().filter(|version| version_ranges::holds(found, version)).max() {
        Some(held) => find(&|range| version_ranges::holds(range, held)),
        None if version_ranges::overlap(&wanted.requirement, found) => usual(),
        None => find(&|range| version_ranges::overlap(range, found)),
    }
}
