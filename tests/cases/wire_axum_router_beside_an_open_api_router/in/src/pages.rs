use axum::{Router, routing::get};

pub fn router(document: String) -> Router {
    Router::new().route("/openapi.json", get(|| async { document }))
}
