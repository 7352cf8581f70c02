// clerk-sessions: module/web/guard.rs
//! Guards for groups of routes. They also protect handlers that do not take a session.
//!
//! ```ignore
//! let admin = «module»::require_role("org:admin").routes(routes![users, reports]);
//! rocket::build().mount("/admin", admin)
//! ```
//!
//! A single handler takes [`Allowed`](super::extract::Allowed) instead.

use std::sync::Arc;

use «crates.rocket»::route::{self, Handler, Route};
use «crates.rocket»::{Data, Request};

use super::super::authorization::Policy;
use super::super::{PublicRoutes, Rejection};
use super::wiring;

/// What a group of routes requires.
#[derive(Debug, Clone)]
#[must_use]
pub struct Guard(Arc<Policy>);

/// A route behind a guard.
#[derive(Clone)]
struct Guarded {
    handler: Box<dyn Handler>,
    guard: Guard,
}

/// Requires a session on every route of the group.
pub fn require_session() -> Guard {
    guard(Policy::Session)
}

/// Requires a session on every route of the group, except on the given ones. Their paths are those
/// of requests, with the base of the mount:
/// `«module»::require_session_except(PublicRoutes::new().get("/health")).routes(all)`.
pub fn require_session_except(routes: PublicRoutes) -> Guard {
    guard(Policy::SessionExcept(routes))
}

/// Requires a role in the active organization, such as `org:admin`, on every route of the group.
pub fn require_role(role: &str) -> Guard {
    guard(Policy::Role(role.to_owned()))
}

/// Requires a permission in the active organization on every route of the group.
pub fn require_permission(permission: &str) -> Guard {
    guard(Policy::Permission(permission.to_owned()))
}

/// Requires an active organization on every route of the group.
pub fn require_organization() -> Guard {
    guard(Policy::Organization)
}

/// Requires on every route of the group that no agent acts on the user's behalf.
pub fn require_person() -> Guard {
    guard(Policy::Person)
}

fn guard(policy: Policy) -> Guard {
    Guard(Arc::new(policy))
}

impl Guard {
    /// Puts routes behind this guard, for `mount`.
    #[must_use]
    pub fn routes(&self, routes: impl IntoIterator<Item = Route>) -> Vec<Route> {
        let behind = |mut route: Route| {
            let (handler, guard) = (route.handler, self.clone());
            route.handler = Box::new(Guarded { handler, guard });
            route
        };
        routes.into_iter().map(behind).collect()
    }

    /// Checks whether a request may go on.
    async fn admit(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let Self(policy) = self;
        if policy.exempts(request.method().as_str(), request.uri().path().as_str()) {
            return Ok(());
        }
        let found = wiring::authenticate(request).await?;
        policy.admits(&found.active()?)
    }
}

#[«crates.rocket»::async_trait]
impl Handler for Guarded {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        match self.guard.admit(request).await {
            Ok(()) => self.handler.handle(request, data).await,
            Err(rejection) => route::Outcome::from(request, rejection),
        }
    }
}
