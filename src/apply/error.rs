//! What stands in the way of writing.

use std::io::{self, ErrorKind};

use camino::Utf8PathBuf;

use super::site::FILE;
use crate::escape::shown;
use crate::inspect::Bar;

/// A list of changes that was not written. Unless a variant says otherwise, every file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// An operation failed.
    #[error("failed to {doing} `{path}`\n  caused by: {cause}", path = shown(path))]
    Io {
        /// Such as `write`.
        doing: &'static str,
        /// The file or folder.
        path: Utf8PathBuf,
        cause: io::Error,
    },
    /// The user stopped the run.
    #[error("stopped; nothing was changed")]
    Stopped,
    /// A file is not what was read.
    #[error("`{path}` was changed by something else in the meantime", path = shown(path))]
    ChangedUnderneath { path: Utf8PathBuf },
    /// A file or folder must not be written.
    #[error("`{path}` is read-only", path = shown(path))]
    ReadOnly {
        /// The file or folder.
        path: Utf8PathBuf,
    },
    /// Something else stands there.
    #[error("`{path}` is {what}", path = shown(path))]
    Shape {
        path: Utf8PathBuf,
        /// Such as `a directory`.
        what: &'static str,
    },
    /// A path leads where nothing may be written.
    #[error("`{}` is {}", shown(path), bar.words())]
    OutOfReach { path: Utf8PathBuf, bar: Bar },
    /// What is to be put back is no longer where it was.
    #[error("`{}` is not where that run wrote it", shown(path))]
    Moved { path: Utf8PathBuf },
    /// Another run is at work.
    #[error("another run is changing this project")]
    Busy,
    /// An interrupted run waits to be healed.
    #[error("an earlier run was interrupted and left `{FILE}`")]
    Interrupted,
    /// Something stands under the name of the journal's mark, and no run of this machine and checkout left it.
    #[error("no journal on this machine and of this checkout goes with `{FILE}`")]
    Unbound,
    /// A run failed, and so did putting the files back.
    #[error("{failed}\n  and the files could not all be put back: {again}")]
    NotRolledBack {
        /// What failed first.
        failed: Box<ApplyError>,
        /// What failed after it.
        again: Box<ApplyError>,
        /// Whether the journal is still there, so that the next run can do it.
        noted: bool,
    },
    /// An interrupted run could not be healed; the journal is still there.
    #[error("an interrupted run could not be put back: {cause}")]
    NotHealed { cause: Box<ApplyError> },
    /// A journal cannot be read.
    #[error("`{path}` is damaged\n  caused by: {cause}", path = shown(path))]
    Journal {
        /// The journal.
        path: Utf8PathBuf,
        cause: String,
    },
    /// Files were changed since the run that is to be reverted.
    #[error("changed since then:{}", files.iter().map(|path| format!("\n  * {}", shown(path))).collect::<String>())]
    EditedSince {
        files: Vec<Utf8PathBuf>,
        /// Whether an interrupted run is to be healed, rather than the last one undone.
        interrupted: bool,
    },
    /// Another run came to its end meanwhile.
    #[error("another run has changed this project in the meantime")]
    OtherRun,
    /// There is no last run.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// No run can keep what it takes to undo it.
    #[error("there is nothing to undo, as the old texts cannot be kept\n  caused by: {cause}")]
    NoState {
        /// Why not.
        cause: String,
    },
}

impl ApplyError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { cause, .. } => match cause.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "disk-full",
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "read-only",
                _ => "io",
            },
            Self::Stopped => "stopped",
            Self::ChangedUnderneath { .. } | Self::OtherRun => "changed-underneath",
            Self::ReadOnly { .. } => "read-only",
            Self::Shape { .. } => "path-shape",
            Self::OutOfReach { .. } => "out-of-reach",
            Self::Moved { .. } => "moved-since",
            Self::Busy => "busy",
            Self::Interrupted => "interrupted-apply",
            Self::Unbound => "journal-unbound",
            Self::NotRolledBack { .. } => "not-rolled-back",
            Self::NotHealed { .. } => "not-healed",
            Self::Journal { .. } => "journal-damaged",
            Self::EditedSince { .. } => "edited-since",
            Self::NothingToUndo | Self::NoState { .. } => "nothing-to-undo",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Stopped | Self::NothingToUndo => return None,
            Self::Io { .. } if self.code() == "disk-full" => "make room first; nothing was changed".to_owned(),
            Self::Io { .. } => "nothing was changed".to_owned(),
            Self::ChangedUnderneath { .. } | Self::OtherRun | Self::Busy => {
                "run it again; nothing was changed".to_owned()
            }
            Self::ReadOnly { .. } => "make it writable first; nothing was changed".to_owned(),
            Self::Shape { .. } => "move it away first; nothing was changed".to_owned(),
            Self::OutOfReach { bar, .. } => format!("{}; nothing was changed", bar.hint()),
            Self::Moved { .. } => {
                "move it back, or take the run back by version control; nothing was changed".to_owned()
            }
            Self::NoState { .. } => {
                "take the change back by version control, and make that folder usable for later runs".to_owned()
            }
            Self::Interrupted => {
                "run `cargo clerk-sessions undo --yes`: it puts the files back; nothing was changed".to_owned()
            }
            Self::Unbound => format!(
                "look at `git status`: restore what is changed, delete what is new, and then `{FILE}`; nothing was changed"
            ),
            Self::NotRolledBack { noted: false, .. } => "restore the files from version control".to_owned(),
            Self::NotHealed { cause } if matches!(**cause, Self::OutOfReach { .. } | Self::Moved { .. }) => {
                format!("restore the files from version control, then delete `{FILE}`")
            }
            Self::NotRolledBack { .. } | Self::NotHealed { .. } => {
                format!(
                    "the next run asks to put them back as long as `{FILE}` is there, so leave that file where it is"
                )
            }
            Self::Journal { path, .. } => {
                format!("restore the files from version control, then delete `{}` and `{FILE}`", shown(path))
            }
            Self::EditedSince { interrupted: true, .. } => {
                format!("restore them from version control, or settle them by hand; then delete `{FILE}`")
            }
            Self::EditedSince { .. } => {
                "take the run back by hand or by version control; nothing was changed".to_owned()
            }
        })
    }

    /// The exit code: 1 where the user stopped the run, else 4.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Stopped) { 1 } else { 4 }
    }
}
