//! What the user changed since the code was generated.

use super::generated::base_of;
use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;
use crate::merge;
use crate::whereabouts;

/// The generated files whose text is not the one that we wrote last, at the places where they are now.
pub fn edits(snapshot: &Snapshot) -> Vec<Change> {
    let files = snapshot.record.iter().flat_map(|record| &record.generated);
    let changes = files.map(|file| {
        let path = whereabouts::in_snapshot(snapshot, file).unwrap_or_else(|| file.path.below(&snapshot.dir));
        let ours = snapshot.tree.get(&path);
        // Line endings and the like are the checkout's, not edits.
        let base = base_of(file, ours);
        let base = ours.map_or_else(|| base.to_owned(), |ours| merge::dressed(base, ours));
        Change::new(path, Some(base), ours.map(str::to_owned))
    });
    let mut edited: Vec<Change> = changes.filter(|change| change.outcome != Outcome::Unchanged).collect();
    edited.sort_by(|one, other| one.path.cmp(&other.path));
    edited
}
