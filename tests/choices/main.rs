//! Pairs of choices, each compiled: what any two of them lead to is as good as any one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod pairs;
mod unused;
