// clerk-sessions: module/config.rs
//! The settings as code: three profiles, one of which is generated as the default.
//!
//! Change settings in `clerk-sessions.toml` and run `cargo clerk-sessions update`. To start under
//! another profile, set `CLERK_SESSION_PROFILE`.

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

/~- rustfmt would lay the list out by the length of its values, which no template knows. -~/
/*- if audience */

/// The accepted values of `aud`, under every profile.
#[rustfmt::skip]
const AUDIENCE: &[&str] = &[
    /*- for value in audience -*/
    "«value»"/* if not loop.last */, /* endif -*/
    /*- endfor -*/
];
/*- endif */

impl Profile {
    /// The profile that this code was generated with.
    pub const GENERATED: Self = Self::/* if profile == "dev" */Dev/* elif profile == "prod" */Prod/* else */HighSecurity/* endif */;

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
/*- for name, settings in profiles */

fn «name»() -> Settings {
    Settings {
        instance_keys: InstanceKeys::/* if settings.instance_keys == "test" */Test/* else */Live/* endif */,
        carriers: Carriers {
            header: /* if "header" in settings.carriers */true/* else */false/* endif */,
            cookie: /* if "cookie" in settings.carriers */true/* else */false/* endif */,
        },
        azp_missing: AzpMissing::/* if settings.azp_missing == "refuse" */Refuse/* elif settings.azp_missing == "allow" */Allow/* else */AllowHeader/* endif */,
        parties_required: /* if settings.parties == "required" */true/* else */false/* endif */,
        client_uat: ClientUatPolicy::/* if settings.client_uat == "required" */Required/* else */IfPresent/* endif */,
        leeway: seconds(«settings.leeway»),
        audience: /* if audience */AUDIENCE.iter().copied().map(String::from).collect()/* else */Vec::new()/* endif */,
        maximum_token_age: /* if settings.maximum_token_age == 0 */None/* else */Some(seconds(«settings.maximum_token_age»))/* endif */,
        cache_entries: «settings.cache_entries»,
        refresh_percent: «settings.refresh_percent»,
    }
}
/*- endfor */

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
