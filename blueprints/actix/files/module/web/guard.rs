// clerk-sessions: module/web/guard.rs
//! Guards for groups of routes. They also protect handlers that do not take a session.
//!
//! ```ignore
//! let admin = web::scope("/admin")
//!     .wrap(«module»::require_role("org:admin"))
//!     .route("/users", web::get().to(users));
//! ```

use std::future::{self, Future, Ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use «crates.actix_web»::body::EitherBody;
use «crates.actix_web»::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use «crates.actix_web»::error::Error;

use super::super::authorization::Policy;
use super::super::{PublicRoutes, Rejection};
use super::wiring;

/// What a group of routes requires, for `wrap` on a scope, a resource or an application.
#[derive(Debug, Clone)]
#[must_use]
pub struct Guard(Arc<Policy>);

/// A group of routes behind a guard.
pub struct Guarded<S> {
    service: Rc<S>,
    guard: Guard,
}

/// Requires a session on every route of the group.
pub fn require_session() -> Guard {
    guard(Policy::Session)
}

/// Requires a session everywhere, even on routes that do not exist, except on the given ones. Use it
/// on the whole app:
/// `.wrap(«module»::require_session_except(PublicRoutes::new().get("/health")))`.
///
/// On a scope, too, the paths are those of requests, with the prefix.
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
    /// Checks whether a request may go on.
    async fn admit(&self, request: &ServiceRequest) -> Result<(), Rejection> {
        let Self(policy) = self;
        if policy.exempts(request.method().as_str(), request.uri().path()) {
            return Ok(());
        }
        let found = wiring::authenticate(request.request()).await?;
        policy.admits(&found.active()?)
    }
}

impl<S, B> Transform<S, ServiceRequest> for Guard
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        future::ready(Ok(Guarded {
            service: Rc::new(service),
            guard: self.clone(),
        }))
    }
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, guard) = (Rc::clone(&self.service), self.guard.clone());
        Box::pin(async move {
            match guard.admit(&request).await {
                Ok(()) => {
                    let response = service.call(request).await?;
                    Ok(response.map_into_left_body())
                }
                // A response, not an error, so that CORS and the like can still add their headers.
                Err(rejection) => Ok(request.error_response(rejection).map_into_right_body()),
            }
        })
    }
}
