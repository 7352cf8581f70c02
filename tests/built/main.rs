//! Hosts that the program patches: they are compiled, tested, started and asked over HTTP.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod actix_rocket;
mod axum;
#[cfg(all(feature = "local", unix))]
mod beside_local;
mod conformance;
mod demo;
mod host;
mod instances;
mod jwks;
mod neighbours;
mod probes;
mod properties;
mod questions;
mod raw_headers;
mod refusals;
mod rust_version;
mod streams;
mod without;
