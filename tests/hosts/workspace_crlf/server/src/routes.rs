//! Routes.

use axum::{routing::get, Router};

async fn me() -> String {
    "nobody".to_owned()
}

/// Every route.
pub fn all() -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/me", get(me).post(me))
}
