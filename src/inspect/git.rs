//! The state of files in git. Other version control is seen, but its state is not asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

use super::reach::Reach;

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
        "-z",
        "--untracked-files=all",
        // Names the files in an ignored folder too, where `matching` names the folder alone.
        "--ignored=traditional",
        "--",
    ];
    arguments.extend(names.iter().map(|(_, name)| if name.as_str().is_empty() { "." } else { name.as_str() }));
    let settings = without_filters(root)?;
    let (_, output) = run(root, &settings, &arguments)?;
    let mut vcs = Vcs { root: Some(root.to_owned()), ignored: ignored(root, &settings, &names)?, ..Vcs::default() };
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
        for (ours, name) in &names {
            if let Ok(below) = path.strip_prefix(name) {
                vcs.states.insert(if below.as_str().is_empty() { (*ours).clone() } else { ours.join(below) }, state);
            }
        }
    }
    Ok(vcs)
}

/// Those of the paths that the rules of `.gitignore` cover, be there a file or not.
fn ignored(
    root: &Utf8Path,
    settings: &[(String, &str)],
    names: &[(&Utf8PathBuf, Utf8PathBuf)],
) -> Result<Vec<Utf8PathBuf>, String> {
    let asked = names.iter().map(|(_, name)| name.as_str()).filter(|name| !name.is_empty());
    let asked = asked.collect::<Vec<_>>().join("\0");
    let (_, output) = run_on(&asked, root, settings, &["check-ignore", "--stdin", "-z", "--no-index"])?;
    let covered: BTreeSet<&str> = output.split('\0').collect();
    let ours = names.iter().filter(|(_, name)| covered.contains(name.as_str()));
    Ok(ours.map(|(ours, _)| (*ours).clone()).collect())
}

/// Whether git ignores a file. Where git does not answer, it may.
pub(super) fn ignores(file: &Utf8Path) -> bool {
    let Some((root, true)) = file.parent().and_then(find) else { return false };
    let path = file.strip_prefix(&root).unwrap_or(file).to_owned();
    let answer = without_filters(&root).and_then(|settings| ignored(&root, &settings, &[(&path, path.clone())]));
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

/// Settings that switch off every content filter: each is a command. A file that passes through one may then look
/// changed, which is safe.
fn without_filters(root: &Utf8Path) -> Result<Vec<(String, &'static str)>, String> {
    let (_, keys) = run(root, &[], &["config", "--null", "--name-only", "--get-regexp", "^filter\\."])?;
    let off = |key: &str| (key.to_owned(), if key.ends_with(".required") { "false" } else { "" });
    Ok(keys.split('\0').filter(|key| !key.is_empty()).map(off).collect())
}

fn run(root: &Utf8Path, settings: &[(String, &str)], arguments: &[&str]) -> Result<(bool, String), String> {
    run_on("", root, settings, arguments)
}

/// Runs git on some input with some settings, which go through the environment, where a key may have any character.
fn run_on(
    input: &str,
    root: &Utf8Path,
    settings: &[(String, &str)],
    arguments: &[&str],
) -> Result<(bool, String), String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-optional-locks"]);
    // The repository is the one around the files, whatever a hook that runs us has in mind.
    git.args(arguments);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"] {
        git.env_remove(name);
    }
    let first = env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    for (index, (key, value)) in (first..).zip(settings) {
        git.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    git.env("GIT_CONFIG_COUNT", (first + settings.len()).to_string());
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let fault = |cause: std::io::Error| format!("`git` does not start: {cause}");
    let mut child = git.spawn().map_err(fault)?;
    // A git that reads no further has its reasons, and says them.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(fault)?;
    if output.status.code().is_none_or(|code| code > 1) {
        return Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned());
    }
    Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}
