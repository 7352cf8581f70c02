// clerk-sessions: module/verify/mod.rs
//! The verifier turns a token into a session or a rejection.
//!
//! In the order of a request: `credential` finds the token, in the header or in `cookies`; `token`
//! takes it apart; `keys` checks its signature; `rules` checks its claims.
//! What passed is kept in the `cache`. `builder` says how all of this is set up.

pub(crate) mod authentication;
mod builder;
mod cache;
pub(crate) mod clock;
mod cookies;
pub(crate) mod credential;
pub(crate) mod json;
/*- if keys == "jwks" */
pub(crate) mod jwks;
/*- endif */
pub(crate) mod keys;
mod origin;
pub(crate) mod publishable;
pub(crate) mod revocation;
pub(crate) mod rules;
/*- if keys == "jwks" */
mod store;
/*- endif */
mod token;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use self::builder::VerifierBuilder;
pub use self::clock::Clock;

use self::authentication::{Authentication, Refusal};
use self::cache::TokenCache;
use self::clock::Moment;
use self::credential::{ClientUat, Credential, Incoming, Lookup};
use self::keys::KeySource;
use self::rules::Rules;
use super::claims;
use super::config::{ConfigError, Profile};
use super::rejection::{Reason, Rejection};
use super::session::{Session, SessionContext, SessionToken, Verified};
use super::web::log;

/// The verifier of the whole process, or what is wrong with the configuration.
static SHARED: OnceLock<Result<Verifier, ConfigError>> = OnceLock::new();

/// Verifies the session tokens of one Clerk instance. Clones share keys, cache and revocations.
#[derive(Clone)]
pub struct Verifier(Arc<Engine>);

struct Engine {
    rules: Rules,
    lookup: Lookup,
    keys: KeySource,
    cache: Option<TokenCache>,
    context: Arc<SessionContext>,
}

/// A token that passed every check, or why it did not, with what it says if it is one of this instance.
type Verdict = Result<Arc<Verified>, (Reason, Option<Arc<Verified>>)>;

impl Verifier {
    /// The verifier of the whole process, which extractors and guards use unless they are given
    /// another one. It is built from the environment variables when somebody first asks for it, and
    /// what came of that, good or bad, stays for the life of the process. It fails if something is
    /// missing, malformed, or refused by the profile.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::shared().cloned().map_err(Clone::clone)
    }

    /// The verifier of the whole process. If the configuration is bad the log says so, once, and every
    /// guarded route answers 503.
    pub(crate) fn shared() -> Result<&'static Self, &'static ConfigError> {
        let verifier = SHARED.get_or_init(|| {
            let builder = Self::builder().environment(std::env::var_os);
            /*- if loosens */
            let settings = builder
                .profile
                .as_ref()
                .map_or("", |profile| profile.loosened());
            if !settings.is_empty() {
                log::warn(&format!(
                    "these settings loosen the profile of clerk sessions: {settings}"
                ));
            }
            /*- endif */
            let built = builder.build();
            if let Err(cause) = &built {
                log::error(&format!("clerk sessions are misconfigured: {cause}"));
            }
            built
        });
        verifier.as_ref()
    }

    /// Builds a verifier of your own, which shares nothing with others. Begin with
    /// `.environment(std::env::var_os)` to have the variables count.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::new(Ok(Profile::GENERATED))
    }

    /// Verifies a token that does not come in the headers of a request but, for example, in a
    /// WebSocket message or with a job. The rules of the `Authorization` header apply to it. It fails if
    /// the token is not that of an active session, or keys cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<Session, Rejection> {
        let now = self.0.context.clock.now();
        let found = Ok(Some(Credential::direct(token)));
        self.conclude(found, now, None).await.active()
    }

    /// Refuses a session from now on, even while its tokens are valid. In this process only, and only
    /// by this verifier and its clones: call it on that of `from_env`, or on the one that you wired.
    ///
    /// Only the last 100,000 revoked sessions are remembered. Tokens of an earlier one are accepted
    /// again until they expire, which Clerk's do after a minute, or are older than `maximum-token-age`.
    pub fn revoke(&self, session_id: &str) {
        self.0.context.revoked.insert(session_id);
        self.0.context.clock.wake();
    }

    pub(crate) async fn authenticate(&self, request: &impl Incoming) -> Authentication {
        let now = self.0.context.clock.now();
        let found = credential::find(&self.0.lookup, request, now.wall);
        self.conclude(found, now, request.route()).await
    }

    /// What a credential means for a request. A pending session counts as signed out unless a route
    /// asks for it.
    ///
    /// Source: @clerk/backend 3.25, tokens/authStatus.ts.
    async fn conclude(
        &self,
        found: Result<Option<Credential<'_>>, Reason>,
        now: Moment,
        route: Option<Arc<str>>,
    ) -> Authentication {
        let refusal = |reason, route, verified| Refusal {
            reason,
            reveal: self.0.context.reveal,
            route,
            verified,
        };
        let missing = Reason::SESSION_TOKEN_MISSING;
        let credential = match found {
            Ok(Some(credential)) => credential,
            Ok(None) => return Authentication::Anonymous(refusal(missing, route, None)),
            Err(reason) => return Authentication::Refused(refusal(reason, route, None)),
        };
        match self.0.judge(&credential, now).await {
            Ok(verified) if verified.claims.sts.as_deref() == Some("pending") => {
                Authentication::Pending(Session::new(verified, route))
            }
            Ok(verified) => Authentication::Active(Session::new(verified, route)),
            Err((reason, verified)) => {
                Authentication::failed(refusal(reason, route, verified), credential.carrier)
            }
        }
    }
}

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
    async fn judge(&self, credential: &Credential<'_>, mut now: Moment) -> Verdict {
        // The cookie of a visitor who signed out is not worth a fetch of keys.
        if credential.client_uat == ClientUat::SignedOut {
            return Err((Reason::CLIENT_UAT_MISSING, None));
        }
        let remembered = self.remembered(credential.token, now);
        let is_new = remembered.is_none();
        let verified = if let Some(verified) = remembered {
            verified
        } else {
            let verified = self.verify_token(credential.token, &mut now).await;
            verified.map_err(|reason| (reason, None))?
        };
        // What every request has to pass, whether or not its token is remembered.
        let admitted = self.rules.admit(&verified, credential, now);
        let revoked = self.context.revoked.contains(&verified.claims.sid);
        let admitted = admitted.and_then(|()| Reason::SESSION_REVOKED.unless(!revoked));
        if let Err(reason) = admitted {
            return Err((reason, Some(verified)));
        }
        if let Some(cache) = self.cache.as_ref().filter(|_| is_new) {
            cache.insert(&verified);
        }
        Ok(verified)
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
    async fn verify_token(&self, token: &str, now: &mut Moment) -> Result<Arc<Verified>, Reason> {
        let parts = token::split(token)?;
        let kid = parts.validate_header()?;
        let generation = self.keys.verify(kid.as_deref(), parts, now).await?;
        let payload = token::decode(parts.payload)?;
        let claims = claims::read(&payload).ok_or(Reason::TOKEN_CLAIMS)?;
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
