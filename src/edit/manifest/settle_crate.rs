//! Decides for one crate whether it is reused, repeated, inherited or added, and has that written.

use std::collections::{BTreeMap, BTreeSet};

use super::new_entry::{self, NewDependency, Target};
use super::present_entries::{self, Chosen, Entry, Purpose};
use super::version_ranges::Fit;
use super::wanted_crate::{Case, case, same};
use super::{Host, Inserted, Work};
use crate::blueprint::{Backend, Dependency};
use crate::edit::EditError;
use crate::remark::{Backends, Remark};

/// What is settled so far.
#[derive(Debug, Default)]
pub struct Settled {
    /// The Rust identifier of each crate.
    pub crates: BTreeMap<String, String>,
    /// The requirement in force for each crate.
    pub versions: BTreeMap<String, String>,
    /// What the host had already, as `serde` 1.
    pub reused: Vec<String>,
    /// The crates that the host did not have.
    pub added: Vec<String>,
    /// Remarks.
    pub notes: Vec<Remark>,
}

/// Where a crate comes from in the end.
struct Source {
    key: String,
    requirement: Option<String>,
}

/// Sees to one crate.
pub fn settle(host: &Host, wanted: &Dependency, work: &mut Work, settled: &mut Settled) -> Result<(), EditError> {
    let case = case(host, wanted, work);
    let own = case.own.iter().filter(|entry| entry.package == wanted.krate);
    let judged: Vec<(&Entry, Fit)> = own.map(|entry| (entry, case.fit(entry))).collect();
    let mut usable: Vec<&Entry> =
        judged.iter().filter(|(_, fit)| matches!(fit, Fit::Fits | Fit::Locked(_))).map(|(entry, _)| *entry).collect();
    if let (true, Some((pinned, _))) = (usable.is_empty(), judged.iter().find(|(_, fit)| *fit == Fit::Pinned)) {
        return Err(pinned_error(pinned, wanted));
    }
    let clashing = usable.iter().find(|entry| case.clash_of(entry).is_some()).copied();
    usable.retain(|entry| case.clash_of(entry).is_none());
    // One that has all features already comes first.
    usable.sort_by_key(|entry| !case.missing(entry.requirement.as_deref(), &case.on(entry)).is_empty());
    let source = match reuse(&case, work, &usable, settled)? {
        Some(source) => source,
        None => add(&case, work, clashing, settled)?,
    };
    for (entry, fit) in &judged {
        if let (Fit::Locked(held), true) = (fit, entry.key == source.key) {
            settled.note(Remark::LockedTooOld {
                krate: wanted.krate.clone(),
                held: held.to_string(),
                needed: wanted.accepts.clone(),
            });
        }
    }
    settled.crates.entry(wanted.krate.clone()).or_insert_with(|| source.key.replace('-', "_"));
    let requirement = source.requirement.unwrap_or_else(|| "*".to_owned());
    settled.versions.entry(wanted.krate.clone()).or_insert(requirement);
    Ok(())
}

impl Settled {
    fn note(&mut self, note: Remark) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What the host sees to itself, where nothing else does.
    fn note_on_what_is_left(&mut self, case: &Case, entry: &Entry) {
        let (wanted, on) = (case.wanted, case.on(entry));
        let forms = wanted.features_by_version.iter().flat_map(|form| &form.beside);
        let is_left = wanted.left_to_host.iter().chain(forms).any(|feature| on.contains(feature));
        if is_left && !wanted.satisfied_by.iter().any(|feature| on.contains(feature)) {
            wanted.left_note.iter().for_each(|note| self.note(Remark::LeftToHost { note: note.clone() }));
        }
    }

    /// That the host's own features choose what the code cannot do without, where none of them is on by default.
    fn notes_on_choice(&mut self, case: &Case, entry: &Entry) {
        let wanted = case.wanted;
        let is_on = |features: &BTreeSet<String>| wanted.satisfied_by.iter().any(|one| features.contains(one));
        let chosen: Vec<&Chosen> = case.chosen.iter().filter(|one| one.key == entry.key).collect();
        if chosen.is_empty() || chosen.iter().any(|one| one.by_default) || is_on(&entry.features) {
            return;
        }
        let features: BTreeSet<String> = chosen.iter().map(|one| one.by.clone()).collect();
        self.note(Remark::BehindFeature { key: entry.key.clone(), features: features.into_iter().collect() });
    }
}

fn pinned_error(entry: &Entry, wanted: &Dependency) -> EditError {
    EditError::Pinned {
        name: wanted.krate.clone(),
        found: entry.requirement.clone().unwrap_or_default(),
        needed: wanted.accepts.clone(),
    }
}

