//! `cargo clerk-sessions`: adds verified Clerk sessions to a Rust web project as source code that the team owns.
//!
//! Data flows one way: `inspect → ask → plan → render → patch → merge → diff → apply`. Everything between reading and writing is
//! a function over values, so what is shown is what is written.
//! Modules stand in that order below; each may import those above it and none below.

// Words that every stage uses. What other files rest on is documented to the last item; elsewhere a comment has to say
// more than the name.
#[warn(missing_docs)]
pub mod escape;
#[warn(missing_docs)]
pub mod paths;
pub mod remark;
pub mod rules;
pub mod blueprint;
#[warn(missing_docs)]
pub mod change;
pub mod edit;
#[warn(missing_docs)]
pub mod id;
pub mod settings;
pub mod record;
#[warn(missing_docs)]
pub mod tree;

// Other programs.
pub mod repository;
pub mod program;
pub mod rustfmt;

// The pipeline, in order.
pub mod inspect;
pub mod ask;
pub mod request;
pub mod plan;
pub mod render;
pub mod patch;
pub mod whereabouts;
pub mod merge;
pub mod propose;
pub mod diff;
pub mod document;
pub mod check;
pub mod status;
pub mod apply;

// Beside the pipeline.
pub mod issuer;
#[cfg(feature = "local")]
pub mod local;

// The edge.
pub mod error;
pub mod codes;
pub mod guard;
pub mod terminal;
pub mod cli;
pub mod commands;

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;

/// The program's whole life: arguments in, exit code out.
pub fn run(arguments: impl Iterator<Item = OsString>) -> u8 {
    let mut arguments: Vec<OsString> = arguments.collect();
    // Cargo calls `cargo-clerk-sessions clerk-sessions …`.
    if arguments.get(1).is_some_and(|first| first == "clerk-sessions") {
        arguments.remove(1);
    }
    // Clap itself prints help and complaints, before there are any flags.
    let flag = early(&arguments, "--color");
    terminal::set_color(flag.clone().or_else(|| std::env::var("CARGO_TERM_COLOR").ok()).as_deref());
    let colored = terminal::colors_stdout(flag.as_deref());
    let wants_json = early(&arguments, "--format").as_deref() == Some("json");
    let cli = match cli::Cli::try_parse_from(&arguments).map_err(cli::with_tip) {
        Ok(cli) => cli,
        Err(usage) if wants_json && usage.use_stderr() => {
            terminal::usage_json(&usage.to_string());
            return 2;
        }
        Err(usage) => {
            let is_help = usage.kind() == ErrorKind::DisplayHelp;
            let help = is_help.then(|| cli::with_help().try_get_matches_from(&arguments));
            let usage = help.and_then(Result::err).unwrap_or(usage);
            if !usage.use_stderr() && !colored {
                terminal::no_colors();
            }
            let _ = usage.print();
            return u8::try_from(usage.exit_code()).unwrap_or(2);
        }
    };
    // What a script reads on stderr is an error document, and warnings at most.
    let quiet = cli.common.quiet || commands::format(&cli) == cli::Format::Json;
    let terminal = terminal::Terminal { quiet, verbose: cli.common.verbose, colored };
    match commands::run(&cli, terminal) {
        Ok(code) => code,
        Err(error) if commands::format(&cli) == cli::Format::Json => {
            terminal.error_json(&error);
            error.exit_code()
        }
        Err(error) => {
            terminal.error(&error);
            error.exit_code()
        }
    }
}

/// The value of a flag, ahead of the parser. What stands behind `--` is another program's.
fn early(arguments: &[OsString], flag: &str) -> Option<String> {
    let own = arguments.iter().take_while(|word| *word != "--");
    let mut words = own.filter_map(|word| word.to_str());
    let rest = words
        .find_map(|word| word.strip_prefix(flag).filter(|rest| matches!(rest.chars().next(), None | Some('='))))?;
    rest.strip_prefix('=').or_else(|| words.next()).map(str::to_owned)
}
