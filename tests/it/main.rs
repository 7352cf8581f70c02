//! One test binary; a file for each stage, named as in `src`, and a few for the whole.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod attacks;
mod apply;
mod blueprints;
mod cases;
mod check;
mod choices;
mod cli;
mod conformance;
mod demo;
mod frameworks;
mod hosts;
mod hosts_actix_rocket;
mod http;
mod edit;
mod init;
mod jwks;
mod manifest_registry;
mod merge;
mod mutation;
mod neighbours;
mod package;
mod probes;
mod prompts;
mod properties;
mod questions;
mod random_updates;
mod records;
mod rust_version;
mod scenarios;
mod support;
mod taking_out;
mod team;
mod tidy;
mod tokens;
mod update;
