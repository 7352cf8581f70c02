//! Why the stand-in cannot start, or cannot be asked.

use camino::Utf8PathBuf;

use crate::escape::shown;

/// A local Clerk that did not come up, or is not there.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Somebody else listens there.
    #[error("port {port} is taken{}", by_whom(*ours, process.as_ref()))]
    PortTaken {
        port: u16,
        /// The name and the number of the process that listens there, where the system tells.
        process: Option<(String, u32)>,
        /// Whether what answers there is one of ours.
        ours: bool,
        /// One that was free a moment ago.
        free: Option<u16>,
    },
    /// A seed that cannot be used.
    #[error("{}:{line}:{column}: {what}", shown(path))]
    Seed {
        path: Utf8PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong.
        what: String,
        /// What may stand there.
        allowed: String,
    },
    /// A state file that cannot be used.
    #[error("`{path}` is no state of a local Clerk that this version can read\n  caused by: {cause}", path = shown(path))]
    State { path: Utf8PathBuf, cause: String },
    /// Git would commit the state file.
    #[error("git does not ignore `{path}`, and would commit the keys in it", path = shown(path))]
    Committed { path: Utf8PathBuf },
    /// A flag whose value does not fit.
    #[error("`{flag} {given}` {what}", given = shown(given))]
    Flag {
        flag: &'static str,
        /// Its value.
        given: String,
        /// What is wrong with it.
        what: &'static str,
        /// What would do.
        example: &'static str,
    },
    /// An environment file that is not ours, or that git would commit.
    #[error("`{path}` {what}", path = shown(path))]
    EnvironmentFile {
        path: Utf8PathBuf,
        /// Why it is not written.
        what: &'static str,
    },
    /// A file or a socket that the operating system refuses.
    #[error("failed to {what}\n  caused by: {cause}")]
    Io {
        /// What was tried, such as `listen on port 80`.
        what: String,
        cause: std::io::Error,
    },
    /// The command to run could not be started.
    #[error("failed to start `{program}`\n  caused by: {cause}", program = shown(program))]
    Command {
        /// The command's first word.
        program: String,
        cause: std::io::Error,
    },
    /// The server ended by itself.
    #[error("the local Clerk stopped by itself")]
    Stopped,
    /// Nothing of ours answers.
    #[error("no local Clerk answers at `{url}`", url = shown(url))]
    Absent {
        /// Where it was looked for.
        url: String,
    },
    /// The key in the environment is none that a real instance is asked with.
    #[error("`CLERK_SECRET_KEY` {what}")]
    SecretKey {
        /// What is wrong with it; never the key itself.
        what: &'static str,
    },
    /// The instance was not asked, or did not answer.
    #[error("failed to ask `{url}`\n  caused by: {cause}", url = shown(url))]
    Unreachable {
        /// Of the Backend API.
        url: String,
        /// Why.
        cause: std::io::Error,
    },
    /// The instance answered, but not with what was asked for.
    #[error("the instance refused: {}", shown(message))]
    Instance {
        /// What it said.
        message: String,
    },
    /// It answered, but not with what was asked for.
    #[error("the local Clerk refused: {}", shown(message))]
    Refused {
        /// What it said.
        message: String,
    },
}

/// Who has the port, as far as that is known.
fn by_whom(ours: bool, process: Option<&(String, u32)>) -> String {
    let number = process.map(|(_, number)| format!(" (process {number})")).unwrap_or_default();
    match process {
        _ if ours => format!(" by another local Clerk{number}"),
        Some((name, _)) => format!(" by `{}`{number}", shown(name)),
        None => String::new(),
    }
}

impl LocalError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PortTaken { .. } => "port-taken",
            Self::Seed { .. } => "seed-invalid",
            Self::State { .. } => "state-unreadable",
            Self::Committed { .. } => "state-committed",
            Self::Flag { .. } => "flag-value",
            Self::EnvironmentFile { .. } => "environment-file",
            Self::Io { .. } => "io",
            Self::Command { .. } => "command-not-started",
            Self::Stopped => "local-stopped",
            Self::Absent { .. } => "local-absent",
            Self::SecretKey { .. } => "secret-key",
            Self::Unreachable { .. } => "instance-unreachable",
            Self::Instance { .. } => "instance-refused",
            Self::Refused { .. } => "local-refused",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::PortTaken { free: Some(free), .. } => {
                Some(format!("`--port {free}` is free; `--port 0` takes any that is"))
            }
            Self::PortTaken { .. } => Some("`--port 0` takes one that is free".to_owned()),
            Self::Seed { allowed, .. } => Some(allowed.clone()),
            Self::State { .. } => Some("move the file away to begin anew; it was not changed".to_owned()),
            Self::Committed { .. } => Some("add it to `.gitignore`, or name a file elsewhere; nothing was written".to_owned()),
            Self::Flag { example, .. } => Some(format!("for example `{example}`")),
            Self::EnvironmentFile { .. } => {
                Some("name a new file that git ignores, such as `.env.local`; nothing was written".to_owned())
            }
            Self::Absent { .. } => {
                Some("start one with `cargo clerk-sessions local`, or name it in `CLERK_SESSIONS_LOCAL`".to_owned())
            }
            Self::SecretKey { .. } => Some(
                "set it to the `sk_test_…` key of your development instance, from the API keys page of the Clerk Dashboard; \
                 nothing was asked"
                    .to_owned(),
            ),
            Self::Unreachable { .. } => Some("`CLERK_API_URL` names another address of the Backend API".to_owned()),
            Self::Io { .. }
            | Self::Command { .. }
            | Self::Stopped
            | Self::Instance { .. }
            | Self::Refused { .. } => None,
        }
    }

    /// The exit code: 2 usage, 4 refused or not possible.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Flag { .. }) { 2 } else { 4 }
    }
}
