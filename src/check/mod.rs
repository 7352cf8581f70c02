//! Says whether generated code is current, safe and whole, from the record and the files alone.

mod calls;
mod dangling;
mod loosened;
mod names;
mod optional;
pub mod report;

use camino::{Utf8Path, Utf8PathBuf};

use crate::blueprint::{Blueprint, Note};
use crate::escape::shown;
use crate::merge;
use crate::propose::{self, since};
use crate::record::{self, Record, sum};
use crate::settings;
use crate::tree::Tree;
use crate::whereabouts;
pub use calls::{Place, calls};
pub use dangling::dangling;
pub use loosened::loosened;
pub use optional::{Optional, optional_sessions};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An apply was interrupted.
    Interrupted,
    /// The record cannot be read.
    Damaged,
    /// The settings file cannot be read, or says what cannot be.
    Settings,
    /// Conflict markers are left.
    Markers,
    /// A newer blueprint fixes something that matters to security.
    SecurityOutdated,
    /// An adopted file of which nobody knows what it was generated from.
    Unmatched,
    /// There is a newer blueprint.
    Outdated,
    /// The settings or the host ask for other code.
    Changed,
    /// A `mod` line names a generated file that is gone.
    Dangling,
    /// A generated file is gone.
    Missing,
    /// The user's sources take an optional session in a way that fails open.
    Optional,
    /// A setting is less strict than the profile has it.
    Loosened,
    /// Nothing calls what wires the module.
    NotWired,
    /// A generated file stands elsewhere.
    Moved,
    /// The user edited a generated file.
    Edited,
    /// The user deleted a generated file, and an update has seen it.
    Deleted,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It must be fixed.
    Error,
    /// It should be looked at.
    Warning,
    /// It is good to know.
    Note,
}

impl Kind {
    /// Every kind, the worst first.
    pub const ALL: [Self; 16] = [
        Self::Interrupted,
        Self::Damaged,
        Self::Settings,
        Self::Markers,
        Self::SecurityOutdated,
        Self::Unmatched,
        Self::Outdated,
        Self::Changed,
        Self::Dangling,
        Self::Missing,
        Self::Optional,
        Self::Loosened,
        Self::NotWired,
        Self::Moved,
        Self::Edited,
        Self::Deleted,
    ];

