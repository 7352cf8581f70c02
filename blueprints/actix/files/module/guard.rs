// clerk-sessions: module/guard.rs
//! Guards for groups of routes, so that a handler that was forgotten is still protected.
//!
//! ```ignore
//! let admin = web::scope("/admin")
//!     .wrap(«module»::require_role("org:admin"))
//!     .route("/users", web::get().to(users));
//! ```

use std::future::ready;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use std::future::{Future, Ready};

use «crates.actix_web»::body::EitherBody;
use «crates.actix_web»::dev::{Service, ServiceRequest, ServiceResponse, Transform};

use «crates.actix_web»::Error;

use super::data;
use super::demand::Demand;
use super::public_routes::PublicRoutes;
use super::rejection::Rejection;

/// What a group of routes asks for, for `wrap` on a scope, a resource or an application.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Demand>);

/// A group of routes behind a guard.
pub struct Guarded<S> {
    service: Rc<S>,
    guard: Guard,
}

/// Every route of the group needs a session.
pub fn require_session() -> Guard {
    guard(Demand::Session)
}

/// Every route needs a session, those that do not exist too, except these. For the whole app:
/// `.wrap(«module»::require_session_except(PublicRoutes::new().get("/health")))`.
pub fn require_session_except(routes: PublicRoutes) -> Guard {
    guard(Demand::SessionExcept(routes))
}

/// Every route of the group needs a role in the active organization, such as `org:admin`.
pub fn require_role(role: &str) -> Guard {
    guard(Demand::Role(role.to_owned()))
}

/// Every route of the group needs a permission in the active organization.
pub fn require_permission(permission: &str) -> Guard {
    guard(Demand::Permission(permission.to_owned()))
}

/// Every route of the group needs an active organization.
pub fn require_organization() -> Guard {
    guard(Demand::Organization)
}

fn guard(demand: Demand) -> Guard {
    Guard(Arc::new(demand))
}

impl Guard {
    async fn admits(&self, request: &ServiceRequest) -> Result<(), Rejection> {
        let Self(demand) = self;
        if demand.exempts(request.method().as_str(), request.uri().path()) {
            return Ok(());
        }
        let (outcome, reveal) = data::outcome(request.request()).await?;
        demand.accepts(&outcome.active(reveal)?)
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
        ready(Ok(Guarded {
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
            match guard.admits(&request).await {
                Ok(()) => {
                    let response = service.call(request).await?;
                    Ok(response.map_into_left_body())
                }
                // A response, not an error: what wraps the guard, such as CORS, adds its headers.
                Err(rejection) => Ok(request.error_response(rejection).map_into_right_body()),
            }
        })
    }
}
