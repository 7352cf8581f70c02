//! The one door to the disk: every operation that changes something passes a hook first.

use std::io::{self, ErrorKind};

use camino::Utf8Path;

use super::error::ApplyError;
use crate::paths::relative;

/// An operation that changes something on disk, in the order of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Making the journal's file.
    Lock,
    /// Writing the journal, in the state folder.
    Journal,
    /// Writing its mark.
    Mark,
    /// Making a folder.
    Folder,
    /// Writing a new text beside its target.
    Stage,
    /// Making staged texts durable.
    Save,
    /// Moving one over its target.
    Replace,
    /// Removing a file, or a folder that it leaves empty.
    Remove,
    /// Making renames and removals durable.
    Sync,
    /// Keeping the journal for `undo`.
    Keep,
    /// Removing the journal: the end of the run.
    Finish,
}

impl Operation {
    /// The words between `failed to` and the path.
    fn doing(self) -> &'static str {
        match self {
            Self::Lock | Self::Journal | Self::Mark | Self::Stage | Self::Save => "write",
            Self::Folder => "make the folder",
            Self::Replace => "replace",
            Self::Remove | Self::Finish => "remove",
            Self::Sync => "save the folder",
            Self::Keep => "keep the old texts in",
        }
    }
}

/// Whether a run goes forward or puts things back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The changes are being made.
    Forward,
    /// The changes are being taken back.
    Back,
}

/// One operation that is about to happen.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub operation: Operation,
    /// On the way forward or back.
    pub phase: Phase,
    /// Where: below the base, if it is there.
    pub path: &'a Utf8Path,
}

/// Called before each operation; its error stands for the operation's own. `Interrupted` stops a run that goes forward.
pub type Hook<'a> = &'a mut dyn FnMut(&Step) -> io::Result<()>;

/// A run: where it is at work, in which direction, and its hook.
pub struct Run<'a> {
    /// The folder that all paths are below, absolute.
    pub base: &'a Utf8Path,
    /// The number of its journal, which its temporary files are named by.
    pub number: &'a str,
    /// The direction.
    pub phase: Phase,
    /// Called before each operation.
    pub hook: Hook<'a>,
}

impl Run<'_> {
    /// Does one operation, with the hook before it and the path in its error.
    pub fn step<T>(
        &mut self,
        operation: Operation,
        path: &Utf8Path,
        work: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, ApplyError> {
        let path = &relative(self.base, path);
        let step = Step { operation, phase: self.phase, path };
        (self.hook)(&step).and_then(|()| work()).map_err(|cause| match cause.kind() {
            ErrorKind::Interrupted => ApplyError::Stopped,
            _ => ApplyError::Io { doing: operation.doing(), path: path.to_owned(), cause },
        })
    }
}
