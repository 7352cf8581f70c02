//! The state of files in git. Other version control is seen, but its state is not asked for.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::kept::{Named, ignored};
use super::reach::Reach;
use crate::program::git;
use crate::repository::version_control;

/// Version control around the project.
#[derive(Debug, Clone, Default)]
pub struct Vcs {
    /// Its root, absolute; `None` where there is no version control.
    pub root: Option<Utf8PathBuf>,
    /// Paths that are ignored, whether or not there is a file, by path below the snapshot's base, each with the rule.
    pub ignored: BTreeMap<Utf8PathBuf, String>,
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
    Ignored,
}

/// Asks git about some paths below `base`. That it does not answer matters only to those who write.
pub fn state(base: &Utf8Path, paths: &[Utf8PathBuf]) -> Vcs {
    let Some((root, git)) = version_control(base) else { return Vcs::default() };
    let vcs = Vcs { root: Some(root.clone()), ..Vcs::default() };
    if !git {
        return vcs;
    }
    let asked = by_repository(base, &root, paths).into_iter().try_fold(vcs.clone(), |mut all, (root, names)| {
        let one = asked(&root, &names)?;
        all.states.extend(one.states);
        all.ignored.extend(one.ignored);
        Ok(all)
    });
    asked.unwrap_or_else(|cause| Vcs { fault: Some(cause), ..vcs })
}

/// The paths by the repository that each file belongs to: a submodule, or a clone within the outer one, knows its own alone.
fn by_repository<'a>(
    base: &Utf8Path,
    root: &Utf8Path,
    paths: &'a [Utf8PathBuf],
) -> BTreeMap<Utf8PathBuf, Vec<Named<'a>>> {
    // Git takes no path that leads through a symbolic link, and what counts is the file that is written.
    let reach = Reach::within(root);
    let mut groups: BTreeMap<Utf8PathBuf, Vec<Named>> = BTreeMap::new();
    for path in paths {
        let Ok(spot) = reach.spot(&base.join(path)) else { continue };
        let own = spot.target.parent().and_then(version_control).map_or_else(|| root.to_owned(), |(own, _)| own);
        if let Ok(name) = spot.target.strip_prefix(&own) {
            groups.entry(own.clone()).or_default().push((path, name.to_owned()));
        }
    }
    groups
}

/// Those of some files that a sparse checkout leaves out: they are not in the work tree, and yet not deleted.
pub(super) fn left_out(base: &Utf8Path, paths: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    let Some((root, true)) = version_control(base) else { return Vec::new() };
    let groups = by_repository(base, &root, paths);
    let found = groups.iter().flat_map(|(root, names)| {
        let mut arguments = vec!["--literal-pathspecs", "ls-files", "-t", "-z", "--"];
        arguments.extend(names.iter().map(|(_, name)| name.as_str()));
        let output = git::open(root).and_then(|git| git.ask(&arguments, "")).map(|(_, output)| output);
        let output = output.unwrap_or_default();
        let skipped: BTreeSet<&str> = output.split('\0').filter_map(|line| line.strip_prefix("S ")).collect();
        let skipped = names.iter().filter(|(_, name)| skipped.contains(name.as_str()));
        skipped.map(|(path, _)| (*path).clone()).collect::<Vec<_>>()
    });
    found.collect()
}

fn asked(root: &Utf8Path, names: &[Named]) -> Result<Vcs, String> {
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
    let mut vcs = Vcs { root: Some(root.to_owned()), ignored: ignored(&git, names)?, ..Vcs::default() };
    let mut empty = false;
    for line in output.split('\0') {
        let (path, state) = match line.split_at_checked(2) {
            Some(("# ", rest)) => {
                empty |= rest == "branch.oid (initial)";
                continue;
            }
            Some(("? ", path)) => (path, State::Untracked),
            Some(("! ", path)) => (path, State::Ignored),
            Some(("1 ", rest)) => (rest.splitn(8, ' ').last().unwrap_or(""), changed(rest)),
            Some(("u ", rest)) => (rest.splitn(10, ' ').last().unwrap_or(""), State::Dirty),
            _ => continue,
        };
        let path = Utf8Path::new(path);
        for (ours, name) in names {
            if let Ok(below) = path.strip_prefix(name) {
                vcs.states.insert(if below.as_str().is_empty() { (*ours).clone() } else { ours.join(below) }, state);
            }
        }
    }
    // Before the first commit there is nothing that could be lost of what is not known to git.
    vcs.states.retain(|_, state| !(empty && *state == State::Untracked));
    Ok(vcs)
}

/// `XY` of a changed entry: X is the index, Y the work tree.
fn changed(entry: &str) -> State {
    if entry.as_bytes().get(1) == Some(&b'.') { State::Staged } else { State::Dirty }
}
