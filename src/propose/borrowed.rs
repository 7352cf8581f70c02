//! Borrowed files: the user's, with our insertions, and what the record says of them.

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::Change;
use crate::record::{Borrowed, sum};
use crate::render::{BorrowedText, Input, Rendered, is_former};
use crate::settings;

/// The borrowed files as changes, and their entries in the new record.
pub(super) fn borrow(input: &Input, rendered: &Rendered, changes: &mut Vec<Change>) -> Vec<Borrowed> {
    let mut entries: Vec<Borrowed> = input.snapshot.record.iter().flat_map(|record| record.borrowed.clone()).collect();
    entries.retain(|entry| entry.path != settings::FILE);
    for file in &rendered.borrowed {
        let before = input.snapshot.tree.get(&file.path).map(str::to_owned);
        let path = relative(&input.snapshot.dir, &file.path);
        let old = entries.iter().position(|entry| entry.path == path).map(|index| entries.remove(index));
        let entry = entry(path, file, before.is_none(), old, input);
        if !(entry.lines.is_empty() && entry.entries.is_empty()) {
            entries.push(entry);
        }
        changes.push(Change::new(file.path.clone(), before, Some(file.text.clone())));
    }
    entries
}

fn entry(path: Utf8PathBuf, file: &BorrowedText, created: bool, old: Option<Borrowed>, input: &Input) -> Borrowed {
    let mut entry =
        Borrowed { path, sha256: sum(&file.text), created, lines: file.lines.clone(), entries: file.entries.clone() };
    if let Some(old) = old {
        entry.created = old.created;
        let lines =
            old.lines.into_iter().filter(|line| !file.lines.contains(line) && !is_former(input, &file.path, line));
        entry.lines = lines.chain(file.lines.clone()).collect();
    }
    entry.lines.sort();
    entry
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
