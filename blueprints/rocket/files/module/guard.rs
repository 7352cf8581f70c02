// clerk-sessions: module/guard.rs
//! Guards for groups of routes, so that a handler that was forgotten is still protected.
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

/// What a group of routes asks for.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Demand>);

/// A route behind a guard.
#[derive(Clone)]
struct Guarded {
    handler: Box<dyn Handler>,
    guard: Guard,
}

/// Every route of the group needs a session.
#[must_use]
pub fn require_session() -> Guard {
    guard(Demand::Session)
}

/// Every route of the group needs a session, except these, whose paths are those of whole requests:
/// `«module»::require_session_except(PublicRoutes::new().get("/health")).routes(all)`.
#[must_use]
pub fn require_session_except(routes: PublicRoutes) -> Guard {
    guard(Demand::SessionExcept(routes))
}

/// Every route of the group needs a role in the active organization, such as `org:admin`.
#[must_use]
pub fn require_role(role: &str) -> Guard {
    guard(Demand::Role(role.to_owned()))
}

/// Every route of the group needs a permission in the active organization.
#[must_use]
pub fn require_permission(permission: &str) -> Guard {
    guard(Demand::Permission(permission.to_owned()))
}

/// Every route of the group needs an active organization.
#[must_use]
pub fn require_organization() -> Guard {
    guard(Demand::Organization)
}

fn guard(demand: Demand) -> Guard {
    Guard(Arc::new(demand))
}

impl Guard {
    /// The same routes behind this guard, for `mount`.
    #[must_use]
    pub fn routes(&self, routes: impl IntoIterator<Item = Route>) -> Vec<Route> {
        let behind = |mut route: Route| {
            let (handler, guard) = (route.handler, self.clone());
            route.handler = Box::new(Guarded { handler, guard });
            route
        };
        routes.into_iter().map(behind).collect()
    }

    async fn admits(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let Self(demand) = self;
        if demand.exempts(request.method().as_str(), request.uri().path().as_str()) {
            return Ok(());
        }
        let (outcome, reveal) = fairing::outcome(request).await?;
        demand.accepts(&outcome.active(reveal)?)
    }
}

#[«crates.rocket»::async_trait]
impl Handler for Guarded {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        match self.guard.admits(request).await {
            Ok(()) => self.handler.handle(request, data).await,
            Err(rejection) => route::Outcome::from(request, rejection),
        }
    }
}
