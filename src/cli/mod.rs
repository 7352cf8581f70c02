//! The command line, as clap reads it. Nothing here decides anything.

mod demo;
mod guide;
mod help;
mod local;
mod shared;
mod status;
mod tips;

use camino::Utf8PathBuf;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::blueprint;
pub use demo::Demo;
pub use guide::Guide;
pub use help::with_help;
pub use local::{Bad, Local, Token};
pub use shared::{Color, Common, Format, Harmless, Write};
pub use status::{Status, StatusFormat};
pub use tips::with_tip;

/// Add verified Clerk sessions to a Rust web project, as source code that you own
#[derive(Debug, Parser)]
#[command(name = "cargo-clerk-sessions", bin_name = "cargo clerk-sessions", version, propagate_version = true)]
#[command(after_help = "Nothing is written until you have seen the diff and confirmed it.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add Clerk sessions to a package, or apply new settings to one that has them
    Init(Init),
    /// Bring the generated code up to this version and your settings, keeping your edits
    Update(Update),
    /// Show what `update` would change, or what you have changed since the code was generated
    Diff(Diff),
    /// Check that the generated code is current, safe and intact, for use in CI
    Check(Check),
    /// Show how a package stands and what is left to do
    Status(Status),
    /// Remove everything that was added; files that you have edited stay
    Remove(Remove),
    /// Revert the last change, unless its files have changed since
    Undo(Undo),
    /// Rebuild a lost or damaged clerk-sessions.lock from the files on disk
    Adopt(Adopt),
    /// Print a page about this project as it is, for people and coding agents
    Guide(Guide),
    /// Export the blueprints, to maintain your own
    #[command(subcommand)]
    Blueprints(Blueprints),
    /// Build and query a small app in a temporary folder, without a Clerk account
    Demo(Demo),
    /// Run a local Clerk on loopback, alone or beside a command
    Local(Local),
    /// Print a token of a running local Clerk
    Token(Token),
    /// Print a shell completion script
    Completions {
        /// Shell to print the script for
        shell: clap_complete::Shell,
    },
    /// Print the manual pages
    Man {
        /// Folder to write each page to as a file, instead of printing them
        #[arg(value_name = "DIR")]
        folder: Option<Utf8PathBuf>,
    },
}

/// Flags of `init`.
#[derive(Debug, Args, Default)]
pub struct Init {
    /// Web framework that the package uses
    #[arg(long, value_parser = frameworks())]
    pub framework: Option<String>,
    /// Session profile, which sets the defaults
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,
    /// Name of the generated module [default: clerk]
    #[arg(long, value_name = "NAME")]
    pub module: Option<String>,
    /// Crate root that declares the module, such as src/main.rs
    #[arg(long, value_name = "PATH")]
    pub root: Option<String>,
    /// Insert the wiring line, if exactly one router is found
    #[arg(long, overrides_with = "no_wire")]
    pub wire: bool,
    /// Print the wiring line instead of inserting it (default)
    #[arg(long, overrides_with = "wire")]
    pub no_wire: bool,
    /// Origin of a frontend, such as <https://app.example.com>; can be used multiple times
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Change one of the settings that --help lists; can be used multiple times
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    pub set: Vec<String>,
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// Flags of `update`.
#[derive(Debug, Args, Default)]
pub struct Update {
    /// Change one of the settings that --help lists; can be used multiple times
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    pub set: Vec<String>,
    /// What to do if you and this version have changed the same lines
    #[arg(long, value_enum, default_value_t)]
    pub conflict: ConflictChoice,
    /// Update only a file or folder, relative to the current folder; can be used multiple times
    #[arg(long, value_name = "PATH", conflicts_with = "set")]
    pub only: Vec<Utf8PathBuf>,
    /// Work on every workspace member that has a clerk-sessions.lock
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// What happens to conflicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ConflictChoice {
    /// Write nothing
    #[default]
    Abort,
    /// Write both versions between conflict markers
    Markers,
    /// Keep your lines
    Ours,
    /// Take the new lines
    Theirs,
}

/// Flags of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// Files or folders to show, relative to the current folder [default: all]
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    /// What to compare your files with
    #[arg(long, value_enum, default_value_t)]
    pub against: Against,
    /// Exit with 1 if there are differences
    #[arg(long)]
    pub exit_code: bool,
    /// Format of the differences [default: overview on a terminal, else unified]
    #[arg(long, value_enum, default_value_t = Format::here(), hide_default_value = true)]
    pub format: Format,
    /// Work on every workspace member that has a clerk-sessions.lock
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// It never writes.
    #[arg(short = 'n', long, hide = true)]
    pub dry_run: bool,
    /// What it takes for the sake of scripts
    #[command(flatten)]
    pub harmless: Harmless,
}

/// What is compared with the files on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// What `update` would write
    #[default]
    Latest,
    /// What was generated last, which shows your own edits
    Base,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Fail only on missing security fixes, conflict markers and damage
    #[arg(long)]
    pub security: bool,
    /// Format of the findings
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
    /// Work on every workspace member that has a clerk-sessions.lock
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// It never writes.
    #[arg(short = 'n', long, hide = true)]
    pub dry_run: bool,
    /// What it takes for the sake of scripts
    #[command(flatten)]
    pub harmless: Harmless,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Plain text
    #[default]
    Human,
    /// JSON document for scripts
    Json,
    /// Annotations in GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Flags of `remove`.
#[derive(Debug, Args, Default)]
pub struct Remove {
    /// Remove files that you have edited as well
    #[arg(long)]
    pub force: bool,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// Flags of `undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// Flags of `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// What can be done with blueprints.
#[derive(Debug, Subcommand)]
pub enum Blueprints {
    /// Write the built-in blueprints to a new or empty folder
    Export {
        /// Folder to write to
        #[arg(value_name = "DIR")]
        folder: Utf8PathBuf,
        /// List the files without writing them
        #[arg(short = 'n', long)]
        dry_run: bool,
        /// What it takes for the sake of scripts
        #[command(flatten)]
        harmless: Harmless,
    },
}

/// The frameworks that there is a built-in blueprint for.
fn frameworks() -> PossibleValuesParser {
    PossibleValuesParser::new(blueprint::embedded_names())
}

/// The profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Test keys only; origins optional; reasons in a response header
    Dev,
    /// Live keys only; origins required; tokens of at most 1 h
    Prod,
    /// As prod, and header tokens only, of at most 5 min
    HighSecurity,
}

impl Profile {
    /// The word in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Prod => "prod",
            Self::HighSecurity => "high-security",
        }
    }
}
