// clerk-sessions: module/verify/mod.rs
//! The verifier turns a token into a session or a rejection.
//!
//! In the order of a request: `credential` finds the token, in the header or in `cookies`; `token`
//! takes it apart; `keys` checks its signature; `payload` reads its claims; `rules` checks them.
//! What passed is kept in the `cache`. `builder` says how all of this is set up.

pub(crate) mod authentication;
mod builder;
mod cache;
pub(crate) mod clock;
mod cookies;
pub(crate) mod credential;
pub(crate) mod document;
mod fetch;
pub(crate) mod json;
pub(crate) mod keys;
mod origin;
mod payload;
pub(crate) mod publishable;
pub(crate) mod revocation;
pub(crate) mod rules;
mod store;
mod token;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use self::builder::VerifierBuilder;
pub use self::clock::Clock;

use self::authentication::Authentication;
use self::cache::TokenCache;
use self::clock::Moment;
use self::credential::{Carrier, ClientUat, Credential, Incoming, Lookup};
use self::keys::KeySource;
use self::rules::Rules;
use super::config::ConfigError;
use super::rejection::{Reason, Rejection};
use super::session::{Session, SessionContext, SessionToken, Verified};

/// The verifier of the whole process, or what is wrong with the configuration.
static SHARED: OnceLock<Result<Verifier, ConfigError>> = OnceLock::new();

/// Verifies the session tokens of one Clerk instance. Clones share keys, cache and revocations.
#[derive(Clone)]
pub struct Verifier(Arc<Engine>);

/// What clones of a verifier share.
struct Engine {
    rules: Rules,
    lookup: Lookup,
    keys: KeySource,
    cache: Option<TokenCache>,
    context: Arc<SessionContext>,
}

/// A token that passed every check, or why it did not.
type Verdict = Result<Arc<Verified>, Reason>;

impl Verifier {
    /// The verifier of the whole process, which extractors and guards use unless they are given
    /// another one. It is built from the environment variables when somebody first asks for it, and
    /// what came of that, good or bad, stays for the life of the process.
    ///
    /// `Verifier::builder().environment(std::env::var_os)` builds one that is not shared.
    ///
    /// # Errors
    ///
    /// If something is missing, malformed, or refused by the profile.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::shared().cloned().map_err(Clone::clone)
    }

    /// The verifier of the whole process. If the configuration is bad the log says so, once, and every
    /// guarded route answers 503.
    pub(crate) fn shared() -> Result<&'static Self, &'static ConfigError> {
        let verifier = SHARED.get_or_init(|| {
            let builder = Self::builder().environment(std::env::var_os);
            let built = builder.build();
            if let Err(cause) = &built {
                tracing::error!(%cause, "clerk sessions are misconfigured, guarded routes answer 503");
            }
            built
        });
        verifier.as_ref()
    }

    /// Builds a verifier of your own, which shares nothing with others.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    /// Verifies a token that does not come in the headers of a request but, for example, in a
    /// WebSocket message or with a job. The rules of the `Authorization` header apply to it.
    ///
    /// # Errors
    ///
    /// If the token is not that of an active session, or keys cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<Session, Rejection> {
        let now = self.0.context.clock.now();
        let credential = Credential::direct(token);
        let verdict = self.0.judge(&credential, now).await;
        self.conclude(verdict, credential.carrier).active()
    }

    /// Refuses a session from now on, even while its tokens are valid. In this process only, and only
    /// by this verifier and its clones: call it on that of `from_env`, or on the one that you wired.
    ///
    /// Only the last 100,000 revoked sessions are remembered. Tokens of an earlier one are accepted
    /// again until they expire or are older than `maximum-token-age`. Clerk's session tokens live for
    /// a minute, but its Backend API can issue some that live for years.
    pub fn revoke(&self, session_id: &str) {
        self.0.context.revoked.insert(session_id);
        self.0.context.clock.wake();
    }

    /// Looks for a session in a request.
    pub(crate) async fn authenticate(&self, request: &impl Incoming) -> Authentication {
        let now = self.0.context.clock.now();
        let credential = match credential::find(&self.0.lookup, request, now.wall) {
            // The cookie of a visitor who signed out is not worth a fetch of keys.
            Ok(Some(credential)) if credential.client_uat == ClientUat::SignedOut => {
                return self.conclude(Err(Reason::ClientUatMissing), credential.carrier);
            }
            Ok(Some(credential)) => credential,
            Ok(None) => {
                return Authentication::Anonymous(self.rejection(Reason::SessionTokenMissing));
            }
            Err(reason) => return self.conclude(Err(reason), Carrier::Header),
        };
        let verdict = self.0.judge(&credential, now).await;
        self.conclude(verdict, credential.carrier)
    }

    /// What a verdict means for the request. A pending session counts as signed out unless a route
    /// asks for it.
    ///
    /// Source: @clerk/backend 3.25, tokens/authStatus.ts.
    fn conclude(&self, verdict: Verdict, carrier: Carrier) -> Authentication {
        let verified = match verdict {
            Ok(verified) => verified,
            Err(reason) => {
                tracing::debug!(reason = reason.as_str(), "session refused");
                return Authentication::failed(self.rejection(reason), carrier);
            }
        };
        let pending = verified.claims.sts.as_deref() == Some("pending");
        let session = Session::new(verified);
        let span = tracing::Span::current();
        span.record("user_id", session.user_id());
        span.record("sid", session.session_id());
        if pending {
            Authentication::Pending(session)
        } else {
            Authentication::Active(session)
        }
    }

    fn rejection(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).revealed(self.0.context.reveal)
    }
}

