//! Takes back what stands in source files under the module's former name, or in its former crate root.

use std::borrow::Cow;

use camino::Utf8Path;

use super::{BorrowedText, Input, RenderError, calls};
use crate::edit::{crate_root, wire};
use crate::inspect::Snapshot;
use crate::record::{declares, wires};

/// Whether a recorded line of a file is about the module as it was: under another name, or in another crate root.
pub fn is_former(input: &Input, path: &Utf8Path, line: &str) -> bool {
    match declares(line) {
        Some(name) => name != input.answers.module() || path != input.snapshot.crate_root,
        None => wires(line).is_some_and(|made| !calls(input, path).iter().any(|call| call == made)),
    }
}

/// Whether the line was inserted earlier and is not about to be inserted anew under another name. The snapshot of the
/// input has no lines of the former name any more.
pub(super) fn was_wired(input: &Input) -> bool {
    let borrowed = input.snapshot.record.iter().flat_map(|record| &record.borrowed);
    borrowed.into_iter().any(|file| {
        let path = input.snapshot.dir.join(&file.path);
        file.lines.iter().any(|line| wires(line).is_some() && !is_former(input, &path, line))
    })
}

/// The snapshot without those lines, so that the new ones are inserted as on a first run.
pub(super) fn without_former<'a>(input: &Input<'a>) -> Result<Cow<'a, Snapshot>, RenderError> {
    let snapshot = input.snapshot;
    let mut cleaned = Cow::Borrowed(snapshot);
    for file in snapshot.record.iter().flat_map(|record| &record.borrowed) {
        let path = snapshot.dir.join(&file.path);
        let Some(text) = snapshot.tree.get(&path) else { continue };
        let former = file.lines.iter().filter(|line| is_former(input, &path, line));
        let clean = former.clone().try_fold(text.to_owned(), |text, line| match declares(line) {
            Some(name) => crate_root::remove_mod(&text, name, line.ends_with('\n')),
            None => wire::unwire(&text, line),
        });
        if former.count() > 0 {
            let clean = clean.map_err(|cause| RenderError::Edit { path: path.clone(), cause })?;
            cleaned.to_mut().tree.insert(path, clean);
        }
    }
    Ok(cleaned)
}

/// The files that lost a line and gained none.
pub(super) fn only_cleaned(before: &Snapshot, cleaned: &Snapshot, borrowed: &[BorrowedText]) -> Vec<BorrowedText> {
    let untouched = |path: &Utf8Path| borrowed.iter().all(|file| file.path != path);
    let lost = cleaned.tree.iter().filter(|(path, text)| before.tree.get(path) != Some(text) && untouched(path));
    lost.map(|(path, text)| BorrowedText {
        path: path.to_owned(),
        text: text.to_owned(),
        lines: vec![],
        entries: vec![],
    })
    .collect()
}
