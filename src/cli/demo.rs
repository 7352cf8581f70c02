//! Flags of `demo`.

use clap::Args;

use super::{FrameworkName, Harmless};

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Web framework to show
    #[arg(long, value_enum, default_value_t)]
    pub framework: FrameworkName,
    /// Keep the temporary folder
    #[arg(long)]
    pub keep: bool,
    /// Show the changes to the app without building it
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// What it takes for the sake of scripts
    #[command(flatten)]
    pub harmless: Harmless,
}
