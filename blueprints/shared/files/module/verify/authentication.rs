// clerk-sessions: module/verify/authentication.rs
//! The result of looking for a session in a request, and what each kind of route makes of it.

use super::super::{Reason, Rejection, Session};
use super::credential::Carrier;

/// What a request carries.
#[derive(Debug, Clone)]
pub(crate) enum Authentication {
    /// A session.
    Active(Session),
    /// A session whose user has tasks to finish first.
    Pending(Session),
    /// No credential, or the old cookie of a returning visitor.
    Anonymous(Rejection),
    /// Any other credential that was refused.
    Refused(Rejection),
}

impl Authentication {
    /// What comes of a credential that was refused.
    ///
    /// The browser of a visitor who left long ago may still send a cookie, which has expired or is
    /// older than `__client_uat`. Where a session is optional, that is the same as no cookie.
    pub(crate) fn failed(rejection: Rejection, carrier: Carrier) -> Self {
        let old = matches!(
            rejection.reason(),
            Reason::TokenExpired | Reason::ClientUatMissing | Reason::TokenBeforeClientUat
        );
        match carrier {
            Carrier::Cookie if old => Self::Anonymous(rejection),
            _ => Self::Refused(rejection),
        }
    }

    /// For routes that need a session.
    pub(crate) fn active(self) -> Result<Session, Rejection> {
        match self {
            Self::Active(session) => Ok(session),
            Self::Pending(session) => Err(session.refuse(Reason::SessionPending)),
            Self::Anonymous(rejection) | Self::Refused(rejection) => Err(rejection),
        }
    }

    /// For routes where a session is optional.
    pub(crate) fn optional(self) -> Result<Option<Session>, Rejection> {
        match self {
            Self::Anonymous(_) => Ok(None),
            other => other.active().map(Some),
        }
    }

    /// For routes where a user finishes the tasks of a pending session.
    pub(crate) fn pending(self) -> Result<Session, Rejection> {
        match self {
            Self::Pending(session) => Ok(session),
            Self::Active(session) => Err(session.refuse(Reason::SessionNotPending)),
            Self::Anonymous(rejection) | Self::Refused(rejection) => Err(rejection),
        }
    }
}
