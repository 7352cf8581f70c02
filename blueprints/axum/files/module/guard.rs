// clerk-sessions: module/guard.rs
//! Guards for groups of routes, so that a handler that was forgotten is still protected.
//!
//! ```ignore
//! let admin = Router::new()
//!     .route("/admin/users", get(users))
//!     .route_layer(«module»::require_role("org:admin"));
//! ```

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use «crates.axum»::middleware::from_fn_with_state;

use «crates.axum»::extract::{Request, State};
use «crates.axum»::middleware::{FromFnLayer, Next};
use «crates.axum»::response::{IntoResponse, Response};

use super::demand::Demand;
use super::layer;
use super::public_routes::PublicRoutes;
use super::rejection::Rejection;

/// What a group of routes asks for.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Demand>);

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A guard as a layer, for `route_layer` and `layer`.
pub type GuardLayer = FromFnLayer<Check, Guard, (State<Guard>, Request)>;

type Check = fn(State<Guard>, Request, Next) -> Answer;

/// Every route of the group needs a session.
pub fn require_session() -> GuardLayer {
    guard(Demand::Session)
}

/// Every route needs a session, those that do not exist too, except these. For the whole router:
/// `.layer(«module»::require_session_except(PublicRoutes::new().get("/health")))`.
pub fn require_session_except(routes: PublicRoutes) -> GuardLayer {
    guard(Demand::SessionExcept(routes))
}

/// Every route of the group needs a role in the active organization, such as `org:admin`.
pub fn require_role(role: &str) -> GuardLayer {
    guard(Demand::Role(role.to_owned()))
}

/// Every route of the group needs a permission in the active organization.
pub fn require_permission(permission: &str) -> GuardLayer {
    guard(Demand::Permission(permission.to_owned()))
}

/// Every route of the group needs an active organization.
pub fn require_organization() -> GuardLayer {
    guard(Demand::Organization)
}

fn guard(demand: Demand) -> GuardLayer {
    from_fn_with_state(Guard(Arc::new(demand)), check)
}

fn check(State(guard): State<Guard>, request: Request, next: Next) -> Answer {
    Box::pin(async move {
        match guard.admits(request).await {
            Ok(request) => next.run(request).await,
            Err(rejection) => rejection.into_response(),
        }
    })
}

impl Guard {
    async fn admits(&self, request: Request) -> Result<Request, Rejection> {
        let Self(demand) = self;
        if demand.exempts(request.method().as_str(), request.uri().path()) {
            return Ok(request);
        }
        let (mut parts, body) = request.into_parts();
        let (outcome, reveal) = layer::outcome_for_all(&mut parts).await?;
        demand.accepts(&outcome.active(reveal)?)?;
        Ok(Request::from_parts(parts, body))
    }
}
