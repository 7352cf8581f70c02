//! The library that has the routes.

pub mod routes;

/// The whole application.
pub fn app() -> axum::Router {
    routes::all()
}
