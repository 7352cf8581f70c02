use axum::{Router, routing::get};

pub mod clerk;

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}
