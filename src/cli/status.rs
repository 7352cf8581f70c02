//! The flags of `status`.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use super::Harmless;

/// Flags of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Format of what is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: StatusFormat,
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

/// How a status is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// Plain text
    #[default]
    Human,
    /// JSON document for scripts
    Json,
}
