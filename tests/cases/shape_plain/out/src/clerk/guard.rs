// clerk-sessions: module/guard.rs
//! Guards for groups of routes. They also protect handlers that do not take a session.
//!
//! ```ignore
//! let admin = Router::new()
//!     .route("/admin/users", get(users))
//!     .route_layer(clerk::require_role("org:admin"));
//! ```

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::{self, FromFnLayer, Next};
use axum::response::{IntoResponse, Response};

use super::demand::Demand;
use super::layer;
use super::public_routes::PublicRoutes;
use super::rejection::Rejection;

/// What a group of routes demands.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Demand>);

/// A guard as a layer, for `route_layer` and `layer`.
pub type GuardLayer = FromFnLayer<Middleware, Guard, (State<Guard>, Request)>;

type Middleware = fn(State<Guard>, Request, Next) -> Answer;

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Requires a session on every route of the group.
pub fn require_session() -> GuardLayer {
    guard(Demand::Session)
}

/// Requires a session everywhere, even on routes that do not exist, except on the given ones. Use it
/// on the whole router:
/// `.layer(clerk::require_session_except(PublicRoutes::new().get("/health")))`.
///
/// On a nested router, too, the paths are those of requests, with the prefix. Outside a router nobody
/// knows them, so that there everything needs a session.
pub fn require_session_except(routes: PublicRoutes) -> GuardLayer {
    guard(Demand::SessionExcept(routes))
}

/// Requires a role in the active organization, such as `org:admin`, on every route of the group.
pub fn require_role(role: &str) -> GuardLayer {
    guard(Demand::Role(role.to_owned()))
}

/// Requires a permission in the active organization on every route of the group.
pub fn require_permission(permission: &str) -> GuardLayer {
    guard(Demand::Permission(permission.to_owned()))
}

/// Requires an active organization on every route of the group.
pub fn require_organization() -> GuardLayer {
    guard(Demand::Organization)
}

/// Requires on every route of the group that no agent acts on the user's behalf.
pub fn require_person() -> GuardLayer {
    guard(Demand::Person)
}

fn guard(demand: Demand) -> GuardLayer {
    middleware::from_fn_with_state(Guard(Arc::new(demand)), check)
}

fn check(State(guard): State<Guard>, request: Request, next: Next) -> Answer {
    Box::pin(async move {
        match guard.admit(request).await {
            Ok(request) => next.run(request).await,
            Err(rejection) => rejection.into_response(),
        }
    })
}

impl Guard {
    /// Hands the request back if it meets the demand.
    async fn admit(&self, request: Request) -> Result<Request, Rejection> {
        let Self(demand) = self;
        let method = request.method().as_str();
        if path(&request).is_some_and(|path| demand.exempts(method, path)) {
            return Ok(request);
        }
        let (mut parts, body) = request.into_parts();
        let outcome = layer::outcome_for_all(&mut parts).await?;
        demand.accepts(&outcome.active()?)?;
        Ok(Request::from_parts(parts, body))
    }
}

/// The path of a request as it came. Routers take prefixes off the one in the request itself.
fn path(request: &Request) -> Option<&str> {
    let original = request.extensions().get::<OriginalUri>();
    original.map(|OriginalUri(uri)| uri.path())
}
