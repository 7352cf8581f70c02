// clerk-sessions: module/demand.rs
//! What a guard demands of the requests to its routes.

use super::public_routes::PublicRoutes;
use super::rejection::Rejection;
use super::session::Session;

#[derive(Debug)]
pub(crate) enum Demand {
    Session,
    SessionExcept(PublicRoutes),
    Role(String),
    Permission(String),
    Organization,
    Person,
}

impl Demand {
    /// Whether a request needs no session. The path is the raw one, not decoded.
    pub(crate) fn exempts(&self, method: &str, path: &str) -> bool {
        match self {
            Self::SessionExcept(routes) => routes.contains(method, path),
            _ => false,
        }
    }

    /// Checks whether a session meets the demand.
    pub(crate) fn accepts(&self, session: &Session) -> Result<(), Rejection> {
        match self {
            Self::Session | Self::SessionExcept(_) => Ok(()),
            Self::Role(role) => session.require_role(role),
            Self::Permission(permission) => session.require_permission(permission),
            Self::Organization => session.require_organization(),
            Self::Person => session.require_person(),
        }
    }
}
