use axum::{Router, routing::get};

pub fn all() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}
