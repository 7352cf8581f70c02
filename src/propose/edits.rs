//! What the user changed since the code was generated.

use super::owned::{base_of, place_of};
use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;

/// The generated files whose text is not the one that we wrote last, at the places where they are now.
pub fn edits(snapshot: &Snapshot) -> Vec<Change> {
    let files = snapshot.record.iter().flat_map(|record| &record.files);
    let changes = files.map(|file| {
        let path = place_of(snapshot, file).unwrap_or_else(|| snapshot.dir.join(&file.path));
        let ours = snapshot.tree.get(&path);
        Change::new(path, Some(base_of(file, ours).to_owned()), ours.map(str::to_owned))
    });
    let mut edited: Vec<Change> = changes.filter(|change| change.outcome != Outcome::Unchanged).collect();
    edited.sort_by(|one, other| one.path.cmp(&other.path));
    edited
}
