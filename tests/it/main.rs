//! One test binary; a file for each stage, named as in `src`, and a few for the whole.

mod blueprints;
mod cases;
mod cli;
mod hosts;
mod http;
mod init;
mod package;
mod prompts;
mod questions;
mod support;
mod tidy;
mod tokens;
