//! Takes everything out again: files that are ours and unedited go, and so does what we put into the user's.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::Proposal;
use super::owned::base_of;
use super::places::place_of;
use crate::change::{Change, Outcome};
use crate::edit::manifest::{self, Inserted};
use crate::edit::{crate_root, environment, wire};
use crate::escape::shown;
use crate::inspect::{Snapshot, normal};
use crate::merge::{self, Conflict};
use crate::record::{self, Borrowed, Owned, Record, declares, sum, wires};
use crate::render::{Formatter, RenderError};
use crate::settings;

/// What taking it out changes; `force` takes edited files, too. What cannot be taken out is said by name.
pub fn removal(snapshot: &Snapshot, force: bool, format: Option<Formatter>) -> Result<Proposal, RenderError> {
    let Some(record) = &snapshot.record else { return Ok(Proposal::default()) };
    let owned = record.files.iter().map(|file| owned(snapshot, file, force, format));
    let mut changes: Vec<Change> = owned.collect();
    let mut remarks: Vec<String> = changes
        .iter()
        .filter(|change| change.outcome == Outcome::Kept)
        .map(|change| format!("`{}`: edited, so it stays and is yours from now on", shown(&change.path)))
        .collect();
    let mut left = Vec::new();
    changes.extend(borrowed(snapshot, record, force, &mut left)?);
    remarks.extend(left);
    if let Some(kept) =
        changes.iter().find(|change| change.path == snapshot.dir.join(settings::FILE) && !change.writes())
    {
        remarks.push(format!("`{}`: edited, so it stays", shown(&kept.path)));
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    let path = snapshot.dir.join(record::FILE);
    changes.push(Change::new(path.clone(), snapshot.tree.get(&path).map(str::to_owned), None));
    Ok(Proposal { changes, remarks, ..Proposal::default() })
}

fn owned(snapshot: &Snapshot, file: &Owned, force: bool, format: Option<Formatter>) -> Change {
    let path = place_of(snapshot, file).unwrap_or_else(|| snapshot.dir.join(&file.path));
    let ours = snapshot.tree.get(&path);
    let before = ours.map(str::to_owned);
    if force {
        return Change::new(path, before, None);
    }
    let result = merge::merge_file(Some(base_of(file, ours)), ours, None, Conflict::Abort, format);
    Change { path, outcome: result.outcome, before, after: result.text }
}

/// The user's files without what we put into them.
fn borrowed(
    snapshot: &Snapshot,
    record: &Record,
    force: bool,
    left: &mut Vec<String>,
) -> Result<Vec<Change>, RenderError> {
    let mut texts: BTreeMap<Utf8PathBuf, String> = BTreeMap::new();
    for file in &record.borrowed {
        let path = normal(&snapshot.dir.join(&file.path));
        if let Some(text) = snapshot.tree.get(&path) {
            texts.insert(path.clone(), without_lines(text, file, &path, left)?);
        }
    }
    without_entries(snapshot, record, &mut texts, left)?;
    let changes = record.borrowed.iter().filter_map(|file| {
        let path = normal(&snapshot.dir.join(&file.path));
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

fn without_lines(text: &str, file: &Borrowed, path: &Utf8Path, left: &mut Vec<String>) -> Result<String, RenderError> {
    let fault = |cause| RenderError::Edit { path: path.to_owned(), cause };
    let blocks: Vec<_> = file.lines.iter().filter_map(|line| variable(line)).collect();
    if !blocks.is_empty() {
        return Ok(environment::remove(text, &blocks));
    }
    file.lines.iter().try_fold(text.to_owned(), |text, line| {
        let shorter = match declares(line) {
            Some(module) => crate_root::remove_mod(&text, module, line.ends_with('\n')).map_err(fault)?,
            None => wire::unwire(&text, line).map_err(fault)?,
        };
        if shorter == text {
            let line = wires(line).unwrap_or(line).trim_end();
            left.push(format!(
                "`{}`: `{}` is not there any more; take it out wherever it is now",
                shown(path),
                shown(line)
            ));
        }
        Ok(shorter)
    })
}

/// A variable as the record has it: a comment of one or more lines, and the assignment.
fn variable(block: &str) -> Option<(&str, &str, &str)> {
    let (comment, assignment) = block.strip_prefix("# ")?.rsplit_once('\n')?;
    let (name, value) = assignment.split_once('=')?;
    Some((name, value, comment))
}

/// Takes manifest entries back; one of the workspace's stays while a member inherits it.
fn without_entries(
    snapshot: &Snapshot,
    record: &Record,
    texts: &mut BTreeMap<Utf8PathBuf, String>,
    left: &mut Vec<String>,
) -> Result<(), RenderError> {
    let package_path = snapshot.dir.join("Cargo.toml");
    let Some(package) = texts.get(&package_path).cloned() else { return Ok(()) };
    let fault = |cause| RenderError::Edit { path: package_path.clone(), cause };
    let entries = record.borrowed.iter().flat_map(|file| file.entries.iter().cloned());
    let (shared, own): (Vec<Inserted>, Vec<Inserted>) = entries.partition(Inserted::in_workspace);
    let (package, _) = manifest::unpatch(&package, None, &own).map_err(fault)?;
    let inherited = |entry: &Inserted| {
        entry.key().is_some_and(|key| {
            let others = snapshot.others.iter().map(|other| &other.manifest);
            others.chain([&package]).any(|member| manifest::inherits(member, key))
        })
    };
    left.extend(
        own.iter()
            .filter(|entry| manifest::holds(&package, entry))
            .map(|entry| format!("`{}`: `{}` was edited, so it stays", shown(&package_path), entry.krate())),
    );
    let free: Vec<Inserted> = shared.into_iter().filter(|entry| !inherited(entry)).collect();
    let workspace_path = snapshot.workspace_manifest.clone().filter(|path| texts.contains_key(path));
    let workspace = workspace_path.as_ref().and_then(|path| texts.get(path)).cloned();
    let (package, workspace) = manifest::unpatch(&package, workspace.as_deref(), &free).map_err(fault)?;
    texts.insert(package_path, package);
    if let (Some(path), Some(text)) = (workspace_path, workspace) {
        texts.insert(path, text);
    }
    Ok(())
}
