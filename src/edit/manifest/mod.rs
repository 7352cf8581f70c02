//! Adds dependencies to a `Cargo.toml`, reusing what is there, and takes them back.
//!
//! Why aliases are rare: cargo refuses a package that names one version of a crate by two keys. So a crate that is there in
//! any table is named by the key that it has, and an alias stands only beside a version that cannot be the same.

mod array_items;
mod edit_proof;
mod entry_place;
mod feature_lists;
mod host_backends;
mod inserted;
mod lock_file;
mod needed_features;
mod new_entry;
mod present_entries;
mod settle_crate;
mod table_groups;
mod taking_back;
mod version_ranges;
mod wanted_crate;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::EditError;
use super::text::{is_subsequence, split_mark};
use crate::blueprint::Dependency;
use crate::remark::Remark;

use present_entries::{Entry, Parsed};

pub use inserted::Inserted;
pub use lock_file::Locked;
pub use taking_back::{holds, unpatch};

/// The workspace that the package belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workspace<'a> {
    None,
    /// The package's manifest is also the workspace's.
    Same,
    /// The text of the workspace's manifest.
    Other(&'a str),
}

/// What is known about the package.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// The text of its manifest.
    pub package: &'a str,
    pub workspace: Workspace<'a>,
    /// What its lock file holds, where there is one.
    pub locked: Option<&'a Locked>,
    /// The feature that the framework is optional behind; what we add becomes optional in the same feature.
    pub feature: Option<&'a str>,
    /// The targets that the framework is there for, such as `cfg(unix)`; what we add is there for the same.
    pub target: Option<&'a str>,
    /// The framework's crate, which the package has, in a version that has been judged.
    pub framework: &'a str,
}

/// The manifests with our dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patched {
    /// The package's manifest.
    pub package: String,
    /// The workspace's manifest, where it is another file and was changed.
    pub workspace: Option<String>,
    /// The Rust identifier of each crate.
    pub crates: BTreeMap<String, String>,
    /// The requirement in force for each crate; `*` where only the lock file or a path says.
    pub versions: BTreeMap<String, String>,
    /// What was inserted, in this order.
    pub inserted: Vec<Inserted>,
    /// The crates that the host did not have.
    pub added: Vec<String>,
    /// The crates of the host that are reused where something was inserted, with their requirements.
    pub reused: Vec<String>,
    /// Remarks for the user.
    pub notes: Vec<Remark>,
}

/// The manifests while they change, without byte-order marks.
pub(super) struct Work {
    package: Parsed,
    workspace: Option<Parsed>,
    inserted: Vec<Inserted>,
    /// What stands in them, once it was asked for since they changed.
    entries: OnceCell<Entries>,
}

/// What the workspace offers, and what the package has.
#[derive(Clone)]
pub(super) struct Entries {
    shared: Rc<[Entry]>,
    own: Rc<[Entry]>,
}

/// Adds what is wanted and missing.
pub fn patch<'a>(host: &Host, wanted: impl IntoIterator<Item = &'a Dependency> + Clone) -> Result<Patched, EditError> {
    let (mark, package) = split_mark(host.package);
    let other = match host.workspace {
        Workspace::Other(text) => Some(split_mark(text)),
        Workspace::None | Workspace::Same => None,
    };
    let mut work = Work {
        package: present_entries::parse(package, present_entries::PACKAGE)?,
        workspace: other.map(|(_, text)| present_entries::parse(text, present_entries::WORKSPACE)).transpose()?,
        inserted: Vec::new(),
        entries: OnceCell::new(),
    };
    let mut settled = settle_crate::Settled::default();
    // What tests need comes last, so that it finds what the code needs.
    let of_code = wanted.clone().into_iter().filter(|one| !one.dev);
    for one in of_code.chain(wanted.into_iter().filter(|one| one.dev)) {
        settle_crate::settle(host, one, &mut work, &mut settled)?;
    }
    let workspace = other.zip(work.workspace.as_ref()).filter(|((_, old), new)| *old != new.raw());
    prove(package, &work, other.map(|(_, text)| text))?;
    Ok(Patched {
        package: format!("{mark}{}", work.package.raw()),
        workspace: workspace.map(|((mark, _), new)| format!("{mark}{}", new.raw())),
        crates: settled.crates,
        versions: settled.versions,
        added: settled.added,
        reused: if work.inserted.is_empty() { Vec::new() } else { settled.reused },
        notes: if work.inserted.is_empty() { Vec::new() } else { settled.notes },
        inserted: work.inserted,
    })
}

