//! Generated files: the three-way merge of each, wherever the user has it now.

use camino::{Utf8Path, Utf8PathBuf};

use super::lacking;
use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;
use crate::merge::{self, Conflict, Merged};
use crate::paths::PackagePath;
use crate::record::{Generated, sum};
use crate::remark::{Note, Remark};
use crate::render::GeneratedFile;
use crate::request::Request;
use crate::rustfmt::Formatter;
use crate::whereabouts::{self, Moves, Way, recorded};

/// What becomes of one file, and its entry in the new record.
pub(super) struct Settled {
    pub changes: Vec<Change>,
    pub entry: Option<Generated>,
    pub remark: Option<Remark>,
}

impl Settled {
    /// Of a file that is not there yet, and is not to be.
    pub(super) fn nothing() -> Self {
        Self { changes: vec![], entry: None, remark: None }
    }
}

/// The three-way merge of one owned file.
pub(super) fn settle(request: &Request, moves: &Moves, file: &GeneratedFile, conflict: Conflict) -> Settled {
    let snapshot = &request.snapshot;
    let old = recorded(snapshot).iter().find(|one| one.id == file.id || file.was.contains(&one.id));
    if let Some((old, files)) = old.and_then(|old| Some((old, moves.unclear(&old.id)?))) {
        let remark = Remark::IdTwice { path: old.path.as_path().to_owned(), files: files.to_vec() };
        return Settled { changes: vec![], entry: Some(old.clone()), remark: Some(remark) };
    }
    if let Some(old) = old.filter(|old| snapshot.left_out.contains(&old.path.below(&snapshot.dir))) {
        let remark = Remark::NotCheckedOut { path: old.path.as_path().to_owned() };
        // Once it is back, this version's text is missing from it.
        let entry = Generated { deleted: old.deleted || *old.base != file.text, ..old.clone() };
        return Settled { changes: vec![], entry: Some(entry), remark: Some(remark) };
    }
    if old.is_none() && without(request, file) {
        return Settled::nothing();
    }
    let way = moves.way(&snapshot.dir, old, file);
    let ours = snapshot.tree.get(&way.from);
    if old.is_some() && ours.is_none() && request.names(&way.to) {
        let made = Change::new(way.to.clone(), None, Some(snapshot.in_its_lines(file.text.clone())));
        return Settled { changes: vec![made], entry: Some(entry(request, file, &way, None)), remark: None };
    }
    let base = old.map(|one| base_of(one, ours));
    let home = old.map_or_else(|| way.from.clone(), |one| one.path.below(&snapshot.dir));
    let result = if old.is_none() && ours.is_none() && moves.is_gone(snapshot, &way.to) {
        Merged { outcome: Outcome::Kept, text: None, conflicts: 0, note: Some(Note::Deleted) }
    } else {
        merge_without(snapshot, &moves.gone_from(&[&home, &way.to]), base, ours, &file.text, conflict)
    };
    let noted = result.note.map(|note| Remark::Merged { path: way.to.clone(), note });
    let remark = noted.or_else(|| settled_by_flag(&way.to, &result, conflict));
    let gone = ours.is_none() && result.text.is_none();
    let entry = entry(request, file, &way, old);
    // What was on disk last stays the base, so that a file which comes back is merged from there.
    let entry = match old.filter(|_| gone) {
        Some(old) => Generated { path: entry.path, moved: entry.moved, deleted: true, id: entry.id, ..old.clone() },
        None => Generated { deleted: gone, ..entry },
    };
    let open = result.outcome == Outcome::Conflicted && conflict == Conflict::Markers;
    let entry = if open { waiting(entry, base) } else { entry };
    Settled { changes: changes(snapshot, &way, ours, result, conflict), entry: Some(entry), remark }
}

/// The recorded files that this version leaves alone, but for how the user's rustfmt lays them out with its settings of
/// today: that is no change of ours, so they and their entries stay.
pub(super) fn reformatted<'a>(request: &'a Request, files: &[GeneratedFile]) -> Vec<&'a Generated> {
    let snapshot = &request.snapshot;
    if !snapshot.rustfmt.configured {
        return Vec::new();
    }
    let new = |old: &Generated| files.iter().find(|file| file.id == old.id).map(|file| file.text.as_str());
    let at_home = |old: &Generated| {
        whereabouts::in_snapshot(snapshot, old).is_some_and(|path| path == old.path.below(&snapshot.dir))
    };
    let differs = |old: &&Generated| old.pending.is_none() && new(old).is_some_and(|new| new != &*old.base);
    let candidates: Vec<&Generated> = recorded(snapshot).iter().filter(differs).filter(|old| at_home(old)).collect();
    let bases: Vec<(&Utf8Path, &str)> = candidates.iter().map(|old| (old.path.as_path(), &*old.base)).collect();
    let formatted = snapshot.rustfmt.all(&bases);
    let pairs = candidates.into_iter().zip(formatted);
    pairs.filter(|(old, base)| base.is_some() && base.as_deref() == new(old)).map(|(old, _)| old).collect()
}

/// A file whose entry stays, and with it everything.
pub(super) fn as_it_was(old: &Generated) -> Settled {
    Settled { changes: vec![], entry: Some(old.clone()), remark: None }
}

/// Whether the team does without a file, which the settings name by its path or its id.
fn without(request: &Request, file: &GeneratedFile) -> bool {
    request.answers.does_without(&file.id, &PackagePath::of(&request.snapshot.dir, &file.path))
}

