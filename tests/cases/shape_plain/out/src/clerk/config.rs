// clerk-sessions: module/config.rs
//! The settings as code: three profiles, of which `CLERK_SESSION_PROFILE` chooses one.
//!
//! `clerk-sessions.toml` is where to change them; `cargo clerk-sessions update` brings them here.

use std::time::Duration;

/// A set of settings for one kind of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Local development, with a Clerk test instance only.
    Dev,
    /// Production, with a live instance only.
    Prod,
    /// Production where a stolen token must be of little use.
    HighSecurity,
}

/// Which Clerk instance a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceKeys {
    /// `pk_test_…` and `sk_test_…`.
    Test,
    /// `pk_live_…` and `sk_live_…`.
    Live,
}

/// What happens to a token that names no authorized party (`azp`).
///
/// Clerk leaves it out of tokens that were not minted for a web page: those of native apps and of
/// the Backend API, and cookies that were set while a document was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzpMissing {
    /// It is refused, wherever it came from.
    Refuse,
    /// It is accepted in the `Authorization` header only.
    AllowHeader,
    /// It is accepted.
    Allow,
}

/// When a session cookie needs the `__client_uat` cookie beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientUatPolicy {
    /// It is obeyed where it is present.
    IfPresent,
    /// A session cookie without it is refused, as in Clerk's JavaScript SDK.
    Required,
}

/// Where a token may stand in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carriers {
    /// `Authorization: Bearer …`.
    pub header: bool,
    /// The `__session` cookie, with or without suffix.
    pub cookie: bool,
}

/// Everything about verification that is a choice. What each means stands in `clerk-sessions.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which keys start the program.
    pub instance_keys: InstanceKeys,
    /// Where a token may stand in a request.
    pub carriers: Carriers,
    /// What happens to a token without `azp`.
    pub azp_missing: AzpMissing,
    /// Whether `CLERK_AUTHORIZED_PARTIES` must be set.
    pub parties_required: bool,
    /// When `__client_uat` is needed.
    pub client_uat: ClientUatPolicy,
    /// The difference between our clock and Clerk's that is forgiven.
    pub leeway: Duration,
    /// Accepted values of `aud`; checked only when there are any.
    pub audience: Vec<String>,
    /// The oldest token that is accepted, by its `iat`.
    pub maximum_token_age: Option<Duration>,
    /// How many verified tokens are remembered; 0 turns the cache off.
    pub cache_entries: usize,
    /// The last part of a token's life, in percent, in which clients should fetch a new one.
    pub refresh_percent: u8,
}

#[rustfmt::skip]
const DEV_AUDIENCE: &[&str] = &[];

#[rustfmt::skip]
const HIGH_SECURITY_AUDIENCE: &[&str] = &[];

#[rustfmt::skip]
const PROD_AUDIENCE: &[&str] = &[];

impl Profile {
    /// The one that was chosen when this code was generated.
    pub const GENERATED: Self = Self::Prod;

    /// Reads the name of a profile, such as `prod`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "dev" => Some(Self::Dev),
            "prod" => Some(Self::Prod),
            "high-security" => Some(Self::HighSecurity),
            _ => None,
        }
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
}

fn dev() -> Settings {
    Settings {
        instance_keys: InstanceKeys::Test,
        carriers: Carriers {
            header: true,
            cookie: true,
        },
        azp_missing: AzpMissing::Allow,
        parties_required: false,
        client_uat: ClientUatPolicy::IfPresent,
        leeway: seconds(5),
        audience: words(DEV_AUDIENCE),
        maximum_token_age: None,
        cache_entries: 10000,
        refresh_percent: 10,
    }
}

fn high_security() -> Settings {
    Settings {
        instance_keys: InstanceKeys::Live,
        carriers: Carriers {
            header: true,
            cookie: false,
        },
        azp_missing: AzpMissing::Refuse,
        parties_required: true,
        client_uat: ClientUatPolicy::Required,
        leeway: seconds(5),
        audience: words(HIGH_SECURITY_AUDIENCE),
        maximum_token_age: Some(seconds(300)),
        cache_entries: 10000,
        refresh_percent: 20,
    }
}

fn prod() -> Settings {
    Settings {
        instance_keys: InstanceKeys::Live,
        carriers: Carriers {
            header: true,
            cookie: true,
        },
        azp_missing: AzpMissing::Refuse,
        parties_required: true,
        client_uat: ClientUatPolicy::IfPresent,
        leeway: seconds(5),
        audience: words(PROD_AUDIENCE),
        maximum_token_age: Some(seconds(3600)),
        cache_entries: 10000,
        refresh_percent: 10,
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}
