//! The list of changes: what a command proposes, what is shown, and what is written. One value, so that they cannot disagree.

use camino::Utf8PathBuf;

/// What happens to one file, in the words of the status lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The file is new.
    Created,
    /// Nothing to do.
    Unchanged,
    /// The file takes this version's text.
    Updated,
    /// The user's text stays.
    Kept,
    /// The user's edits and ours were combined.
    Merged,
    /// Both sides changed the same lines.
    Conflicted,
    /// The file goes.
    Removed,
}

impl Outcome {
    /// The word used in JSON and summaries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unchanged => "unchanged",
            Self::Updated => "updated",
            Self::Kept => "kept",
            Self::Merged => "merged",
            Self::Conflicted => "conflicted",
            Self::Removed => "removed",
        }
    }
}

/// One file before and after; `None` is an absent file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the workspace root.
    pub path: Utf8PathBuf,
    /// What happens to it.
    pub outcome: Outcome,
    /// The text on disk.
    pub before: Option<String>,
    /// The text to be written.
    pub after: Option<String>,
}

impl Change {
    /// A change of one file; the outcome follows from the two texts.
    pub fn new(path: impl Into<Utf8PathBuf>, before: Option<String>, after: Option<String>) -> Self {
        let outcome = match (&before, &after) {
            (None, Some(_)) => Outcome::Created,
            (Some(_), None) => Outcome::Removed,
            (Some(old), Some(new)) if old != new => Outcome::Updated,
            _ => Outcome::Unchanged,
        };
        Self { path: path.into(), outcome, before, after }
    }

    /// Whether applying it writes or removes anything.
    pub fn writes(&self) -> bool {
        self.before != self.after
    }
}
