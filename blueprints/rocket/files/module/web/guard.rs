// clerk-sessions: module/web/guard.rs
//! Guards for groups of routes. They also protect handlers that do not take a session.
//!
//! ```ignore
//! let admin = «module»::require_role("org:admin").routes(routes![users, reports]);
//! rocket::build().mount("/admin", admin)
//! ```

use std::sync::Arc;

use «crates.rocket»::route::{self, Handler, Route};
use «crates.rocket»::{Data, Request};

use super::super::authorization::{Policy, Requirement};
use super::super::{PublicRoutes, Rejection, Session};
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
    guard(PublicRoutes::new(), |_, _| Ok(()), "")
}

/// Requires a session on every route of the group, except on the given ones. Their paths are those
/// of requests, with the base of the mount:
/// `«module»::require_session_except(PublicRoutes::new().get("/health")).routes(all)`.
pub fn require_session_except(routes: PublicRoutes) -> Guard {
    guard(routes, |_, _| Ok(()), "")
}

/// Requires a role in the active organization, such as `org:admin`, on every route of the group.
pub fn require_role(role: &str) -> Guard {
    guard(PublicRoutes::new(), Session::require_role, role)
}

/// Requires a permission in the active organization on every route of the group.
pub fn require_permission(permission: &str) -> Guard {
    guard(PublicRoutes::new(), Session::require_permission, permission)
}

/// Requires an active organization on every route of the group.
pub fn require_organization() -> Guard {
    guard(PublicRoutes::new(), |one, _| one.require_organization(), "")
}

/// Requires on every route of the group that no agent acts on the user's behalf.
pub fn require_person() -> Guard {
    guard(PublicRoutes::new(), |one, _| one.require_person(), "")
}

fn guard(public: PublicRoutes, requires: Requirement, wanted: &str) -> Guard {
    let policy = Policy {
        public,
        requires,
        wanted: wanted.to_owned(),
    };
    Guard(Arc::new(policy))
}

impl Guard {
    /// Puts routes behind this guard, for `mount`.
    pub fn routes(&self, routes: impl IntoIterator<Item = Route>) -> Vec<Route> {
        let behind = |mut route: Route| {
            let (handler, guard) = (route.handler, self.clone());
            route.handler = Box::new(Guarded { handler, guard });
            route
        };
        routes.into_iter().map(behind).collect()
    }

    async fn admit(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let Self(policy) = self;
        let (method, path) = (request.method().as_str(), request.uri().path());
        if policy.public.contains(method, path.as_str()) {
            return Ok(());
        }
        let found = wiring::authenticate(request).await;
        (policy.requires)(&found.active()?, &policy.wanted)
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
