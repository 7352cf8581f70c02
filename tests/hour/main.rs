//! The first hour of a team, from `init` to an application that runs, with tests that pass and a reason for every refusal.
//!
//! Nothing here knows what the program prints last: the steps are read from the screen and carried out as they stand there.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod app;
mod mistakes;
mod page;
mod screens;
mod services;
mod steps;
mod team;
mod teams;
mod terminal;
