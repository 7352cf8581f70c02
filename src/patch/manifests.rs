//! The crates that the code needs, in the manifests of the package and of its workspace.

use camino::Utf8PathBuf;

use super::{PatchError, PatchedFile, text_of};
use crate::edit::manifest::{self, Inserted, Patched};
use crate::plan::Plan;
use crate::record::{self, Record};
use crate::request::Request;

/// The manifests with what the code needs, and without what it no longer needs.
pub fn manifests(request: &Request, plan: &Plan) -> Result<Patched, PatchError> {
    let Request { snapshot, host: framework, .. } = request;
    let workspace = match &snapshot.workspace_manifest {
        Some(path) => manifest::Workspace::Other(text_of(&snapshot.tree, path)?),
        None if snapshot.is_workspace_root => manifest::Workspace::Same,
        None => manifest::Workspace::None,
    };
    let package = text_of(&snapshot.tree, &plan.manifest)?;
    let stale = stale(package, request);
    let fault = |cause| PatchError::Edit { path: plan.manifest.clone(), cause };
    let other = match workspace {
        manifest::Workspace::Other(text) => Some(text),
        _ => None,
    };
    let (package, other) = manifest::unpatch(package, other, &stale).map_err(fault)?;
    let workspace = other.as_deref().map_or(workspace, manifest::Workspace::Other);
    let host = manifest::Host {
        package: &package,
        workspace,
        locked: Some(&snapshot.locked),
        feature: framework.feature(),
        target: framework.target(),
        framework: &framework.krate,
    };
    let patched = manifest::patch(&host, request.dependencies()).map_err(fault)?;
    // That the framework is the host's own goes without saying.
    let framework = format!("`{}`", framework.ident);
    let goes_without = |one: &String| one.replace('-', "_").starts_with(&framework);
    let reused = patched.reused.into_iter().filter(|one| !goes_without(one)).collect();
    Ok(Patched { workspace: patched.workspace.or(other), reused, ..patched })
}

/// Insertions of earlier versions that are no longer needed, or not in this way. Where the user changed one, it stays.
fn stale(package: &str, request: &Request) -> Vec<Inserted> {
    let fresh = |entry: &Inserted| {
        request.dependencies().any(|one| one.krate == entry.krate() && manifest::serves(package, entry, one))
    };
    let shared = |entry: &Inserted| entry.shared_key().is_some_and(|key| inherited(request, key));
    recorded_entries(request).filter(|entry| !fresh(entry) && !shared(entry)).cloned().collect()
}

/// Whether another member takes a crate from the workspace's manifest.
fn inherited(request: &Request, key: &str) -> bool {
    request.snapshot.others.iter().any(|other| manifest::inherits(&other.manifest, key))
}

/// What we inserted into the workspace's manifest for other members and this one takes too: whichever of them goes last
/// takes it out.
fn shared<'a>(request: &'a Request, patched: &'a Patched) -> impl Iterator<Item = &'a Inserted> {
    let entries = request.snapshot.others.iter().flat_map(|other| &other.shared);
    entries.filter(|entry| {
        let needed = patched.crates.contains_key(entry.krate());
        needed && entry.shared_key().is_some_and(|key| manifest::inherits(&patched.package, key))
    })
}

/// What we inserted into manifests earlier.
fn recorded_entries<'a>(request: &'a Request) -> impl Iterator<Item = &'a Inserted> {
    request.snapshot.record.iter().flat_map(Record::of_manifests)
}

/// The manifests as patched files, with what we inserted now and earlier.
pub(super) fn files(request: &Request, plan: &Plan, patched: &Patched) -> Vec<PatchedFile> {
    let snapshot = &request.snapshot;
    let stale = stale(snapshot.tree.get(&plan.manifest).unwrap_or_default(), request);
    let stays = |entry: &&Inserted| !stale.contains(entry) || patched.inserted.iter().any(|new| new.repeats(entry));
    let all = recorded_entries(request).filter(stays).chain(&patched.inserted).chain(shared(request, patched));
    let entries = all.fold(Vec::new(), |mut entries: Vec<Inserted>, entry| {
        entries.extend((!entries.iter().any(|one| one.repeats(entry))).then(|| entry.clone()));
        entries
    });
    let other_file = snapshot.workspace_manifest.is_some();
    let (workspace, package): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.in_workspace() && other_file);
    let file = |path: &Utf8PathBuf, text: &String, entries: Vec<Inserted>| {
        let inserted = entries.into_iter().map(record::Inserted::Manifest).collect();
        PatchedFile { path: path.clone(), text: text.clone(), inserted }
    };
    let mut files = vec![file(&plan.manifest, &patched.package, package)];
    if let (Some(path), Some(text)) = (&snapshot.workspace_manifest, &patched.workspace) {
        files.push(file(path, text, workspace));
    }
    files
}
