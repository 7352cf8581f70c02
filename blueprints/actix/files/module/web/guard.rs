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

use super::super::authorization::{Policy, Requirement};
use super::super::{PublicRoutes, Rejection, Session};
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
    guard(PublicRoutes::new(), |_, _| Ok(()), "")
}

/// Requires a session everywhere, even on routes that do not exist, except on the given ones. Use it
/// on the whole app:
/// `.wrap(«module»::require_session_except(PublicRoutes::new().get("/health")))`.
///
/// On a scope, too, the paths are those of requests, with the prefix.
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
    let wanted = wanted.to_owned();
    let policy = Policy {
        public,
        requires,
        wanted,
    };
    Guard(Arc::new(policy))
}

impl Guard {
    async fn admit(&self, request: &ServiceRequest) -> Result<(), Rejection> {
        let Self(policy) = self;
        let (method, path) = (request.method().as_str(), request.uri().path());
        if policy.public.contains(method, path) {
            return Ok(());
        }
        let found = wiring::authenticate(request.request()).await;
        (policy.requires)(&found.active()?, &policy.wanted)
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
