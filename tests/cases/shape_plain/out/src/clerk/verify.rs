// clerk-sessions: module/verify.rs
//! The verifier: a token in, a session or a rejection out, by rules that are checked in this order.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::builder::VerifierBuilder;
use super::cache::TokenCache;
use super::claims::Claims;
use super::clock::{Clock, Moment};
use super::config::Settings;
use super::config_error::ConfigError;
use super::credential::{self, Carrier, Credential, Incoming, Lookup};
use super::denylist::Denylist;
use super::environment;
use super::key_source::{KeySource, Signed};
use super::outcome::Outcome;
use super::payload::Malformed;
use super::publishable::PublishableKey;
use super::rejection::{Reason, Rejection};
use super::rules::{self, Rules};
use super::session::{About, Session, SessionToken, Verified};
use super::token::{self, Compact};

/// Verifies session tokens of one Clerk instance. Clones share keys, cache and revocations.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    lookup: Lookup,
    keys: KeySource,
    header: OnceLock<KnownHeader>,
    cache: Option<TokenCache>,
    revoked: Denylist,
    about: Arc<About>,
}

/// A header that passed every check, as it is encoded.
struct KnownHeader {
    text: String,
    kid: Option<String>,
}

/// What the builder hands over, checked.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) parties: Vec<String>,
    pub(crate) publishable: Option<PublishableKey>,
    pub(crate) issuer: Option<String>,
    pub(crate) keys: KeySource,
    pub(crate) clock: Clock,
    pub(crate) reveal: bool,
}

impl Verifier {
    /// Reads the environment variables.
    ///
    /// # Errors
    ///
    /// Where something is missing, cannot be read, or does not fit the profile.
    pub fn from_env() -> Result<Self, ConfigError> {
        environment::read(std::env::var_os)?.build()
    }

    /// Puts a verifier together by hand.
    #[must_use]
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    pub(crate) fn new(parts: Parts) -> Self {
        let entries = Some(parts.settings.cache_entries).filter(|entries| *entries > 0);
        let carriers = parts.settings.carriers;
        let about = About {
            clock: parts.clock,
            reveal: parts.reveal,
            refresh_percent: parts.settings.refresh_percent,
        };
        let inner = Inner {
            lookup: Lookup::new(carriers, parts.publishable.as_ref(), &parts.parties),
            rules: Rules::new(&parts.settings, parts.parties, parts.issuer),
            keys: parts.keys,
            header: OnceLock::new(),
            cache: entries.map(TokenCache::new),
            revoked: Denylist::default(),
            about: Arc::new(about),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Verifies a token that came in some other way than a request: in a WebSocket message, a gRPC
    /// call, a job. It is held to the rules of the `Authorization` header.
    ///
    /// # Errors
    ///
    /// Where the token is not that of an active session, or no keys can be had.
    pub async fn verify(&self, token: &str) -> Result<Session, Rejection> {
        let credential = Credential::direct(token);
        let found = match self.inner.recall(&credential) {
            Some(found) => found,
            None => self.inner.examine(&credential).await,
        };
        let outcome = found.unwrap_or_else(|reason| self.failed(reason, credential.carrier));
        outcome.active(self.reveals())
    }

    /// Refuses a session from now on, also where its tokens are still valid. In this process only.
    pub fn revoke(&self, session_id: &str) {
        self.inner.revoked.insert(session_id);
    }

    /// Looks for a session in a request.
    pub(crate) async fn authenticate(&self, request: &impl Incoming) -> Outcome {
        let (lookup, clock) = (&self.inner.lookup, &self.inner.about.clock);
        let credential = match credential::find(lookup, request, clock) {
            Ok(Some(credential)) => credential,
            Ok(None) => {
                let rejection = Rejection::new(Reason::SessionTokenMissing);
                return Outcome::Anonymous(rejection.revealed(self.reveals()));
            }
            Err(reason) => return self.failed(reason, Carrier::Header),
        };
        let found = match self.inner.recall(&credential) {
            Some(found) => found,
            // On the heap, so that a request whose token is known does not carry the room for it.
            None => Box::pin(self.inner.examine(&credential)).await,
        };
        found.unwrap_or_else(|reason| self.failed(reason, credential.carrier))
    }

    /// Whether responses may name the reason of a rejection.
    pub(crate) fn reveals(&self) -> bool {
        self.inner.about.reveal
    }

    /// Whether both are the same verifier.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    fn failed(&self, reason: Reason, carrier: Carrier) -> Outcome {
        tracing::debug!(reason = reason.as_str(), "session refused");
        Outcome::failed(Rejection::new(reason).revealed(self.reveals()), carrier)
    }
}

impl Inner {
    /// Verifies a token that is remembered again in all that time, keys and the way it came can
    /// change.
    fn recall(&self, credential: &Credential<'_>) -> Option<Result<Outcome, Reason>> {
        let (verified, now) = self.remembered(credential.token)?;
        let admitted = self.admit(&verified, credential, now);
        Some(admitted.map(|()| outcome(verified)))
    }

