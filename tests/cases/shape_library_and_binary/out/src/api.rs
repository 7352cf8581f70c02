use axum::Router;

pub fn app() -> Router {
    Router::new().layer(crate::clerk::layer())
}
