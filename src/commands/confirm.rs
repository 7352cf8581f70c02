//! The question before the first byte is written, and what can be looked at before it is answered.

use camino::Utf8Path;

use super::interrupt;
use crate::ask::{AskError, Key, Prompt};
use crate::cli::Write;
use crate::diff;
use crate::error::Error;
use crate::escape::shown;
use crate::program;
use crate::propose::Proposal;
use crate::terminal::Terminal;

const KEYS: &[Key] =
    &[('n', "leave everything as it is"), ('y', "apply"), ('v', "view everything"), ('f', "view one file")];

const QUESTION: &str = "Apply these changes?";

/// Fails at once where the question would find nobody to answer it.
pub(super) fn possible(write: &Write, asking: bool) -> Result<(), Error> {
    if write.yes || asking {
        return Ok(());
    }
    let flags = vec!["--yes".to_owned()];
    Err(AskError::Unanswered { question: QUESTION.to_owned(), flags }.into())
}

/// Asks before the first byte is written; `dir` is the folder of the project.
pub(super) fn confirm(
    write: &Write,
    proposals: &[&Proposal],
    dir: &Utf8Path,
    prompt: Option<&mut dyn Prompt>,
    terminal: Terminal,
) -> Result<(), Error> {
    let Some(prompt) = prompt.filter(|_| !write.yes) else { return possible(write, false) };
    loop {
        match prompt.key(QUESTION, KEYS)? {
            'y' => return Ok(()),
            'v' => page(&everything(proposals), dir, terminal)?,
            'f' => page(&one_file(proposals, prompt)?, dir, terminal)?,
            _ => return Err(Error::Declined),
        }
    }
}

fn everything(proposals: &[&Proposal]) -> String {
    proposals.iter().map(|proposal| diff::patch(&proposal.changes, &proposal.prefix)).collect()
}

fn one_file(proposals: &[&Proposal], prompt: &mut dyn Prompt) -> Result<String, Error> {
    let files = proposals.iter().flat_map(|one| one.changes.iter().map(move |change| (&one.prefix, change)));
    let files: Vec<_> = files.filter(|(_, change)| change.writes()).collect();
    let paths: Vec<String> = files.iter().map(|(prefix, change)| shown(&prefix.join(&change.path))).collect();
    let (prefix, change) = files[prompt.one("Which file?", &paths, 0)?];
    Ok(diff::unified(change, prefix))
}

/// Shows a patch in the user's pager, whose keys an interrupt is for.
fn page(patch: &str, dir: &Utf8Path, terminal: Terminal) -> Result<(), Error> {
    interrupt::paging(true);
    let paged = terminal.page(patch, program::pager(dir));
    interrupt::paging(false);
    paged
}
