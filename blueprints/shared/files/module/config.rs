// clerk-sessions: module/config.rs
//! The settings as code: three profiles, one of which is generated as the default. Then what the
//! environment variables say, and what can be wrong with it.
//!
//! Change settings in `clerk-sessions.toml` and run `cargo clerk-sessions update`. To start under
//! another profile, set `CLERK_SESSION_PROFILE`.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use super::VerifierBuilder;

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

/// Where a request may carry a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carriers {
    /// In `Authorization: Bearer …`.
    pub header: bool,
    /// In the `__session` cookie, with or without Clerk's suffix.
    pub cookie: bool,
}

/// Everything about verification that is a choice. `clerk-sessions.toml` explains each setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The kind of instance whose keys are accepted.
    pub instance_keys: InstanceKeys,
    /// Where a request may carry a token.
    pub carriers: Carriers,
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
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Dev, Self::Prod, Self::HighSecurity];
        all.iter().copied().find(|profile| profile.name() == name)
    }

    /// Its name, such as `prod`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Prod => "prod",
            Self::HighSecurity => "high-security",
        }
    }

    /// Its settings.
    #[must_use]
    pub fn settings(self) -> Settings {
        match self {
            Self::Dev => dev(),
            Self::Prod => prod(),
            Self::HighSecurity => high_security(),
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
/*- for name, settings in profiles */

fn «name»() -> Settings {
    Settings {
        instance_keys: InstanceKeys::«settings.instance_keys | variant»,
        carriers: Carriers {
            header: «"header" in settings.carriers»,
            cookie: «"cookie" in settings.carriers»,
        },
        azp_missing: AzpMissing::«settings.azp_missing | variant»,
        parties_required: «settings.parties == "required"»,
        client_uat: ClientUatPolicy::«settings.client_uat | variant»,
        leeway: seconds(«settings.leeway»),
        audience: AUDIENCE.iter().copied().map(String::from).collect(),
        maximum_token_age: limit(«settings.maximum_token_age»),
        cache_entries: «settings.cache_entries»,
        refresh_percent: «settings.refresh_percent»,
    }
}
/*- endfor */

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A number of seconds; 0 is no limit.
fn limit(count: u64) -> Option<Duration> {
    (count > 0).then(|| seconds(count))
}

/// Reads all variables with a function such as `std::env::var_os`. An empty one counts as unset; a
/// set one must be valid.
pub(crate) fn environment(
    variable: impl Fn(&'static str) -> Option<OsString>,
) -> Result<VerifierBuilder, ConfigError> {
    let text = |name| set(name, variable(name));
    let profile = match text("CLERK_SESSION_PROFILE")? {
        Some(name) => Profile::from_name(&name).ok_or_else(|| {
            ConfigError::new(format!(
                "`CLERK_SESSION_PROFILE` is `{name}`, not `dev`, `prod` or `high-security`"
            ))
        })?,
        None => Profile::GENERATED,
    };
    let secret_key = text("CLERK_SECRET_KEY")?;
    let parties = text("CLERK_AUTHORIZED_PARTIES")?;
    Ok(VerifierBuilder {
        publishable_key: text("CLERK_PUBLISHABLE_KEY")?,
        jwt_key: text("CLERK_JWT_KEY")?,
        jwks_url: text("CLERK_JWKS_URL")?,
        issuer: text("CLERK_ISSUER")?,
        secret_key: secret_key.as_deref().map(instance).transpose()?,
        parties: parties.as_deref().map(listed).unwrap_or_default(),
        ..VerifierBuilder::default().profile(profile)
    })
}

/// The value of a variable without surrounding white space, unless nothing is left.
fn set(name: &'static str, value: Option<OsString>) -> Result<Option<String>, ConfigError> {
    let text = value.map(OsString::into_string).transpose();
    let text = text.map_err(|_| ConfigError::new(format!("`{name}` is not valid UTF-8")))?;
    let text = text.map(|text| text.trim().to_owned());
    Ok(text.filter(|text| !text.is_empty()))
}

/// The entries of a list, without surrounding white space.
pub(crate) fn listed(list: &str) -> Vec<String> {
    let entries = list.split(',').map(str::trim);
    entries.map(str::to_owned).collect()
}

/// The kind of instance that a secret key belongs to. The key itself is not kept.
fn instance(secret_key: &str) -> Result<InstanceKeys, ConfigError> {
    if secret_key.starts_with("sk_test_") {
        return Ok(InstanceKeys::Test);
    }
    if secret_key.starts_with("sk_live_") {
        return Ok(InstanceKeys::Live);
    }
    Err(ConfigError::new(
        "`CLERK_SECRET_KEY` is not a secret key (`sk_test_…` or `sk_live_…`)",
    ))
}

/// Why no verifier can be built: a sentence that says what to set, and never quotes a key.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError(Cow<'static, str>);

impl ConfigError {
    pub(crate) fn new(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self(sentence.into())
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
