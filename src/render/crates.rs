//! The crates that the code needs, in the manifests of the package and of its workspace.

use camino::Utf8PathBuf;

use super::{Input, PatchedFile, RenderError};
use crate::blueprint::Dependency;
use crate::edit::manifest::{self, Inserted, Patched};
use crate::inspect::Host;
use crate::plan::Plan;
use crate::record::{self, Record};

/// The manifests with what the code needs, and without what it no longer needs.
pub(super) fn patch_manifest(plan: &Plan, input: &Input) -> Result<Patched, RenderError> {
    let snapshot = input.snapshot;
    let text = |path: &Utf8PathBuf| snapshot.tree.get(path).ok_or_else(|| RenderError::Missing { path: path.clone() });
    let workspace = match &snapshot.workspace_manifest {
        Some(path) => manifest::Workspace::Other(text(path)?),
        None if snapshot.is_workspace_root => manifest::Workspace::Same,
        None => manifest::Workspace::None,
    };
    let package = text(&plan.manifest)?;
    let stale = stale(package, input);
    let fault = |cause| RenderError::Edit { path: plan.manifest.clone(), cause };
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
        feature: feature(input.host),
        target: input.host.targets.first().map(String::as_str),
        framework: &input.host.krate,
    };
    let mut patched = manifest::patch(&host, wanted(input)).map_err(fault)?;
    if patched.workspace.is_none() {
        patched.workspace = other;
    }
    // That the framework is the host's own goes without saying.
    let framework = format!("`{}`", input.host.ident);
    patched.reused.retain(|one| !one.replace('-', "_").starts_with(&framework));
    Ok(patched)
}

/// Insertions of earlier versions that are no longer needed, or not in this way. Where the user changed one, it stays.
fn stale(package: &str, input: &Input) -> Vec<Inserted> {
    let fresh =
        |entry: &Inserted| wanted(input).any(|one| one.krate == entry.krate() && manifest::serves(package, entry, one));
    let shared = |entry: &Inserted| entry.shared_key().is_some_and(|key| inherited(input, key));
    recorded_entries(input).filter(|entry| !fresh(entry) && !shared(entry)).cloned().collect()
}

/// Whether another member takes a crate from the workspace's manifest.
fn inherited(input: &Input, key: &str) -> bool {
    input.snapshot.others.iter().any(|other| manifest::inherits(&other.manifest, key))
}

/// What we inserted into the workspace's manifest for other members and this one takes too: whichever of them goes last
/// takes it out.
fn shared<'a>(input: &'a Input, patched: &'a Patched) -> impl Iterator<Item = &'a Inserted> {
    let entries = input.snapshot.others.iter().flat_map(|other| &other.shared);
    entries.filter(|entry| {
        let needed = patched.crates.contains_key(entry.krate());
        needed && entry.shared_key().is_some_and(|key| manifest::inherits(&patched.package, key))
    })
}

/// What we inserted into manifests earlier.
fn recorded_entries<'a>(input: &'a Input) -> impl Iterator<Item = &'a Inserted> {
    input.snapshot.record.iter().flat_map(Record::of_manifests)
}

/// The condition under which the framework is there, as `cfg` has it.
pub(super) fn condition(host: &Host) -> Option<String> {
    let feature = feature(host).map(|feature| format!("feature = \"{feature}\""));
    let target = host.targets.first().and_then(|target| target.strip_prefix("cfg(")?.strip_suffix(')'));
    match (feature, target) {
        (Some(feature), Some(target)) => Some(format!("all({feature}, {target})")),
        (feature, target) => feature.or_else(|| target.map(str::to_owned)),
    }
}

/// The one feature behind which an optional framework stands.
fn feature(host: &Host) -> Option<&str> {
    host.optional.as_ref()?.first().map(String::as_str)
}

/// What the code needs under these answers.
fn wanted<'a>(input: &'a Input) -> impl Iterator<Item = &'a Dependency> + Clone {
    let holds = |dependency: &&Dependency| input.answers.holds(input.blueprint, &dependency.when);
    input.blueprint.dependencies.iter().filter(holds)
}

/// The manifests as patched files, with what we inserted now and earlier.
pub(super) fn manifests(plan: &Plan, input: &Input, patched: &Patched) -> Vec<PatchedFile> {
    let stale = stale(input.snapshot.tree.get(&plan.manifest).unwrap_or_default(), input);
    let mut entries: Vec<Inserted> = recorded_entries(input).cloned().collect();
    entries.retain(|entry| !stale.contains(entry) || patched.inserted.iter().any(|new| new.repeats(entry)));
    for entry in patched.inserted.iter().chain(shared(input, patched)) {
        if !entries.iter().any(|one| one.repeats(entry)) {
            entries.push(entry.clone());
        }
    }
    let other_file = input.snapshot.workspace_manifest.is_some();
    let (workspace, package): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.in_workspace() && other_file);
    let file = |path: &Utf8PathBuf, text: &String, entries: Vec<Inserted>| {
        let inserted = entries.into_iter().map(record::Inserted::Manifest).collect();
        PatchedFile { path: path.clone(), text: text.clone(), inserted }
    };
    let mut files = vec![file(&plan.manifest, &patched.package, package)];
    if let (Some(path), Some(text)) = (&input.snapshot.workspace_manifest, &patched.workspace) {
        files.push(file(path, text, workspace));
    }
    files
}
