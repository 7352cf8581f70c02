//! What there is to say beside a change: nothing failed, and somebody may want to know.

use std::fmt::{self, Display, Formatter};

use camino::Utf8PathBuf;

use crate::escape::shown;

/// One thing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A crate is locked at a version that is too old.
    LockedTooOld {
        krate: String,
        held: String,
        /// The versions that do.
        needed: String,
    },
    /// The host sees to something itself.
    LeftToHost {
        /// What, in the words of the blueprint.
        note: String,
    },
    /// What the code needs is there under features of the host's that are off by default.
    BehindFeature {
        /// The dependency's key.
        key: String,
        /// The features of the package.
        features: Vec<String>,
    },
    /// An optional dependency is named a second time.
    NamedAgain {
        /// The dependency's key.
        key: String,
        table: String,
    },
    /// A crate is added beside another version of it.
    Beside {
        krate: String,
        requirement: String,
        /// The key that it has.
        key: String,
    },
    /// A dependency of the host's is left alone, for it would bring a second backend.
    BackendApart {
        /// The dependency's key.
        key: String,
        /// Its requirement.
        found: String,
        backends: Backends,
    },
    /// Another version than the usual one is added, for the sake of its backend.
    BackendKept {
        krate: String,
        requirement: String,
        /// The usual one.
        usual: String,
        backends: Backends,
    },
    /// The line that wires the module stays, although the settings no longer ask for it.
    StaysWired {
        /// Its file.
        path: Utf8PathBuf,
        /// Its line, from 1.
        line: usize,
        call: String,
    },
    /// A setting is less strict than the profile has it.
    Loosened {
        /// The setting with its value, as `--set` takes it.
        setting: String,
        /// The profile.
        profile: String,
    },
    /// `without` names what is no generated file.
    WithoutUnknown {
        /// As it is named.
        name: String,
        /// What was meant most likely.
        similar: Option<String>,
    },
    /// Several files have the id line of one.
    IdTwice {
        /// Where the file was written.
        path: Utf8PathBuf,
        files: Vec<Utf8PathBuf>,
    },
    /// A sparse checkout leaves a file out.
    NotCheckedOut { path: Utf8PathBuf },
    /// What the merge of a file has to say.
    Merged { path: Utf8PathBuf, note: Note },
    /// Conflicts were settled as a flag says.
    Settled {
        path: Utf8PathBuf,
        /// Whether with the user's lines.
        ours: bool,
        /// How many.
        conflicts: usize,
    },
    /// An edited file stays when everything is taken out.
    KeptEdited {
        path: Utf8PathBuf,
        /// Whether it was generated, so that it is the user's only from now on.
        generated: bool,
    },
    /// What was inserted is not where it was.
    NotThere {
        path: Utf8PathBuf,
        /// What was inserted.
        inserted: String,
    },
    /// What was inserted for a crate was edited, so it stays.
    EntryEdited { path: Utf8PathBuf, krate: String },
    /// A file of the user's names the module that goes.
    StillNamed {
        path: Utf8PathBuf,
        /// The line, from 1.
        line: usize,
        module: String,
    },
    /// A generated file was not found.
    NotFound {
        /// Where it would be.
        path: Utf8PathBuf,
    },
    /// A rebuilt record does not know which crates were added.
    CratesUnknown,
    /// An adopted file differs, and is edited.
    Edited { path: Utf8PathBuf },
    /// An adopted file differs, and may be edited or old.
    VersionUnknown {
        path: Utf8PathBuf,
        /// The version of the blueprint.
        version: u32,
    },
}

/// What the merge of a file has to say beside its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The user had made all of this version's changes.
    AlreadyApplied,
    /// The user deleted the file.
    Deleted,
    /// The user emptied the file.
    Emptied,
    /// The file is no longer generated, and the user's because of their edits.
    HandedOver,
    /// We did not write the file that stands there.
    Foreign,
    /// Both texts together were not Rust.
    Unsound,
}

impl Note {
    fn words(self) -> &'static str {
        match self {
            Self::AlreadyApplied => "already applied",
            Self::Deleted => "kept deleted; `update --only` with its path makes it again",
            Self::Emptied => "kept empty",
            Self::HandedOver => "no longer generated; it is yours now, so declare it where you need it",
            Self::Foreign => "not written by us",
            Self::Unsound => "does not parse when merged",
        }
    }
}

/// Backends of a crate further down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backends {
    /// The crate that is built with them.
    pub of: String,
    /// The one that would come.
    pub brought: String,
    /// Those that the host has.
    pub present: Vec<String>,
    /// What happens with two, in the words of the blueprint.
    pub why: String,
}