    /// The stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Damaged => "record-damaged",
            Self::Settings => "settings",
            Self::Markers => "conflict-markers",
            Self::SecurityOutdated => "security-outdated",
            Self::Unmatched => "unmatched",
            Self::Outdated => "outdated",
            Self::Changed => "settings-changed",
            Self::Dangling => "dangling-module",
            Self::Missing => "missing",
            Self::Optional => "option-session",
            Self::Loosened => "loosened",
            Self::NotWired => "not-wired",
            Self::Moved => "moved",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
        }
    }

    /// One sentence for a list of rules.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Interrupted => "A run was interrupted while it wrote; the next run that writes heals it.",
            Self::Damaged => "The record cannot be read, so the code cannot be kept current.",
            Self::Settings => "`clerk-sessions.toml` cannot be read, or has an answer that cannot be.",
            Self::Markers => "Conflict markers are left in a generated file.",
            Self::SecurityOutdated => "A newer version of the generated code fixes something that matters to security.",
            Self::Unmatched => "An adopted file may lack what newer versions fixed, as its own version is not known.",
            Self::Outdated => "There is a newer version of the generated code.",
            Self::Changed => "The settings or the host changed since the code was generated.",
            Self::Dangling => "A `mod` line names a generated file that is gone, so that the module does not compile.",
            Self::Missing => "A generated file is gone.",
            Self::Optional => "`Option<Session>` and its like take a bad token for no token; `MaybeSession` does not.",
            Self::Loosened => "A setting is less strict than the profile has it.",
            Self::NotWired => "Nothing calls what wires the module; extractors and guards work without it.",
            Self::Moved => "A generated file was moved.",
            Self::Edited => "A generated file was edited.",
            Self::Deleted => "A generated file was deleted by its owner.",
        }
    }

    /// One sentence on what to do.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Interrupted => "Run `cargo clerk-sessions undo --yes`.",
            Self::Damaged => "Restore the record from version control, or run `adopt`.",
            Self::Settings => "Correct the line that the message names.",
            Self::Markers => "Settle them by hand.",
            Self::SecurityOutdated | Self::Outdated => "Run `cargo clerk-sessions update`.",
            Self::Unmatched => "Compare the file with the one that `diff` shows, then run `update`.",
            Self::Changed => "Run `cargo clerk-sessions update`, and look at `diff` before.",
            Self::Dangling => "Take the line out, or have the file again with `update --only <PATH>`.",
            Self::Missing => "Run `update --only <PATH>` to have it again, or `update` if it is meant to be gone.",
            Self::Optional => "Take `MaybeSession` in its place.",
            Self::Loosened => "Take it out of `clerk-sessions.toml`, or know why it is there.",
            Self::NotWired => "See `cargo clerk-sessions status` for the line and its place.",
            Self::Moved | Self::Edited | Self::Deleted => "Nothing: updates keep what you did.",
        }
    }

    /// How much it matters.
    pub fn level(self) -> Level {
        match self {
            Self::Interrupted
            | Self::Damaged
            | Self::Settings
            | Self::Markers
            | Self::SecurityOutdated
            | Self::Dangling
            | Self::Unmatched => Level::Error,
            Self::Outdated | Self::Changed | Self::Missing | Self::Optional | Self::Loosened => Level::Warning,
            Self::NotWired | Self::Moved | Self::Edited | Self::Deleted => Level::Note,
        }
    }

    /// Whether a run on CI fails for it.
    pub fn fails(self) -> bool {
        self.exit_code(false) > 0
    }

    /// Whether it is what the owner did, which many have in every run.
    fn is_owners(self) -> bool {
        matches!(self, Self::Moved | Self::Edited | Self::Deleted)
    }

    /// The exit code that it asks for.
    fn exit_code(self, security_only: bool) -> u8 {
        match self {
            Self::Interrupted | Self::Damaged => 4,
            Self::Settings => 2,
            Self::Markers => 3,
            Self::SecurityOutdated | Self::Unmatched => 1,
            Self::Outdated | Self::Changed | Self::Dangling | Self::Missing | Self::Optional => {
                u8::from(!security_only)
            }
            Self::Loosened | Self::NotWired | Self::Moved | Self::Edited | Self::Deleted => 0,
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The file, below the root of version control.
    pub path: Utf8PathBuf,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// What there is to say, in one line.
    pub message: String,
}

/// Everything that there is to say about one package.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The package's name.
    pub package: String,
    /// The blueprint's name, with the recorded version and the one at hand.
    pub blueprint: Option<(String, u32, u32)>,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// What the versions since the recorded one brought.
    pub history: Vec<Note>,
}

impl Report {
    /// The worst that was found, in one word; notes about the user's own edits leave it `current`.
    pub fn status(&self) -> &'static str {
        let worst = self.findings.iter().map(|finding| finding.kind).min();
        worst.filter(|kind| kind.fails()).map_or("current", Kind::code)
    }

    /// The exit code; with `security_only` only what matters to security, markers and damage count.
    pub fn exit_code(&self, security_only: bool) -> u8 {
        self.findings.iter().map(|finding| finding.kind.exit_code(security_only)).max().unwrap_or(0)
    }
}

