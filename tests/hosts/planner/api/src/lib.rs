//! The API of the planner: projects, and who is signed in.

pub mod routes;
pub mod state;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::routing::get;
use axum::Router;
use tower_http::cors::CorsLayer;

use crate::state::Store;

/// The whole application.
pub fn app(store: Store) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .nest("/api", routes::api())
        .layer(cors())
        .with_state(store)
}

/// The single-page app comes from another origin.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static("http://localhost:5173"))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .allow_credentials(true)
}
