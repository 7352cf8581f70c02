//! The question before the first byte is written, and what can be looked at before it is answered.

use camino::Utf8Path;

use super::interrupt;
use crate::ask::{AskError, Key, Prompt};
use crate::change::Change;
use crate::cli::Write;
use crate::diff;
use crate::error::Error;
use crate::escape::shown;
use crate::program;
use crate::terminal::Terminal;

const KEYS: &[Key] =
    &[('n', "leave everything as it is"), ('y', "apply"), ('v', "view everything"), ('f', "view one file")];

/// Changes, and the way from the version-control root to their base.
pub(super) type Seen<'a> = (&'a Utf8Path, &'a [Change]);

/// Asks before the first byte is written; `dir` is the folder of the project.
pub(super) fn confirm(
    write: &Write,
    seen: &[Seen],
    dir: &Utf8Path,
    prompt: Option<&mut dyn Prompt>,
    terminal: Terminal,
) -> Result<(), Error> {
    let question = "Apply these changes?";
    if write.yes {
        return Ok(());
    }
    let Some(prompt) = prompt else {
        return Err(AskError::Unanswered { question: question.to_owned(), flag: "--yes".to_owned() }.into());
    };
    loop {
        match prompt.key(question, KEYS)? {
            'y' => return Ok(()),
            'v' => page(&everything(seen), dir, terminal)?,
            'f' => page(&one_file(seen, prompt)?, dir, terminal)?,
            _ => return Err(Error::Declined),
        }
    }
}

fn everything(seen: &[Seen]) -> String {
    seen.iter().map(|(prefix, changes)| diff::patch(*changes, prefix)).collect()
}

fn one_file(seen: &[Seen], prompt: &mut dyn Prompt) -> Result<String, Error> {
    let files = seen.iter().flat_map(|(prefix, changes)| changes.iter().map(move |change| (*prefix, change)));
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
