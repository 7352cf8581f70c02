// clerk-sessions: module/config_error.rs
//! What can be wrong with the configuration, in words that say what to set. No values of keys.

use std::fmt;

/// A configuration that verifies nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable holds bytes that are not text.
    NotText {
        /// The variable.
        variable: &'static str,
    },
    /// `CLERK_SESSION_PROFILE` names no profile.
    Profile {
        /// What it names.
        found: String,
    },
    /// `CLERK_PUBLISHABLE_KEY` is not a publishable key.
    PublishableKey,
    /// `CLERK_SECRET_KEY` is not a secret key.
    SecretKey,
    /// A key of the wrong kind of instance.
    InstanceMismatch {
        /// The variable that holds it.
        variable: &'static str,
        /// The profile that refuses it.
        profile: &'static str,
    },
    /// `CLERK_JWT_KEY` is not a PEM of an RSA public key.
    JwtKey,
    /// `CLERK_JWKS_URL` is not a URL that may be used.
    JwksUrl,
    /// A JWKS URL says nothing about the issuer.
    JwksUrlNeedsIssuer,
    /// The code was generated without an HTTP client.
    JwksUrlNotGenerated,
    /// A fixed JWKS document has no usable key.
    JwksDocument,
    /// `CLERK_ISSUER` is not an issuer.
    Issuer,
    /// An entry of `CLERK_AUTHORIZED_PARTIES` is not a bare origin.
    Party {
        /// The entry.
        entry: String,
    },
    /// `CLERK_AUTHORIZED_PARTIES` is not set, and the profile needs it.
    PartiesMissing,
    /// Cookies are among the carriers, and there is no publishable key.
    CookiesNeedPublishableKey,
    /// Only `CLERK_SECRET_KEY` is set.
    OnlySecretKey,
    /// Nothing says where public keys come from.
    NoKeys,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText { variable } => write!(formatter, "`{variable}` is not valid UTF-8"),
            Self::Profile { found } => write!(
                formatter,
                "`CLERK_SESSION_PROFILE` is `{found}`, not `dev`, `prod` or `high-security`",
            ),
            Self::InstanceMismatch { variable, profile } => write!(
                formatter,
                "`{variable}` belongs to {}, which the profile `{profile}` refuses; \
                 change the key or `CLERK_SESSION_PROFILE`",
                match *profile {
                    "dev" => "a live instance",
                    _ => "a test instance",
                },
            ),
            Self::Party { entry } => write!(
                formatter,
                "`CLERK_AUTHORIZED_PARTIES` has the entry `{entry}`, which is not a bare origin \
                 such as `https://app.example.com`",
            ),
            other => formatter.write_str(other.sentence()),
        }
    }
}

impl ConfigError {
    /// The words of those that have nothing to name.
    fn sentence(&self) -> &'static str {
        match self {
            Self::PublishableKey => {
                "`CLERK_PUBLISHABLE_KEY` is not a publishable key (`pk_test_…` or `pk_live_…`)"
            }
            Self::SecretKey => "`CLERK_SECRET_KEY` is no secret key (`sk_test_…`, `sk_live_…`)",
            Self::JwtKey => {
                "`CLERK_JWT_KEY` is not the PEM of an RSA public key of 2048 to 4096 bits; \
                 copy it from the API keys page of the Clerk Dashboard"
            }
            Self::JwksUrl => {
                "`CLERK_JWKS_URL` is not an `https` URL (`http` is for this machine only)"
            }
            Self::JwksUrlNeedsIssuer => {
                "`CLERK_JWKS_URL` needs an issuer: set `CLERK_PUBLISHABLE_KEY` or `CLERK_ISSUER`"
            }
            Self::JwksUrlNotGenerated => {
                "`CLERK_JWKS_URL` is set, but this code fetches no keys: set `CLERK_JWT_KEY`, \
                 or generate it with `keys = \"jwks\"`"
            }
            Self::JwksDocument => "the JWKS document has no RSA key for signatures",
            Self::Issuer => "`CLERK_ISSUER` is not a URL without a slash at its end",
            Self::PartiesMissing => {
                "`CLERK_AUTHORIZED_PARTIES` is not set: list the origins of your frontends, \
                 such as `https://app.example.com`"
            }
            Self::CookiesNeedPublishableKey => {
                "`CLERK_PUBLISHABLE_KEY` is not set, and cookies cannot be read without it"
            }
            Self::OnlySecretKey => {
                "only `CLERK_SECRET_KEY` is set, which verifies no session: \
                 set `CLERK_PUBLISHABLE_KEY` (or `CLERK_JWT_KEY`) as well"
            }
            _ => {
                "set `CLERK_PUBLISHABLE_KEY` (or `CLERK_JWT_KEY`): no session can be verified \
                 without a public key"
            }
        }
    }
}

impl std::error::Error for ConfigError {}
