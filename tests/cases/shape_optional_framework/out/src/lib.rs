//! A library.

#[cfg(feature = "server")]
pub mod clerk;

#[cfg(feature = "server")]
pub fn app() -> axum::Router {
    axum::Router::new()
}
