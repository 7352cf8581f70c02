// clerk-sessions: module/rejection.rs
//! Why a session is refused, for the log, and the response that the caller gets.
//!
//! Every unauthenticated caller gets the same bytes. What is wrong with a token is not for its
//! sender to know.

use std::fmt;

use super::{ConfigError, Reverification};

/// Why a session was refused. `as_str` uses the words of Clerk's SDKs, if they have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The request carries no credential.
    SessionTokenMissing,
    /// The `Authorization` header is malformed, or there are several.
    CredentialMalformed,
    /// A cookie came with an unsafe method or an upgrade, from an origin that is not allowed.
    OriginMismatch,
    /// The token is longer than 8 KiB.
    TokenTooLong,
    /// The token is not a compact JWT with a well-formed header and payload.
    TokenMalformed,
    /// The token is of another kind, such as that of a machine or of a JWT template.
    TokenTypeMismatch,
    /// The algorithm is not RS256.
    TokenAlgorithm,
    /// No key with the `kid` of the token is known.
    TokenKeyUnknown,
    /// The signature is wrong.
    TokenSignature,
    /// A claim is missing, or has a value that no session token has.
    TokenClaims,
    /// The token was issued by another instance.
    TokenIssuer,
    /// The token is for another audience.
    TokenAudience,
    /// The token was issued to an origin that is not an authorized party.
    TokenAuthorizedParty,
    /// The token has expired.
    TokenExpired,
    /// The token is not valid yet.
    TokenNotActiveYet,
    /// The token was issued in the future.
    TokenIssuedInFuture,
    /// The token is older than `maximum-token-age` allows, or does not say how old it is.
    TokenTooOld,
    /// The user has tasks to finish first.
    SessionPending,
    /// The session is active, but the route is for pending ones.
    SessionNotPending,
    /// The session was revoked.
    SessionRevoked,
    /// A session cookie came without `__client_uat`, or after the user signed out.
    ClientUatMissing,
    /// The session cookie is older than the last sign-in or sign-out.
    TokenBeforeClientUat,
    /// The user does not have the role.
    RoleMissing,
    /// The user does not have the permission.
    PermissionMissing,
    /// No organization is active.
    OrganizationMissing,
    /// An agent acts on the user's behalf.
    PersonMissing,
    /// Neither the organization nor the user has the feature.
    FeatureMissing,
    /// Neither the organization nor the user is on the plan.
    PlanMissing,
    /// The user has not verified their credentials recently enough.
    ReverificationNeeded,
    /// The payload does not have the type that the handler asked for.
    CustomClaimsMismatch,
    /// No keys could be fetched.
    KeysUnavailable,
    /// The configuration is invalid. The log says why.
    Misconfigured,
}

impl Reason {
    /// A stable word for logs.
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
            Self::PersonMissing => "person-missing",
            Self::FeatureMissing => "feature-missing",
            Self::PlanMissing => "plan-missing",
            Self::ReverificationNeeded => "reverification-needed",
            Self::CustomClaimsMismatch => "custom-claims-mismatch",
            Self::KeysUnavailable => "jwk-remote-failed-to-load",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// The HTTP status of the response.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::KeysUnavailable | Self::Misconfigured => 503,
            Self::SessionNotPending
            | Self::RoleMissing
            | Self::PermissionMissing
            | Self::OrganizationMissing
            | Self::PersonMissing
            | Self::FeatureMissing
            | Self::PlanMissing
            | Self::ReverificationNeeded
            | Self::CustomClaimsMismatch => 403,
            _ => 401,
        }
    }
}

/// A refused session. It is an error, and also the response that the caller gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    reverification: Option<Reverification>,
    reveal: bool,
}

impl Rejection {
    /// A rejection with this reason.
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

    /// Lets the response name the reason, which only the `dev` profile does.
    pub(crate) fn revealed(self, reveal: bool) -> Self {
        Self { reveal, ..self }
    }

    /// The reason, for your own log.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.reason.status()
    }

    /// The JSON body of the response. For a reverification it is Clerk's own, which the hook
    /// `useReverification` reads.
    ///
    /// Source: @clerk/shared 4.41, authorization-errors.ts.
    #[must_use]
    pub fn body(&self) -> String {
        match &self.reverification {
            Some(wanted) => format!(
                "{{\"clerk_error\":{{\"type\":\"forbidden\",\"reason\":\"reverification-error\",\
                 \"metadata\":{{\"reverification\":{}}}}}}}",
                wanted.to_json(),
            ),
            None => format!("{{\"error\":\"{self}\"}}"),
        }
    }

    /// The headers of the response, other than its length.
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

/// The log says what is wrong, and callers are not told.
impl From<&ConfigError> for Rejection {
    fn from(_: &ConfigError) -> Self {
        Self::new(Reason::Misconfigured)
    }
}

/// Says no more than the response does, because programs tend to show their errors to callers.
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