/// The findings about recorded files. Paths in `tree` are relative to the package; `prefix` leads to it. Of those that a
/// sparse checkout leaves out nothing is known but their entries.
pub fn files(record: &Record, tree: &Tree, left_out: &[Utf8PathBuf], prefix: &Utf8Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in record.generated.iter().filter(|file| !left_out.iter().any(|path| file.path == *path.as_path())) {
        let mut note = |kind, path: &Utf8Path, line, message: String| {
            findings.push(Finding { kind, path: prefix.join(path), line, message });
        };
        let Some(path) = whereabouts::in_tree(Utf8Path::new(""), tree, &record.generated, file) else {
            let again = format!("`update --only {}` makes it again", shown(&file.path));
            let (kind, message) = if file.deleted {
                (Kind::Deleted, format!("is gone, and stays so; {again}"))
            } else {
                (Kind::Missing, format!("is gone: {again}, and `update` leaves it out"))
            };
            note(kind, file.path.as_path(), None, message);
            continue;
        };
        let text = tree.get(&path).unwrap_or("");
        if file.deleted {
            note(Kind::Outdated, &path, None, "is back, and updates have passed it by: run `update`".to_owned());
        }
        if file.path != *path.as_path() {
            note(Kind::Moved, &path, None, format!("was generated at `{}`", shown(&file.path)));
        }
        if file.base.is_empty() && !text.is_empty() {
            let message = "was adopted, and its version is not known: run `update`, and settle what differs";
            note(Kind::Unmatched, &path, None, message.to_owned());
        } else if let Some(line) = merge::marker_line(text) {
            note(Kind::Markers, &path, Some(line), "has conflict markers: settle them".to_owned());
        } else if !merge::same(text, &file.base) && file.pending.as_deref() != Some(text) {
            note(Kind::Edited, &path, None, "has edits of yours, which updates keep".to_owned());
        }
    }
    findings
}

/// The findings about files that lack what matters to security, although the record is of this version: they were deleted,
/// or left out of the work tree, when an update brought it. Until they are back, or the settings say that the team does
/// without them, somebody has to look.
pub fn lacking(record: &Record, tree: &Tree, blueprint: &Blueprint, prefix: &Utf8Path) -> Vec<Finding> {
    let settings = tree.get(Utf8Path::new(settings::FILE)).unwrap_or("");
    let answers =
        settings::parse(settings, &blueprint.settings, Utf8Path::new(settings::FILE)).unwrap_or_default().resolved();
    let current = record.blueprint.version >= blueprint.version;
    let asked = record.generated.iter().filter(|file| current || file.deleted);
    let asked = asked.filter(|file| !answers.does_without(&file.id, &file.path));
    let found = asked.filter_map(|file| {
        let note = propose::lacking(file, blueprint)?;
        let way = "bring it back and run `update`, or name it in `without` of `clerk-sessions.toml`";
        let message = format!("lacks what version {} brought ({}): {way}", note.version, note.summary);
        Some(Finding { kind: Kind::SecurityOutdated, path: prefix.join(file.path.as_path()), line: None, message })
    });
    found.collect()
}

/// The findings about the version, with what the newer ones brought.
pub fn version(record: &Record, blueprint: &Blueprint, prefix: &Utf8Path) -> (Vec<Finding>, Vec<Note>) {
    let old = &record.blueprint;
    if old.version >= blueprint.version {
        return (Vec::new(), Vec::new());
    }
    let history = since(old, blueprint);
    let kind = if history.iter().any(|note| note.security) { Kind::SecurityOutdated } else { Kind::Outdated };
    let (old, new) = (old.version, blueprint.version);
    let message = format!("has version {old}, and version {new} is available: run `update`");
    let finding = Finding { kind, path: prefix.join(record::FILE), line: None, message };
    (vec![finding], history)
}

/// Whether the settings and the manifests are as the last run left them: then no other code can be asked for.
pub fn untouched(record: &Record, tree: &Tree) -> bool {
    let decides = |path: &Utf8Path| path == settings::FILE || path.file_name() == Some("Cargo.toml");
    let known = record.patched.iter().filter(|file| decides(file.path.as_path()));
    let same = known.clone().all(|file| tree.get(file.path.as_path()).is_some_and(|text| sum(text) == file.sha256));
    same && known.clone().any(|file| file.path == settings::FILE) && known.count() > 1
}
