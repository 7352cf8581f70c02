//! Flags of `demo`.

use clap::Args;

use super::{Harmless, frameworks};

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Web framework to show
    #[arg(long, value_parser = frameworks(), default_value = "axum")]
    pub framework: String,
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
