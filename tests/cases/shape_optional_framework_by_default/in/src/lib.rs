//! A library.

#[cfg(feature = "axum")]
pub fn app() -> axum::Router {
    axum::Router::new()
}
