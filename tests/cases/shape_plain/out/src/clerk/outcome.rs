// clerk-sessions: module/outcome.rs
//! What came of looking for a session in one request, and what each way of asking makes of it.

use super::credential::Carrier;
use super::rejection::{Reason, Rejection};
use super::session::Session;

/// What a request carries.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// A session that may do things.
    Active(Session),
    /// A session with tasks to finish first.
    Pending(Session),
    /// No credential, or the cookie of a visitor who comes back later.
    Anonymous(Rejection),
    /// Anything else.
    Refused(Rejection),
}

impl Outcome {
    /// A visitor who left long ago still has a cookie: one that is expired, or behind
    /// `__client_uat`. Every other bad credential is refused even where a session is optional.
    pub(crate) fn failed(rejection: Rejection, carrier: Carrier) -> Self {
        let forgotten = matches!(
            rejection.reason(),
            Reason::TokenExpired | Reason::ClientUatMissing | Reason::TokenBeforeClientUat
        );
        match carrier {
            Carrier::Cookie if forgotten => Self::Anonymous(rejection),
            _ => Self::Refused(rejection),
        }
    }

    /// For routes that need a session.
    pub(crate) fn active(self, reveal: bool) -> Result<Session, Rejection> {
        match self {
            Self::Active(session) => Ok(session),
            Self::Pending(_) => Err(Rejection::new(Reason::SessionPending).revealed(reveal)),
            Self::Anonymous(rejection) | Self::Refused(rejection) => Err(rejection),
        }
    }

    /// For routes where a session is optional.
    pub(crate) fn optional(self, reveal: bool) -> Result<Option<Session>, Rejection> {
        match self {
            Self::Anonymous(_) => Ok(None),
            other => other.active(reveal).map(Some),
        }
    }

    /// For the routes on which a user finishes the tasks of a pending session.
    pub(crate) fn pending(self, reveal: bool) -> Result<Session, Rejection> {
        match self {
            Self::Pending(session) => Ok(session),
            Self::Active(_) => Err(Rejection::new(Reason::SessionNotPending).revealed(reveal)),
            Self::Anonymous(rejection) | Self::Refused(rejection) => Err(rejection),
        }
    }
}
