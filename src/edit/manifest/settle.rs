//! Decides for one crate whether it is reused, repeated, inherited or added, and has that written.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::entry::{self, Dependency, Target};
use super::read::{self, Entry, Purpose};
use super::requirement::{self, Fit};
use super::{Host, Inserted, Wanted, Work, Workspace};
use crate::edit::EditError;

const CODE: &str = "dependencies";

/// What is settled so far.
#[derive(Debug, Default)]
pub struct Settled {
    /// The Rust identifier of each crate.
    pub crates: BTreeMap<String, String>,
    /// The requirement in force for each crate.
    pub versions: BTreeMap<String, String>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// What stands in the manifests now.
struct View {
    own: Vec<Entry>,
    shared: Vec<Entry>,
    locked: Vec<Version>,
    tests: &'static str,
}

/// Where a crate comes from in the end.
struct Source {
    key: String,
    requirement: Option<String>,
}

/// Sees to one crate.
pub fn settle(host: &Host, wanted: &Wanted, work: &mut Work, settled: &mut Settled) -> Result<(), EditError> {
    let view = view(host, wanted, work)?;
    let judged: Vec<(&Entry, Fit)> = view
        .own
        .iter()
        .filter(|entry| entry.package == wanted.name)
        .map(|entry| (entry, fit(entry, wanted, &view)))
        .collect();
    let usable: Vec<&Entry> =
        judged.iter().filter(|(_, fit)| matches!(fit, Fit::Fits | Fit::Locked(_))).map(|(entry, _)| *entry).collect();
    if let (true, Some((pinned, _))) = (usable.is_empty(), judged.iter().find(|(_, fit)| *fit == Fit::Pinned)) {
        return Err(pinned_error(pinned, wanted));
    }
    let source = match reuse(host, wanted, work, &view, &usable, settled)? {
        Some(source) => source,
        None => add(host, wanted, work, &view, settled)?,
    };
    for (entry, fit) in &judged {
        if let (Fit::Locked(held), true) = (fit, entry.key == source.key) {
            settled.note(format!(
                "the lock file holds `{name}` {held}, but `{}` is needed: run `cargo update -p {name}`",
                wanted.accepts,
                name = wanted.name
            ));
        }
    }
    settled.crates.entry(wanted.name.clone()).or_insert_with(|| source.key.replace('-', "_"));
    let requirement = source.requirement.unwrap_or_else(|| "*".to_owned());
    settled.versions.entry(wanted.name.clone()).or_insert(requirement);
    Ok(())
}

impl Settled {
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

fn view(host: &Host, wanted: &Wanted, work: &Work) -> Result<View, EditError> {
    let document = read::parse(&work.package, read::PACKAGE)?;
    let shared = match (&work.workspace, host.workspace) {
        (Some(text), _) => read::shared(&read::parse(text, read::WORKSPACE)?),
        (None, Workspace::Same) => read::shared(&document),
        _ => Vec::new(),
    };
    let old_spelling = document.contains_key("dev_dependencies") && !document.contains_key("dev-dependencies");
    Ok(View {
        own: read::entries(&document, &shared),
        shared,
        locked: read::locked(host.lock, &wanted.name),
        tests: if old_spelling { "dev_dependencies" } else { "dev-dependencies" },
    })
}

fn fit(entry: &Entry, wanted: &Wanted, view: &View) -> Fit {
    let fit = match &entry.requirement {
        Some(found) => requirement::judge(found, &wanted.accepts, &wanted.requirement, &view.locked),
        // A path or a repository: the lock file knows, where it has just one.
        None => match view.locked.as_slice() {
            [only] if requirement::holds(&wanted.accepts, only) => Fit::Fits,
            _ => Fit::Apart,
        },
    };
    if fit == Fit::Pinned && entry.elsewhere { Fit::Apart } else { fit }
}

fn pinned_error(entry: &Entry, wanted: &Wanted) -> EditError {
    EditError::Pinned {
        name: wanted.name.clone(),
        found: entry.requirement.clone().unwrap_or_default(),
        needed: wanted.accepts.clone(),
    }
}

/// Makes use of an entry of the package that suits, directly or by naming it a second time.
fn reuse(
    host: &Host,
    wanted: &Wanted,
    work: &mut Work,
    view: &View,
    usable: &[&Entry],
    settled: &mut Settled,
) -> Result<Option<Source>, EditError> {
    let find = |test: &dyn Fn(&Entry) -> bool| usable.iter().copied().find(|entry| test(entry));
    let code = find(&|entry| entry.purpose == Purpose::Code && entry.everywhere && !entry.optional);
    let tests = find(&|entry| wanted.dev && entry.purpose == Purpose::Tests && entry.everywhere);
    let optional = find(&|entry| !wanted.dev && entry.table == CODE && entry.optional);
    let on: BTreeSet<String> = [code, tests].into_iter().flatten().flat_map(|entry| entry.features.clone()).collect();
    let found = match (code, tests, optional, host.feature) {
        (Some(entry), None, _, _) | (_, Some(entry), _, _) => {
            let missing = missing(wanted, entry.requirement.as_deref(), view, &on);
            if missing.is_empty() {
                entry
            } else if wanted.dev && tests.is_none() {
                return repeat(host, wanted, work, view, entry, &on).map(Some);
            } else {
                entry::add_features(work, &wanted.name, &entry.table, &entry.key, &missing)?;
                entry
            }
        }
        (None, None, Some(entry), Some(feature)) => {
            turn_on(wanted, work, view, feature, entry)?;
            entry
        }
        _ => match find(&|entry| !entry.elsewhere && unambiguous(entry, view)) {
            Some(entry) => {
                if entry.optional && entry.everywhere && !wanted.dev {
                    settled.note(format!(
                        "`{}` is optional, so it is named again under `[{}]`",
                        entry.key,
                        read::EVERYWHERE
                    ));
                }
                return repeat(host, wanted, work, view, entry, &BTreeSet::new()).map(Some);
            }
            None => return Ok(None),
        },
    };
    let ours = |inserted: &Inserted| matches!(inserted, Inserted::Entry { key, .. } if *key == found.key);
    if !work.inserted.iter().any(ours) {
        settled.note(format!("reusing `{}` {}", found.key, found.requirement.as_deref().unwrap_or("as it is")));
    }
    Ok(Some(Source { key: found.key.clone(), requirement: found.requirement.clone() }))
}

/// Whether the entry's key names no other crate in another table.
fn unambiguous(entry: &Entry, view: &View) -> bool {
    view.own.iter().all(|other| other.key != entry.key || other.package == entry.package)
}

/// Has the framework's feature turn on an optional dependency, with the features that are needed.
fn turn_on(wanted: &Wanted, work: &mut Work, view: &View, feature: &str, entry: &Entry) -> Result<(), EditError> {
    let missing = missing(wanted, entry.requirement.as_deref(), view, &entry.features);
    if !missing.is_empty() {
        entry::add_features(work, &wanted.name, &entry.table, &entry.key, &missing)?;
    }
    activate(wanted, work, view, feature, &entry.key)
}

fn activate(wanted: &Wanted, work: &mut Work, view: &View, feature: &str, key: &str) -> Result<(), EditError> {
    let document = read::parse(&work.package, read::PACKAGE)?;
    if read::turns_on(&document, feature, key) {
        return Ok(());
    }
    let declared = document.get("features").is_some_and(|features| features.get(feature).is_some());
    let optional = |name: &str| view.own.iter().any(|entry| entry.optional && entry.key == name);
    let implied = optional(feature) && !read::is_hidden(&document, feature);
    // Naming `dep:x` where `x` is used as a feature would take that feature away.
    let item = if optional(key) && !read::is_hidden(&document, key) { key.to_owned() } else { format!("dep:{key}") };
    if !declared && implied {
        let target = Target { krate: &wanted.name, workspace: false };
        entry::write_line(work, target, "features", feature, &format!(" = [\"dep:{feature}\"]"))?;
    }
    entry::activate(work, &wanted.name, feature, &item)
}

/// Names a dependency that is there in another table once more, by the same key and from the same source.
fn repeat(
    host: &Host,
    wanted: &Wanted,
    work: &mut Work,
    view: &View,
    entry: &Entry,
    on: &BTreeSet<String>,
) -> Result<Source, EditError> {
    let base = view.shared.iter().find(|shared| entry.inherited && shared.key == entry.key);
    let defaults = entry.features.contains("default") || wanted.default_features;
    let mut on = on.clone();
    on.extend(base.into_iter().flat_map(|base| base.features.clone()));
    if base.is_none() && defaults {
        on.insert("default".to_owned());
    }
    let table = match (wanted.dev, entry.optional && entry.table == CODE) {
        (true, _) => view.tests,
        (false, true) => read::EVERYWHERE,
        (false, false) => CODE,
    };
    let dependency = Dependency {
        package: (!entry.inherited && entry.package != entry.key).then(|| entry.package.clone()),
        requirement: if entry.inherited { None } else { entry.requirement.clone() },
        no_defaults: !entry.inherited && !defaults,
        features: missing(wanted, entry.requirement.as_deref(), view, &on),
        optional: host.feature.is_some() && !wanted.dev,
    };
    put(host, wanted, work, view, table, &entry.key, &dependency)?;
    Ok(Source { key: entry.key.clone(), requirement: entry.requirement.clone() })
}

/// Adds a crate that the package does not have, from the workspace where that has it.
fn add(host: &Host, wanted: &Wanted, work: &mut Work, view: &View, settled: &mut Settled) -> Result<Source, EditError> {
    let table = if wanted.dev { view.tests } else { CODE };
    let free = |key: &str| !view.own.iter().any(|entry| entry.purpose != Purpose::Build && same(&entry.key, key));
    for shared in view.shared.iter().filter(|shared| shared.package == wanted.name && free(&shared.key)) {
        match fit(shared, wanted, view) {
            Fit::Fits | Fit::Locked(_) => {
                let features = missing(wanted, shared.requirement.as_deref(), view, &shared.features);
                let dependency =
                    Dependency { features, optional: host.feature.is_some() && !wanted.dev, ..Dependency::default() };
                put(host, wanted, work, view, table, &shared.key, &dependency)?;
                return Ok(Source { key: shared.key.clone(), requirement: shared.requirement.clone() });
            }
            Fit::Pinned => return Err(pinned_error(shared, wanted)),
            Fit::Apart => {}
        }
    }
    let inherit = inherits_all(view);
    let unused = |key: &str| free(key) && !(inherit && view.shared.iter().any(|shared| same(&shared.key, key)));
    let key = choose(host, wanted, unused);
    if !same(&key, &wanted.name) {
        settled.note(format!(
            "`{}` {} is added beside the one that is there, as `{key}`",
            wanted.name, wanted.requirement
        ));
    }
    let on: BTreeSet<String> = wanted.default_features.then(|| "default".to_owned()).into_iter().collect();
    let mut dependency = Dependency {
        package: (key != wanted.name).then(|| wanted.name.clone()),
        requirement: Some(wanted.requirement.clone()),
        no_defaults: !wanted.default_features,
        features: missing(wanted, Some(&wanted.requirement), view, &on),
        optional: host.feature.is_some() && !wanted.dev,
    };
    if inherit {
        let target = Target { krate: &wanted.name, workspace: true };
        let shared = Dependency { features: Vec::new(), optional: false, ..dependency.clone() };
        entry::write(work, target, "workspace.dependencies", &key, &shared)?;
        dependency = Dependency { package: None, requirement: None, no_defaults: false, ..dependency };
    }
    put(host, wanted, work, view, table, &key, &dependency)?;
    Ok(Source { key, requirement: Some(wanted.requirement.clone()) })
}

/// Writes a dependency of the package, in the framework's feature where it is optional.
fn put(
    host: &Host,
    wanted: &Wanted,
    work: &mut Work,
    view: &View,
    table: &str,
    key: &str,
    dependency: &Dependency,
) -> Result<(), EditError> {
    entry::write(work, Target { krate: &wanted.name, workspace: false }, table, key, dependency)?;
    match host.feature.filter(|_| dependency.optional) {
        Some(feature) => activate(wanted, work, view, feature, key),
        None => Ok(()),
    }
}

/// The crate's own name, else the alias, else the alias with a number.
fn choose(host: &Host, wanted: &Wanted, free: impl Fn(&str) -> bool) -> String {
    let alias = format!("{}_{}", host.alias_prefix, wanted.name.replace('-', "_"));
    let numbered = (2..).map(|number| format!("{alias}_{number}"));
    let mut keys = [wanted.name.clone(), alias.clone()].into_iter().chain(numbered);
    keys.find(|key| free(key)).unwrap_or(alias)
}

/// Whether everything that the package has from the registry is inherited.
fn inherits_all(view: &View) -> bool {
    let mut from_registry = view.own.iter().filter(|entry| !entry.elsewhere).peekable();
    from_registry.peek().is_some() && from_registry.all(|entry| entry.inherited)
}

/// The needed features that are not on.
fn missing(wanted: &Wanted, found: Option<&str>, view: &View, on: &BTreeSet<String>) -> Vec<String> {
    let mut needed = needed(wanted, found, view).to_vec();
    if wanted.satisfied_by.iter().any(|feature| on.contains(feature)) {
        let choice = needed.iter().any(|feature| wanted.satisfied_by.contains(feature));
        needed.retain(|feature| choice && !wanted.satisfied_by.contains(feature));
    }
    needed.extend(wanted.default_features.then(|| "default".to_owned()));
    needed.retain(|feature| !on.contains(feature));
    needed
}

/// What is needed of the version in force.
fn needed<'a>(wanted: &'a Wanted, found: Option<&str>, view: &View) -> &'a [String] {
    let found = found.unwrap_or("*");
    let held = view.locked.iter().filter(|version| requirement::holds(found, version)).max();
    let special = wanted.features_by_version.iter().find(|(range, _)| match held {
        Some(held) => requirement::holds(range, held),
        None => requirement::overlap(range, found) && !requirement::overlap(&wanted.requirement, found),
    });
    special.map_or(&wanted.features, |(_, features)| features)
}

fn same(key: &str, other: &str) -> bool {
    key.replace('-', "_") == other.replace('-', "_")
}
