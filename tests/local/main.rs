//! `local` and `token`, started as a user does and asked over HTTP.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod attacks;
mod backend;
mod control;
mod frontend;
mod fuzzed;
mod guard;
mod page;
mod process;
mod readme;
mod running;
mod state;
mod tokens;
mod webhooks;
