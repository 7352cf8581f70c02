// clerk-sessions: module/config_error.rs
//! What can be wrong with the configuration. The messages say what to set, and never quote a key.

use std::fmt;

/// Why no verifier can be built.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable is not valid UTF-8.
    NotText {
        /// The variable.
        variable: &'static str,
    },
    /// `CLERK_SESSION_PROFILE` is not the name of a profile.
    Profile {
        /// Its value.
        found: String,
    },
    /// `CLERK_PUBLISHABLE_KEY` is not a publishable key.
    PublishableKey,
    /// `CLERK_SECRET_KEY` is not a secret key.
    SecretKey,
    /// A key belongs to a kind of instance that the profile refuses.
    InstanceMismatch {
        /// The variable that holds the key.
        variable: &'static str,
        /// The profile.
        profile: &'static str,
    },
    /// There is no publishable key, and the profile takes only one of a test instance.
    TestKeyMissing,
    /// `CLERK_JWT_KEY` is not an RSA public key in PEM form.
    JwtKey,
    /// `CLERK_JWKS_URL` is not a URL that keys may be fetched from.
    JwksUrl,
    /// No keys can be fetched, because this machine has no root certificates.
    RootCertificates {
        /// What the HTTP client says.
        cause: String,
    },
    /// `CLERK_JWKS_URL` is set, and nothing names the issuer.
    JwksUrlNeedsIssuer,
    /// `CLERK_JWKS_URL` is set, and this code was generated without an HTTP client.
    JwksUrlNotGenerated,
    /// A fixed JWKS document has no usable key.
    JwksDocument,
    /// `CLERK_ISSUER` has an entry that is not an issuer.
    Issuer,
    /// `CLERK_ISSUER` names another instance than the publishable key, under a profile for test
    /// instances.
    IssuerNotOfTestKey,
    /// An entry of `CLERK_AUTHORIZED_PARTIES` is not a bare origin.
    Party {
        /// The entry.
        entry: String,
    },
    /// `CLERK_AUTHORIZED_PARTIES` is not set, and the settings require it.
    PartiesMissing,
    /// Cookies are among the carriers, and there is no publishable key.
    CookiesNeedPublishableKey,
    /// `CLERK_SECRET_KEY` is the only key that is set.
    OnlySecretKey,
    /// Nothing says where public keys come from.
    NoKeys,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::NotText { variable } => {
                return write!(formatter, "`{variable}` is not valid UTF-8");
            }
            Self::Profile { found } => {
                return write!(
                    formatter,
                    "`CLERK_SESSION_PROFILE` is `{found}`, not `dev`, `prod` or `high-security`",
                );
            }
            Self::InstanceMismatch { variable, profile } => {
                let kind = if *profile == "dev" { "live" } else { "test" };
                return write!(
                    formatter,
                    "`{variable}` belongs to a {kind} instance, which the profile `{profile}` \
                     refuses: change the key or `CLERK_SESSION_PROFILE`",
                );
            }
            Self::Party { entry } => {
                return write!(
                    formatter,
                    "`CLERK_AUTHORIZED_PARTIES` has the entry `{entry}`, which is not a bare \
                     origin such as `https://app.example.com`",
                );
            }
            Self::RootCertificates { cause } => {
                return write!(
                    formatter,
                    "no keys can be fetched, as this machine seems to have no root certificates \
                     ({cause}): install them (the package `ca-certificates`), or set \
                     `SSL_CERT_FILE`, or `CLERK_JWT_KEY` so that no key is fetched",
                );
            }
            Self::PublishableKey => {
                "`CLERK_PUBLISHABLE_KEY` is not a publishable key (`pk_test_…` or `pk_live_…`)"
            }
            Self::SecretKey => {
                "`CLERK_SECRET_KEY` is not a secret key (`sk_test_…` or `sk_live_…`)"
            }
            Self::TestKeyMissing => {
                "`CLERK_PUBLISHABLE_KEY` is not set, and the profile `dev` needs that of a test \
                 instance (`pk_test_…`): set it, or another `CLERK_SESSION_PROFILE`"
            }
            Self::JwtKey => {
                "`CLERK_JWT_KEY` is not the PEM of an RSA public key of 2048 to 4096 bits: \
                 copy it from the API keys page of the Clerk Dashboard"
            }
            Self::JwksUrl => {
                "`CLERK_JWKS_URL` is not an `https` URL (`http` is only for this machine)"
            }
            Self::JwksUrlNeedsIssuer => {
                "`CLERK_JWKS_URL` needs an issuer: set `CLERK_PUBLISHABLE_KEY` or `CLERK_ISSUER`"
            }
            Self::JwksUrlNotGenerated => {
                "`CLERK_JWKS_URL` is set, but this code does not fetch keys: set `CLERK_JWT_KEY`, \
                 or generate the code with `keys = \"jwks\"`"
            }
            Self::JwksDocument => "the JWKS document has no RSA key for signatures",
            Self::Issuer => {
                "`CLERK_ISSUER` has an entry that is not an issuer such as \
                 `https://clerk.example.com`, without a slash at the end"
            }
            Self::IssuerNotOfTestKey => {
                "`CLERK_ISSUER` names another instance than `CLERK_PUBLISHABLE_KEY`: the profile \
                 `dev` takes only that one, and issuers on this machine"
            }
            Self::PartiesMissing => {
                "`CLERK_AUTHORIZED_PARTIES` is not set: list the origins of your frontends, \
                 such as `https://app.example.com`"
            }
            Self::CookiesNeedPublishableKey => {
                "`CLERK_PUBLISHABLE_KEY` is not set, and session cookies cannot be read without it"
            }
            Self::OnlySecretKey => {
                "only `CLERK_SECRET_KEY` is set, which cannot verify sessions: \
                 set `CLERK_PUBLISHABLE_KEY` or `CLERK_JWT_KEY` as well"
            }
            Self::NoKeys => {
                "no public key can be found to verify sessions with: \
                 set `CLERK_PUBLISHABLE_KEY` or `CLERK_JWT_KEY`"
            }
        };
        formatter.write_str(sentence)
    }
}

/// The message as well, because that is what a program prints whose `main` returns the error.
impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for ConfigError {}