    /// Verifies a token in everything. Only what passed everything is remembered.
    async fn examine(&self, credential: &Credential<'_>) -> Result<Outcome, Reason> {
        let (verified, now) = self.verify_token(credential.token).await?;
        self.admit(&verified, credential, now)?;
        if let Some(cache) = &self.cache {
            cache.insert(&verified);
        }
        Ok(outcome(verified))
    }

    /// What is checked on every request.
    fn admit(
        &self,
        verified: &Verified,
        credential: &Credential<'_>,
        now: Moment,
    ) -> Result<(), Reason> {
        self.rules.admit(verified, credential, now)?;
        if self.revoked.contains(verified.claims.sid()) {
            return Err(Reason::SessionRevoked);
        }
        Ok(())
    }

    /// What is known of a token, while its keys are still those of the instance and its deadline
    /// has not passed.
    fn remembered(&self, token: &str) -> Option<(Arc<Verified>, Moment)> {
        let cache = self.cache.as_ref()?;
        let verified = cache.get(token)?;
        let now = self.about.clock.now();
        let current = self.keys.are_of(verified.generation, now);
        if current && now.monotonic < verified.deadline {
            return Some((verified, now));
        }
        cache.remove(token);
        None
    }

    /// Everything that does not depend on how the token came: form, header, signature, and the
    /// claims that never change. The claims are read only after the signature holds.
    async fn verify_token(&self, token: &str) -> Result<(Arc<Verified>, Moment), Reason> {
        let parts = token::split(token)?;
        let mut bytes = Vec::new();
        let generation = self.check_signature(parts, &mut bytes).await?;
        parts.payload(&mut bytes)?;
        let claims = Claims::from_json(&bytes).map_err(|Malformed| Reason::TokenClaims)?;
        self.rules.fixed(&claims)?;
        let times = rules::times(&claims)?;
        // Only now, because a fetch of keys may have taken its time.
        let now = self.about.clock.now();
        let verified = Arc::new(Verified {
            token: SessionToken::new(token),
            payload: bytes,
            claims,
            times,
            generation,
            deadline: now.monotonic + self.rules.left(times, now),
            about: Arc::clone(&self.about),
        });
        Ok((verified, now))
    }

    /// Checks header and signature. All tokens of an instance have the same header, so one that
    /// was checked is not read again; it is only remembered once a signature over it holds.
    async fn check_signature(
        &self,
        parts: Compact<'_>,
        bytes: &mut Vec<u8>,
    ) -> Result<u64, Reason> {
        let known = self.header.get().filter(|known| known.text == parts.header);
        let kid = match known {
            Some(known) => known.kid.as_deref().map(Cow::Borrowed),
            None => parts.check_header(bytes)?,
        };
        let signed = Signed {
            kid: kid.as_deref(),
            parts,
        };
        let generation = self.keys.verify(signed).await?;
        self.header.get_or_init(|| KnownHeader {
            text: parts.header.to_owned(),
            kid: kid.map(Cow::into_owned),
        });
        Ok(generation)
    }
}

/// Source: @clerk/backend 3.25, tokens/authStatus.ts: a pending session is signed out by default.
fn outcome(verified: Arc<Verified>) -> Outcome {
    let pending = verified.claims.sts() == Some("pending");
    let session = Session::new(verified);
    let span = tracing::Span::current();
    span.record("user_id", session.user_id());
    span.record("sid", session.session_id());
    if pending {
        Outcome::Pending(session)
    } else {
        Outcome::Active(session)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").finish_non_exhaustive()
    }
}
