//! Asks git, with every door closed through which a repository's configuration runs a command.
//!
//! Nothing else in the crate starts git. A setting on the command line is stronger than any file, and the environment
//! stronger still, so it does not matter where a repository's settings come from.

use std::io::Write;
use std::process::Stdio;
use std::{env, thread};

use camino::{Utf8Path, Utf8PathBuf};

use super::Foreign;
use crate::escape::shown;

/// Settings that name a command which `status` or `check-ignore` may run.
const SETTINGS: [&str; 4] =
    ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "core.quotePath=false"];

/// What a hook that runs us says of another repository than the one around the files, and what chooses one file of settings.
const FOREIGN: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_CONFIG",
];

/// Complaints of git that people meet, by words of theirs that are found in them.
const REASONS: [(&str, &str); 4] = [
    ("dubious ownership", ": the repository belongs to another user"),
    ("not a git repository", ": it is not a git repository"),
    ("index file", ": its index is damaged"),
    ("bad config", ": its settings are damaged"),
];

/// A repository that can be asked.
#[derive(Debug)]
pub struct Git {
    root: Utf8PathBuf,
    /// Settings that switch off every content filter: each is a command, under a name that the repository chooses.
    filters: Vec<(String, &'static str)>,
}

/// What git printed, and whether it ended with 0; it ends with 1 where nothing was found.
pub type Answer = (bool, String);

/// Opens the repository in a folder for questions about names alone: git runs filters where it reads what a file holds.
pub fn of_names(root: &Utf8Path) -> Git {
    Git { root: root.to_owned(), filters: Vec::new() }
}

/// Opens the repository in a folder.
///
/// A file that passes through a filter may then look changed, which is safe.
pub fn open(root: &Utf8Path) -> Result<Git, String> {
    let mut git = of_names(root);
    let (_, keys) = git.run(&["config", "--null", "--name-only", "--get-regexp", "^filter\\."], "")?;
    // Under another name than its own it would not be switched off.
    let keys = String::from_utf8(keys).map_err(|_| "the name of a filter in its settings is not UTF-8".to_owned())?;
    let off = |key: &str| (key.to_owned(), if key.ends_with(".required") { "false" } else { "" });
    git.filters = keys.split('\0').filter(|key| !key.is_empty()).map(off).collect();
    Ok(git)
}

impl Git {
    /// Runs git on some input.
    pub fn ask(&self, arguments: &[&str], input: &str) -> Result<Answer, String> {
        let (found, output) = self.run(arguments, input)?;
        Ok((found, String::from_utf8_lossy(&output).into_owned()))
    }

    /// As [`Git::ask`], with the bytes that git printed.
    fn run(&self, arguments: &[&str], input: &str) -> Result<(bool, Vec<u8>), String> {
        let fault = |cause: &dyn std::fmt::Display| format!("`git` does not start: {cause}");
        let foreign = Foreign::around(&self.root);
        let mut git = foreign.started(foreign.on_path("git").map_err(|cause| fault(&cause))?);
        git.arg("-C").arg(&self.root).args(["--work-tree=.", "--no-pager", "--no-optional-locks"]);
        for setting in SETTINGS {
            git.args(["-c", setting]);
        }
        git.args(arguments);
        for name in FOREIGN {
            git.env_remove(name);
        }
        // An object that is missing may be fetched, with what the repository names for that.
        git.env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C");
        if env::var_os("GIT_EXEC_PATH").is_some_and(|path| foreign.holding(path.as_ref()).is_some()) {
            git.env_remove("GIT_EXEC_PATH");
        }
        // Through the environment, where a key may have any character.
        let first = env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
        for (index, (key, value)) in (first..).zip(&self.filters) {
            git.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
        }
        git.env("GIT_CONFIG_COUNT", (first + self.filters.len()).to_string());
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = git.spawn().map_err(|cause| fault(&cause))?;
        // A thread feeds it, so that neither side waits for the other with a full pipe. A git that reads no further has its
        // reasons, and says them.
        let output = thread::scope(|scope| {
            let stdin = child.stdin.take();
            scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        });
        let output = output.map_err(|cause| fault(&cause))?;
        if output.status.code().is_none_or(|code| code > 1) {
            let command = arguments.iter().find(|argument| !argument.starts_with('-')).unwrap_or(&"");
            return Err(format!("`git {command}` failed in `{}`{}", shown(&self.root), reason(&output.stderr)));
        }
        Ok((output.status.success(), output.stdout))
    }
}

/// What git complains of, in words of our own: its words may quote a file that a link of the repository leads to.
fn reason(stderr: &[u8]) -> &'static str {
    let said = String::from_utf8_lossy(stderr);
    let known = REASONS.iter().find(|(words, _)| said.contains(words));
    known.map_or("", |(_, reason)| reason)
}
