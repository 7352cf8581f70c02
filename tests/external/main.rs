//! What needs more than Rust and a C compiler. `run.sh` installs that and runs these.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod clients;
mod traced;
