// clerk-sessions: module/rejection.rs
//! What a caller is told when a session is refused, and what the log is told.
//!
//! Every unauthenticated caller gets the same bytes whatever was wrong: a token's faults are not
//! the business of who sends it.

use std::borrow::Cow;
use std::fmt;

use super::reverification::Reverification;

/// Why a session was refused. The words are those of Clerk's SDKs where they have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There is no credential.
    SessionTokenMissing,
    /// The `Authorization` header or a cookie cannot be read as one credential.
    CredentialMalformed,
    /// A cookie came with an unsafe method or an upgrade from a page that is no authorized party.
    OriginMismatch,
    /// The token is longer than 8 KiB.
    TokenTooLong,
    /// The token is not a compact JWT with a proper header and payload.
    TokenMalformed,
    /// It is another kind of token: of a machine, of a JWT template.
    TokenTypeMismatch,
    /// The algorithm is not RS256.
    TokenAlgorithm,
    /// No key of that `kid` is known.
    TokenKeyUnknown,
    /// The signature does not hold.
    TokenSignature,
    /// A claim is missing or has a value that no session has.
    TokenClaims,
    /// Another instance issued it.
    TokenIssuer,
    /// It is meant for another audience.
    TokenAudience,
    /// It was minted for a page that is no authorized party.
    TokenAuthorizedParty,
    /// It is no longer valid.
    TokenExpired,
    /// It is not valid yet.
    TokenNotActiveYet,
    /// It was issued in the future.
    TokenIssuedInFuture,
    /// It is older than `maximum-token-age` allows.
    TokenTooOld,
    /// The session has tasks to finish first.
    SessionPending,
    /// The session is active where a pending one is asked for.
    SessionNotPending,
    /// The session was revoked.
    SessionRevoked,
    /// A session cookie came without `__client_uat`, or after signing out.
    ClientUatMissing,
    /// The session cookie is older than the last sign-in or sign-out.
    TokenBeforeClientUat,
    /// The role is missing.
    RoleMissing,
    /// The permission is missing.
    PermissionMissing,
    /// No organization is active.
    OrganizationMissing,
    /// The feature is missing.
    FeatureMissing,
    /// The plan is missing.
    PlanMissing,
    /// The user's credentials were checked too long ago.
    ReverificationNeeded,
    /// The custom claims do not have the type that was asked for.
    CustomClaimsMismatch,
    /// The key server gave no keys.
    KeysUnavailable,
    /// The configuration is not valid; the log says what is wrong.
    Misconfigured,
}

impl Reason {
    /// One stable word for logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionTokenMissing => "session-token-missing",
            Self::CredentialMalformed => "credential-malformed",
            Self::OriginMismatch => "origin-mismatch",
            Self::TokenTooLong => "token-too-long",
            Self::TokenMalformed => "token-invalid",
            Self::TokenTypeMismatch => "token-type-mismatch",
            Self::TokenAlgorithm => "token-invalid-algorithm",
            Self::TokenKeyUnknown => "jwk-kid-mismatch",
            Self::TokenSignature => "token-invalid-signature",
            Self::TokenClaims => "token-verification-failed",
            Self::TokenIssuer => "token-invalid-issuer",
            Self::TokenAudience => "token-invalid-audience",
            Self::TokenAuthorizedParty => "token-invalid-authorized-parties",
            Self::TokenExpired => "token-expired",
            Self::TokenNotActiveYet => "token-not-active-yet",
            Self::TokenIssuedInFuture => "token-iat-in-the-future",
            Self::TokenTooOld => "token-too-old",
            Self::SessionPending => "session-pending",
            Self::SessionNotPending => "session-not-pending",
            Self::SessionRevoked => "session-revoked",
            Self::ClientUatMissing => "session-token-but-no-client-uat",
            Self::TokenBeforeClientUat => "session-token-iat-before-client-uat",
            Self::RoleMissing => "role-missing",
            Self::PermissionMissing => "permission-missing",
            Self::OrganizationMissing => "organization-missing",
            Self::FeatureMissing => "feature-missing",
            Self::PlanMissing => "plan-missing",
            Self::ReverificationNeeded => "reverification-needed",
            Self::CustomClaimsMismatch => "custom-claims-mismatch",
            Self::KeysUnavailable => "jwk-remote-failed-to-load",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// The status that the caller gets: what the caller lacks, or what we lack.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::KeysUnavailable | Self::Misconfigured => 503,
            Self::SessionNotPending
            | Self::RoleMissing
            | Self::PermissionMissing
            | Self::OrganizationMissing
            | Self::FeatureMissing
            | Self::PlanMissing
            | Self::ReverificationNeeded
            | Self::CustomClaimsMismatch => 403,
            _ => 401,
        }
    }
}

/// A refused session: an error, and the response that the caller gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    reverification: Option<Reverification>,
    reveal: bool,
}

impl Rejection {
    /// A rejection for this reason.
    #[must_use]
    pub fn new(reason: Reason) -> Self {
        Self {
            reason,
            reverification: None,
            reveal: false,
        }
    }

    /// A rejection that makes Clerk's frontend ask the user to verify again.
    #[must_use]
    pub fn reverify(wanted: Reverification) -> Self {
        Self {
            reverification: Some(wanted),
            ..Self::new(Reason::ReverificationNeeded)
        }
    }

    /// Lets the response name the reason. Only for the dev profile with a test instance.
    pub(crate) fn revealed(self, reveal: bool) -> Self {
        Self { reveal, ..self }
    }

    /// Why, for your own log.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.reason.status()
    }

    /// The JSON body of the response. That of a reverification is Clerk's, for `useReverification`.
    /// Source: @clerk/shared 4.41, authorization-errors.ts.
    #[must_use]
    pub fn body(&self) -> Cow<'static, str> {
        if let Some(wanted) = &self.reverification {
            return Cow::Owned(format!(
                "{{\"clerk_error\":{{\"type\":\"forbidden\",\"reason\":\"reverification-error\",\
                 \"metadata\":{{\"reverification\":{}}}}}}}",
                wanted.to_json(),
            ));
        }
        Cow::Borrowed(match self.status() {
            403 => "{\"error\":\"forbidden\"}",
            503 => "{\"error\":\"unavailable\"}",
            _ => "{\"error\":\"unauthenticated\"}",
        })
    }

    /// The headers of the response, beside its length.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let by_status = match self.status() {
            401 => Some(("www-authenticate", "Bearer")),
            503 => Some(("retry-after", "5")),
            _ => None,
        };
        let reason = ("x-clerk-auth-reason", self.reason.as_str());
        std::iter::once(("content-type", "application/json"))
            .chain(by_status)
            .chain(Some(reason).filter(|_| self.reveal))
    }
}

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

/// As little as the response says, because errors are printed to callers now and then.
impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.status() {
            403 => "forbidden",
            503 => "unavailable",
            _ => "unauthenticated",
        })
    }
}

impl std::error::Error for Rejection {}
