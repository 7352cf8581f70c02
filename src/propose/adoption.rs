//! Rebuilds a record from the files on disk, with what can be read of the damaged one.

use camino::Utf8Path;

use super::{Proposal, ProposeError, note_settings};
use crate::change::Change;
use crate::edit::crate_root::{self, Declaration};
use crate::edit::wire;
use crate::merge;
use crate::patch;
use crate::paths::PackagePath;
use crate::plan::plan;
use crate::record::{self, Generated, Inserted, Patched, Record, sum};
use crate::remark::Remark;
use crate::render::{GeneratedFile, render};
use crate::request::Request;
use crate::settings;
use crate::whereabouts;

/// The record as it would be, had it not been lost, and what could not be matched. The snapshot has every source file, and
/// no record; `salvaged` is what is left of the old one.
///
/// A file that is not as this version generates it may be edited or old. Where there are older versions, its base is empty:
/// the next update then shows both texts as a conflict, and until that is settled `check` reports it.
pub fn adoption(request: &Request, salvaged: Option<&Record>) -> Result<Proposal, ProposeError> {
    let plan = plan(request);
    let manifests = patch::manifests(request, &plan)?;
    let mut remarks = Vec::new();
    let mut files = Vec::new();
    for file in render(request, &plan, &manifests.crates)? {
        let old = salvaged.and_then(|record| record.by_id().get(file.id.as_str()).copied());
        let (entry, remark) = matched(request, &file, old);
        files.extend(entry);
        remarks.extend(remark);
    }
    if files.is_empty() {
        return Ok(Proposal::default());
    }
    let mut patched = salvaged.map_or_else(Vec::new, |record| record.patched.clone());
    patched.retain(|file| file.path != settings::FILE);
    let found = found(request, &plan.crate_root, &plan.environment);
    let new = |file: &Patched| patched.iter().all(|known| known.path != file.path);
    let new: Vec<Patched> = found.into_iter().filter(new).collect();
    patched.extend(new);
    if salvaged.is_none_or(|record| record.generated.is_empty()) {
        remarks.push(Remark::CratesUnknown);
    }
    let before = request.snapshot.tree.get(&plan.settings).map(str::to_owned);
    let snapshot = &request.snapshot;
    let written = || snapshot.in_its_lines(settings::write(&request.answers, &request.blueprint.settings));
    let text = before.clone().unwrap_or_else(written);
    patched.push(note_settings(&text, true));
    let blueprint = salvaged.map_or_else(|| super::named(request.blueprint), |record| record.blueprint.clone());
    let record = record::write(Record::new(blueprint, patched, files), salvaged);
    let old = request.snapshot.tree.get(&plan.record).map(str::to_owned);
    let record = if old.is_some() { record } else { snapshot.in_its_lines(record) };
    let changes = vec![Change::new(plan.settings, before, Some(text)), Change::new(plan.record, old, Some(record))];
    Ok(Proposal { remarks, ..Proposal::of_request(request, changes) })
}

/// The entry of one file, where it is found, and what there is to say.
fn matched(request: &Request, file: &GeneratedFile, old: Option<&Generated>) -> (Option<Generated>, Option<Remark>) {
    let snapshot = &request.snapshot;
    let recorded = PackagePath::of(&snapshot.dir, &file.path);
    let new = Generated {
        id: file.id.clone(),
        path: old.map_or(recorded, |old| old.path.clone()),
        sha256: sum(&file.text),
        version: request.blueprint.version,
        base: file.text.as_str().into(),
        moved: false,
        deleted: false,
        pending: None,
    };
    let Some(path) = whereabouts::in_snapshot(snapshot, old.unwrap_or(&new)) else {
        return match old {
            Some(old) => (Some(old.clone()), None),
            None => (None, Some(Remark::NotFound { path: file.path.clone() })),
        };
    };
    if let Some(old) = old {
        return (Some(old.clone()), None);
    }
    let ours = snapshot.tree.get(&path).unwrap_or("");
    let version = request.blueprint.version;
    let path_below = PackagePath::of(&snapshot.dir, &path);
    let entry = Generated { moved: path != file.path, path: path_below, ..new };
    if merge::same(ours, &file.text) {
        return (Some(entry), None);
    }
    // Of the first version there is no older one, so that what differs is the user's.
    if version == 1 {
        return (Some(entry), Some(Remark::Edited { path }));
    }
    let unknown = Generated { sha256: sum(""), base: "".into(), ..entry };
    (Some(unknown), Some(Remark::VersionUnknown { path, version }))
}

/// What of ours stands in the user's files, as they would have been recorded.
fn found(request: &Request, crate_root: &Utf8Path, environment: &Utf8Path) -> Vec<Patched> {
    let (snapshot, module) = (&request.snapshot, request.answers.module.as_str());
    let mut files: Vec<Patched> = Vec::new();
    let mut note = |path: &Utf8Path, mut inserted: Vec<Inserted>| {
        inserted.sort();
        let text = snapshot.tree.get(path).unwrap_or("");
        let path = PackagePath::of(&snapshot.dir, path);
        if !inserted.is_empty() {
            files.push(Patched { path, sha256: sum(text), created: false, inserted });
        }
    };
    let mut paths: Vec<&Utf8Path> = snapshot.chains.sources.iter().map(camino::Utf8PathBuf::as_path).collect();
    paths.push(crate_root);
    paths.sort();
    paths.dedup();
    for path in paths {
        let text = snapshot.tree.get(path).unwrap_or("");
        let mut inserted = Vec::new();
        if path == crate_root
            && let Ok(Some(Declaration { public, condition, .. })) = crate_root::find_mod(text, module)
        {
            inserted.push(Inserted::Module { name: module.to_owned(), public, condition, blank_below: false });
        }
        let is_made = |call: &String| wire::line_of_call(text, std::slice::from_ref(call)).is_some();
        let call = request.calls(path).into_iter().find(is_made);
        inserted.extend(
            call.map(|call| Inserted::Call(wire::recorded_again(text, call, |text| snapshot.rustfmt.one(text)))),
        );
        note(path, inserted);
    }
    note(environment, patch::variables_in(request, snapshot.tree.get(environment).unwrap_or("")));
    files
}
