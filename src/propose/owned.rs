//! Owned files: the three-way merge of each, wherever the user has it now.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;
use crate::merge::{self, Conflict, Merged};
use crate::plan::place;
use crate::record::{Owned, Record, sha256};
use crate::render::{Input, OwnedText};
use crate::tree::Tree;

/// What becomes of one file, and its entry in the new record.
pub(super) struct Settled {
    pub changes: Vec<Change>,
    pub entry: Option<Owned>,
    pub remark: Option<String>,
}

/// Where the recorded files are now, and which are gone.
pub(super) struct Places {
    moves: Vec<Move>,
    /// Files that the user deleted, at the places where they were.
    deleted: Vec<Utf8PathBuf>,
}

/// A file that the user moved, now or before an earlier run.
struct Move {
    id: String,
    /// Where it would stand otherwise.
    from: Utf8PathBuf,
    to: Utf8PathBuf,
}

/// Looks for every recorded file once.
pub(super) fn places(input: &Input) -> Places {
    let snapshot = input.snapshot;
    let mut places = Places { moves: Vec::new(), deleted: Vec::new() };
    for file in recorded(snapshot) {
        let home = snapshot.dir.join(&file.path);
        let from = if file.moved { place(snapshot, input.answers, &file.id) } else { home.clone() };
        match place_of(snapshot, file) {
            Some(to) if to != home || file.moved => places.moves.push(Move { id: file.id.clone(), from, to }),
            Some(_) => {}
            None => places.deleted.push(home),
        }
    }
    places
}

fn recorded(snapshot: &Snapshot) -> &[Owned] {
    snapshot.record.as_ref().map_or(&[], |record: &Record| &record.files)
}

/// The three-way merge of one owned file.
pub(super) fn settle(input: &Input, places: &Places, file: &OwnedText, conflict: Conflict) -> Settled {
    let snapshot = input.snapshot;
    let old = recorded(snapshot).iter().find(|one| one.id == file.id || file.was.contains(&one.id));
    let (from, target, moved) = way(input, places, old, file);
    let ours = snapshot.tree.get(&from);
    let base = old.map(|one| base_of(one, ours));
    let home = old.map_or_else(|| from.clone(), |one| snapshot.dir.join(&one.path));
    let result = merge_without(&places.gone_from(&home), base, ours, &file.text, conflict, input);
    let entry = Owned {
        id: file.id.clone(),
        path: target.strip_prefix(&snapshot.dir).unwrap_or(&target).to_owned(),
        sha256: sha256(&file.text),
        base: file.text.clone(),
        moved,
        pending: None,
    };
    let entry = if result.outcome == Outcome::Conflicted && conflict == Conflict::Markers {
        let base = base.unwrap_or("").to_owned();
        Owned { sha256: sha256(&base), base, pending: Some(file.text.clone()), ..entry }
    } else {
        entry
    };
    let remark = result.note.map(|note| format!("{target}: {}", note.words()));
    let before = ours.map(str::to_owned);
    let stays = result.outcome == Outcome::Conflicted && conflict == Conflict::Abort;
    let changes = if from == target || ours.is_none() || stays {
        let path = if ours.is_some() { from } else { target };
        vec![Change { path, outcome: result.outcome, before, after: result.text }]
    } else {
        let new = Change::new(target, None, result.text);
        let outcome = if result.outcome == Outcome::Conflicted { result.outcome } else { new.outcome };
        vec![Change::new(from, before, None), Change { outcome, ..new }]
    };
    Settled { changes, entry: Some(entry), remark }
}

