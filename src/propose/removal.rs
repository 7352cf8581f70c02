//! Takes everything out again: files that are ours and unedited go, and so does what we put into the user's.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::Proposal;
use super::generated::{base_of, merged};
use crate::change::{Change, Outcome};
use crate::edit::manifest;
use crate::edit::{crate_root, environment, wire};
use crate::inspect::Snapshot;
use crate::merge::Conflict;
use crate::patch::PatchError;
use crate::record::{self, Generated, Inserted, Record, sum};
use crate::remark::Remark;
use crate::settings;
use crate::whereabouts;

/// What taking it out changes; `force` takes edited files, too. What cannot be taken out is said by name.
pub fn removal(snapshot: &Snapshot, force: bool) -> Result<Proposal, PatchError> {
    let Some(record) = &snapshot.record else { return Ok(Proposal::of_record(snapshot, Vec::new())) };
    let generated = record.generated.iter().map(|file| generated(snapshot, file, force));
    let mut changes: Vec<Change> = generated.collect();
    let mut remarks: Vec<Remark> = changes
        .iter()
        .filter(|change| change.outcome == Outcome::Kept)
        .map(|change| Remark::KeptEdited { path: change.path.clone(), generated: true })
        .collect();
    let mut left = Vec::new();
    changes.extend(patched(snapshot, record, force, &mut left)?);
    remarks.extend(left);
    if let Some(kept) =
        changes.iter().find(|change| change.path == snapshot.dir.join(settings::FILE) && !change.writes())
    {
        remarks.push(Remark::KeptEdited { path: kept.path.clone(), generated: false });
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    let path = snapshot.dir.join(record::FILE);
    changes.push(Change::new(path.clone(), snapshot.tree.get(&path).map(str::to_owned), None));
    Ok(Proposal { remarks, ..Proposal::of_record(snapshot, changes) })
}

fn generated(snapshot: &Snapshot, file: &Generated, force: bool) -> Change {
    let path = whereabouts::in_snapshot(snapshot, file).unwrap_or_else(|| file.path.below(&snapshot.dir));
    let ours = snapshot.tree.get(&path);
    let before = ours.map(str::to_owned);
    if force {
        return Change::new(path, before, None);
    }
    let result = merged(snapshot, Some(base_of(file, ours)), ours, None, Conflict::Abort);
    Change { path, outcome: result.outcome, before, after: result.text }
}

/// The user's files without what we put into them.
fn patched(
    snapshot: &Snapshot,
    record: &Record,
    force: bool,
    left: &mut Vec<Remark>,
) -> Result<Vec<Change>, PatchError> {
    let mut texts: BTreeMap<Utf8PathBuf, String> = BTreeMap::new();
    for file in &record.patched {
        let path = file.path.below(&snapshot.dir);
        if let Some(text) = snapshot.tree.get(&path) {
            // What another member still names in a file that they share stays there.
            let shared: Vec<&Inserted> = snapshot.named_by_others(&path).collect();
            let own = file.inserted.iter().filter(|one| !shared.iter().any(|other| is_same(one, other)));
            texts.insert(path.clone(), without_inserted(text, own, &path, left)?);
        }
    }
    without_entries(snapshot, record, &mut texts, left)?;
    let changes = record.patched.iter().filter_map(|file| {
        let path = file.path.below(&snapshot.dir);
        let after = texts.get(&path)?.clone();
        let before = snapshot.tree.get(&path)?.to_owned();
        let gone = if file.path == settings::FILE {
            file.created && (force || sum(&before) == file.sha256)
        } else {
            file.created && after.trim().is_empty()
        };
        Some(Change::new(path, Some(before), (!gone).then_some(after)))
    });
    Ok(changes.collect())
}

/// Whether two members name the same variable.
fn is_same(one: &Inserted, other: &Inserted) -> bool {
    let name = |inserted: &Inserted| match inserted {
        Inserted::Variable { name, .. } => Some(name.clone()),
        _ => None,
    };
    name(one).is_some_and(|one| name(other) == Some(one))
}

/// A text without what we put into it, as far as that is no entry of a manifest.
fn without_inserted<'a>(
    text: &str,
    mut inserted: impl Iterator<Item = &'a Inserted>,
    path: &Utf8Path,
    left: &mut Vec<Remark>,
) -> Result<String, PatchError> {
    let fault = |cause| PatchError::Edit { path: path.to_owned(), cause };
    inserted.try_fold(text.to_owned(), |text, one| {
        let (shorter, line) = match one {
            Inserted::Module { name, public, blank_below, .. } => {
                let shorter = crate_root::remove_mod(&text, name, *blank_below).map_err(fault)?;
                (shorter, crate_root::line(name, *public))
            }
            Inserted::Call(call) => (wire::unwire(&text, call).map_err(fault)?, call.call.clone()),
            Inserted::Variable { name, value, help } => return Ok(environment::remove(&text, &[(name, value, help)])),
            Inserted::Manifest(_) => return Ok(text),
        };
        if shorter == text {
            left.push(Remark::NotThere { path: path.to_owned(), inserted: line });
        }
        Ok(shorter)
    })
}

/// Takes manifest entries back; one of the workspace's stays while a member inherits it.
fn without_entries(
    snapshot: &Snapshot,
    record: &Record,
    texts: &mut BTreeMap<Utf8PathBuf, String>,
    left: &mut Vec<Remark>,
) -> Result<(), PatchError> {
    let package_path = snapshot.dir.join("Cargo.toml");
    let Some(package) = texts.get(&package_path).cloned() else { return Ok(()) };
    let fault = |cause| PatchError::Edit { path: package_path.clone(), cause };
    let (shared, own): (Vec<_>, Vec<_>) = record.of_manifests().cloned().partition(manifest::Inserted::in_workspace);
    let (package, _) = manifest::unpatch(&package, None, &own).map_err(fault)?;
    let inherited = |entry: &manifest::Inserted| {
        entry.shared_key().is_some_and(|key| {
            let others = snapshot.others.iter().map(|other| &other.manifest);
            others.chain([&package]).any(|member| manifest::inherits(member, key))
        })
    };
    left.extend(
        own.iter()
            .filter(|entry| manifest::holds(&package, entry))
            .map(|entry| Remark::EntryEdited { path: package_path.clone(), krate: entry.krate().to_owned() }),
    );
    let free: Vec<_> = shared.into_iter().filter(|entry| !inherited(entry)).collect();
    let workspace_path = snapshot.workspace_manifest.clone().filter(|path| texts.contains_key(path));
    let workspace = workspace_path.as_ref().and_then(|path| texts.get(path)).cloned();
    let (package, workspace) = manifest::unpatch(&package, workspace.as_deref(), &free).map_err(fault)?;
    texts.insert(package_path, package);
    if let (Some(path), Some(text)) = (workspace_path, workspace) {
        texts.insert(path, text);
    }
    Ok(())
}
