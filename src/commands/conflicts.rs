//! What becomes of conflicts: by default nothing is written, and both versions are shown.

use super::changeset::Done;
use super::show;
use crate::change::Outcome;
use crate::cli::{ConflictChoice, Format};
use crate::error::Error;
use crate::escape::shown;
use crate::merge::Conflict;
use crate::propose::{Proposal, propose};
use crate::request::Request;
use crate::terminal::Terminal;

impl From<ConflictChoice> for Conflict {
    fn from(choice: ConflictChoice) -> Self {
        match choice {
            ConflictChoice::Abort => Self::Abort,
            ConflictChoice::Markers => Self::Markers,
            ConflictChoice::Ours => Self::Ours,
            ConflictChoice::Theirs => Self::Theirs,
        }
    }
}

/// Stops where both sides changed the same lines, or something that is not ours is in the way; shows both versions. `set` has
/// the new answers, for the hint.
pub(super) fn refuse(
    requests: &[Request],
    proposals: &[Proposal],
    set: &[String],
    (listed, format): (bool, Format),
    terminal: Terminal,
) -> Result<(), Error> {
    let mut files = Vec::new();
    let mut both = Vec::new();
    for (request, proposal) in requests.iter().zip(proposals) {
        let open = proposal.with(Outcome::Conflicted);
        if open.is_empty() {
            continue;
        }
        if request.snapshot.record.is_none() {
            return Err(Error::InTheWay { files: open });
        }
        let mut marked = propose(request, Conflict::Markers)?;
        marked.changes.retain(|change| change.outcome == Outcome::Conflicted);
        both.push(marked);
        files.extend(open);
    }
    if files.is_empty() {
        return Ok(());
    }
    show::proposals(&both.iter().collect::<Vec<_>>(), listed, format, terminal)?;
    Err(Error::Conflicts { files, set: set.to_vec() })
}

/// 3 where conflict markers were written, or would be.
pub(super) fn exit_code(proposals: &[Proposal], done: Done, terminal: Terminal) -> u8 {
    let open: Vec<_> = proposals.iter().flat_map(|proposal| proposal.with(Outcome::Conflicted)).collect();
    if open.is_empty() {
        return 0;
    }
    if done != Done::Nothing {
        let files: String = open.iter().map(|path| format!("\n  * {}", shown(path))).collect();
        terminal.warning(&format!("conflict markers were written; settle them, then run `update` again:{files}"));
    }
    3
}