/// Whether an insertion of an earlier version is still what a crate needs: its requirement, and no feature too many.
/// One that repeats an entry of the host's keeps to what that says, as long as it says so in the package's manifest.
pub fn serves(package: &str, inserted: &Inserted, wanted: &Dependency) -> bool {
    // What was chosen by the lock file of that day is as good today.
    let by_version = wanted.features_by_version.iter().flat_map(|form| &form.features);
    let others = || wanted.features_by_version.iter().filter_map(|form| form.requirement.as_ref());
    let requirement = |found: &str| [&wanted.requirement].into_iter().chain(others()).any(|one| one == found);
    let known: Vec<&String> = wanted.features.iter().chain(by_version).collect();
    let chosen = |feature: &str| wanted.choice && wanted.satisfied_by.iter().any(|one| one == feature);
    let needed = |feature: &str| chosen(feature) || known.iter().any(|one| *one == feature);
    let requirement = |found: &str| requirement(found) || repeats(package, inserted, found, &wanted.accepts);
    match inserted {
        Inserted::Feature { .. } | Inserted::FeatureItems { .. } => true,
        Inserted::DependencyFeatures { features, .. } => features.iter().all(|feature| needed(feature)),
        Inserted::Dependency { key, text, .. } => match edit_proof::value_of(text, key) {
            Some(toml::Value::String(version)) => requirement(&version),
            Some(toml::Value::Table(entry)) => {
                let version = entry.get("version").and_then(toml::Value::as_str);
                let features = entry.get("features").and_then(toml::Value::as_array).into_iter().flatten();
                version.is_none_or(requirement) && features.filter_map(toml::Value::as_str).all(needed)
            }
            _ => true,
        },
    }
}

/// Whether the package names the crate by the same key and with the same requirement, which does, in another table.
fn repeats(package: &str, inserted: &Inserted, found: &str, accepts: &str) -> bool {
    let Inserted::Dependency { workspace: false, table, key, .. } = inserted else { return false };
    let Ok(document) = present_entries::parse(split_mark(package).1, present_entries::PACKAGE) else { return false };
    let is_twin =
        |entry: &Entry| entry.key == *key && entry.table != *table && entry.requirement.as_deref() == Some(found);
    version_ranges::overlap(accepts, found) && present_entries::entries(&document, &[]).iter().any(is_twin)
}

/// Whether a member's manifest inherits this key from the workspace. One that cannot be read counts as doing so.
pub fn inherits(member: &str, key: &str) -> bool {
    match present_entries::parse(split_mark(member).1, present_entries::PACKAGE) {
        Ok(document) => {
            present_entries::entries(&document, &[]).iter().any(|entry| entry.inherited && entry.key == key)
        }
        Err(_) => true,
    }
}

/// The old bytes are all there, and the documents differ by what we say that we inserted.
fn prove(package: &str, work: &Work, workspace: Option<&str>) -> Result<(), EditError> {
    let unproven = EditError::Unproven { what: "the manifest" };
    let shared = |inserted: &&Inserted| inserted.in_workspace() && workspace.is_some();
    let mine: Vec<&Inserted> = work.inserted.iter().filter(|inserted| !shared(inserted)).collect();
    let theirs: Vec<&Inserted> = work.inserted.iter().filter(shared).collect();
    let good = |old: &str, new: &str, inserted: &[&Inserted]| {
        is_subsequence(old, new)
            && edit_proof::with(old, inserted).is_some_and(|expected| edit_proof::document(new) == Some(expected))
    };
    let other = match (workspace, &work.workspace) {
        (Some(old), Some(new)) => good(old, new.raw(), &theirs),
        _ => true,
    };
    if good(package, work.package.raw(), &mine) && other { Ok(()) } else { Err(unproven) }
}
