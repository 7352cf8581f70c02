use axum::{routing::get, Router};

pub fn router() -> Router {
    crate::with_limit(
        1000,
        Router::new()
            .route("/", get(|| async { "tasks" }))
            .route("/open", get(|| async { "open tasks" })),
    )
}
