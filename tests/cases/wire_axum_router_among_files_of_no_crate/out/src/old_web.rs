// No module any more.
use axum::Router;

pub fn router() -> Router {
    Router::new()
}
