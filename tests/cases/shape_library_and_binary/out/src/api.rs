use axum::Router;

pub fn app() -> Router {
    Router::new()
        .route("/", axum::routing::get(|| async { "hello" }))
        .layer(crate::clerk::layer())
}
