//! `completions`: a shell's completion script.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Error;
use crate::terminal::Terminal;

const PROGRAM: &str = "cargo-clerk-sessions";

/// For `cargo clerk-sessions …`, fish is told to ask for the completions of the program. Bash and zsh need no such word:
/// cargo's own scripts for them hand the rest of the line over to the program's.
const FISH: &str = "\
complete --command cargo --condition '__fish_seen_subcommand_from clerk-sessions' --no-files \\
    --arguments '(complete --do-complete \"cargo-clerk-sessions \"(commandline --current-process --cut-at-cursor | string replace --regex \"^.*?\\bclerk-sessions\\s+\" \"\"))'
";

/// Runs `completions`.
pub fn run(shell: Shell, terminal: Terminal) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script);
    terminal.data(&match shell {
        Shell::Bash => consistent(&script),
        Shell::Fish => format!("{script}{FISH}"),
        _ => script.into_owned(),
    })?;
    Ok(0)
}

/// The script for bash with one spelling of the program's name. Where the name has hyphens, clap sets one and waits for
/// another (<https://github.com/clap-rs/clap/issues/6421>), so that nothing below a command is completed.
fn consistent(script: &str) -> String {
    script.replace(&PROGRAM.replace('-', "__subcmd__"), &PROGRAM.replace('-', "__"))
}