/// Makes use of an entry of the package that suits, directly or by naming it a second time.
fn reuse(case: &Case, work: &mut Work, usable: &[&Entry], settled: &mut Settled) -> Result<Option<Source>, EditError> {
    let wanted = case.wanted;
    let find = |test: &dyn Fn(&Entry) -> bool| usable.iter().copied().find(|entry| test(entry));
    let code = find(&|entry| entry.purpose == Purpose::Code && case.reaches(entry) && !entry.optional);
    let tests = find(&|entry| wanted.dev && entry.purpose == Purpose::Tests && case.reaches(entry));
    let optional = find(&|entry| !wanted.dev && entry.table == case.code && entry.optional);
    let found = match (tests.or(code), optional, case.host.feature) {
        (Some(entry), _, _) => {
            let on = [code, tests].into_iter().flatten().flat_map(|entry| case.on(entry)).collect();
            let missing = case.missing(entry.requirement.as_deref(), &on);
            if wanted.dev && tests.is_none() && !missing.is_empty() {
                // Under its key tests may have something else, such as another version.
                return case.can_repeat(entry).then(|| repeat(case, work, entry, on)).transpose();
            }
            add_features(case, work, entry, &missing)?;
            settled.note_on_what_is_left(case, entry);
            settled.notes_on_choice(case, entry);
            entry
        }
        (None, Some(entry), Some(feature)) => {
            add_features(case, work, entry, &case.missing(entry.requirement.as_deref(), &case.on(entry)))?;
            activate(case, work, feature, &entry.key)?;
            settled.note_on_what_is_left(case, entry);
            settled.notes_on_choice(case, entry);
            entry
        }
        _ => {
            let twin = find(&|entry| !entry.elsewhere && case.is_unambiguous(entry) && case.can_repeat(entry));
            if let Some(entry) = twin.filter(|entry| !wanted.dev && case.table_of_repeat(entry) != case.code) {
                let table = case.table_of_repeat(entry);
                settled.note(Remark::NamedAgain { key: entry.key.clone(), table });
            }
            return twin.map(|entry| repeat(case, work, entry, BTreeSet::new())).transpose();
        }
    };
    let ours = |inserted: &Inserted| matches!(inserted, Inserted::Dependency { key, .. } if *key == found.key);
    if !work.inserted.iter().any(ours) {
        let reused = format!("`{}` {}", found.key, found.requirement.as_deref().unwrap_or("as it is"));
        settled.reused.extend((!settled.reused.contains(&reused)).then_some(reused));
    }
    Ok(Some(Source { key: found.key.clone(), requirement: found.requirement.clone() }))
}

fn add_features(case: &Case, work: &mut Work, entry: &Entry, missing: &[String]) -> Result<(), EditError> {
    match missing {
        [] => Ok(()),
        missing => new_entry::add_features(work, &case.wanted.krate, &entry.table, &entry.key, missing),
    }
}

/// Has the framework's feature turn on an optional dependency.
fn activate(case: &Case, work: &mut Work, feature: &str, key: &str) -> Result<(), EditError> {
    let document = &work.package;
    if present_entries::turns_on(document, feature, key) {
        return Ok(());
    }
    let declared = document.get("features").is_some_and(|features| features.get(feature).is_some());
    // An optional dependency has a feature of its name until some feature says `dep:`.
    let implied = |key: &str| {
        let optional = case.own.iter().any(|entry| entry.optional && entry.key == key);
        optional && !present_entries::is_hidden(document, key)
    };
    let item = if implied(key) { key.to_owned() } else { format!("dep:{key}") };
    if !declared && implied(feature) {
        new_entry::write_feature(work, &case.wanted.krate, feature, &format!("dep:{feature}"))?;
    }
    new_entry::activate(work, &case.wanted.krate, feature, &item)
}

/// Names a dependency that is there in another table once more, by the same key and from the same source.
fn repeat(case: &Case, work: &mut Work, entry: &Entry, mut on: BTreeSet<String>) -> Result<Source, EditError> {
    let base = case.shared.iter().find(|shared| entry.inherited && shared.key == entry.key);
    let defaults = entry.features.contains("default") || case.wanted.default_features;
    on.extend(base.into_iter().flat_map(|base| base.features.clone()));
    if base.is_none() && defaults {
        on.insert("default".to_owned());
    }
    on.extend(case.chosen(&entry.key));
    let requirement = entry.requirement.as_deref();
    let mut features = case.missing(requirement, &on);
    if case.wanted.choice && !features.is_empty() {
        let choice = entry.features.iter().filter(|feature| case.wanted.satisfied_by.contains(feature));
        let choice: Vec<String> = choice.filter(|feature| !on.contains(*feature)).cloned().collect();
        on.extend(choice.clone());
        features = [choice, case.missing(requirement, &on)].concat();
    }
    let dependency = NewDependency {
        package: (!entry.inherited && entry.package != entry.key).then(|| entry.package.clone()),
        requirement: entry.requirement.clone().filter(|_| !entry.inherited),
        no_defaults: !entry.inherited && !defaults,
        features,
        optional: case.optional(),
    };
    put(case, work, &case.table_of_repeat(entry), &entry.key, &dependency)?;
    Ok(Source { key: entry.key.clone(), requirement: entry.requirement.clone() })
}

