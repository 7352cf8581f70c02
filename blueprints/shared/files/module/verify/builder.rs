// clerk-sessions: module/verify/builder.rs
//! Builds a `Verifier` of settings and of what environment variables say. An empty variable counts as
//! unset; a set one must be valid.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
/*- if keys == "jwks" */

use «crates.reqwest»::Url;
/*- endif */

use super::super::config::{ConfigError, InstanceKeys, Profile, Settings};
use super::super::session::SessionContext;
use super::cache::TokenCache;
use super::clock::Clock;
use super::credential::Lookup;
/*- if keys == "jwks" */
use super::jwks::{self, KeySet};
/*- endif */
use super::keys::{KeySource, PublicKey};
use super::origin;
use super::publishable::PublishableKey;
use super::revocation::Revoked;
use super::rules::Rules;
/*- if keys == "jwks" */
use super::store::JwksStore;
/*- endif */
use super::{Engine, Verifier};

/// The variables that are read, but for `CLERK_SESSION_PROFILE`.
const VARIABLES: [&str; 6] = [
    "CLERK_PUBLISHABLE_KEY",
    "CLERK_SECRET_KEY",
    "CLERK_JWT_KEY",
    "CLERK_JWKS_URL",
    "CLERK_ISSUER",
    "CLERK_AUTHORIZED_PARTIES",
];

/// Collects what a `Verifier` is made of. `build` checks everything together.
#[derive(Clone)]
#[must_use]
pub struct VerifierBuilder {
    pub(crate) profile: Result<Profile, ConfigError>,
    settings: Settings,
    variables: BTreeMap<&'static str, OsString>,
    /*- if keys == "jwks" */
    jwks_document: Option<String>,
    /*- endif */
    clock: Clock,
}

impl VerifierBuilder {
    pub(crate) fn new(profile: Result<Profile, ConfigError>) -> Self {
        Self {
            settings: profile.clone().unwrap_or(Profile::GENERATED).settings(),
            profile,
            variables: BTreeMap::new(),
            /*- if keys == "jwks" */
            jwks_document: None,
            /*- endif */
            clock: Clock::system(),
        }
    }

    /// Takes everything from environment variables, which are read by a function such as
    /// `std::env::var_os`. This discards earlier changes, but for the clock.
    pub fn environment<V: Into<OsString>>(self, read: impl Fn(&'static str) -> Option<V>) -> Self {
        let profile = named_profile(read("CLERK_SESSION_PROFILE").map(Into::into));
        let set = |name| Some((name, read(name)?.into()));
        Self {
            variables: VARIABLES.iter().copied().filter_map(set).collect(),
            clock: self.clock,
            ..Self::new(profile)
        }
    }

    /// Sets what one of the variables says, such as `CLERK_ISSUER`.
    pub fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    /// Takes the settings of a profile. This discards earlier changes by `settings`.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Ok(profile);
        self.settings = profile.settings();
        self
    }

