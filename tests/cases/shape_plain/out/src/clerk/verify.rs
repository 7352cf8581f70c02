// clerk-sessions: module/verify.rs
//! The verifier turns a token into a session or a rejection.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::builder::VerifierBuilder;
use super::cache::TokenCache;
use super::clock::{Clock, Moment};
use super::config::Settings;
use super::config_error::ConfigError;
use super::credential::{self, Carrier, ClientUat, Credential, Incoming, Lookup};
use super::denylist::Denylist;
use super::json::Malformed;
use super::key_source::KeySource;
use super::outcome::Outcome;
use super::payload;
use super::process;
use super::publishable::PublishableKey;
use super::rejection::{Reason, Rejection};
use super::rules::{self, Rules};
use super::session::{About, Session, SessionToken, Verified};
use super::token::{self, Compact};

/// Verifies the session tokens of one Clerk instance. Clones share keys, cache and revocations.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    lookup: Lookup,
    keys: KeySource,
    known_header: RwLock<Option<Arc<KnownHeader>>>,
    cache: Option<TokenCache>,
    about: Arc<About>,
}

/// A header that passed every check.
struct KnownHeader {
    encoded: String,
    kid: Option<String>,
}

/// A token that passed every check, or why it did not.
type Verdict = Result<Arc<Verified>, Reason>;

/// What the builder has checked.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) parties: Vec<String>,
    pub(crate) publishable: Option<PublishableKey>,
    pub(crate) issuers: Vec<String>,
    pub(crate) keys: KeySource,
    pub(crate) clock: Clock,
    pub(crate) reveal: bool,
}

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
        process::verifier().cloned().map_err(Clone::clone)
    }

    /// Builds a verifier of your own, which shares nothing with others.
    #[must_use]
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    pub(crate) fn new(parts: Parts) -> Self {
        let entries = Some(parts.settings.cache_entries).filter(|entries| *entries > 0);
        let carriers = parts.settings.carriers;
        let about = About {
            clock: parts.clock,
            revoked: Denylist::default(),
            reveal: parts.reveal,
            refresh_percent: parts.settings.refresh_percent,
        };
        let inner = Inner {
            lookup: Lookup::new(carriers, parts.publishable.as_ref(), &parts.parties),
            rules: Rules::new(&parts.settings, parts.parties, parts.issuers),
            keys: parts.keys,
            known_header: RwLock::default(),
            cache: entries.map(TokenCache::new),
            about: Arc::new(about),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Verifies a token that does not come in the headers of a request but, for example, in a
    /// WebSocket message or with a job. The rules of the `Authorization` header apply to it.
    ///
    /// # Errors
    ///
    /// If the token is not that of an active session, or keys cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<Session, Rejection> {
        let now = self.inner.about.clock.now();
        let credential = Credential::direct(token);
        let verdict = match self.inner.recall(&credential, now) {
            Some(verdict) => verdict,
            None => self.inner.examine(&credential, now).await,
        };
        self.outcome(verdict, credential.carrier).active()
    }

    /// Refuses a session from now on, even while its tokens are valid. In this process only, and only
    /// by this verifier and its clones: call it on that of `from_env`, or on the one that you wired.
    ///
    /// Only the last 100,000 revoked sessions are remembered. Tokens of an earlier one are accepted
    /// again until they expire or are older than `maximum-token-age`. Clerk's session tokens live for
    /// a minute, but its Backend API can issue some that live for years.
    pub fn revoke(&self, session_id: &str) {
        let about = &self.inner.about;
        about.revoked.insert(session_id);
        about.clock.wake();
    }

    /// Looks for a session in a request.
    pub(crate) async fn authenticate(&self, request: &impl Incoming) -> Outcome {
        let now = self.inner.about.clock.now();
        let credential = match credential::find(&self.inner.lookup, request, now.wall) {
            // The cookie of a visitor who signed out is not worth a fetch of keys.
            Ok(Some(credential)) if credential.client_uat == ClientUat::SignedOut => {
                return self.outcome(Err(Reason::ClientUatMissing), credential.carrier);
            }
            Ok(Some(credential)) => credential,
            Ok(None) => return Outcome::Anonymous(self.rejection(Reason::SessionTokenMissing)),
            Err(reason) => return self.outcome(Err(reason), Carrier::Header),
        };
        let verdict = match self.inner.recall(&credential, now) {
            Some(verdict) => verdict,
            // Boxed, to keep the space for this out of the future of requests whose token is known.
            None => Box::pin(self.inner.examine(&credential, now)).await,
        };
        self.outcome(verdict, credential.carrier)
    }

    /// Whether the other one is a clone of this verifier.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The outcome for a token. A pending session counts as signed out unless a route asks for it.
    ///
    /// Source: @clerk/backend 3.25, tokens/authStatus.ts.
    fn outcome(&self, verdict: Verdict, carrier: Carrier) -> Outcome {
        let verified = match verdict {
            Ok(verified) => verified,
            Err(reason) => {
                tracing::debug!(reason = reason.as_str(), "session refused");
                return Outcome::failed(self.rejection(reason), carrier);
            }
        };
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

    fn rejection(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).revealed(self.inner.about.reveal)
    }
}

impl Inner {
    /// The verdict on a token that is remembered. What may have changed since is checked again.
    fn recall(&self, credential: &Credential<'_>, now: Moment) -> Option<Verdict> {
        let verified = self.remembered(credential.token, now)?;
        let admitted = self.admit(&verified, credential, now);
        Some(admitted.map(|()| verified))
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
        if self.about.revoked.contains(verified.claims.sid()) {
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
        let mut bytes = Vec::new();
        let generation = self.check_signature(parts, &mut bytes, now).await?;
        parts.payload(&mut bytes)?;
        let claims = payload::read(&bytes).map_err(|Malformed| Reason::TokenClaims)?;
        self.rules.fixed(&claims)?;
        let times = rules::times(&claims)?;
        Ok(Arc::new(Verified {
            token: SessionToken::new(token),
            payload: bytes,
            claims,
            times,
            generation,
            deadline: self.rules.deadline(times, *now),
            about: Arc::clone(&self.about),
        }))
    }

    /// Checks the header and the signature.
    ///
    /// The tokens of an instance share a header until its keys are rotated, so the last header that
    /// came with a good signature is not read again.
    async fn check_signature(
        &self,
        parts: Compact<'_>,
        bytes: &mut Vec<u8>,
        now: &mut Moment,
    ) -> Result<u64, Reason> {
        let known = self.known_header(parts.header);
        let kid = match &known {
            Some(known) => known.kid.as_deref().map(Cow::Borrowed),
            None => parts.check_header(bytes)?,
        };
        let generation = self.keys.verify(kid.as_deref(), parts, now).await?;
        if known.is_none() {
            self.remember_header(KnownHeader {
                encoded: parts.header.to_owned(),
                kid: kid.map(Cow::into_owned),
            });
        }
        Ok(generation)
    }

    fn known_header(&self, encoded: &str) -> Option<Arc<KnownHeader>> {
        let known = self.known_header.read();
        let known = known.unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|known| known.encoded == encoded)
    }

    fn remember_header(&self, header: KnownHeader) {
        let known = self.known_header.write();
        *known.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(header));
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").finish_non_exhaustive()
    }
}
