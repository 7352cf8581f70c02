// clerk-sessions: module/verify/rules.rs
//! The rules for claims whose signature has been verified. Their order matters only to the log.
//!
//! Source, unless another is named: @clerk/backend 3.25, jwt/assertions.ts and tokens/request.ts.

use std::time::Duration;

use super::super::config::{AzpMissing, ClientUatPolicy, Settings};
use super::super::session::Verified;
use super::super::{Claims, Reason};
use super::clock::{self, Moment};
use super::credential::{self, Carrier, ClientUat, Credential};

/// The end of the year 9999, in seconds since 1970. Stricter: later times are refused, where
/// JavaScript ignores those that it cannot represent.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// The times of a token, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) expires: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) issued: Option<i64>,
}

/// What is required of claims.
pub(crate) struct Rules {
    parties: Vec<String>,
    issuers: Vec<String>,
    audience: Vec<String>,
    azp_missing: AzpMissing,
    client_uat: ClientUatPolicy,
    leeway: i64,
    maximum_age: Option<i64>,
}

impl Rules {
    pub(crate) fn new(settings: &Settings, parties: Vec<String>, issuers: Vec<String>) -> Self {
        Self {
            parties,
            issuers,
            audience: settings.audience.clone(),
            azp_missing: settings.azp_missing,
            client_uat: settings.client_uat,
            leeway: clock::milliseconds(settings.leeway),
            maximum_age: settings.maximum_token_age.map(clock::milliseconds),
        }
    }

    /// Checks what is the same for every request with the token: whose it is, and who issued it.
    pub(crate) fn fixed(&self, claims: &Claims) -> Result<(), Reason> {
        // An M2M token names a machine. Source: tokens/machine.ts.
        if claims.sub.starts_with("mch_") {
            return Err(Reason::TokenTypeMismatch);
        }
        // Stricter: a session token always has both. A token of a JWT template has no `sid`.
        if !is_id(&claims.sub) || !is_id(&claims.sid) {
            return Err(Reason::TokenClaims);
        }
        // Stricter: the official SDK ignores a status that it does not know. But the last one that
        // Clerk added, `pending`, means that the session must not be used yet, and SDKs that ignored it
        // let such users in. Source: @clerk/shared 4.41, types, `SessionStatusClaim`.
        if !matches!(claims.sts.as_deref(), None | Some("active" | "pending")) {
            return Err(Reason::TokenClaims);
        }
        let pinned = |own: &str| self.issuers.iter().any(|issuer| issuer == own);
        if !self.issuers.is_empty() && !claims.iss.as_deref().is_some_and(pinned) {
            return Err(Reason::TokenIssuer);
        }
        // Stricter: if an audience is set, a token without one is refused.
        if !self.audience.is_empty() && !claims.aud.iter().any(|one| self.audience.contains(one)) {
            return Err(Reason::TokenAudience);
        }
        Ok(())
    }

    /// Checks what depends on the request and on the time.
    pub(crate) fn admit(
        &self,
        verified: &Verified,
        credential: &Credential<'_>,
        now: Moment,
    ) -> Result<(), Reason> {
        // Times first: the old cookie of a returning visitor may be from another page.
        self.check_times(verified.times, now.wall)?;
        self.check_party(verified.claims.azp.as_deref(), credential.carrier)?;
        match credential.carrier {
            Carrier::Cookie => self.check_client_uat(verified.times, credential.client_uat),
            Carrier::Header => Ok(()),
        }
    }

    /// `azp` must be exactly one of the parties. If it is missing, the setting decides.
    fn check_party(&self, azp: Option<&str>, carrier: Carrier) -> Result<(), Reason> {
        let fits = match azp.filter(|azp| !azp.is_empty()) {
            Some(azp) => self.parties.is_empty() || self.parties.iter().any(|party| party == azp),
            None => match self.azp_missing {
                AzpMissing::Refuse => false,
                AzpMissing::AllowHeader => carrier == Carrier::Header,
                AzpMissing::Allow => true,
            },
        };
        if fits {
            Ok(())
        } else {
            Err(Reason::TokenAuthorizedParty)
        }
    }

    /// A token has expired once `exp` plus the leeway is reached. `nbf`, `iat` and the age may be
    /// exactly at their limits.
    fn check_times(&self, times: Times, now: i64) -> Result<(), Reason> {
        let later = now + self.leeway;
        let earlier = now - self.leeway;
        if times.expires <= earlier {
            return Err(Reason::TokenExpired);
        }
        if times.not_before.is_some_and(|time| time > later) {
            return Err(Reason::TokenNotActiveYet);
        }
        if times.issued.is_some_and(|time| time > later) {
            return Err(Reason::TokenIssuedInFuture);
        }
        // Clerk can issue tokens for ten years, so one that does not say how old it is counts as old.
        let Some(age) = self.maximum_age else {
            return Ok(());
        };
        if times.issued.is_some_and(|issued| issued >= earlier - age) {
            Ok(())
        } else {
            Err(Reason::TokenTooOld)
        }
    }

    /// `__client_uat` is the time of the browser's last sign-in, or 0 after signing out. A token from
    /// before that belongs to an earlier session. Stricter: so does one without `iat`.
    fn check_client_uat(&self, times: Times, client_uat: ClientUat) -> Result<(), Reason> {
        match client_uat {
            ClientUat::Absent if self.client_uat == ClientUatPolicy::IfPresent => Ok(()),
            ClientUat::Absent | ClientUat::SignedOut => Err(Reason::ClientUatMissing),
            ClientUat::At(seconds) => {
                let changed = seconds.saturating_mul(1000);
                if times.issued.is_some_and(|issued| issued >= changed) {
                    Ok(())
                } else {
                    Err(Reason::TokenBeforeClientUat)
                }
            }
        }
    }

    /// When the token will no longer be accepted, by both clocks.
    pub(crate) fn deadline(&self, times: Times, now: Moment) -> Moment {
        let old = times.issued.zip(self.maximum_age);
        let old = old.map_or(i64::MAX, |(issued, age)| issued.saturating_add(age));
        let wall = times.expires.min(old).saturating_add(self.leeway);
        Moment {
            wall,
            monotonic: now.monotonic + (wall - now.wall),
        }
    }
}

/// The times of a token. `exp` is required.
pub(crate) fn times(claims: &Claims) -> Result<Times, Reason> {
    let expires = claims.exp.ok_or(Reason::TokenClaims)?;
    Ok(Times {
        expires: instant(expires)?,
        not_before: claims.nbf.map(instant).transpose()?,
        issued: claims.iat.map(instant).transpose()?,
    })
}

/// A time in seconds since 1970, as milliseconds. Fractions of a second are cut off, as in the
/// official SDK.
pub(crate) fn instant(seconds: f64) -> Result<i64, Reason> {
    if (0.0..=LAST_SECOND).contains(&seconds) {
        let time = Duration::from_secs_f64(seconds.trunc());
        Ok(clock::milliseconds(time))
    } else {
        Err(Reason::TokenClaims)
    }
}

/// Whether this can be the id of a user or session. Other characters would be trouble in logs and
/// queries.
fn is_id(text: &str) -> bool {
    !text.is_empty() && credential::is_graphic(text)
}
