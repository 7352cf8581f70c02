//! Everything between reading and writing: what a run would change, as one list.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::{Change, Outcome};
use crate::merge::{self, Conflict, FollowedBy};
use crate::plan::{Plan, plan};
use crate::record::{self, Borrowed, Named, Owned, Record, sha256};
use crate::render::{BorrowedText, Input, ManualStep, OwnedText, RenderError, Rendered, render};

/// What a run would do.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The files, the record last.
    pub changes: Vec<Change>,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// Remarks.
    pub warnings: Vec<String>,
}

impl Proposal {
    /// The files with a given outcome.
    pub fn with(&self, outcome: Outcome) -> Vec<Utf8PathBuf> {
        self.changes.iter().filter(|change| change.outcome == outcome).map(|change| change.path.clone()).collect()
    }

    /// Whether anything would be written.
    pub fn writes(&self) -> bool {
        self.changes.iter().any(Change::writes)
    }
}

/// Plans, renders and merges.
pub fn propose(input: &Input, conflict: Conflict) -> Result<Proposal, RenderError> {
    let plan = plan(input.snapshot, input.blueprint, input.answers);
    let rendered = render(&plan, input)?;
    let mut changes = Vec::new();
    let mut owned = Vec::new();
    for file in &rendered.owned {
        let (change, entry) = merged(input, file, conflict);
        changes.extend(change);
        owned.extend(entry);
    }
    for id in &plan.give_up {
        let (change, entry) = given_up(input, id);
        changes.push(change);
        owned.extend(entry);
    }
    let borrowed = borrow(input, &rendered, &mut changes);
    let settings = input.snapshot.tree.get(&plan.settings).map(str::to_owned);
    changes.push(Change::new(plan.settings.clone(), settings, Some(rendered.settings.clone())));
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes.push(recorded(input, &plan, owned, borrowed));
    Ok(Proposal { changes, steps: rendered.steps, warnings: rendered.warnings })
}

/// The three-way merge of one owned file, wherever the user has it now, and its entry in the new record.
fn merged(input: &Input, file: &OwnedText, conflict: Conflict) -> (Vec<Change>, Option<Owned>) {
    let snapshot = input.snapshot;
    let recorded = snapshot
        .record
        .as_ref()
        .and_then(|record| record.files.iter().find(|one| one.id == file.id || file.was.contains(&one.id)));
    let home = recorded.map(|one| snapshot.dir.join(&one.path));
    let found = recorded.and_then(|one| whereabouts(input, one));
    let moved_by_user = found.is_some() && found != home;
    let from = found.clone().or(home.clone()).unwrap_or_else(|| file.path.clone());
    let target = if moved_by_user { from.clone() } else { file.path.clone() };
    let ours = snapshot.tree.get(&from).or_else(|| if recorded.is_none() { snapshot.tree.get(&target) } else { None });
    let base = recorded.map(|one| one.base.as_str());
    let result = merge::merge_file(base, ours, Some(&file.text), conflict, input.format);
    let entry = Owned {
        id: file.id.clone(),
        path: target.strip_prefix(&snapshot.dir).unwrap_or(&target).to_owned(),
        sha256: sha256(&file.text),
        base: file.text.clone(),
        pending: None,
    };
    let before = ours.map(str::to_owned);
    if from != target && ours.is_some() && result.outcome != Outcome::Conflicted {
        let gone = Change::new(from, before, None);
        return (vec![gone, Change::new(target, None, result.text)], Some(entry));
    }
    (vec![Change { path: target, outcome: result.outcome, before, after: result.text }], Some(entry))
}

/// Where a recorded file is now.
fn whereabouts(input: &Input, file: &Owned) -> Option<Utf8PathBuf> {
    let home = input.snapshot.dir.join(&file.path);
    if input.snapshot.tree.contains(&home) {
        return Some(home);
    }
    let taken: Vec<Utf8PathBuf> = input
        .snapshot
        .record
        .iter()
        .flat_map(|record| &record.files)
        .map(|one| input.snapshot.dir.join(&one.path))
        .collect();
    let candidates = input.snapshot.tree.iter().filter(|(path, _)| !taken.iter().any(|one| one == path));
    merge::follow(&file.id, &file.base, candidates).map(|FollowedBy { path, .. }| path)
}

/// A recorded file that is no longer wanted: it goes where it is unedited, and is the user's own where it is not.
fn given_up(input: &Input, id: &str) -> (Change, Option<Owned>) {
    let snapshot = input.snapshot;
    let record = snapshot.record.as_ref().and_then(|record| record.by_id().get(id).copied().cloned());
    let base = record.as_ref().map(|file| file.base.clone());
    let path = record.as_ref().map_or_else(|| id.into(), |file| snapshot.dir.join(&file.path));
    let ours = snapshot.tree.get(&path).map(str::to_owned);
    let result = merge::merge_file(base.as_deref(), ours.as_deref(), None, Conflict::Abort, input.format);
    (Change { path, outcome: result.outcome, before: ours, after: result.text }, None)
}

/// The borrowed files as changes, and their entries in the new record.
fn borrow(input: &Input, rendered: &Rendered, changes: &mut Vec<Change>) -> Vec<Borrowed> {
    let mut entries: Vec<Borrowed> = input.snapshot.record.iter().flat_map(|record| record.borrowed.clone()).collect();
    for file in &rendered.borrowed {
        let before = input.snapshot.tree.get(&file.path).map(str::to_owned);
        let path = relative(&input.snapshot.dir, &file.path);
        let old = entries.iter().position(|entry| entry.path == path).map(|index| entries.remove(index));
        let entry = entry(path, file, before.is_none(), old);
        if !(entry.lines.is_empty() && entry.entries.is_empty()) {
            entries.push(entry);
        }
        changes.push(Change::new(file.path.clone(), before, Some(file.text.clone())));
    }
    entries
}

fn entry(path: Utf8PathBuf, file: &BorrowedText, created: bool, old: Option<Borrowed>) -> Borrowed {
    let mut entry = Borrowed {
        path,
        sha256: sha256(&file.text),
        created,
        lines: file.lines.clone(),
        entries: file.entries.clone(),
    };
    if let Some(old) = old {
        entry.created = old.created;
        let lines = old.lines.into_iter().filter(|line| !file.lines.contains(line));
        entry.lines = lines.chain(file.lines.clone()).collect();
    }
    entry.lines.sort();
    entry
}

/// The new record. It keeps the old tool version where nothing else is new, so that it changes only with cause.
fn recorded(input: &Input, plan: &Plan, files: Vec<Owned>, borrowed: Vec<Borrowed>) -> Change {
    let before = input.snapshot.tree.get(&plan.record).map(str::to_owned);
    let blueprint = Named {
        name: input.blueprint.name.clone(),
        version: input.blueprint.version,
        folder: input.blueprint.folder.clone(),
    };
    let mut record =
        Record { format: record::FORMAT, tool: env!("CARGO_PKG_VERSION").to_owned(), blueprint, borrowed, files };
    if let Some(old) = &input.snapshot.record {
        let same = record::write(&Record { tool: old.tool.clone(), ..record.clone() }) == record::write(old);
        if same {
            record.tool.clone_from(&old.tool);
        }
    }
    Change::new(plan.record.clone(), before, Some(record::write(&record)))
}

/// A path below `base` as seen from the package's folder, with `..` where it stands above.
pub fn relative(dir: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let mut above = Utf8PathBuf::new();
    for ancestor in dir.ancestors() {
        if let Ok(below) = path.strip_prefix(ancestor) {
            return above.join(below);
        }
        above.push("..");
    }
    above.join(path)
}
