//! Three texts in, one outcome out: the text that we wrote last, the user's, and this version's.
//!
//! The whole rule is the table of [`merge_file`]. A conflict is a value, so that nothing downstream needs a special case.

mod lines;
mod markers;
mod modules;

pub use markers::{has_markers, marker_line};
pub use modules::without_modules;

use crate::change::Outcome;
use crate::edit::rust;
use crate::remark::Note;
use crate::rustfmt::Formatter;
use lines::Region;
pub use lines::{dressed, same};

#[cfg(test)]
mod tests;

/// How the places that both sides changed are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// Not at all: the user's text stays as it is.
    #[default]
    Abort,
    /// Both versions are written, between markers.
    Markers,
    /// The user's version wins.
    Ours,
    /// This version's wins.
    Theirs,
}

/// The result for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What happens to the file.
    pub outcome: Outcome,
    /// The text that is to stand there; for [`Conflict::Abort`] on a conflict, the user's.
    pub text: Option<String>,
    /// The number of places that both sides changed, settled or not.
    pub conflicts: usize,
    /// What there is to say beside the outcome.
    pub note: Option<Note>,
}

impl Merged {
    fn new(outcome: Outcome, text: Option<&str>, note: Option<Note>) -> Self {
        Self { outcome, text: text.map(str::to_owned), conflicts: 0, note }
    }
}

/// Merges one file. Absent texts are `None`; `format` is the user's own rustfmt, where one applies.
///
/// Texts that differ only in line endings, a byte-order mark or a final newline are the same text, and the user's stays.
/// Where this version's text is Rust, the merged one is too, or it is a conflict.
pub fn merge_file(
    base: Option<&str>,
    ours: Option<&str>,
    theirs: Option<&str>,
    conflict: Conflict,
    format: Option<Formatter<'_>>,
) -> Merged {
    use Outcome::{Conflicted, Created, Kept, Removed, Unchanged, Updated};
    match (base, ours, theirs) {
        (None, None, Some(_)) => Merged::new(Created, theirs, None),
        (None, Some(_), None) => Merged::new(Kept, ours, Some(Note::Foreign)),
        (None, Some(o), Some(t)) if same(o, t) => Merged::new(Unchanged, ours, None),
        (None, Some(_), Some(_)) if conflict == Conflict::Abort => {
            Merged { conflicts: 1, ..Merged::new(Conflicted, ours, Some(Note::Foreign)) }
        }
        (None, Some(o), Some(t)) => {
            Merged { note: Some(Note::Foreign), ..settle(&lines::merge("", o, t), "", o, t, conflict) }
        }
        // What the user deleted stays so, and where it is no longer generated either, it leaves the record.
        (_, None, None) => Merged::new(Unchanged, None, None),
        (Some(_), None, Some(_)) => Merged::new(Kept, None, Some(Note::Deleted)),
        (Some(b), Some(o), None) if same_but_for_format(b, o, format) => Merged::new(Removed, None, None),
        (Some(_), Some(_), None) => Merged::new(Kept, ours, Some(Note::HandedOver)),
        (Some(b), Some(o), Some(t)) if o == b && b == t => Merged::new(Unchanged, ours, None),
        (Some(b), Some(o), Some(_)) if o == b => Merged::new(Updated, theirs, None),
        (Some(b), Some(o), Some(t)) => three_way(b, o, t, conflict, format),
    }
}

/// The rows where all three texts are there and the user's is not byte for byte the one that we wrote.
fn three_way(base: &str, ours: &str, theirs: &str, conflict: Conflict, format: Option<Formatter<'_>>) -> Merged {
    let new = !same(base, theirs);
    if same(ours, theirs) {
        return Merged::new(Outcome::Unchanged, Some(ours), new.then_some(Note::AlreadyApplied));
    }
    if same(ours, base) {
        return Merged::new(Outcome::Updated, Some(&dressed(theirs, ours)), None);
    }
    let emptied = ours.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty();
    if !new || emptied {
        return Merged::new(Outcome::Kept, Some(ours), emptied.then_some(Note::Emptied));
    }
    let regions = lines::merge(base, ours, theirs);
    if !(lines::conflicts(&regions) == 0 && sound(theirs, &lines::text(&regions, Conflict::Abort, base, ours, theirs)))
        && let Some((base, theirs)) = format.and_then(|format| Some((format(base)?, format(theirs)?)))
    {
        let retried = lines::merge(&base, ours, &theirs);
        if lines::conflicts(&retried) < lines::conflicts(&regions) || lines::conflicts(&retried) == 0 {
            return settle(&retried, &base, ours, &theirs, conflict);
        }
    }
    settle(&regions, base, ours, theirs, conflict)
}

/// Settles a line merge. Where its text would not be Rust, everything between the first and the last change is one conflict.
fn settle(regions: &[Region], base: &str, ours: &str, theirs: &str, conflict: Conflict) -> Merged {
    let count = lines::conflicts(regions);
    let text = lines::text(regions, conflict, base, ours, theirs);
    let open = count > 0 && matches!(conflict, Conflict::Abort | Conflict::Markers);
    if !open && !sound(theirs, &text) {
        let widened = lines::widened(regions);
        let text = lines::text(&widened, conflict, base, ours, theirs);
        return finished(text, ours, 1.max(count), conflict, Some(Note::Unsound));
    }
    let applied = (count == 0 && text == ours).then_some(Note::AlreadyApplied);
    finished(text, ours, count, conflict, applied)
}

fn finished(text: String, ours: &str, conflicts: usize, conflict: Conflict, note: Option<Note>) -> Merged {
    let (outcome, text) = match conflict {
        Conflict::Abort if conflicts > 0 => (Outcome::Conflicted, ours.to_owned()),
        Conflict::Markers if conflicts > 0 => (Outcome::Conflicted, text),
        _ if text == ours => (Outcome::Kept, text),
        _ => (Outcome::Merged, text),
    };
    Merged { outcome, text: Some(text), conflicts, note }
}

/// Whether a merged text is Rust, if this version's is.
fn sound(theirs: &str, merged: &str) -> bool {
    let is_rust = |text| rust::parse(text).is_ok();
    is_rust(merged) || !is_rust(theirs)
}

/// Whether the user changed nothing, or nothing but what their rustfmt changes.
fn same_but_for_format(base: &str, ours: &str, format: Option<Formatter<'_>>) -> bool {
    same(base, ours) || format.and_then(|format| format(base)).is_some_and(|formatted| same(&formatted, ours))
}