impl Remark {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LockedTooOld { .. } => "locked-too-old",
            Self::LeftToHost { .. } => "left-to-host",
            Self::BehindFeature { .. } => "behind-feature",
            Self::NamedAgain { .. } => "named-again",
            Self::Beside { .. } => "added-beside",
            Self::BackendApart { .. } => "backend-apart",
            Self::BackendKept { .. } => "backend-kept",
            Self::StaysWired { .. } => "stays-wired",
            Self::Loosened { .. } => "loosened",
            Self::WithoutUnknown { .. } => "without-unknown",
            Self::IdTwice { .. } => "id-twice",
            Self::NotCheckedOut { .. } => "not-checked-out",
            Self::Merged { note: Note::AlreadyApplied, .. } => "already-applied",
            Self::Merged { note: Note::Deleted, .. } => "kept-deleted",
            Self::Merged { note: Note::Emptied, .. } => "kept-empty",
            Self::Merged { note: Note::HandedOver, .. } => "handed-over",
            Self::Merged { note: Note::Foreign, .. } => "not-ours",
            Self::Merged { note: Note::Unsound, .. } => "merge-unsound",
            Self::Settled { .. } => "settled-by-flag",
            Self::KeptEdited { .. } => "kept-edited",
            Self::NotThere { .. } => "not-there",
            Self::EntryEdited { .. } => "entry-edited",
            Self::StillNamed { .. } => "still-named",
            Self::NotFound { .. } => "not-found",
            Self::CratesUnknown => "crates-unknown",
            Self::Edited { .. } => "counts-as-edit",
            Self::VersionUnknown { .. } => "version-unknown",
        }
    }
}

impl Display for Remark {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::LockedTooOld { krate, held, needed } => write!(
                f,
                "the lock file holds `{krate}` {held}, but `{needed}` is needed: run `cargo update -p {krate}`"
            ),
            Self::LeftToHost { note } => f.write_str(note),
            Self::StillNamed { path, line, module } => {
                write!(f, "`{}:{line}`: still names `{module}::`, and will not compile without it", shown(path))
            }
            Self::BehindFeature { key, features } => {
                let by = list(features, " or ");
                let needs = format!("what the code needs of `{key}` is there only in builds with your feature {by}");
                write!(f, "{needs}, which is not on by default")
            }
            Self::NamedAgain { key, table } => {
                write!(f, "`{key}` is optional, so it is named again under `[{table}]`")
            }
            Self::Beside { krate, requirement, key } => {
                write!(f, "`{krate}` {requirement} is added as `{key}`, beside the one that is there")
            }
            Self::BackendApart { key, found, backends: Backends { of, brought, present, why } } => {
                let would = format!("the features that the code needs would build `{of}` with `{brought}`");
                let has = list(present, " and ");
                write!(f, "`{key}` {found} stays as it is: {would}; yours is built with {has}, and {why}")
            }
            Self::BackendKept { krate, requirement, usual, backends: Backends { of, brought, present, why } } => {
                let other = format!("{usual}, which builds `{of}` with `{brought}`");
                let has = list(present, " and ");
                write!(f, "`{krate}` {requirement} is added and not {other}: yours is built with {has}, and {why}")
            }
            Self::StaysWired { path, line, call } => {
                let place = format!("`{}:{line}`: `{}`", shown(path), shown(call));
                write!(f, "{place} stays, as what was wired once is yours to take out")
            }
            Self::Loosened { setting, profile } => {
                write!(f, "`{}` is less strict than the profile `{profile}` has it", shown(setting))
            }
            Self::WithoutUnknown { name, similar } => {
                write!(f, "`without` names `{}`, which is no generated file", shown(name))?;
                similar.as_ref().map_or(Ok(()), |similar| write!(f, "; did you mean `{}`?", shown(similar)))
            }
            Self::CratesUnknown => {
                f.write_str("`Cargo.toml`: which crates we added is not known, so `remove` will leave them")
            }
            Self::IdTwice { path, .. }
            | Self::NotCheckedOut { path }
            | Self::Merged { path, .. }
            | Self::Settled { path, .. }
            | Self::KeptEdited { path, .. }
            | Self::NotThere { path, .. }
            | Self::EntryEdited { path, .. }
            | Self::NotFound { path }
            | Self::Edited { path }
            | Self::VersionUnknown { path, .. } => write!(f, "`{}`: {}", shown(path), self.of_file()),
        }
    }
}

impl Remark {
    /// What there is to say of a file, behind its name.
    fn of_file(&self) -> String {
        match self {
            Self::IdTwice { files, .. } => {
                let files: Vec<String> = files.iter().map(shown).collect();
                format!("{} all have its id line, so none is updated", list(&files, " and "))
            }
            Self::NotCheckedOut { .. } => "is not checked out here, so it stays as it is".to_owned(),
            Self::Merged { note, .. } => note.words().to_owned(),
            Self::Settled { ours, conflicts, .. } => {
                let whose = if *ours { "your lines" } else { "this version's lines" };
                match conflicts {
                    1 => format!("one conflict settled with {whose}"),
                    count => format!("{count} conflicts settled with {whose}"),
                }
            }
            Self::KeptEdited { generated: true, .. } => "edited, so it stays and is yours from now on".to_owned(),
            Self::KeptEdited { .. } => "edited, so it stays".to_owned(),
            Self::NotThere { inserted, .. } => {
                format!("`{}` is not there any more; take it out wherever it is now", shown(inserted))
            }
            Self::EntryEdited { krate, .. } => format!("`{krate}` was edited, so it stays"),
            Self::NotFound { .. } => "not found; the next update would make it".to_owned(),
            Self::Edited { .. } => {
                let what = "what differs counts as your edit (see `diff --against base`)";
                format!("not as version 1 generates it; {what}")
            }
            Self::VersionUnknown { version, .. } => {
                let what = "it may be an older version or your edit; the next `update` shows both, for you to settle";
                format!("not as version {version} generates it; {what}")
            }
            _ => String::new(),
        }
    }
}

/// Names in back-ticks.
fn list(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}
