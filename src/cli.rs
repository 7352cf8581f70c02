//! The command line, as clap reads it. Nothing here decides anything.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Verified Clerk sessions for your Axum, Actix Web or Rocket project, as source code that you own
#[derive(Debug, Parser)]
#[command(name = "cargo-clerk-sessions", bin_name = "cargo clerk-sessions", version, propagate_version = true)]
#[command(after_help = "Nothing is written before you have seen the diff and agreed.")]
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
    /// Add Clerk sessions to a package, or apply new answers to one that has them
    Init(Init),
    /// Bring the code to this version and the settings, keeping your edits
    Update(Update),
    /// Show what `update` would change, or what you changed since the code was generated
    Diff(Diff),
    /// Tell whether the code is current, safe and whole; for CI
    Check(Check),
    /// Take everything out again; files that you edited stay
    Remove(Remove),
    /// Revert the last change, if its files are as it left them
    Undo(Undo),
    /// Rebuild a lost or damaged record from the files
    Adopt(Adopt),
    /// Write the blueprints out, to keep your own
    #[command(subcommand)]
    Blueprints(Blueprints),
    /// Build and ask a small app in a temporary folder; needs no Clerk account
    Demo(Demo),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual pages
    Man {
        /// Write each page to a file of its own in this folder instead
        #[arg(value_name = "DIR")]
        folder: Option<Utf8PathBuf>,
    },
}

/// Flags of `init`.
#[derive(Debug, Args, Default)]
pub struct Init {
    /// The web framework
    #[arg(long, value_enum)]
    pub framework: Option<FrameworkName>,
    /// The session profile: a set of defaults
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,
    /// The name of the generated module [default: clerk]
    #[arg(long, value_name = "NAME")]
    pub module: Option<String>,
    /// The crate root that declares the module, such as src/main.rs
    #[arg(long, value_name = "PATH")]
    pub root: Option<String>,
    /// Insert the one wiring line where exactly one router is found
    #[arg(long, overrides_with = "no_wire")]
    pub wire: bool,
    /// Print the wiring line instead of inserting it (default)
    #[arg(long, overrides_with = "wire")]
    pub no_wire: bool,
    /// Set one setting; may be given more than once
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    pub set: Vec<String>,
    /// The shape of the custom claims
    #[arg(long, value_enum, default_value_t)]
    pub claims: Claims,
    /// Take blueprints from a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// Flags of `update`.
#[derive(Debug, Args, Default)]
pub struct Update {
    /// Set one setting; may be given more than once
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    pub set: Vec<String>,
    /// What happens where you and this version changed the same lines
    #[arg(long, value_enum, default_value_t)]
    pub conflict: ConflictChoice,
    /// Every member of the workspace that has a record
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Take blueprints from a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// What happens to conflicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ConflictChoice {
    /// Nothing is written
    #[default]
    Abort,
    /// Both versions are written between conflict markers
    Markers,
    /// Your lines win
    Ours,
    /// The new lines win
    Theirs,
}

/// Flags of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// Compare your files with the newest version, or with what was generated last
    #[arg(long, value_enum, default_value_t)]
    pub against: Against,
    /// End with 1 where there are differences
    #[arg(long)]
    pub exit_code: bool,
    /// How the differences are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Every member of the workspace that has a record
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Take blueprints from a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
}

/// What is compared with the files on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// What `update` would write
    #[default]
    Latest,
    /// What was generated last: these are your own edits
    Base,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Fail only on what matters to security, on conflict markers and on damage
    #[arg(long)]
    pub security: bool,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
    /// Every member of the workspace that has a record
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// Take blueprints from a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Lines to read
    #[default]
    Human,
    /// One document for scripts
    Json,
    /// Annotations of a GitHub Actions run
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Flags of `remove`.
#[derive(Debug, Args, Default)]
pub struct Remove {
    /// Remove files that you edited, too
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
    /// Take blueprints from a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}

/// What can be done with blueprints.
#[derive(Debug, Subcommand)]
pub enum Blueprints {
    /// Write the built-in blueprints into a new or empty folder
    Export {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: Utf8PathBuf,
    },
}

/// Flags of every command that writes.
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Options of writing")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Write {
    /// Show what would change and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// How the change is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Take defaults and do not ask
    #[arg(short = 'y', long)]
    pub yes: bool,
    /// Never ask: an open question is an error
    #[arg(long)]
    pub no_input: bool,
    /// Go on although files that would change are not committed
    #[arg(long)]
    pub allow_dirty: bool,
    /// Go on although files that would change are staged
    #[arg(long)]
    pub allow_staged: bool,
    /// Go on without version control
    #[arg(long)]
    pub allow_no_vcs: bool,
    /// Run `cargo check` before and after, and put everything back if the change breaks it
    #[arg(long)]
    pub verify: bool,
}

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// The web framework
    #[arg(long, value_enum, default_value_t)]
    pub framework: FrameworkName,
    /// Keep the temporary folder
    #[arg(long)]
    pub keep: bool,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Common {
    /// The package's manifest, or its folder
    #[arg(long, global = true, value_name = "PATH")]
    pub manifest_path: Option<Utf8PathBuf>,
    /// The package to work on
    #[arg(short = 'p', long, global = true, value_name = "NAME")]
    pub package: Option<String>,
    /// Run cargo without the network
    #[arg(long, global = true)]
    pub offline: bool,
    /// Run cargo with `Cargo.lock` as it is
    #[arg(long, global = true)]
    pub locked: bool,
    /// Both of these
    #[arg(long, global = true)]
    pub frozen: bool,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t)]
    pub color: Color,
    /// Print less
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more
    #[arg(short = 'v', long, global = true)]
    pub verbose: bool,
}

impl Common {
    /// The flags that are handed on to cargo.
    pub fn cargo_flags(&self) -> impl Iterator<Item = &'static str> {
        let flags = [("--offline", self.offline), ("--locked", self.locked), ("--frozen", self.frozen)];
        flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag)
    }
}

/// The frameworks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FrameworkName {
    /// Axum 0.7 and 0.8
    #[default]
    Axum,
    /// Actix Web 4
    Actix,
    /// Rocket 0.5
    Rocket,
}

impl FrameworkName {
    /// The blueprint's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::Rocket => "rocket",
        }
    }
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

/// Shapes of the custom claims.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Claims {
    /// An empty type to fill in
    #[default]
    Default,
}

/// How a change is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A patch that `git apply` takes
    #[default]
    Unified,
    /// One document for scripts
    Json,
    /// A pull-request comment
    Markdown,
    /// One line a file
    Stat,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