/// Adds a crate that the package does not have, or not in a way that suits, from the workspace where that has it.
fn add(case: &Case, work: &mut Work, clashing: Option<&Entry>, settled: &mut Settled) -> Result<Source, EditError> {
    let wanted = case.wanted;
    let mut clashing = clashing;
    for shared in case.shared.iter().filter(|shared| shared.package == wanted.krate && case.is_free(&shared.key)) {
        match case.fit(shared) {
            Fit::Fits | Fit::Locked(_) if case.clash_of(shared).is_some() => clashing = clashing.or(Some(shared)),
            Fit::Fits | Fit::Locked(_) => {
                let features = case.missing(shared.requirement.as_deref(), &shared.features);
                let dependency = NewDependency { features, optional: case.optional(), ..NewDependency::default() };
                settled.note_on_what_is_left(case, shared);
                put(case, work, &case.table, &shared.key, &dependency)?;
                return Ok(Source { key: shared.key.clone(), requirement: shared.requirement.clone() });
            }
            Fit::Pinned => return Err(pinned_error(shared, wanted)),
            Fit::Apart => {}
        }
    }
    let source = add_new(case, work, clashing)?;
    if source.key != wanted.krate {
        let (krate, requirement) = (wanted.krate.clone(), case.requirement().to_owned());
        settled.note(Remark::Beside { krate, requirement, key: source.key.clone() });
    }
    settled.notes.extend(note_on_backend(case, clashing));
    settled.added.push(wanted.krate.clone());
    Ok(source)
}

/// Adds a crate that neither the package nor its workspace has in a way that suits.
fn add_new(case: &Case, work: &mut Work, clashing: Option<&Entry>) -> Result<Source, EditError> {
    let (wanted, requirement) = (case.wanted, case.requirement().to_owned());
    let inherit = case.inherits_all();
    let is_shared = |key: &str| case.shared.iter().any(|shared| same(&shared.key, key));
    let is_left = |key: &str| clashing.is_some_and(|entry| same(&entry.key, key));
    let key = case.choose_key(|key| case.is_free(key) && !is_left(key) && !(inherit && is_shared(key)));
    let on = wanted.default_features.then(|| "default".to_owned()).into_iter().collect();
    let mut dependency = NewDependency {
        package: (key != wanted.krate).then(|| wanted.krate.clone()),
        requirement: Some(requirement.clone()),
        no_defaults: !wanted.default_features,
        features: case.missing(Some(&requirement), &on),
        optional: case.optional(),
    };
    if inherit {
        let target = Target { krate: &wanted.krate, workspace: true };
        let shared = NewDependency { features: Vec::new(), optional: false, ..dependency.clone() };
        new_entry::write(work, target, "workspace.dependencies", &key, &shared)?;
        dependency = NewDependency { package: None, requirement: None, no_defaults: false, ..dependency };
    }
    put(case, work, &case.table, &key, &dependency)?;
    Ok(Source { key, requirement: Some(requirement) })
}

/// Why another version is added than the usual one, or than the one that is there.
fn note_on_backend(case: &Case, clashing: Option<&Entry>) -> Option<Remark> {
    let (wanted, requirement) = (case.wanted, case.requirement().to_owned());
    let Backend { of, why, .. } = wanted.backend.as_ref()?;
    let present = || case.present.iter().cloned().collect();
    let backends = |brought| Backends { of: of.clone(), brought, present: present(), why: why.clone() };
    if let Some(entry) = clashing {
        let found = entry.requirement.as_deref().unwrap_or("as it is").to_owned();
        return Some(Remark::BackendApart { key: entry.key.clone(), found, backends: backends(case.clash_of(entry)?) });
    }
    let backends = backends(case.clash(Some(&wanted.requirement), &BTreeSet::new())?);
    let (krate, usual) = (wanted.krate.clone(), wanted.requirement.clone());
    Some(Remark::BackendKept { krate, requirement, usual, backends })
}

/// Writes a dependency of the package, in the framework's feature where it is optional.
fn put(case: &Case, work: &mut Work, table: &str, key: &str, dependency: &NewDependency) -> Result<(), EditError> {
    new_entry::write(work, Target { krate: &case.wanted.krate, workspace: false }, table, key, dependency)?;
    match case.host.feature.filter(|_| dependency.optional) {
        Some(feature) => activate(case, work, feature, key),
        None => Ok(()),
    }
}
