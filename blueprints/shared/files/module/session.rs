// clerk-sessions: module/session.rs
//! A verified session: the user, the active organization, and what the user may do.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use «crates.serde»::de::DeserializeOwned;
use «crates.tokio»::time;

use super::authorization::{Check, Reverification};
use super::claims::{Actor, Claims, Organization};
use super::custom::CustomClaims;
use super::refresh;
use super::rejection::{Reason, Rejection};
use super::verify::clock::{Clock, Moment};
use super::verify::revocation::Revoked;
use super::verify::rules::Times;

/// How soon `until_expiry` notices that a machine was suspended, or that its clock was set.
const LONGEST_NAP: Duration = Duration::from_secs(10);

/// A verified session. Clones are cheap. `Debug` does not print the token.
#[derive(Clone)]
pub struct Session {
    verified: Arc<Verified>,
}

/// A session token, which derefs to `str`. `Debug` does not print it.
pub struct SessionToken(Arc<str>);

/// What sessions need of their verifier.
pub(crate) struct SessionContext {
    pub(crate) clock: Clock,
    pub(crate) revoked: Revoked,
    /// Whether responses name the reason of a rejection.
    pub(crate) reveal: bool,
    pub(crate) refresh_percent: u8,
}

/// A token whose signature and fixed claims have been verified.
pub(crate) struct Verified {
    pub(crate) token: SessionToken,
    pub(crate) payload: Vec<u8>,
    pub(crate) claims: Claims,
    pub(crate) times: Times,
    /// The generation of the keys that verified the signature.
    pub(crate) generation: u64,
    /// When the token is no longer accepted. Setting back the wall clock must not make it last longer,
    /// nor suspending the machine, which may stop the monotonic one.
    pub(crate) deadline: Moment,
    pub(crate) context: Arc<SessionContext>,
}

impl Session {
    pub(crate) fn new(verified: Arc<Verified>) -> Self {
        Self { verified }
    }

    /// The user's id, such as `user_2abc…`.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.claims().sub
    }

    /// The session's id, such as `sess_2abc…`.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.claims().sid
    }

    /// Clerk's claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// The whole payload as a type of your own.
    ///
    /// # Errors
    ///
    /// 403 if the payload does not have that type.
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let parsed = «crates.serde_json»::from_slice(&self.verified.payload);
        parsed.map_err(|_| self.refuse(Reason::CustomClaimsMismatch))
    }

    /// Your own claims, as the type in `custom.rs`.
    ///
    /// # Errors
    ///
    /// 403 if the payload does not have that type.
    pub fn custom_claims(&self) -> Result<CustomClaims, Rejection> {
        self.custom()
    }

    /// The active organization.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        self.claims().organization.as_ref()
    }

    /// Who acts on the user's behalf, such as a member of your support staff.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.claims().act.as_ref()
    }

    /// The token, for calls to other services on the user's behalf.
    #[must_use]
    pub fn token(&self) -> &SessionToken {
        &self.verified.token
    }

    /// How long the token is still valid. The session outlives it: clients fetch a new token.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        let now = self.verified.context.clock.now().wall;
        refresh::remaining(self.verified.times.expires, now)
    }

    /// Ends once the token is no longer accepted: when it has expired, with the leeway of the
    /// verifier, or when its session is revoked. A WebSocket or a stream should not outlive that:
    /// `events.take_until(session.until_expiry())`.
    ///
    /// A client that wants to go on comes back with a new token, or sends one in a message, which
    /// `Verifier::verify` makes a session of.
    ///
    /// # Panics
    ///
    /// If it is awaited outside a Tokio runtime with timers. The frameworks have one.
    #[must_use]
    pub fn until_expiry(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let verified = Arc::clone(&self.verified);
        Box::pin(async move {
            let context = &verified.context;
            let mut changes = context.clock.changes();
            loop {
                let left = context.clock.now().until(verified.deadline);
                if left.is_zero() || context.revoked.contains(&verified.claims.sid) {
                    return;
                }
                let _ = time::timeout(left.min(LONGEST_NAP), changes.changed()).await;
            }
        })
    }

    /// Whether the client should fetch a new token, by the setting `refresh-percent`.
    #[must_use]
    pub fn needs_refresh(&self) -> bool {
        let context = &self.verified.context;
        let times = self.verified.times;
        let issued = times.issued.unwrap_or(times.expires);
        let now = context.clock.now().wall;
        refresh::due(issued, times.expires, now, context.refresh_percent)
    }

    /// Whether all conditions of a check hold, such as
    /// `Check::new().role("org:admin").plan("pro")`.
    #[must_use]
    pub fn has(&self, check: &Check) -> bool {
        self.claims().has(check)
    }

    /// Requires a role in the active organization, such as `org:admin`.
    ///
    /// # Errors
    ///
    /// 403 if the user does not have it.
    pub fn require_role(&self, role: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_role(role), Reason::RoleMissing)
    }

    /// Requires a permission in the active organization, such as `org:projects:delete`.
    ///
    /// # Errors
    ///
    /// 403 if the user does not have it.
    pub fn require_permission(&self, permission: &str) -> Result<(), Rejection> {
        let holds = self.claims().has_permission(permission);
        self.require(holds, Reason::PermissionMissing)
    }

    /// Requires an active organization.
    ///
    /// # Errors
    ///
    /// 403 if there is none.
    pub fn require_organization(&self) -> Result<(), Rejection> {
        let holds = self.organization().is_some();
        self.require(holds, Reason::OrganizationMissing)
    }

    /// Requires that no agent acts on the user's behalf. Staff who impersonate the user are people.
    ///
    /// # Errors
    ///
    /// 403 if one does.
    pub fn require_person(&self) -> Result<(), Rejection> {
        let holds = !self.actor().is_some_and(Actor::is_agent);
        self.require(holds, Reason::PersonMissing)
    }

    /// Requires a feature, such as `o:reports` or `reports`.
    ///
    /// # Errors
    ///
    /// 403 if neither the organization nor the user has it.
    pub fn require_feature(&self, feature: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_feature(feature), Reason::FeatureMissing)
    }

    /// Requires a plan, such as `u:pro` or `pro`.
    ///
    /// # Errors
    ///
    /// 403 if neither the organization nor the user is on it.
    pub fn require_plan(&self, plan: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_plan(plan), Reason::PlanMissing)
    }

    /// Requires that the user has verified their credentials recently.
    ///
    /// # Errors
    ///
    /// 403 with the body that makes Clerk's frontend ask the user to verify them again.
    pub fn require_reverification(&self, wanted: Reverification) -> Result<(), Rejection> {
        if self.claims().reverified(wanted) {
            return Ok(());
        }
        Err(Rejection::reverify(wanted).revealed(self.verified.context.reveal))
    }

    fn require(&self, holds: bool, otherwise: Reason) -> Result<(), Rejection> {
        if holds {
            Ok(())
        } else {
            Err(self.refuse(otherwise))
        }
    }

    /// A rejection of this session.
    pub(crate) fn refuse(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).revealed(self.verified.context.reveal)
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

    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
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

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}