/// Where a file is read from and where it is written to, and whether that is the user's choice. What the user moved stays
/// there; what a blueprint or another module name moves takes the user's edits along; a new file goes where its folder went.
fn way(input: &Input, places: &Places, old: Option<&Owned>, file: &OwnedText) -> (Utf8PathBuf, Utf8PathBuf, bool) {
    let Some(old) = old else {
        let moves: Vec<(&Utf8Path, &Utf8Path)> =
            places.moves.iter().map(|one| (one.from.as_path(), one.to.as_path())).collect();
        let path = merge::rerooted(&file.path, &moves);
        let moved = path != file.path;
        return (path.clone(), path, moved);
    };
    match places.moves.iter().find(|one| one.id == old.id) {
        Some(one) => (one.to.clone(), one.to.clone(), true),
        // One that was moved first and deleted then.
        None if old.moved => (input.snapshot.dir.join(&old.path), input.snapshot.dir.join(&old.path), true),
        None => (input.snapshot.dir.join(&old.path), file.path.clone(), false),
    }
}

/// The base of a merge. A pending one counts once the user has settled the markers.
pub(super) fn base_of<'a>(old: &'a Owned, ours: Option<&str>) -> &'a str {
    match &old.pending {
        Some(pending) if !ours.is_some_and(merge::has_markers) => pending,
        _ => &old.base,
    }
}

impl Places {
    /// The modules that a `mod.rs` declared and the user deleted.
    fn gone_from(&self, declaring: &Utf8Path) -> Vec<&str> {
        let folder = declaring.parent().filter(|_| declaring.file_name() == Some("mod.rs"));
        let modules = self.deleted.iter().filter_map(|file| {
            let module = if file.file_name() == Some("mod.rs") { file.parent()? } else { file };
            Some((module.parent()?, module.file_stem()?))
        });
        modules.filter(|(parent, _)| Some(*parent) == folder).map(|(_, name)| name).collect()
    }
}

/// Merges with the `mod` lines of deleted files out of the way, so that no update brings them back.
fn merge_without(
    deleted: &[&str],
    base: Option<&str>,
    ours: Option<&str>,
    theirs: &str,
    conflict: Conflict,
    input: &Input,
) -> Merged {
    match (base, ours) {
        (Some(base), Some(text)) if !deleted.is_empty() && text != base => {
            let (base, theirs) = (merge::without_modules(base, deleted), merge::without_modules(theirs, deleted));
            merge::merge_file(Some(&base), ours, Some(&theirs), conflict, input.format)
        }
        _ => merge::merge_file(base, ours, Some(theirs), conflict, input.format),
    }
}

/// Where a recorded file is now, in a tree in which the package stands at `dir`.
pub fn whereabouts(dir: &Utf8Path, tree: &Tree, files: &[Owned], file: &Owned) -> Option<Utf8PathBuf> {
    let home = dir.join(&file.path);
    if tree.contains(&home) {
        return Some(home);
    }
    let taken: Vec<Utf8PathBuf> = files.iter().map(|one| dir.join(&one.path)).collect();
    let candidates = tree.iter().filter(|(path, _)| !taken.iter().any(|one| one == path));
    merge::follow(&file.id, &file.base, candidates)
}

/// Where a recorded file of a snapshot is now.
pub(super) fn place_of(snapshot: &Snapshot, file: &Owned) -> Option<Utf8PathBuf> {
    whereabouts(&snapshot.dir, &snapshot.tree, recorded(snapshot), file)
}

/// A recorded file that is no longer wanted: it goes where it is unedited, and is the user's own where it is not.
pub(super) fn give_up(input: &Input, id: &str) -> Settled {
    let snapshot = input.snapshot;
    let old = recorded(snapshot).iter().find(|file| file.id == id);
    let path = old
        .and_then(|file| place_of(snapshot, file))
        .unwrap_or_else(|| old.map_or_else(|| id.into(), |file| snapshot.dir.join(&file.path)));
    let ours = snapshot.tree.get(&path);
    let base = old.map(|file| base_of(file, ours));
    let result = merge::merge_file(base, ours, None, Conflict::Abort, input.format);
    let remark = result.note.map(|note| format!("{path}: {}", note.words()));
    let change = Change { path, outcome: result.outcome, before: ours.map(str::to_owned), after: result.text };
    Settled { changes: vec![change], entry: None, remark }
}
