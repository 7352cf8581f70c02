//! Every way in which a run can fail, with its machine code, exit code and hint.

use camino::Utf8PathBuf;

use crate::apply::ApplyError;
use crate::ask::AskError;
use crate::blueprint::BlueprintError;
use crate::inspect::InspectError;
use crate::render::RenderError;
use crate::settings::SettingsError;

/// A run that failed. The variants of the stages speak for themselves.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From reading.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// From answers.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// From settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// From blueprints.
    #[error(transparent)]
    Blueprint(#[from] BlueprintError),
    /// From rendering and edits.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// From writing.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A file that we would change is not as committed.
    #[error("these files are not as committed:{}", listed(files))]
    Dirty {
        /// The files with their states.
        files: Vec<(Utf8PathBuf, &'static str)>,
        /// The flag that goes on all the same.
        flag: &'static str,
    },
    /// There is no version control.
    #[error("the project is not under version control")]
    NoVcs,
    /// The record would not be committed.
    #[error("`{path}` is ignored by git, but it must be committed")]
    RecordIgnored {
        /// The record.
        path: Utf8PathBuf,
    },
    /// Something that is not ours stands where a file would go.
    #[error("these files are in the way:{}", lines(files))]
    InTheWay {
        /// The files.
        files: Vec<Utf8PathBuf>,
    },
    /// The user's edits and ours meet.
    #[error("these files were edited where this version changes them:{}", lines(files))]
    Conflicts {
        /// The files.
        files: Vec<Utf8PathBuf>,
        /// New answers, as `--set` takes them.
        set: Vec<String>,
    },
    /// Conflict markers wait to be settled.
    #[error("conflict markers are left in:{}", located(files))]
    Unsettled {
        /// The files with the line of the first marker.
        files: Vec<(Utf8PathBuf, usize)>,
    },
    /// The code is there, but its record is not.
    #[error("`{module}` has generated code, but there is no `clerk-sessions.lock`")]
    Unrecorded {
        /// The module's folder.
        module: Utf8PathBuf,
    },
    /// There is nothing to work on.
    #[error("there is no `clerk-sessions.lock`{}", package.as_ref().map_or_else(String::new, |name| format!(" in the package `{name}`")))]
    NoRecord {
        /// The package, where one is meant.
        package: Option<String>,
        /// Packages that have a record.
        candidates: Vec<String>,
    },
    /// The answers are gone.
    #[error("there is a record, but no `{path}`")]
    NoSettings {
        /// The settings file.
        path: Utf8PathBuf,
    },
    /// The code comes from blueprints that are not the built-in ones.
    #[error("the code was generated from the blueprints in a folder `{folder}`")]
    OtherBlueprints {
        /// The folder's name.
        folder: String,
    },
    /// The version would go backwards.
    #[error("the code is of version {recorded} of the blueprint `{name}`, and this is version {offered}")]
    OlderBlueprint {
        /// The blueprint.
        name: String,
        /// The version in the record.
        recorded: u32,
        /// The version at hand.
        offered: u32,
    },
    /// Something stands where the blueprints would go.
    #[error("`{path}` is not a new or empty folder")]
    NotEmpty {
        /// As given.
        path: Utf8PathBuf,
    },
    /// There is a sound record already.
    #[error("`{path}` is sound, so there is nothing to adopt")]
    Recorded {
        /// The record.
        path: Utf8PathBuf,
    },
    /// No file looks like one of ours.
    #[error("no generated file was found in the package `{package}`")]
    NothingToAdopt {
        /// The package.
        package: String,
    },
    /// `--set` without `=`.
    #[error("`--set {given}` is not of the form `<setting>=<value>`")]
    Set {
        /// As given.
        given: String,
    },
    /// `--verify` found that the change breaks the build.
    #[error("the project no longer compiles with the change, so it was put back\n  caused by: {cause}")]
    Verify {
        /// What cargo says.
        cause: String,
    },
    /// `--verify` cannot succeed.
    #[error("`--verify` builds with crates that `Cargo.lock` does not have yet, and `--locked` forbids to add them")]
    VerifyLocked,
    /// A run failed after it had written, and its files could not be put back.
    #[error("{failed}\n  and the files could not all be put back: {again}")]
    NotPutBack {
        /// What failed first.
        failed: Box<Error>,
        /// What failed after it.
        again: ApplyError,
    },
    /// The user said no.
    #[error("declined; nothing was changed")]
    Declined,
    /// A program that a command needs does not do its work.
    #[error("{what}\n  caused by: {cause}")]
    Outside {
        /// What failed.
        what: String,
        /// Why.
        cause: String,
    },
}

fn listed(files: &[(Utf8PathBuf, &'static str)]) -> String {
    files.iter().map(|(path, state)| format!("\n  * {path} ({state})")).collect()
}

fn located(files: &[(Utf8PathBuf, usize)]) -> String {
    files.iter().map(|(path, line)| format!("\n  * {path}:{line}")).collect()
}

fn lines(files: &[Utf8PathBuf]) -> String {
    files.iter().map(|path| format!("\n  * {path}")).collect()
}

impl Error {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Inspect(cause) => cause.code(),
            Self::Ask(cause) => cause.code(),
            Self::Settings(cause) => cause.code(),
            Self::Blueprint(cause) => cause.code(),
            Self::Render(cause) => cause.code(),
            Self::Apply(cause) => cause.code(),
            Self::Dirty { .. } => "dirty",
            Self::NoVcs => "no-vcs",
            Self::RecordIgnored { .. } => "record-ignored",
            Self::InTheWay { .. } => "file-in-the-way",
            Self::Conflicts { .. } => "conflicts",
            Self::Unsettled { .. } => "conflict-markers",
            Self::NoRecord { .. } | Self::Unrecorded { .. } => "record-absent",
            Self::NoSettings { .. } => "settings-absent",
            Self::OtherBlueprints { .. } => "blueprint-folder",
            Self::OlderBlueprint { .. } => "blueprint-older",
            Self::NotEmpty { .. } => "folder-not-empty",
            Self::Recorded { .. } => "record-sound",
            Self::NothingToAdopt { .. } => "nothing-to-adopt",
            Self::Set { .. } => "set-form",
            Self::Verify { .. } => "verify-failed",
            Self::VerifyLocked => "verify-locked",
            Self::NotPutBack { .. } => "not-put-back",
            Self::Declined => "declined",
            Self::Outside { .. } => "outside",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Inspect(cause) => cause.hint(),
            Self::Ask(cause) => cause.hint(),
            Self::Settings(cause) => cause.hint(),
            Self::Blueprint(cause) => cause.hint(),
            Self::Render(cause) => cause.hint(),
            Self::Apply(cause) => cause.hint(),
            Self::Dirty { files, flag } if files.iter().all(|(_, state)| *state == "ignored") => {
                Some(format!("git has no copy of them: move them away, or pass `{flag}`; nothing was changed"))
            }
            Self::Dirty { flag, .. } => Some(format!("commit or stash them, or pass `{flag}`; nothing was changed")),
            Self::NoVcs => Some("run `git init` and commit, or pass `--allow-no-vcs`; nothing was changed".to_owned()),
            Self::RecordIgnored { .. } => {
                Some("take it out of `.gitignore`; without it there are no updates".to_owned())
            }
            Self::InTheWay { .. } => {
                Some("move them, or choose another name with `--module`; nothing was changed".to_owned())
            }
            Self::Conflicts { set, .. } => {
                let set: String = set.iter().map(|answer| format!(" --set {answer}")).collect();
                let choices = "or with `ours` or `theirs` for all of them";
                Some(format!("settle them with `update{set} --conflict markers`, {choices}; nothing was changed"))
            }
            Self::Unsettled { .. } => Some("settle them by hand, then run it again; nothing was changed".to_owned()),
            Self::NoRecord { candidates, .. } if !candidates.is_empty() => {
                Some(format!("choose one with `--package`: {}", candidates.join(", ")))
            }
            Self::NoRecord { .. } => {
                Some("add the sessions with `init`, or rebuild a lost record with `adopt`".to_owned())
            }
            Self::Unrecorded { .. } => {
                Some("restore it from version control, or rebuild it with `adopt`; nothing was changed".to_owned())
            }
            Self::NoSettings { .. } => Some("restore it from version control; nothing was changed".to_owned()),
            Self::OtherBlueprints { .. } => {
                Some("name that folder with `--blueprints <DIR>`; nothing was changed".to_owned())
            }
            Self::OlderBlueprint { .. } => {
                Some("install a newer `cargo-clerk-sessions`, or take newer blueprints; nothing was changed".to_owned())
            }
            Self::NotEmpty { .. } => Some("name another folder".to_owned()),
            Self::Recorded { .. } => Some("bring the code up to date with `update`".to_owned()),
            Self::NothingToAdopt { .. } => Some("add the sessions with `init`".to_owned()),
            Self::Set { .. } => Some("for example `--set leeway=10`".to_owned()),
            Self::Verify { .. } => {
                Some("write it without `--verify` to see what does not fit, or change the project first".to_owned())
            }
            Self::VerifyLocked => Some("leave out `--locked` and `--frozen`; `--offline` is fine".to_owned()),
            Self::NotPutBack { again, .. } => again.hint(),
            Self::Declined | Self::Outside { .. } => None,
        }
    }

    /// The exit code: 1 declined, 2 usage, 3 conflicts, 4 refused or not possible.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Declined | Self::Verify { .. } | Self::Ask(AskError::Cancelled) => 1,
            Self::NotPutBack { failed, .. } => failed.exit_code().max(4),
            Self::VerifyLocked
            | Self::Set { .. }
            | Self::Settings(
                SettingsError::Unknown { .. } | SettingsError::Value { .. } | SettingsError::Fixed { .. },
            )
            | Self::Ask(AskError::Unanswered { .. } | AskError::Value(_)) => 2,
            Self::Conflicts { .. } | Self::Unsettled { .. } => 3,
            Self::Apply(cause) => cause.exit_code(),
            _ => 4,
        }
    }
}
