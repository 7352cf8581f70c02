// clerk-sessions: module/verify/authentication.rs
//! The result of looking for a session in a request, and what each kind of route makes of it.

use std::sync::Arc;

use super::super::session::Verified;
use super::super::web::log;
use super::super::{Reason, Rejection, Session};
use super::credential::{Carrier, Incoming};

/// What a request carries.
#[derive(Clone)]
pub(crate) enum Authentication {
    /// A session.
    Active(Session),
    /// A session whose user has tasks to finish first.
    Pending(Session),
    /// No credential, or the old cookie of a returning visitor.
    Anonymous(Refusal),
    /// Any other credential that was refused.
    Refused(Refusal),
}

/// Why there is no session, and what the log says of it.
#[derive(Clone)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) reveal: bool,
    pub(crate) route: Option<Arc<str>>,
    /// What the token says, if it is one of this instance.
    pub(crate) verified: Option<Arc<Verified>>,
}

impl Authentication {
    /// What comes of any request while there is no verifier.
    pub(crate) fn misconfigured(request: &impl Incoming) -> Self {
        Self::Refused(Refusal {
            reason: Reason::MISCONFIGURED,
            reveal: false,
            route: request.route(),
            verified: None,
        })
    }

    /// What comes of a credential that was refused.
    ///
    /// The browser of a visitor who left long ago may still send a cookie, which has expired or is
    /// older than `__client_uat`. Where a session is optional, that is the same as no cookie.
    pub(crate) fn failed(refusal: Refusal, carrier: Carrier) -> Self {
        let old = refusal.reason == Reason::TOKEN_EXPIRED
            || refusal.reason == Reason::CLIENT_UAT_MISSING
            || refusal.reason == Reason::TOKEN_BEFORE_CLIENT_UAT;
        match carrier {
            Carrier::Cookie if old => Self::Anonymous(refusal),
            _ => Self::Refused(refusal),
        }
    }

    /// For routes that need a session.
    pub(crate) fn active(self) -> Result<Session, Rejection> {
        match self {
            Self::Active(session) => Ok(session),
            Self::Pending(session) => Err(session.refuse(Reason::SESSION_PENDING, "")),
            Self::Anonymous(refusal) | Self::Refused(refusal) => Err(refusal.reject()),
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
            Self::Active(session) => Err(session.refuse(Reason::SESSION_NOT_PENDING, "")),
            Self::Anonymous(refusal) | Self::Refused(refusal) => Err(refusal.reject()),
        }
    }
}

impl Refusal {
    fn reject(self) -> Rejection {
        let claims = self.verified.as_ref().map(|verified| &verified.claims);
        log::refused(self.reason, "", self.route.as_deref(), claims);
        let mut refused = Rejection::new(self.reason);
        refused.reveal = self.reveal;
        refused
    }
}
