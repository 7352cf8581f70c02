// clerk-sessions: module/rejection.rs
//! Why a session is refused, for the log, and the response that the caller gets.
//!
//! Every unauthenticated caller gets the same bytes. What is wrong with a token is not for its
//! sender to know.

use std::fmt;

use super::Reverification;

/// Why a session was refused: the HTTP status, a stable word, which is that of Clerk's SDKs if they
/// have one, and the rule that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    status: u16,
    word: &'static str,
    rule: &'static str,
}

#[allow(missing_docs, reason = "each has its rule in words")]
impl Reason {
    pub const SESSION_TOKEN_MISSING: Self = of(401, "session-token-missing", "there is a token");
    pub const CREDENTIAL_MALFORMED: Self =
        of(401, "credential-malformed", "one `Bearer` and one token");
    pub const ORIGIN_MISMATCH: Self = of(401, "origin-mismatch", "a cookie's `Origin` is known");
    pub const TOKEN_TOO_LONG: Self = of(401, "token-too-long", "a token has at most 8 KiB");
    pub const TOKEN_MALFORMED: Self = of(401, "token-invalid", "the token is a well-formed JWT");
    pub const TOKEN_TYPE_MISMATCH: Self = of(401, "token-type-mismatch", "it is a session's token");
    pub const TOKEN_ALGORITHM: Self = of(401, "token-invalid-algorithm", "`alg` is RS256");
    pub const TOKEN_KEY_UNKNOWN: Self = of(401, "jwk-kid-mismatch", "`kid` names a known key");
    pub const TOKEN_SIGNATURE: Self = of(401, "token-invalid-signature", "the key has signed it");
    pub const TOKEN_CLAIMS: Self = of(401, "token-verification-failed", "claims are a session's");
    pub const TOKEN_ISSUER: Self = of(401, "token-invalid-issuer", "`iss` is the instance");
    pub const TOKEN_AUDIENCE: Self = of(401, "token-invalid-audience", "`aud` is in `audience`");
    pub const TOKEN_AUTHORIZED_PARTY: Self =
        of(401, "token-invalid-authorized-parties", "`azp` is a party");
    pub const TOKEN_EXPIRED: Self = of(401, "token-expired", "`exp` is not reached");
    pub const TOKEN_NOT_ACTIVE_YET: Self = of(401, "token-not-active-yet", "`nbf` is reached");
    pub const TOKEN_ISSUED_IN_FUTURE: Self =
        of(401, "token-iat-in-the-future", "`iat` is not in the future");
    pub const TOKEN_TOO_OLD: Self = of(401, "token-too-old", "`iat` is within `maximum-token-age`");
    pub const SESSION_PENDING: Self = of(401, "session-pending", "the user has nothing to finish");
    pub const SESSION_NOT_PENDING: Self =
        of(403, "session-not-pending", "the user has tasks to finish");
    pub const SESSION_REVOKED: Self = of(401, "session-revoked", "the session is not revoked");
    pub const CLIENT_UAT_MISSING: Self =
        of(401, "session-token-but-no-client-uat", "`__client_uat` set");
    pub const TOKEN_BEFORE_CLIENT_UAT: Self =
        of(401, "session-token-iat-before-client-uat", "`iat` is later");
    pub const ROLE_MISSING: Self = of(403, "role-missing", "the user has the role");
    pub const PERMISSION_MISSING: Self = of(403, "permission-missing", "the user has it");
    pub const ORGANIZATION_MISSING: Self = of(403, "organization-missing", "one is active");
    pub const PERSON_MISSING: Self = of(403, "person-missing", "no agent acts for the user");
    pub const FEATURE_MISSING: Self = of(403, "feature-missing", "organization or user have it");
    pub const PLAN_MISSING: Self = of(403, "plan-missing", "organization or user are on it");
    pub const REVERIFICATION_NEEDED: Self =
        of(403, "reverification-needed", "the user verified lately");
    pub const CUSTOM_CLAIMS_MISMATCH: Self =
        of(403, "custom-claims-mismatch", "the payload has the type");
    pub const KEYS_UNAVAILABLE: Self = of(503, "jwk-remote-failed-to-load", "keys can be fetched");
    pub const MISCONFIGURED: Self = of(503, "misconfigured", "the configuration is valid");

    /// The word for logs.
    pub fn as_str(self) -> &'static str {
        self.word
    }

    /// The rule that does not hold.
    pub fn rule(self) -> &'static str {
        self.rule
    }

    /// The HTTP status of the response.
    pub fn status(self) -> u16 {
        self.status
    }

    /// Is the error unless a rule holds.
    pub(crate) fn unless(self, holds: bool) -> Result<(), Self> {
        holds.then_some(()).ok_or(self)
    }
}

const fn of(status: u16, word: &'static str, rule: &'static str) -> Reason {
    Reason { status, word, rule }
}

/// A refused session. It is an error, and also the response that the caller gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    /// What Clerk's frontend asks of the user, to verify again.
    pub(crate) reverification: Option<Reverification>,
    /// Whether the response names the reason, which it does in the `dev` profile only.
    pub(crate) reveal: bool,
}

impl Rejection {
    /// A rejection with this reason.
    pub fn new(reason: Reason) -> Self {
        Self {
            reason,
            reverification: None,
            reveal: false,
        }
    }

    /// The reason, for your own log.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The HTTP status of the response.
    pub fn status(&self) -> u16 {
        self.reason.status()
    }

    /// The JSON body of the response. For a reverification it is Clerk's own, which the hook
    /// `useReverification` reads.
    ///
    /// Source: @clerk/shared 4.41, authorization-errors.ts.
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