    /// Changes single settings, such as `|settings| settings.cache_entries = 0`.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }
/* if keys == "jwks" */
    /// A fixed JWKS document, for tests and for machines without a network.
    pub fn jwks_document(mut self, json: impl Into<String>) -> Self {
        self.jwks_document = Some(json.into());
        self
    }
/* endif */
    /// The clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks everything and builds the verifier, unless something is missing, malformed, or refused by
    /// the profile. It does not use the network.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        let profile = self.profile.clone()?;
        let publishable = self.publishable()?;
        let publishable = publishable.as_ref();
        self.validate_instance(profile, publishable)?;
        let issuers = self.pinned_issuers(publishable)?;
        let keys = self.key_source(publishable, !issuers.is_empty())?;
        let parties = self.parties()?;
        ConfigError::unless(
            publishable.is_some() || !self.settings.cookie,
            "`CLERK_PUBLISHABLE_KEY` is not set, and session cookies cannot be read without it",
        )?;
        let settings = self.settings;
        let context = SessionContext {
            clock: self.clock,
            revoked: Revoked::default(),
            reveal: profile == Profile::Dev && publishable.is_some_and(PublishableKey::is_test),
            refresh_percent: settings.refresh_percent,
        };
        let cached = Some(settings.cache_entries).filter(|entries| *entries > 0);
        Ok(Verifier(Arc::new(Engine {
            lookup: Lookup::new(&settings, publishable, &parties),
            rules: Rules {
                settings,
                parties,
                issuers,
            },
            keys,
            cache: cached.map(TokenCache::new),
            context: Arc::new(context),
        })))
    }

    fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        text(name, self.variables.get(name).cloned())
    }

    /// The entries of a list, without surrounding white space.
    fn list(&self, name: &'static str) -> Result<Vec<String>, ConfigError> {
        let list = self.text(name)?;
        let entries = list.iter().flat_map(|list| list.split(','));
        Ok(entries.map(|entry| entry.trim().to_owned()).collect())
    }

    fn publishable(&self) -> Result<Option<PublishableKey>, ConfigError> {
        let Some(key) = self.text("CLERK_PUBLISHABLE_KEY")? else {
            return Ok(None);
        };
        ConfigError::unless(
            !key.starts_with("sk_"),
            "`CLERK_PUBLISHABLE_KEY` looks like a secret key: set the one that begins with `pk_`, \
             and rotate the secret key in the Clerk Dashboard, as it may have been seen",
        )?;
        let fault = "`CLERK_PUBLISHABLE_KEY` is not a publishable key (`pk_test_…` or `pk_live_…`)";
        let key = PublishableKey::parse(&key);
        key.map(Some).ok_or(ConfigError::new(fault))
    }

    /// The kind of instance that the secret key belongs to. The key itself is not kept.
    fn secret(&self) -> Result<Option<InstanceKeys>, ConfigError> {
        match self.text("CLERK_SECRET_KEY")? {
            None => Ok(None),
            Some(key) if key.starts_with("sk_test_") => Ok(Some(InstanceKeys::Test)),
            Some(key) if key.starts_with("sk_live_") => Ok(Some(InstanceKeys::Live)),
            Some(_) => Err(ConfigError::new(
                "`CLERK_SECRET_KEY` is not a secret key (`sk_test_…` or `sk_live_…`)",
            )),
        }
    }

    /// Keeps live instances off the `dev` profile and test instances out of production. A PEM or a URL
    /// does not say whose it is, so `dev` needs a publishable key, which pins the issuer as well.
    fn validate_instance(
        &self,
        profile: Profile,
        publishable: Option<&PublishableKey>,
    ) -> Result<(), ConfigError> {
        let wanted = self.settings.instance_keys;
        ConfigError::unless(
            publishable.is_some() || wanted == InstanceKeys::Live,
            "`CLERK_PUBLISHABLE_KEY` is not set, and the profile `dev` needs that of a test \
             instance (`pk_test_…`): set it, or another `CLERK_SESSION_PROFILE`",
        )?;
        let (kind, cure) = match wanted {
            InstanceKeys::Test => ("live", "`CLERK_SESSION_PROFILE`"),
            InstanceKeys::Live => ("test", "for local work set `CLERK_SESSION_PROFILE=dev`"),
        };
        let found = [
            ("CLERK_PUBLISHABLE_KEY", publishable.map(|key| key.instance)),
            ("CLERK_SECRET_KEY", self.secret()?),
        ];
        let mut found = found.iter();
        match found.find(|(_, kind)| kind.is_some_and(|kind| kind != wanted)) {
            Some((variable, _)) => Err(ConfigError::new(format!(
                "`{variable}` belongs to a {kind} instance, which the profile `{}` refuses: change \
                 the key, or {cure}",
                profile.name(),
            ))),
            None => Ok(()),
        }
    }

    fn parties(&self) -> Result<Vec<String>, ConfigError> {
        let parties = self.list("CLERK_AUTHORIZED_PARTIES")?;
        ConfigError::unless(
            !parties.is_empty() || !self.settings.parties_required,
            "`CLERK_AUTHORIZED_PARTIES` is not set: list the origins of your frontends, such as \
             `https://app.example.com`",
        )?;
        match parties.iter().find(|party| !origin::is_bare(party)) {
            Some(entry) => Err(ConfigError::new(format!(
                "`CLERK_AUTHORIZED_PARTIES` has the entry `{entry}`, which is not a bare origin: {}",
                origin::advice(entry)
            ))),
            None => Ok(parties),
        }
    }

    /// The issuers, of which every token must name one: those of `CLERK_ISSUER`, else that of the
    /// publishable key.
    fn pinned_issuers(&self, key: Option<&PublishableKey>) -> Result<Vec<String>, ConfigError> {
        let own = key.map(|key| format!("https://{}", key.frontend_api));
        let issuers = self.list("CLERK_ISSUER")?;
        if issuers.is_empty() {
            return Ok(own.into_iter().collect());
        }
        ConfigError::unless(
            issuers.iter().all(|issuer| origin::is_issuer(issuer)),
            "`CLERK_ISSUER` has an entry that is not an issuer such as \
             `https://clerk.example.com`, without a slash at the end",
        )?;
        let test_only = self.settings.instance_keys == InstanceKeys::Test;
        let near = |issuer: &String| own.as_ref() == Some(issuer) || origin::is_local(issuer);
        ConfigError::unless(
            !test_only || issuers.iter().all(near),
            "`CLERK_ISSUER` names another instance than `CLERK_PUBLISHABLE_KEY`: the profile \
             `dev` takes only that one, and issuers on this machine",
        )?;
        Ok(issuers)
    }

    fn pem(&self) -> Result<Option<KeySource>, ConfigError> {
        let fault = "`CLERK_JWT_KEY` is not the PEM from the Dashboard (RSA, 2048 to 4096 bits)";
        let parse = |pem: String| PublicKey::from_pem(&pem).ok_or(ConfigError::new(fault));
        let key = self.text("CLERK_JWT_KEY")?.map(parse).transpose()?;
        Ok(key.map(KeySource::Pem))
    }
