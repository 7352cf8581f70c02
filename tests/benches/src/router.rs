//! The same handler four times: without authentication, and behind each way of checking.

use axum::{Router, routing::get};
use clerk_rs::validators::axum::ClerkLayer;

use crate::clerk::{Session, layer_with};
use crate::contenders::clerk_rs_keys;
use crate::instance::Instance;

/// The paths, the open one first.
pub const PATHS: [&str; 4] = ["/none", "/warm", "/cold", "/clerk-rs"];

/// The router. Ours is an extractor in the handler's arguments; that of `clerk-rs` is a layer.
pub fn router(instance: &Instance) -> Router {
    let warm = instance.verifier(|builder| builder);
    let cold = instance.verifier(|builder| builder.settings(|settings| settings.cache_entries = 0));
    let guarded = get(async |_: Session| "hello");
    let theirs = ClerkLayer::new(clerk_rs_keys(instance), None, true);
    let [none, warm_path, cold_path, theirs_path] = PATHS;
    Router::new()
        .route(none, get(async || "hello"))
        .merge(Router::new().route(warm_path, guarded.clone()).layer(layer_with(warm)))
        .merge(Router::new().route(cold_path, guarded).layer(layer_with(cold)))
        .merge(Router::new().route(theirs_path, get(async || "hello")).layer(theirs))
}
