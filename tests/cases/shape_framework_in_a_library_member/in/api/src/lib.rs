use axum::{Router, routing::get};

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}