/// What `--conflict ours` and `theirs` decided, for nobody saw it.
fn settled_by_flag(path: &Utf8Path, result: &Merged, conflict: Conflict) -> Option<Remark> {
    let ours = match conflict {
        Conflict::Ours => true,
        Conflict::Theirs => false,
        Conflict::Abort | Conflict::Markers => return None,
    };
    let conflicts = result.conflicts;
    (conflicts > 0).then(|| Remark::Settled { path: path.to_owned(), ours, conflicts })
}

fn entry(request: &Request, file: &GeneratedFile, way: &Way, old: Option<&Generated>) -> Generated {
    // It advances with the text, and with what a version says of the file; else each update would touch every entry.
    let same = old.filter(|old| *old.base == file.text && old.pending.is_none());
    let version = same.filter(|old| lacking(old, request.blueprint).is_none()).map(|old| old.version);
    Generated {
        id: file.id.clone(),
        path: PackagePath::of(&request.snapshot.dir, &way.to),
        sha256: sum(&file.text),
        version: version.unwrap_or(request.blueprint.version),
        base: file.text.as_str().into(),
        moved: way.moved,
        deleted: false,
        pending: None,
    }
}

/// The entry of a file with markers in it: its base stays until they are settled.
fn waiting(entry: Generated, base: Option<&str>) -> Generated {
    let base = base.unwrap_or("");
    Generated { sha256: sum(base), pending: Some(entry.base), base: base.into(), ..entry }
}

/// The result at its place. One that moves to where a file of the user's stands meets that as a new file would.
fn changes(snapshot: &Snapshot, way: &Way, ours: Option<&str>, result: Merged, conflict: Conflict) -> Vec<Change> {
    let before = ours.map(str::to_owned);
    let aborts = |merged: &Merged| merged.outcome == Outcome::Conflicted && conflict == Conflict::Abort;
    if way.from == way.to || ours.is_none() || aborts(&result) {
        let path = if ours.is_some() { way.from.clone() } else { way.to.clone() };
        let after = result.text.map(|text| if ours.is_some() { text } else { snapshot.in_its_lines(text) });
        return vec![Change { path, outcome: result.outcome, before, after }];
    }
    let gone = Change::new(way.from.clone(), before, None);
    let is_ours = |path: &Utf8Path| recorded(snapshot).iter().any(|file| file.path.below(&snapshot.dir) == path);
    let Some(occupant) = snapshot.tree.get(&way.to).filter(|_| !is_ours(&way.to)) else {
        let new = Change::new(way.to.clone(), None, result.text);
        let outcome = if result.outcome == Outcome::Conflicted { result.outcome } else { new.outcome };
        return vec![gone, Change { outcome, ..new }];
    };
    let merged = merged(snapshot, None, Some(occupant), result.text.as_deref(), conflict);
    let aborts = aborts(&merged);
    let there =
        Change { path: way.to.clone(), outcome: merged.outcome, before: Some(occupant.to_owned()), after: merged.text };
    if aborts { vec![there] } else { vec![gone, there] }
}

/// The base of a merge. A pending one counts once the user has settled the markers.
pub(super) fn base_of<'a>(old: &'a Generated, ours: Option<&str>) -> &'a str {
    match &old.pending {
        Some(pending) if !ours.is_some_and(merge::has_markers) => pending,
        _ => &old.base,
    }
}

/// Merges with the `mod` lines of deleted files out of the way, so that no update brings them back.
fn merge_without(
    snapshot: &Snapshot,
    deleted: &[&str],
    base: Option<&str>,
    ours: Option<&str>,
    theirs: &str,
    conflict: Conflict,
) -> Merged {
    match (base, ours) {
        (Some(base), Some(text)) if !deleted.is_empty() && text != base => {
            let (base, theirs) = (merge::without_modules(base, deleted), merge::without_modules(theirs, deleted));
            merged(snapshot, Some(&base), ours, Some(&theirs), conflict)
        }
        _ => merged(snapshot, base, ours, Some(theirs), conflict),
    }
}

/// Merges one file, with the user's rustfmt where that has settings.
pub(super) fn merged(
    snapshot: &Snapshot,
    base: Option<&str>,
    ours: Option<&str>,
    theirs: Option<&str>,
    conflict: Conflict,
) -> Merged {
    let format = |text: &str| snapshot.rustfmt.one(text);
    let format: Option<Formatter> = if snapshot.rustfmt.configured { Some(&format) } else { None };
    merge::merge_file(base, ours, theirs, conflict, format)
}

/// A recorded file that is no longer wanted: it goes where it is unedited, and is the user's own where it is not.
pub(super) fn give_up(request: &Request, id: &str) -> Settled {
    let snapshot = &request.snapshot;
    let old = recorded(snapshot).iter().find(|file| file.id == id);
    let path: Utf8PathBuf = old
        .and_then(|file| whereabouts::in_snapshot(snapshot, file))
        .unwrap_or_else(|| old.map_or_else(|| id.into(), |file| file.path.below(&snapshot.dir)));
    let ours = snapshot.tree.get(&path);
    let base = old.map(|file| base_of(file, ours));
    let result = merged(snapshot, base, ours, None, Conflict::Abort);
    let remark = result.note.map(|note| Remark::Merged { path: path.clone(), note });
    let change = Change { path, outcome: result.outcome, before: ours.map(str::to_owned), after: result.text };
    Settled { changes: vec![change], entry: None, remark }
}
