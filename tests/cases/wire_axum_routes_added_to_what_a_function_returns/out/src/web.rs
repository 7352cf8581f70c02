use axum::Router;

pub fn base() -> Router {
    Router::new()
}
