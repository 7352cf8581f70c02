//! A library.

#[cfg(feature = "server")]
pub fn app() -> axum::Router {
    axum::Router::new()
}
