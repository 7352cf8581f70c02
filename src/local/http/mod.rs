//! The stand-in over HTTP: who may ask, what is asked where, and what is answered.

pub mod npm;
pub mod page;
pub mod shapes;

mod backend;
mod control;
mod cookies;
mod errors;
mod frontend;
mod guard;
mod handshake;
mod input;
mod jwks;
mod mint;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::util::MapRequestLayer;
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use super::environment::PROXY_PATH;
use super::server::Shared;

/// No body of a request is larger, in bytes.
const LARGEST: usize = 256 << 10;

/// Everything that is answered.
pub fn service(
    local: Shared,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone + Send {
    let browser = Router::new()
        .merge(frontend::routes())
        .route("/.well-known/jwks.json", get(jwks::public))
        .route("/npm/{*path}", get(npm::file))
        // Within the layer, so that it answers preflights first.
        .method_not_allowed_fallback(refused)
        .layer(cors(&local));
    let routes = Router::new()
        .merge(browser)
        .nest("/v1", backend::routes(&local))
        .nest("/local", control::routes())
        .merge(page::routes())
        .fallback(unknown)
        .method_not_allowed_fallback(refused)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(local.clone(), guard::guard))
        .with_state(local);
    // Ahead of the routes, as both change what is looked for.
    MapRequestLayer::new(rewritten).layer(routes)
}

async fn unknown() -> Response {
    errors::not_found("resource").into_response()
}

async fn refused() -> Response {
    guard::method_not_allowed().into_response()
}

/// What a dev server hands on below [`PROXY_PATH`]: a proxy may stand open to the network, and the page and `/local` must not.
const PROXIED: &[&str] = &["/v1/", "/.well-known/", "/npm/"];

/// `/__clerk` in front of a path for browsers is left out, and `_method` of a POST counts as its method.
fn rewritten(mut request: Request) -> Request {
    if let Some(path) = request.uri().path_and_query().map(PathAndQuery::as_str) {
        let rest = path.strip_prefix(PROXY_PATH);
        let rest = rest.filter(|rest| PROXIED.iter().any(|start| rest.starts_with(start)));
        if let Some(path) = rest.and_then(|rest| rest.parse().ok()) {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    if request.method() == Method::POST {
        let query = input::fields(request.uri().query().unwrap_or_default().as_bytes());
        match query.get("_method").map(String::as_str) {
            Some("PATCH") => *request.method_mut() = Method::PATCH,
            Some("PUT") => *request.method_mut() = Method::PUT,
            Some("DELETE") => *request.method_mut() = Method::DELETE,
            _ => {}
        }
    }
    request
}

/// What a browser is told about pages of other origins. `clerk-js` sends no preflights; other clients may.
fn cors(local: &Shared) -> CorsLayer {
    let local = local.clone();
    let allowed = AllowOrigin::predicate(move |origin, _| origin.to_str().is_ok_and(|one| local.options.allows(one)));
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_credentials(true)
        .allow_methods(AllowMethods::list([Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE]))
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::AUTHORIZATION])
}
