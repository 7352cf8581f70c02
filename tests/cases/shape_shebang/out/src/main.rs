#!/usr/bin/env run-cargo-script
#![warn(missing_docs)]
//! A server.

#[macro_use]
mod macros;
mod zebra;

mod clerk;

use axum::{routing::get, Router};

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hello" }));
}
