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
use super::rejection::{Reason, Rejection};
use super::verify::clock::{Clock, Moment};
use super::verify::revocation::Revoked;
use super::verify::rules::Times;
use super::web::log;

/// How soon `until_expiry` notices that a machine was suspended, or that its clock was set.
const LONGEST_NAP: Duration = Duration::from_secs(10);

/// A verified session. Clones are cheap. `Debug` does not print the token.
#[derive(Clone)]
pub struct Session {
    verified: Arc<Verified>,
    /// The route of the request that brought it, for the log.
    route: Option<Arc<str>>,
}

/// A session token, which derefs to `str`. `Debug` does not print it.
pub struct SessionToken(Arc<str>);

/// What sessions need of their verifier.
pub(crate) struct SessionContext {
    pub(crate) clock: Clock,
    pub(crate) revoked: Revoked,
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
    /// When the token is no longer accepted, by both clocks: one can be set back, the other stand still.
    pub(crate) deadline: Moment,
    pub(crate) context: Arc<SessionContext>,
}

impl Session {
    pub(crate) fn new(verified: Arc<Verified>, route: Option<Arc<str>>) -> Self {
        Self { verified, route }
    }

    /// The user's id, such as `user_2abc…`.
    pub fn user_id(&self) -> &str {
        &self.claims().sub
    }

    /// The session's id, such as `sess_2abc…`.
    pub fn session_id(&self) -> &str {
        &self.claims().sid
    }

    /// Clerk's claims.
    pub fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// The whole payload as a type of your own, or 403 if it does not have that type.
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let parsed = «crates.serde_json»::from_slice(&self.verified.payload);
        parsed.map_err(|_| self.refuse(Reason::CUSTOM_CLAIMS_MISMATCH, ""))
    }

    /// Your own claims as the type in `custom.rs`, or 403 if they do not have it.
    pub fn custom_claims(&self) -> Result<CustomClaims, Rejection> {
        self.custom()
    }

    /// The active organization.
    pub fn organization(&self) -> Option<&Organization> {
        self.claims().organization.as_ref()
    }

    /// Who acts on the user's behalf, such as a member of your support staff.
    pub fn actor(&self) -> Option<&Actor> {
        self.claims().act.as_ref()
    }

    /// The token, for calls to other services on the user's behalf.
    pub fn token(&self) -> &SessionToken {
        &self.verified.token
    }

    /// How long the token is still valid. The session outlives it: clients fetch a new token.
    pub fn expires_in(&self) -> Duration {
        let now = self.verified.context.clock.now().wall;
        lasting(now, self.verified.times.expires)
    }

    /// Ends once the token has expired, with the leeway, or its session is revoked. A WebSocket or a
    /// stream should not outlive that: `events.take_until(session.until_expiry())`. A client that wants
    /// to go on sends a new token, which `Verifier::verify` makes a session of.
    ///
    /// It panics outside a Tokio runtime with timers. The frameworks have one.
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
    pub fn needs_refresh(&self) -> bool {
        let times = self.verified.times;
        let life = lasting(times.issued.unwrap_or(times.expires), times.expires);
        self.expires_in() <= life * u32::from(self.verified.context.refresh_percent.min(100)) / 100
    }

    /// Whether all conditions hold, such as `Check::new().role("org:admin").plan("pro")`.
    pub fn has(&self, check: &Check) -> bool {
        check.holds(self.claims())
    }

    /// Requires a role in the active organization, such as `org:admin`. Without it: 403.
    pub fn require_role(&self, role: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_role(role), Reason::ROLE_MISSING, role)
    }

    /// Requires a permission in the active organization, such as `org:projects:delete`. Else 403.
    pub fn require_permission(&self, permission: &str) -> Result<(), Rejection> {
        let holds = self.claims().has_permission(permission);
        self.require(holds, Reason::PERMISSION_MISSING, permission)
    }

    /// Requires an active organization. Without one: 403.
    pub fn require_organization(&self) -> Result<(), Rejection> {
        let holds = self.organization().is_some();
        self.require(holds, Reason::ORGANIZATION_MISSING, "")
    }

    /// Requires that no agent acts on the user's behalf, else 403. Staff who impersonate the user are
    /// people.
    pub fn require_person(&self) -> Result<(), Rejection> {
        let holds = !self.actor().is_some_and(Actor::is_agent);
        self.require(holds, Reason::PERSON_MISSING, "")
    }

    /// Requires that the organization or the user has a feature, such as `o:reports` or `reports`.
    pub fn require_feature(&self, feature: &str) -> Result<(), Rejection> {
        let holds = self.claims().has_feature(feature);
        self.require(holds, Reason::FEATURE_MISSING, feature)
    }

    /// Requires that the organization or the user is on a plan, such as `u:pro` or `pro`.
    pub fn require_plan(&self, plan: &str) -> Result<(), Rejection> {
        self.require(self.claims().has_plan(plan), Reason::PLAN_MISSING, plan)
    }

    /// Requires that the user has verified their credentials recently, else 403 with the body that
    /// makes Clerk's frontend ask the user to verify them again.
    pub fn require_reverification(&self, wanted: Reverification) -> Result<(), Rejection> {
        if wanted.is_met(self.claims().fva) {
            return Ok(());
        }
        let mut refused = self.refuse(Reason::REVERIFICATION_NEEDED, &wanted.to_json());
        refused.reverification = Some(wanted);
        Err(refused)
    }

    fn require(&self, holds: bool, otherwise: Reason, wanted: &str) -> Result<(), Rejection> {
        let refused = || self.refuse(otherwise, wanted);
        holds.then_some(()).ok_or_else(refused)
    }

    /// Refuses this session, and says so in the log.
    pub(crate) fn refuse(&self, reason: Reason, wanted: &str) -> Rejection {
        log::refused(reason, wanted, self.route.as_deref(), Some(self.claims()));
        let mut refused = Rejection::new(reason);
        refused.reveal = self.verified.context.reveal;
        refused
    }
}

/// The time between two that are in milliseconds since 1970.
fn lasting(from: i64, to: i64) -> Duration {
    Duration::from_millis(to.saturating_sub(from).max(0).unsigned_abs())
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

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}
