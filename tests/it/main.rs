//! The fast tests: a file for each stage, named as in `src`, and a few for the whole.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod apply;
mod ask;
mod attacks;
mod blueprint;
mod cases;
mod check;
mod circles;
mod cli;
mod contributing;
mod doors;
mod edit;
mod escape;
mod guide;
mod hostile;
mod init;
mod inspect;
mod merge;
mod package;
mod program;
mod readme;
mod readme_promises;
mod record;
mod rerun;
mod rustfmt;
mod sample;
mod status;
mod taking_out;
mod tidy;
mod update;
mod verify;
mod workspaces;
