// clerk-sessions: module/session.rs
//! A verified session: who asks, in which organization, with what rights.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use «crates.serde»::de::DeserializeOwned;

use super::check::Check;
use super::claims::Claims;
use super::clock::Clock;
use super::custom::CustomClaims;
use super::organization::{Actor, Organization};
use super::refresh;
use super::rejection::{Reason, Rejection};
use super::reverification::Reverification;

/// A verified session. It is cheap to clone, and prints no token.
#[derive(Clone)]
pub struct Session {
    verified: Arc<Verified>,
}

/// A token that does not print. It reads as a `&str` where one is wanted.
pub struct SessionToken(Arc<str>);

/// What the verifier knows that sessions need.
pub(crate) struct About {
    pub(crate) clock: Clock,
    pub(crate) reveal: bool,
    pub(crate) refresh_percent: u8,
}

/// A token whose signature and fixed claims hold, and when.
pub(crate) struct Verified {
    pub(crate) token: SessionToken,
    pub(crate) payload: Vec<u8>,
    pub(crate) claims: Claims,
    /// Milliseconds since 1970.
    pub(crate) times: Times,
    /// Of the keys that the signature holds for.
    pub(crate) generation: u64,
    /// By the monotonic clock: a wall clock that is set back makes no token young again.
    pub(crate) deadline: i64,
    pub(crate) about: Arc<About>,
}

/// The times of a token, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) expires: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) issued: Option<i64>,
}

impl Verified {
    pub(crate) fn payload_length(&self) -> usize {
        self.payload.len()
    }

    pub(crate) fn shared_token(&self) -> Arc<str> {
        Arc::clone(&self.token.0)
    }
}

impl Session {
    pub(crate) fn new(verified: Arc<Verified>) -> Self {
        Self { verified }
    }

    /// The user, such as `user_2abc…`.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.claims().sub()
    }

    /// The session, such as `sess_2abc…`.
    #[must_use]
    pub fn session_id(&self) -> &str {
        self.claims().sid()
    }

    /// Clerk's claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// Your own claims, from the whole payload, as a type of your own.
    ///
    /// # Errors
    ///
    /// Where the payload does not have that type.
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let parsed = «crates.serde_json»::from_slice(&self.verified.payload);
        parsed.map_err(|_| self.refuse(Reason::CustomClaimsMismatch))
    }

    /// Your own claims, as the type in `custom.rs`.
    ///
    /// # Errors
    ///
    /// Where the payload does not have that type.
    pub fn custom_claims(&self) -> Result<CustomClaims, Rejection> {
        self.custom()
    }

    /// The active organization.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        self.claims().organization()
    }

    /// Who acts for the user, such as your support staff.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.claims().actor()
    }

    /// The token, for calls to other services in the user's name.
    #[must_use]
    pub fn token(&self) -> &SessionToken {
        &self.verified.token
    }

    /// How long the token is still valid. The session goes on: clients fetch a new token.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        let left = self.verified.times.expires - self.verified.about.clock.now().wall;
        Duration::from_millis(left.max(0).unsigned_abs())
    }

    /// Whether the client should fetch a new token soon, by the setting `refresh-percent`.
    #[must_use]
    pub fn needs_refresh(&self) -> bool {
        let about = &self.verified.about;
        let times = self.verified.times;
        let issued = times.issued.unwrap_or(times.expires);
        let now = about.clock.now().wall;
        refresh::due(issued, times.expires, now, about.refresh_percent)
    }

    /// Whether everything that is asked for holds, as `has` of Clerk's other SDKs:
    /// `session.has(&Check::new().role("org:admin").plan("pro"))`.
    #[must_use]
    pub fn has(&self, check: &Check) -> bool {
        self.claims().has(check)
    }

    /// Asks for a role in the active organization, such as `org:admin`.
    ///
    /// # Errors
    ///
    /// 403 where the user does not have it.
    pub fn require_role(&self, role: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_role(role), Reason::RoleMissing)
    }

    /// Asks for a permission in the active organization, such as `org:projects:delete`.
    ///
    /// # Errors
    ///
    /// 403 where the user does not have it.
    pub fn require_permission(&self, permission: &str) -> Result<(), Rejection> {
        let holds = self.claims().has_permission(permission);
        self.require(holds, Reason::PermissionMissing)
    }

    /// Asks for an active organization.
    ///
    /// # Errors
    ///
    /// 403 where there is none.
    pub fn require_organization(&self) -> Result<(), Rejection> {
        let holds = self.organization().is_some();
        self.require(holds, Reason::OrganizationMissing)
    }

    /// Asks for a feature of the plan, such as `o:reports` or `reports`.
    ///
    /// # Errors
    ///
    /// 403 where neither the organization nor the user has it.
    pub fn require_feature(&self, feature: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_feature(feature), Reason::FeatureMissing)
    }

    /// Asks for a plan, such as `u:pro` or `pro`.
    ///
    /// # Errors
    ///
    /// 403 where neither the organization nor the user has it.
    pub fn require_plan(&self, plan: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_plan(plan), Reason::PlanMissing)
    }

    /// Asks that the user's credentials were checked lately.
    ///
    /// # Errors
    ///
    /// 403 with the body that makes Clerk's frontend ask the user to verify again.
    pub fn require_reverification(&self, wanted: Reverification) -> Result<(), Rejection> {
        if self.claims().reverified(wanted) {
            return Ok(());
        }
        Err(Rejection::reverify(wanted).revealed(self.verified.about.reveal))
    }

    fn require(&self, holds: bool, otherwise: Reason) -> Result<(), Rejection> {
        if holds {
            Ok(())
        } else {
            Err(self.refuse(otherwise))
        }
    }

    fn refuse(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).revealed(self.verified.about.reveal)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("user_id", &self.user_id())
            .field("session_id", &self.session_id())
            .finish_non_exhaustive()
    }
}

impl SessionToken {
    pub(crate) fn new(token: &str) -> Self {
        Self(Arc::from(token))
    }
}

impl Deref for SessionToken {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SessionToken {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for SessionToken {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}
