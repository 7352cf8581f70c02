//! Flags of `guide`.

use camino::Utf8PathBuf;
use clap::Args;

use super::Write;

/// Flags of `guide`.
#[derive(Debug, Args)]
pub struct Guide {
    /// Keep the page in the repository, at this path in the package, as a generated file
    #[arg(long = "write", value_name = "FILE")]
    pub keep: Option<String>,
    /// Use the blueprints in a folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub blueprints: Option<Utf8PathBuf>,
    /// How the change is written
    #[command(flatten)]
    pub write: Write,
}
