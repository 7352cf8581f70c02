//! The state of files in git. Other version control is seen, but its state is not asked for.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::reach::Reach;
use crate::program::git::{self, Git};

/// Version control around the project.
#[derive(Debug, Clone, Default)]
pub struct Vcs {
    /// Its root, absolute; `None` where there is no version control.
    pub root: Option<Utf8PathBuf>,
    /// Whether it has no commit yet.
    pub empty: bool,
    /// Paths that are ignored, whether or not there is a file, by path below the snapshot's base.
    pub ignored: Vec<Utf8PathBuf>,
    /// Files that are not as committed, by path below the snapshot's base.
    pub states: BTreeMap<Utf8PathBuf, State>,
    /// Why git does not answer, where it does not: then nothing is known about the files.
    pub fault: Option<String>,
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

/// Asks git about some paths below `base`. That it does not answer matters only to those who write.
pub fn state(base: &Utf8Path, paths: &[Utf8PathBuf]) -> Vcs {
    let Some((root, git)) = find(base) else { return Vcs::default() };
    let vcs = Vcs { root: Some(root.clone()), ..Vcs::default() };
    if !git {
        return vcs;
    }
    asked(base, &root, paths).unwrap_or_else(|cause| Vcs { fault: Some(cause), ..vcs })
}

fn asked(base: &Utf8Path, root: &Utf8Path, paths: &[Utf8PathBuf]) -> Result<Vcs, String> {
    // Git takes no path that leads through a symbolic link, and what counts is the file that is written.
    let reach = Reach::within(root);
    let names: Vec<(&Utf8PathBuf, Utf8PathBuf)> = paths
        .iter()
        .filter_map(|path| Some((path, reach.spot(&base.join(path)).ok()?.target.strip_prefix(root).ok()?.to_owned())))
        .collect();
    let mut arguments = vec![
        "--literal-pathspecs",
        "status",
        "--porcelain=v2",
        "--branch",
        "--no-ahead-behind",
        "--no-renames",
        // Each would be asked by a git of its own, under its own settings.
        "--ignore-submodules=all",
        "-z",
        "--untracked-files=all",
        // Names the files in an ignored folder too, where `matching` names the folder alone.
        "--ignored=traditional",
        "--",
    ];
    arguments.extend(names.iter().map(|(_, name)| if name.as_str().is_empty() { "." } else { name.as_str() }));
    let git = git::open(root)?;
    let (_, output) = git.ask(&arguments, "")?;
    let mut vcs = Vcs { root: Some(root.to_owned()), ignored: ignored(&git, &names)?, ..Vcs::default() };
    for line in output.split('\0') {
        let (path, state) = match line.split_at_checked(2) {
            Some(("# ", rest)) => {
                vcs.empty |= rest == "branch.oid (initial)";
                continue;
            }
            Some(("? ", path)) => (path, State::Untracked),
            Some(("! ", path)) => (path, State::Ignored),
            Some(("1 ", rest)) => (rest.splitn(8, ' ').last().unwrap_or(""), changed(rest)),
            Some(("u ", rest)) => (rest.splitn(10, ' ').last().unwrap_or(""), State::Dirty),
            _ => continue,
        };
        let path = Utf8Path::new(path);
        for (ours, name) in &names {
            if let Ok(below) = path.strip_prefix(name) {
                vcs.states.insert(if below.as_str().is_empty() { (*ours).clone() } else { ours.join(below) }, state);
            }
        }
    }
    Ok(vcs)
}

/// Those of the paths that the rules of `.gitignore` cover, be there a file or not.
fn ignored(git: &Git, names: &[(&Utf8PathBuf, Utf8PathBuf)]) -> Result<Vec<Utf8PathBuf>, String> {
    let asked = names.iter().map(|(_, name)| name.as_str()).filter(|name| !name.is_empty());
    let asked = asked.collect::<Vec<_>>().join("\0");
    let (_, output) = git.ask(&["check-ignore", "--stdin", "-z", "--no-index"], &asked)?;
    let covered: BTreeSet<&str> = output.split('\0').collect();
    let ours = names.iter().filter(|(_, name)| covered.contains(name.as_str()));
    Ok(ours.map(|(ours, _)| (*ours).clone()).collect())
}

/// Whether git ignores a file. Where git does not answer, it may.
pub(super) fn ignores(file: &Utf8Path) -> bool {
    let Some((root, true)) = file.parent().and_then(find) else { return false };
    let path = file.strip_prefix(&root).unwrap_or(file).to_owned();
    let answer = git::open(&root).and_then(|git| ignored(&git, &[(&path, path.clone())]));
    answer.map_or(true, |ignored| !ignored.is_empty())
}

/// `XY` of a changed entry: X is the index, Y the work tree.
fn changed(entry: &str) -> State {
    if entry.as_bytes().get(1) == Some(&b'.') { State::Staged } else { State::Dirty }
}

/// The nearest folder above, or this one, that is under version control.
pub(super) fn root(base: &Utf8Path) -> Option<Utf8PathBuf> {
    find(base).map(|(root, _)| root)
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
