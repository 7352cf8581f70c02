// clerk-sessions: module/guard.rs
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

use super::demand::Demand;
use super::fairing;
use super::public_routes::PublicRoutes;
use super::rejection::Rejection;

/// What a group of routes demands.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Demand>);

/// A route behind a guard.
#[derive(Clone)]
struct Guarded {
    handler: Box<dyn Handler>,
    guard: Guard,
}

/// Requires a session on every route of the group.
#[must_use]
pub fn require_session() -> Guard {
    guard(Demand::Session)
}

/// Requires a session on every route of the group, except on the given ones. Their paths are those
/// of requests, with the base of the mount:
/// `«module»::require_session_except(PublicRoutes::new().get("/health")).routes(all)`.
#[must_use]
pub fn require_session_except(routes: PublicRoutes) -> Guard {
    guard(Demand::SessionExcept(routes))
}

/// Requires a role in the active organization, such as `org:admin`, on every route of the group.
#[must_use]
pub fn require_role(role: &str) -> Guard {
    guard(Demand::Role(role.to_owned()))
}

/// Requires a permission in the active organization on every route of the group.
#[must_use]
pub fn require_permission(permission: &str) -> Guard {
    guard(Demand::Permission(permission.to_owned()))
}

/// Requires an active organization on every route of the group.
#[must_use]
pub fn require_organization() -> Guard {
    guard(Demand::Organization)
}

/// Requires on every route of the group that no agent acts on the user's behalf.
#[must_use]
pub fn require_person() -> Guard {
    guard(Demand::Person)
}

fn guard(demand: Demand) -> Guard {
    Guard(Arc::new(demand))
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

    /// Checks whether a request meets the demand.
    async fn admit(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let Self(demand) = self;
        if demand.exempts(request.method().as_str(), request.uri().path().as_str()) {
            return Ok(());
        }
        let outcome = fairing::outcome(request).await?;
        demand.accepts(&outcome.active()?)
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
