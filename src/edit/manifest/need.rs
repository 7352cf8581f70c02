//! Judges what the host has against what is wanted: the version, and the features that are missing.

use std::collections::BTreeSet;

use semver::Version;

use super::Wanted;
use super::read::Entry;
use super::requirement::{self, Fit};

/// How a dependency of the host suits.
pub fn fit(entry: &Entry, wanted: &Wanted, locked: &[Version]) -> Fit {
    let fit = match &entry.requirement {
        Some(found) => requirement::judge(found, &wanted.accepts, &wanted.requirement, locked),
        // A path or a repository: the lock file knows, where it has just one.
        None => match locked {
            [only] if requirement::holds(&wanted.accepts, only) => Fit::Fits,
            _ => Fit::Apart,
        },
    };
    if fit == Fit::Pinned && entry.elsewhere { Fit::Apart } else { fit }
}

/// The needed features that are not on, of the version in force.
pub fn missing(wanted: &Wanted, found: Option<&str>, locked: &[Version], on: &BTreeSet<String>) -> Vec<String> {
    let mut needed = needed(wanted, found, locked).to_vec();
    if wanted.satisfied_by.iter().any(|feature| on.contains(feature)) {
        let choice = needed.iter().any(|feature| wanted.satisfied_by.contains(feature));
        needed.retain(|feature| choice && !wanted.satisfied_by.contains(feature));
    }
    needed.extend(wanted.default_features.then(|| "default".to_owned()));
    needed.retain(|feature| !on.contains(feature));
    needed
}

/// What is needed of the version in force.
fn needed<'a>(wanted: &'a Wanted, found: Option<&str>, locked: &[Version]) -> &'a [String] {
    let found = found.unwrap_or("*");
    let held = locked.iter().filter(|version| requirement::holds(found, version)).max();
    let special = wanted.features_by_version.iter().find(|(range, _)| match held {
        Some(held) => requirement::holds(range, held),
        None => requirement::overlap(range, found) && !requirement::overlap(&wanted.requirement, found),
    });
    special.map_or(&wanted.features, |(_, features)| features)
}