/* if keys == "jwks" */
    /// In order of precedence: a PEM, a JWKS URL, the Frontend API of the publishable key.
    fn key_source(
        &self,
        publishable: Option<&PublishableKey>,
        issuer_is_pinned: bool,
    ) -> Result<KeySource, ConfigError> {
        let named = self.text("CLERK_JWKS_URL")?;
        let named = named.as_deref().map(jwks_url).transpose()?;
        if let Some(pem) = self.pem()? {
            return Ok(pem);
        }
        if let Some(document) = &self.jwks_document {
            let keys = KeySet::from_json(document.as_bytes()).map(KeySource::Fixed);
            let fault = "the JWKS document has no RSA key for signatures";
            return keys.ok_or(ConfigError::new(fault));
        }
        let url = match (named, publishable) {
            (Some(url), _) => url,
            (None, Some(key)) => jwks_url(&key.jwks_url())?,
            (None, None) => return Err(no_keys()),
        };
        ConfigError::unless(
            issuer_is_pinned,
            "`CLERK_JWKS_URL` needs an issuer: set `CLERK_PUBLISHABLE_KEY` or `CLERK_ISSUER`",
        )?;
        jwks::client(&url).map_err(|cause| {
            ConfigError::new(format!(
                "no keys can be fetched, as this machine seems to have no root certificates \
                 ({cause}): install them (the package `ca-certificates`), or set `SSL_CERT_FILE`, or \
                 `CLERK_JWT_KEY` so that no key is fetched"
            ))
        })?;
        let store = JwksStore::new(url, self.clock.clone());
        Ok(KeySource::Fetched(Arc::new(store)))
    }
/* else */
    /// A PEM is the only source: this module was generated with `keys = "pem"`.
    fn key_source(&self, _: Option<&PublishableKey>, _: bool) -> Result<KeySource, ConfigError> {
        match self.pem()? {
            Some(pem) => Ok(pem),
            None if self.text("CLERK_JWKS_URL")?.is_some() => Err(ConfigError::new(
                "`CLERK_JWKS_URL` is set, but this code does not fetch keys: set `CLERK_JWT_KEY`, or \
                 generate the code with `keys = \"jwks\"`",
            )),
            None => Err(no_keys()),
        }
    }
/* endif */}
/* if keys == "jwks" */
fn jwks_url(url: &str) -> Result<Url, ConfigError> {
    let fault = "`CLERK_JWKS_URL` is not an `https` URL (`http` is only for this machine)";
    jwks::url(url).ok_or(ConfigError::new(fault))
}
/* endif */
/// The value of a variable without surrounding white space, unless nothing is left.
fn text(name: &str, value: Option<OsString>) -> Result<Option<String>, ConfigError> {
    let text = value.map(OsString::into_string).transpose();
    let text = text.map_err(|_| ConfigError::new(format!("`{name}` is not valid UTF-8")))?;
    let text = text.map(|text| text.trim().to_owned());
    Ok(text.filter(|text| !text.is_empty()))
}

fn named_profile(value: Option<OsString>) -> Result<Profile, ConfigError> {
    let Some(name) = text("CLERK_SESSION_PROFILE", value)? else {
        return Ok(Profile::GENERATED);
    };
    Profile::from_name(&name).ok_or_else(|| {
        ConfigError::new(format!(
            "`CLERK_SESSION_PROFILE` is `{name}`, not `dev`, `prod` or `high-security`"
        ))
    })
}

fn no_keys() -> ConfigError {
    ConfigError::new(
        "no public key can be found to verify sessions with (`CLERK_SECRET_KEY` is none): set \
         `CLERK_PUBLISHABLE_KEY` or `CLERK_JWT_KEY`",
    )
}
