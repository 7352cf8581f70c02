//! The state of files in git. Other version control is seen, but its state is not asked for.

use std::collections::BTreeMap;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use super::InspectError;

/// Version control around the project.
#[derive(Debug, Clone, Default)]
pub struct Vcs {
    /// Its root, absolute; `None` where there is no version control.
    pub root: Option<Utf8PathBuf>,
    /// Whether it has no commit yet.
    pub empty: bool,
    /// Whether the record's path is ignored.
    pub record_ignored: bool,
    /// Files that are not as committed, by path below the snapshot's base.
    pub states: BTreeMap<Utf8PathBuf, State>,
}

/// How a file differs from the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Changed in the work tree.
    Dirty,
    /// Changed in the index.
    Staged,
    /// Not known to git.
    Untracked,
    /// Ignored.
    Ignored,
}

/// Asks git about some paths below `base`.
pub fn state(base: &Utf8Path, paths: &[Utf8PathBuf], record: &Utf8Path) -> Result<Vcs, InspectError> {
    let Some((root, git)) = find(base) else { return Ok(Vcs::default()) };
    if !git {
        return Ok(Vcs { root: Some(root), ..Vcs::default() });
    }
    let mut arguments = vec![
        "--literal-pathspecs",
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "--untracked-files=all",
        "--ignored=matching",
        "--",
    ];
    arguments.extend(paths.iter().map(|path| path.as_str()));
    let (_, output) = run(base, &arguments)?;
    let (ignored, _) = run(base, &["check-ignore", "--quiet", "--no-index", "--", record.as_str()])?;
    let prefix = base.strip_prefix(&root).unwrap_or(Utf8Path::new("")).to_owned();
    let mut vcs = Vcs { root: Some(root), record_ignored: ignored, ..Vcs::default() };
    let mut fields = output.split('\0');
    while let Some(line) = fields.next() {
        let (path, state) = match line.split_at_checked(2) {
            Some(("# ", rest)) => {
                vcs.empty |= rest == "branch.oid (initial)";
                continue;
            }
            Some(("? ", path)) => (path, State::Untracked),
            Some(("! ", path)) => (path, State::Ignored),
            Some(("1 ", rest)) => (rest.splitn(8, ' ').last().unwrap_or(""), changed(rest)),
            Some(("2 ", rest)) => {
                fields.next();
                (rest.splitn(9, ' ').last().unwrap_or(""), changed(rest))
            }
            Some(("u ", rest)) => (rest.splitn(10, ' ').last().unwrap_or(""), State::Dirty),
            _ => continue,
        };
        let path = Utf8Path::new(path);
        vcs.states.insert(path.strip_prefix(&prefix).unwrap_or(path).to_owned(), state);
    }
    Ok(vcs)
}

/// `XY` of a changed entry: X is the index, Y the work tree.
fn changed(entry: &str) -> State {
    if entry.as_bytes().get(1) == Some(&b'.') { State::Staged } else { State::Dirty }
}

/// The nearest folder under version control, and whether that is git.
fn find(base: &Utf8Path) -> Option<(Utf8PathBuf, bool)> {
    base.ancestors().find_map(|dir| {
        let has = |name: &str| dir.join(name).exists();
        if has(".git") {
            return Some((dir.to_owned(), true));
        }
        [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"].iter().any(|name| has(name)).then(|| (dir.to_owned(), false))
    })
}

/// Runs git without anything that the repository's configuration could start.
fn run(base: &Utf8Path, arguments: &[&str]) -> Result<(bool, String), InspectError> {
    let fault = |cause: String| InspectError::Git { cause };
    let output = Command::new("git")
        .arg("-C")
        .arg(base)
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-optional-locks"])
        .args(arguments)
        .output()
        .map_err(|cause| fault(cause.to_string()))?;
    if output.status.code().is_none_or(|code| code > 1) {
        return Err(fault(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
    }
    Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}
