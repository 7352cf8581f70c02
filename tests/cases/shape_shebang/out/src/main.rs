#!/usr/bin/env run-cargo-script
#![warn(missing_docs)]
//! A server.

#[macro_use]
mod macros;
mod clerk;
mod zebra;

use axum::{routing::get, Router};

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hello" }));
}
