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

pub(crate) struct Rules {
    pub(crate) settings: Settings,
    pub(crate) parties: Vec<String>,
    pub(crate) issuers: Vec<String>,
}

impl Rules {
    /// Checks what is the same for every request with the token: whose it is, and who issued it.
    pub(crate) fn fixed(&self, claims: &Claims) -> Result<(), Reason> {
        // An M2M token names a machine. Source: tokens/machine.ts.
        Reason::TOKEN_TYPE_MISMATCH.unless(!claims.sub.starts_with("mch_"))?;
        // Stricter: a session token always has both. A token of a JWT template has no `sid`.
        Reason::TOKEN_CLAIMS.unless(is_id(&claims.sub) && is_id(&claims.sid))?;
        // Stricter: the official SDK ignores a status that it does not know. But the last one that
        // Clerk added, `pending`, means that the session must not be used yet, and SDKs that ignored it
        // let such users in. Source: @clerk/shared 4.41, types, `SessionStatusClaim`.
        let known = matches!(claims.sts.as_deref(), None | Some("active" | "pending"));
        Reason::TOKEN_CLAIMS.unless(known)?;
        let pinned = |own: &str| self.issuers.iter().any(|issuer| issuer == own);
        let ours = self.issuers.is_empty() || claims.iss.as_deref().is_some_and(pinned);
        Reason::TOKEN_ISSUER.unless(ours)?;
        // Stricter: if an audience is set, a token without one is refused.
        let audience = &self.settings.audience;
        let meant = |one: &String| audience.contains(one);
        let meant = audience.is_empty() || claims.aud.iter().any(meant);
        Reason::TOKEN_AUDIENCE.unless(meant)
    }

    /// Checks what depends on the request and on the time.
    pub(crate) fn admit(
        &self,
        verified: &Verified,
        credential: &Credential<'_>,
        now: Moment,
    ) -> Result<(), Reason> {
        // Times first: the old cookie of a returning visitor may be from another page.
        self.validate_times(verified.times, now.wall)?;
        self.validate_party(verified.claims.azp.as_deref(), credential.carrier)?;
        match credential.carrier {
            Carrier::Cookie => self.validate_client_uat(verified.times, credential.client_uat),
            Carrier::Header => Ok(()),
        }
    }

    /// `azp` must be exactly one of the parties. If it is missing, the setting decides.
    fn validate_party(&self, azp: Option<&str>, carrier: Carrier) -> Result<(), Reason> {
        let fits = match azp.filter(|azp| !azp.is_empty()) {
            Some(azp) => self.parties.is_empty() || self.parties.iter().any(|party| party == azp),
            None => match self.settings.azp_missing {
                AzpMissing::Refuse => false,
                AzpMissing::AllowHeader => carrier == Carrier::Header,
                AzpMissing::Allow => true,
            },
        };
        Reason::TOKEN_AUTHORIZED_PARTY.unless(fits)
    }

    /// A token has expired once `exp` plus the leeway is reached. `nbf`, `iat` and the age may be
    /// exactly at their limits.
    fn validate_times(&self, times: Times, now: i64) -> Result<(), Reason> {
        let leeway = clock::milliseconds(self.settings.leeway);
        let (earlier, later) = (now - leeway, now + leeway);
        Reason::TOKEN_EXPIRED.unless(times.expires > earlier)?;
        Reason::TOKEN_NOT_ACTIVE_YET.unless(times.not_before.is_none_or(|time| time <= later))?;
        Reason::TOKEN_ISSUED_IN_FUTURE.unless(times.issued.is_none_or(|time| time <= later))?;
        // Clerk can issue tokens for ten years, so one that does not say how old it is counts as old.
        let Some(age) = self.settings.maximum_token_age else {
            return Ok(());
        };
        let oldest = earlier - clock::milliseconds(age);
        let young = times.issued.is_some_and(|issued| issued >= oldest);
        Reason::TOKEN_TOO_OLD.unless(young)
    }

    /// `__client_uat` is the time of the browser's last sign-in, or 0 after signing out. A token from
    /// before that belongs to an earlier session. Stricter: so does one without `iat`.
    fn validate_client_uat(&self, times: Times, client_uat: ClientUat) -> Result<(), Reason> {
        match client_uat {
            ClientUat::Absent if self.settings.client_uat == ClientUatPolicy::IfPresent => Ok(()),
            ClientUat::Absent | ClientUat::SignedOut => Err(Reason::CLIENT_UAT_MISSING),
            ClientUat::At(seconds) => {
                let changed = seconds.saturating_mul(1000);
                let later = times.issued.is_some_and(|issued| issued >= changed);
                Reason::TOKEN_BEFORE_CLIENT_UAT.unless(later)
            }
        }
    }

    /// When the token will no longer be accepted, by both clocks.
    pub(crate) fn deadline(&self, times: Times, now: Moment) -> Moment {
        let age = self.settings.maximum_token_age.map(clock::milliseconds);
        let old = times.issued.zip(age);
        let old = old.map_or(i64::MAX, |(issued, age)| issued.saturating_add(age));
        let leeway = clock::milliseconds(self.settings.leeway);
        let wall = times.expires.min(old).saturating_add(leeway);
        Moment {
            wall,
            monotonic: now.monotonic + (wall - now.wall),
        }
    }
}

pub(crate) fn times(claims: &Claims) -> Result<Times, Reason> {
    let expires = claims.exp.ok_or(Reason::TOKEN_CLAIMS)?;
    Ok(Times {
        expires: instant(expires)?,
        not_before: claims.nbf.map(instant).transpose()?,
        issued: claims.iat.map(instant).transpose()?,
    })
}

/// A time in seconds since 1970, as milliseconds. Fractions of a second are cut off, as in the
/// official SDK.
pub(crate) fn instant(seconds: f64) -> Result<i64, Reason> {
    Reason::TOKEN_CLAIMS.unless((0.0..=LAST_SECOND).contains(&seconds))?;
    let since_1970 = Duration::from_secs_f64(seconds.trunc());
    Ok(clock::milliseconds(since_1970))
}

/// Whether this can be the id of a user or session. Other characters would be trouble in logs and
/// queries.
fn is_id(text: &str) -> bool {
    !text.is_empty() && credential::is_graphic(text)
}
