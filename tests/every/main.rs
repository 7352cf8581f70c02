//! What holds for every combination of answers, every golden project and random edits. No host is built here.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod crates;
mod interrupted;
mod random_merges;
mod random_updates;
mod rendered;
mod rustfmt;
mod shapes;
mod sizes;
