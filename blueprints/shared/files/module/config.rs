// clerk-sessions: module/config.rs
//! The settings as code: three profiles, one of which is generated as the default.
//!
//! Change settings in `clerk-sessions.toml` and run `cargo clerk-sessions update`. To start under
//! another profile, set `CLERK_SESSION_PROFILE`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// A set of settings for one kind of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Local development. Needs the publishable key of a Clerk test instance, and takes no tokens of
    /// another one.
    Dev,
    /// Production. Takes keys of a live instance only.
    Prod,
    /// Production where a stolen token must be of little use. Live instances only.
    HighSecurity,
}

/// The kind of Clerk instance that a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceKeys {
    /// `pk_test_…` and `sk_test_…`.
    Test,
    /// `pk_live_…` and `sk_live_…`.
    Live,
}

/// What to do with a token that names no authorized party (`azp`).
///
/// Clerk leaves `azp` out of tokens that were not issued to a web page, such as those of native
/// apps and of the Backend API, and out of cookies that were set while a page loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzpMissing {
    /// Refuse it.
    Refuse,
    /// Accept it in the `Authorization` header only.
    AllowHeader,
    /// Accept it.
    Allow,
}

/// Whether a session cookie needs the `__client_uat` cookie beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientUatPolicy {
    /// Check `__client_uat` if it is present.
    IfPresent,
    /// Refuse a session cookie without it, as Clerk's JavaScript SDK does.
    Required,
}

/// Everything about verification that is a choice. `clerk-sessions.toml` explains each setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The kind of instance whose keys are accepted.
    pub instance_keys: InstanceKeys,
    /// Whether a request may carry a token in `Authorization: Bearer …`.
    pub header: bool,
    /// Whether it may carry one in the `__session` cookie, with or without Clerk's suffix.
    pub cookie: bool,
    /// What to do with a token without `azp`.
    pub azp_missing: AzpMissing,
    /// Whether `CLERK_AUTHORIZED_PARTIES` must be set.
    pub parties_required: bool,
    /// Whether a session cookie needs `__client_uat`.
    pub client_uat: ClientUatPolicy,
    /// How far the clocks of this machine and of Clerk may differ.
    pub leeway: Duration,
    /// The accepted values of `aud`. An empty list accepts any.
    pub audience: Vec<String>,
    /// The age, by `iat`, beyond which a token is refused even before it expires.
    pub maximum_token_age: Option<Duration>,
    /// How many verified tokens are remembered. 0 turns the cache off.
    pub cache_entries: usize,
    /// The last part of a token's life, in percent, in which a client should fetch a new one.
    pub refresh_percent: u8,
}

/// The accepted values of `aud`, under every profile.
/~- rustfmt would lay the list out by the length of its values, which no template knows. ~/
#[rustfmt::skip]
const AUDIENCE: &[&str] = &[
/*- for value in audience */
    "«value»",
/*- endfor */
];

impl Profile {
    /// The profile that this code was generated with.
    pub const GENERATED: Self = Self::«profile | variant»;

    /// Reads the name of a profile, such as `prod`.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Dev, Self::Prod, Self::HighSecurity];
        all.iter().copied().find(|profile| profile.name() == name)
    }

    /// Its name, such as `prod`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Prod => "prod",
            Self::HighSecurity => "high-security",
        }
    }

    /// Its settings.
    pub fn settings(self) -> Settings {
        match self {
/*- for name, settings in profiles */
            Self::«name | replace(from="_", to="-") | variant» => Settings {
                instance_keys: InstanceKeys::«settings.instance_keys | variant»,
                header: «"header" in settings.carriers»,
                cookie: «"cookie" in settings.carriers»,
                azp_missing: AzpMissing::«settings.azp_missing | variant»,
                parties_required: «settings.parties == "required"»,
                client_uat: ClientUatPolicy::«settings.client_uat | variant»,
                leeway: Duration::from_secs(«settings.leeway»),
                audience: AUDIENCE.iter().copied().map(String::from).collect(),
                maximum_token_age: limit(«settings.maximum_token_age»),
                cache_entries: «settings.cache_entries»,
                refresh_percent: «settings.refresh_percent»,
            },
/*- endfor */
        }
    }
/*- if loosens */

    /// What `clerk-sessions.toml` sets less strictly than this profile does by itself.
    /~- rustfmt would lay the arms out by the length of their texts, which no template knows. ~/
    #[rustfmt::skip]
    pub(crate) fn loosened(self) -> &'static str {
        match self {
            Self::Dev => "«loosened.dev»",
            Self::Prod => "«loosened.prod»",
            Self::HighSecurity => "«loosened.high_security»",
        }
    }
/*- endif */
}

/// A number of seconds; 0 is no limit.
fn limit(count: u64) -> Option<Duration> {
    (count > 0).then(|| Duration::from_secs(count))
}

/// Why no verifier can be built: a sentence that says what to set, and never quotes a key.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError(Cow<'static, str>);

impl ConfigError {
    pub(crate) fn new(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self(sentence.into())
    }

    pub(crate) fn unless(holds: bool, sentence: &'static str) -> Result<(), Self> {
        holds.then_some(()).ok_or(Self(Cow::Borrowed(sentence)))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The sentence as well, because that is what a program prints whose `main` returns the error.
impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for ConfigError {}