/// Clones of one verifier are equal, and no others.
impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl Engine {
    /// The verdict on a token. One that is remembered is checked for what may have changed since.
    async fn judge(&self, credential: &Credential<'_>, now: Moment) -> Verdict {
        match self.remembered(credential.token, now) {
            Some(verified) => {
                self.admit(&verified, credential, now)?;
                Ok(verified)
            }
            // Boxed, to keep the space for this out of the future of requests whose token is known.
            None => Box::pin(self.examine(credential, now)).await,
        }
    }

    /// The verdict on a token that is not remembered. It is remembered once it passes every check.
    async fn examine(&self, credential: &Credential<'_>, mut now: Moment) -> Verdict {
        let verified = self.verify_token(credential.token, &mut now).await?;
        self.admit(&verified, credential, now)?;
        if let Some(cache) = &self.cache {
            cache.insert(&verified);
        }
        Ok(verified)
    }

    /// The checks that every request has to pass, whether or not its token is remembered.
    fn admit(
        &self,
        verified: &Verified,
        credential: &Credential<'_>,
        now: Moment,
    ) -> Result<(), Reason> {
        self.rules.admit(verified, credential, now)?;
        if self.context.revoked.contains(&verified.claims.sid) {
            return Err(Reason::SessionRevoked);
        }
        Ok(())
    }

    /// What is remembered of a token, until its deadline or a change of keys.
    fn remembered(&self, token: &str, now: Moment) -> Option<Arc<Verified>> {
        let cache = self.cache.as_ref()?;
        let verified = cache.get(token)?;
        let current = self.keys.are_of(verified.generation, now);
        if current && now.monotonic < verified.deadline.monotonic {
            return Some(verified);
        }
        cache.remove(token);
        None
    }

    /// Checks all that does not depend on the request: form, header, signature and fixed claims. The
    /// claims are not read before the signature has been verified.
    async fn verify_token(&self, token: &str, now: &mut Moment) -> Verdict {
        let parts = token::split(token)?;
        let kid = parts.check_header()?;
        let generation = self.keys.verify(kid.as_deref(), parts, now).await?;
        let payload = parts.payload()?;
        let claims = payload::read(&payload).map_err(|_| Reason::TokenClaims)?;
        self.rules.fixed(&claims)?;
        let times = rules::times(&claims)?;
        Ok(Arc::new(Verified {
            token: SessionToken::new(token),
            payload,
            claims,
            times,
            generation,
            deadline: self.rules.deadline(times, *now),
            context: Arc::clone(&self.context),
        }))
    }
}
