//! A library.

#[cfg(feature = "axum")]
pub mod clerk;

#[cfg(feature = "axum")]
pub fn app() -> axum::Router {
    axum::Router::new()
}
