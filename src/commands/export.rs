//! `blueprints export`: writes the built-in blueprints out, so that a team can keep its own.

use camino::Utf8Path;

use crate::apply::{self, Site};
use crate::blueprint;
use crate::change::Change;
use crate::diff;
use crate::error::Error;
use crate::escape::shown;
use crate::inspect;
use crate::terminal::Terminal;

/// Runs `blueprints export`.
pub fn run(folder: &Utf8Path, dry_run: bool, terminal: Terminal) -> Result<u8, Error> {
    let (root, below) = inspect::new_folder(folder)?.ok_or_else(|| Error::NotEmpty { path: folder.to_owned() })?;
    let files = blueprint::embedded();
    let count = files.len();
    let changes: Vec<Change> =
        files.into_iter().map(|(path, text)| Change::new(below.join(path), None, Some(text.into_owned()))).collect();
    if dry_run {
        let list = changes.iter().map(|change| format!("{}\n", shown(&root.join(&change.path))));
        terminal.lines(&list.collect::<String>())?;
        terminal.note("dry run: nothing was written");
        return Ok(0);
    }
    super::interrupt::roll_back();
    let site = Site::alone(&root);
    apply::apply(&site, &changes, &apply::possible(&site, &changes)?)?;
    terminal.status("Exported", &format!("{} to {folder}", diff::counted(count, "file")));
    terminal.note("\nUse them with `--blueprints`; raise `version` in `blueprint.toml` when a template changes.");
    Ok(0)
}
