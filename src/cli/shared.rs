//! Flags that several commands take.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use crate::terminal;

/// Flags of every command that writes.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "Write options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Write {
    /// Show what would change without writing anything
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Format of the changes [default: overview on a terminal, else unified]
    #[arg(long, value_enum, default_value_t = Format::here(), hide_default_value = true)]
    pub format: Format,
    /// Use the defaults, and do not ask for confirmation
    #[arg(short = 'y', long)]
    pub yes: bool,
    /// Never ask; fail if an answer is missing
    #[arg(long)]
    pub no_input: bool,
    /// Proceed even if files to be changed are not committed
    #[arg(long)]
    pub allow_dirty: bool,
    /// Proceed even if files to be changed are staged
    #[arg(long)]
    pub allow_staged: bool,
    /// Proceed even if no version control was found
    #[arg(long)]
    pub allow_no_vcs: bool,
    /// Run `cargo check` before and after, and revert everything if the build breaks
    #[arg(long)]
    pub verify: bool,
}

/// Flags of writing that a command without questions takes as well, so that scripts can pass the same ones to all.
#[derive(Debug, Clone, Args, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Harmless {
    /// There is nothing to confirm.
    #[arg(short = 'y', long, hide = true)]
    pub yes: bool,
    /// There is nothing to ask.
    #[arg(long, hide = true)]
    pub no_input: bool,
    /// No file of the project is changed.
    #[arg(long, hide = true)]
    pub allow_dirty: bool,
    /// No file of the project is changed.
    #[arg(long, hide = true)]
    pub allow_staged: bool,
    /// No file of the project is changed.
    #[arg(long, hide = true)]
    pub allow_no_vcs: bool,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Common {
    /// Path to Cargo.toml, or to its folder
    #[arg(long, global = true, value_name = "PATH")]
    pub manifest_path: Option<Utf8PathBuf>,
    /// Package to work on
    #[arg(short = 'p', long, global = true, value_name = "NAME")]
    pub package: Option<String>,
    /// Run cargo without accessing the network
    #[arg(long, global = true)]
    pub offline: bool,
    /// Assert that `Cargo.lock` will remain unchanged
    #[arg(long, global = true)]
    pub locked: bool,
    /// Equivalent to specifying both --locked and --offline
    #[arg(long, global = true)]
    pub frozen: bool,
    /// When to use color; overrides `CARGO_TERM_COLOR`
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Do not print status messages
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Use verbose output
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

/// How a change is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Diffs of the files that are yours, and a line for each file that comes or goes
    Overview,
    /// Patch that `git apply` accepts
    #[default]
    Unified,
    /// JSON document for scripts
    Json,
    /// Pull-request comment
    Markdown,
    /// One line per file
    Stat,
}

impl Format {
    /// What is shown where nothing else is asked for.
    pub(super) fn here() -> Self {
        if terminal::stdout_is_terminal() { Self::Overview } else { Self::Unified }
    }
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
