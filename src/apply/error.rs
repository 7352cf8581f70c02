//! What stands in the way of writing.

use camino::Utf8PathBuf;

/// A list of changes that was not written. Unless a variant says otherwise, every file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// An operation failed.
    #[error("failed to {step} `{path}`\n  caused by: {cause}")]
    Io {
        /// Such as `write`.
        step: &'static str,
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file is not what was read.
    #[error("`{path}` was changed by something else in the meantime")]
    ChangedUnderneath {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A file or folder must not be written.
    #[error("`{path}` is read-only")]
    ReadOnly {
        /// The file or folder.
        path: Utf8PathBuf,
    },
    /// Something else stands there.
    #[error("`{path}` is {what}")]
    Shape {
        /// The path.
        path: Utf8PathBuf,
        /// Such as `a directory`.
        what: &'static str,
    },
    /// Another run is at work.
    #[error("another run is changing this project")]
    Busy,
    /// An interrupted run waits to be healed.
    #[error("an earlier run was interrupted and left `{path}`")]
    Interrupted {
        /// The journal.
        path: Utf8PathBuf,
    },
    /// The journal cannot be read.
    #[error("`{path}` is damaged\n  caused by: {cause}")]
    Journal {
        /// The journal.
        path: Utf8PathBuf,
        /// Why.
        cause: String,
    },
    /// Files were changed since the run that is to be reverted.
    #[error("these files were changed since:{}", files.iter().map(|path| format!("\n  * {path}")).collect::<String>())]
    EditedSince {
        /// The files.
        files: Vec<Utf8PathBuf>,
    },
    /// There is no last run.
    #[error("there is nothing to undo")]
    NothingToUndo,
}

impl ApplyError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { cause, .. } if cause.kind() == std::io::ErrorKind::StorageFull => "disk-full",
            Self::Io { cause, .. } if cause.kind() == std::io::ErrorKind::Interrupted => "interrupted",
            Self::Io { .. } => "io",
            Self::ChangedUnderneath { .. } => "changed-underneath",
            Self::ReadOnly { .. } => "read-only",
            Self::Shape { .. } => "path-shape",
            Self::Busy => "busy",
            Self::Interrupted { .. } => "interrupted-apply",
            Self::Journal { .. } => "journal-damaged",
            Self::EditedSince { .. } => "edited-since",
            Self::NothingToUndo => "nothing-to-undo",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io { .. } => "nothing was changed".to_owned(),
            Self::ChangedUnderneath { .. } | Self::Busy => "run it again; nothing was changed".to_owned(),
            Self::ReadOnly { .. } => "make it writable first; nothing was changed".to_owned(),
            Self::Shape { .. } => "move it away first; nothing was changed".to_owned(),
            Self::Interrupted { .. } => "run the command without `--dry-run`: it puts the files back first".to_owned(),
            Self::Journal { path, .. } => format!("restore the files from version control and delete `{path}`"),
            Self::EditedSince { .. } => {
                "put them back to what the run left, or restore all from version control".to_owned()
            }
            Self::NothingToUndo => return None,
        })
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { cause, .. } if cause.kind() == std::io::ErrorKind::Interrupted => 1,
            _ => 4,
        }
    }
}
