//! The commands: each calls the stages in order and decides nothing about files.

mod adopt;
mod carry_out;
mod check;
mod changeset;
mod closing;
mod completions;
mod conflicts;
mod confirm;
mod demo;
mod diff;
mod export;
mod guide;
mod init;
mod interrupt;
#[cfg(feature = "local")]
mod local;
mod man;
mod meant;
mod packages;
mod prompt;
mod rehearse;
mod remove;
mod request;
mod show;
mod status;
mod still_named;
#[cfg(feature = "local")]
mod token;
mod undo;
mod update;
mod verify;

use crate::cli::{Blueprints, CheckFormat, Cli, Command, Format, StatusFormat};
use crate::error::Error;
use crate::terminal::Terminal;

/// Runs one command; the number is the exit code.
pub fn run(cli: &Cli, terminal: Terminal) -> Result<u8, Error> {
    match &cli.command {
        Command::Init(flags) => init::run(flags, &cli.common, terminal),
        Command::Update(flags) => update::run(flags, &cli.common, terminal),
        Command::Diff(flags) => diff::run(flags, &cli.common, terminal),
        Command::Check(flags) => check::run(flags, &cli.common, terminal),
        Command::Status(flags) => status::run(flags, &cli.common, terminal),
        Command::Remove(flags) => remove::run(flags, &cli.common, terminal),
        Command::Guide(flags) => guide::run(flags, &cli.common, terminal),
        Command::Undo(flags) => undo::run(flags, &cli.common, terminal),
        Command::Adopt(flags) => adopt::run(flags, &cli.common, terminal),
        Command::Blueprints(Blueprints::Export { folder, dry_run, .. }) => export::run(folder, *dry_run, terminal),
        Command::Demo(flags) => demo::run(flags, &cli.common, terminal),
        #[cfg(feature = "local")]
        Command::Local(flags) => local::run(flags, &cli.common, terminal),
        #[cfg(feature = "local")]
        Command::Token(flags) => token::run(flags, terminal),
        #[cfg(not(feature = "local"))]
        Command::Local(_) => Err(Error::Feature { command: "local", feature: "local" }),
        #[cfg(not(feature = "local"))]
        Command::Token(_) => Err(Error::Feature { command: "token", feature: "local" }),
        Command::Completions { shell } => completions::run(*shell, terminal),
        Command::Man { folder } => man::run(folder.as_deref(), terminal),
    }
}

/// The format in which a command speaks.
pub fn format(cli: &Cli) -> Format {
    match &cli.command {
        Command::Init(flags) => flags.write.format,
        Command::Update(flags) => flags.write.format,
        Command::Diff(flags) => flags.format,
        Command::Remove(flags) => flags.write.format,
        Command::Guide(flags) => flags.write.format,
        Command::Undo(flags) => flags.write.format,
        Command::Adopt(flags) => flags.write.format,
        Command::Check(flags) if flags.format == CheckFormat::Json => Format::Json,
        Command::Status(flags) if flags.format == StatusFormat::Json => Format::Json,
        Command::Check(_)
        | Command::Status(_)
        | Command::Blueprints(_)
        | Command::Demo(_)
        | Command::Local(_)
        | Command::Token(_)
        | Command::Completions { .. }
        | Command::Man { .. } => Format::Unified,
    }
}
