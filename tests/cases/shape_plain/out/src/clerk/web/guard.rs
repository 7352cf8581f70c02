// clerk-sessions: module/web/guard.rs
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

use super::super::authorization::{Policy, Requirement};
use super::super::{PublicRoutes, Rejection, Session};
use super::wiring;

/// What a group of routes requires.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Policy>);

/// A guard as a layer, for `route_layer` and `layer`.
pub type GuardLayer = FromFnLayer<Middleware, Guard, (State<Guard>, Request)>;

type Middleware = fn(State<Guard>, Request, Next) -> Answer;

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Requires a session on every route of the group.
pub fn require_session() -> GuardLayer {
    guard(PublicRoutes::new(), |_, _| Ok(()), "")
}

/// Requires a session everywhere, even on routes that do not exist, except on the given ones. Use it
/// on the whole router:
/// `.layer(clerk::require_session_except(PublicRoutes::new().get("/health")))`.
///
/// On a nested router, too, the paths are those of requests, with the prefix. Outside a router nobody
/// knows them, so that there everything needs a session.
pub fn require_session_except(routes: PublicRoutes) -> GuardLayer {
    guard(routes, |_, _| Ok(()), "")
}

/// Requires a role in the active organization, such as `org:admin`, on every route of the group.
pub fn require_role(role: &str) -> GuardLayer {
    guard(PublicRoutes::new(), Session::require_role, role)
}

/// Requires a permission in the active organization on every route of the group.
pub fn require_permission(permission: &str) -> GuardLayer {
    guard(PublicRoutes::new(), Session::require_permission, permission)
}

/// Requires an active organization on every route of the group.
pub fn require_organization() -> GuardLayer {
    guard(PublicRoutes::new(), |one, _| one.require_organization(), "")
}

/// Requires on every route of the group that no agent acts on the user's behalf.
pub fn require_person() -> GuardLayer {
    guard(PublicRoutes::new(), |one, _| one.require_person(), "")
}

fn guard(public: PublicRoutes, requires: Requirement, wanted: &str) -> GuardLayer {
    let wanted = wanted.to_owned();
    let policy = Policy {
        public,
        requires,
        wanted,
    };
    middleware::from_fn_with_state(Guard(Arc::new(policy)), enforce)
}

fn enforce(State(guard): State<Guard>, request: Request, next: Next) -> Answer {
    Box::pin(async move {
        match guard.admit(request).await {
            Ok(request) => next.run(request).await,
            Err(rejection) => rejection.into_response(),
        }
    })
}

impl Guard {
    /// Hands the request back if it may go on.
    async fn admit(&self, request: Request) -> Result<Request, Rejection> {
        let Self(policy) = self;
        let method = request.method().as_str();
        if path(&request).is_some_and(|path| policy.public.contains(method, path)) {
            return Ok(request);
        }
        let (mut parts, body) = request.into_parts();
        let found = wiring::authenticate(&mut parts).await;
        (policy.requires)(&found.active()?, &policy.wanted)?;
        Ok(Request::from_parts(parts, body))
    }
}

/// The path of a request as it came. Routers take prefixes off the one in the request itself.
fn path(request: &Request) -> Option<&str> {
    let original = request.extensions().get::<OriginalUri>();
    original.map(|OriginalUri(uri)| uri.path())
}
