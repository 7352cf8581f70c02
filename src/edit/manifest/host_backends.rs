//! Keeps a second backend out of the host's program.
//!
//! Some features of a crate build another one further down in one of several ways, as those of `reqwest` do with `rustls`:
//! with `ring` or with `aws-lc-rs`. Cargo joins the features of a whole program, so what we add must go with what is there.

use std::collections::BTreeSet;

use semver::VersionReq;

use super::present_entries::{Entry, Purpose};
use super::{Locked, version_ranges};
use crate::blueprint::{Dependency, Sign};

/// The backends that the host has, by what is locked and by the dependencies in its manifest.
pub fn present(wanted: &Dependency, locked: Option<&Locked>, entries: &[Entry]) -> BTreeSet<String> {
    let Some(backend) = &wanted.backend else { return BTreeSet::new() };
    let of_forms = wanted.features_by_version.iter().filter_map(|form| form.backend.as_ref());
    let known: BTreeSet<&String> = of_forms.chain(backend.signs.iter().map(|sign| &sign.backend)).collect();
    let range = VersionReq::parse(&backend.version).ok();
    let is_locked =
        |name: &str| locked.zip(range.as_ref()).is_some_and(|(locked, range)| locked.depends(&backend.of, range, name));
    let is_shown = |name: &str| {
        let signs = backend.signs.iter().filter(|sign| sign.backend == name);
        signs.into_iter().any(|sign| entries.iter().any(|entry| shows(entry, sign)))
    };
    known.into_iter().filter(|name| is_locked(name) || is_shown(name)).cloned().collect()
}

/// Build scripts are programs of their own.
fn shows(entry: &Entry, sign: &Sign) -> bool {
    let version = entry.requirement.as_ref().is_none_or(|found| version_ranges::overlap(&sign.version, found));
    let built = entry.purpose != Purpose::Build && entry.package == sign.krate && version;
    built && sign.features.iter().any(|feature| entry.features.contains(feature))
}
