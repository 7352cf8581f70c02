//! What is proposed for the packages of a project, which is shown, asked for and written as one.

use crate::inspect::{Project, Snapshot};
use crate::propose::Proposal;
use crate::request::Request;

/// The proposals of a run.
pub(super) struct Changeset<'a> {
    /// The workspace.
    pub project: &'a Project,
    /// What was read of each package, and what is proposed for it.
    pub packages: Vec<(&'a Snapshot, &'a Proposal)>,
    /// Whether scripts get a list, be it of one.
    pub listed: bool,
}

impl<'a> Changeset<'a> {
    /// Of proposals, each for the request at its place.
    pub(super) fn of(project: &'a Project, requests: &'a [Request], proposals: &'a [Proposal], listed: bool) -> Self {
        let packages = requests.iter().map(|request| &request.snapshot).zip(proposals).collect();
        Self { project, packages, listed }
    }

    /// Of one package.
    pub(super) fn one(project: &'a Project, snapshot: &'a Snapshot, proposal: &'a Proposal) -> Self {
        Self { project, packages: vec![(snapshot, proposal)], listed: false }
    }

    /// What is proposed.
    pub(super) fn proposals(&self) -> Vec<&'a Proposal> {
        self.packages.iter().map(|(_, proposal)| *proposal).collect()
    }

    /// Without the packages that stay as they are.
    pub(super) fn writing(&self) -> Self {
        let packages = self.packages.iter().filter(|(_, proposal)| proposal.writes()).copied().collect();
        Self { packages, ..*self }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// The changes were written.
    Written,
    /// They were written, and cargo compiled the project with them, so that its lock file has the new crates.
    Verified,
    /// There was nothing to write, or it was a dry run.
    Nothing,
}
