// clerk-sessions: module/verify/builder.rs
//! Builds a `Verifier`, from the environment or by hand, under the same rules.

use std::ffi::OsString;
use std::sync::Arc;
/*- if keys == "jwks" */

use «crates.reqwest»::Url;
/*- endif */

use super::super::config::{self, ConfigError, InstanceKeys, Profile, Settings};
use super::super::session::SessionContext;
use super::cache::TokenCache;
use super::clock::Clock;
use super::credential::Lookup;
/*- if keys == "jwks" */
use super::document::KeySet;
use super::fetch;
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

/// Collects what a `Verifier` is made of. Where a method is named after an environment variable, it
/// takes what that variable would hold. `build` checks everything together.
#[derive(Clone)]
#[must_use]
pub struct VerifierBuilder {
    pub(crate) profile: Profile,
    pub(crate) settings: Settings,
    pub(crate) publishable_key: Option<String>,
    pub(crate) jwt_key: Option<String>,
    pub(crate) jwks_url: Option<String>,
    /*- if keys == "jwks" */
    pub(crate) jwks_document: Option<String>,
    /*- endif */
    pub(crate) issuer: Option<String>,
    pub(crate) parties: Vec<String>,
    pub(crate) secret_key: Option<InstanceKeys>,
    pub(crate) clock: Clock,
    /// A variable that could not be read.
    pub(crate) fault: Option<ConfigError>,
}

impl Default for VerifierBuilder {
    fn default() -> Self {
        Self {
            profile: Profile::GENERATED,
            settings: Profile::GENERATED.settings(),
            publishable_key: None,
            jwt_key: None,
            jwks_url: None,
            /*- if keys == "jwks" */
            jwks_document: None,
            /*- endif */
            issuer: None,
            parties: Vec::new(),
            secret_key: None,
            clock: Clock::system(),
            fault: None,
        }
    }
}

impl VerifierBuilder {
    /// Takes everything from environment variables, which are read by a function such as
    /// `std::env::var_os`. This discards earlier changes, but for the clock.
    pub fn environment<V: Into<OsString>>(self, read: impl Fn(&'static str) -> Option<V>) -> Self {
        let (found, fault) = match config::environment(|name| read(name).map(Into::into)) {
            Ok(found) => (found, None),
            Err(cause) => (Self::default(), Some(cause)),
        };
        Self {
            clock: self.clock,
            fault,
            ..found
        }
    }

    /// Takes the settings of a profile. This discards earlier changes by `settings`.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self.settings = profile.settings();
        self
    }

    /// Changes single settings, such as `|settings| settings.cache_entries = 0`.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// `CLERK_PUBLISHABLE_KEY`.
    pub fn publishable_key(mut self, key: impl Into<String>) -> Self {
        self.publishable_key = Some(key.into());
        self
    }

    /// `CLERK_JWT_KEY`: a PEM, so that no key is fetched.
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.jwt_key = Some(pem.into());
        self
    }
/* if keys == "jwks" */
    /// `CLERK_JWKS_URL`.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// A fixed JWKS document, for tests and for machines without a network.
    pub fn jwks_document(mut self, json: impl Into<String>) -> Self {
        self.jwks_document = Some(json.into());
        self
    }
/* endif */
    /// `CLERK_ISSUER`: one, or several that are separated by commas.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// The entries of `CLERK_AUTHORIZED_PARTIES`.
    pub fn authorized_parties<P>(mut self, parties: P) -> Self
    where
        P: IntoIterator,
        P::Item: Into<String>,
    {
        self.parties = parties.into_iter().map(Into::into).collect();
        self
    }

    /// The clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks everything and builds the verifier. It does not use the network.
    ///
    /// # Errors
    ///
    /// If something is missing, malformed, or refused by the profile.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let publishable = self.publishable()?;
        self.check_instance(publishable.as_ref())?;
        let issuers = self.pinned_issuers(publishable.as_ref())?;
        let keys = self.key_source(publishable.as_ref(), !issuers.is_empty())?;
        self.check_parties()?;
        if self.settings.carriers.cookie && publishable.is_none() {
            return Err(ConfigError::new(
                "`CLERK_PUBLISHABLE_KEY` is not set, and session cookies cannot be read without it",
            ));
        }
        let settings = &self.settings;
        let test_key = publishable.as_ref().is_some_and(PublishableKey::is_test);
        let context = SessionContext {
            clock: self.clock,
            revoked: Revoked::default(),
            reveal: self.profile == Profile::Dev && test_key,
            refresh_percent: settings.refresh_percent,
        };
        let cached = Some(settings.cache_entries).filter(|entries| *entries > 0);
        Ok(Verifier(Arc::new(Engine {
            lookup: Lookup::new(settings.carriers, publishable.as_ref(), &self.parties),
            rules: Rules::new(settings, self.parties, issuers),
            keys,
            cache: cached.map(TokenCache::new),
            context: Arc::new(context),
        })))
    }

    fn publishable(&self) -> Result<Option<PublishableKey>, ConfigError> {
        let Some(key) = &self.publishable_key else {
            return Ok(None);
        };
        match PublishableKey::parse(key) {
            Some(key) => Ok(Some(key)),
            None if key.starts_with("sk_") => Err(ConfigError::new(
                "`CLERK_PUBLISHABLE_KEY` looks like a secret key: set the one that begins with `pk_`, \
                 and rotate the secret key in the Clerk Dashboard, as it may have been seen",
            )),
            None => Err(ConfigError::new(
                "`CLERK_PUBLISHABLE_KEY` is not a publishable key (`pk_test_…` or `pk_live_…`)",
            )),
        }
    }

    /// Keeps live instances off the `dev` profile and test instances out of production. A PEM or a URL
    /// does not say whose it is, so `dev` needs a publishable key, which pins the issuer as well.
    fn check_instance(&self, publishable: Option<&PublishableKey>) -> Result<(), ConfigError> {
        let wanted = self.settings.instance_keys;
        if publishable.is_none() && wanted == InstanceKeys::Test {
            return Err(ConfigError::new(
                "`CLERK_PUBLISHABLE_KEY` is not set, and the profile `dev` needs that of a test \
                 instance (`pk_test_…`): set it, or another `CLERK_SESSION_PROFILE`",
            ));
        }
        let found = [
            ("CLERK_PUBLISHABLE_KEY", publishable.map(|key| key.instance)),
            ("CLERK_SECRET_KEY", self.secret_key),
        ];
        for (variable, found) in found {
            if found.is_some_and(|found| found != wanted) {
                let profile = self.profile.name();
                let kind = match wanted {
                    InstanceKeys::Test => "live",
                    InstanceKeys::Live => "test",
                };
                return Err(ConfigError::new(format!(
                    "`{variable}` belongs to a {kind} instance, which the profile `{profile}` \
                     refuses: change the key or `CLERK_SESSION_PROFILE`"
                )));
            }
        }
        Ok(())
    }

    fn check_parties(&self) -> Result<(), ConfigError> {
        if self.parties.is_empty() && self.settings.parties_required {
            return Err(ConfigError::new(
                "`CLERK_AUTHORIZED_PARTIES` is not set: list the origins of your frontends, such as \
                 `https://app.example.com`",
            ));
        }
        match self.parties.iter().find(|party| !origin::is_bare(party)) {
            Some(entry) => Err(ConfigError::new(format!(
                "`CLERK_AUTHORIZED_PARTIES` has the entry `{entry}`, which is not a bare origin: {}",
                origin::advice(entry)
            ))),
            None => Ok(()),
        }
    }

    /// The issuers, of which every token must name one: those of `CLERK_ISSUER`, else that of the
    /// publishable key.
    fn pinned_issuers(&self, key: Option<&PublishableKey>) -> Result<Vec<String>, ConfigError> {
        let own = key.map(|key| format!("https://{}", key.frontend_api));
        let Some(list) = &self.issuer else {
            return Ok(own.into_iter().collect());
        };
        let issuers = config::listed(list);
        if !issuers.iter().all(|issuer| origin::is_issuer(issuer)) {
            return Err(ConfigError::new(
                "`CLERK_ISSUER` has an entry that is not an issuer such as \
                 `https://clerk.example.com`, without a slash at the end",
            ));
        }
        let test_only = self.settings.instance_keys == InstanceKeys::Test;
        let near = |issuer: &String| own.as_ref() == Some(issuer) || origin::is_local(issuer);
        if test_only && !issuers.iter().all(near) {
            return Err(ConfigError::new(
                "`CLERK_ISSUER` names another instance than `CLERK_PUBLISHABLE_KEY`: the profile \
                 `dev` takes only that one, and issuers on this machine",
            ));
        }
        Ok(issuers)
    }
/* if keys == "jwks" */
    /// In order of precedence: a PEM, a JWKS URL, the Frontend API of the publishable key.
    fn key_source(
        &self,
        publishable: Option<&PublishableKey>,
        issuer_is_pinned: bool,
    ) -> Result<KeySource, ConfigError> {
        let named = self.jwks_url.as_deref().map(jwks_url).transpose()?;
        if let Some(pem) = &self.jwt_key {
            return pem_source(pem);
        }
        if let Some(document) = &self.jwks_document {
            let keys = KeySet::from_json(document.as_bytes()).ok_or_else(|| {
                ConfigError::new("the JWKS document has no RSA key for signatures")
            })?;
            return Ok(KeySource::Fixed(keys));
        }
        let url = match (named, publishable) {
            (Some(url), _) => url,
            (None, Some(key)) => jwks_url(&format!(
                "https://{}/.well-known/jwks.json",
                key.frontend_api
            ))?,
            (None, None) => return Err(self.no_keys()),
        };
        if !issuer_is_pinned {
            return Err(ConfigError::new(
                "`CLERK_JWKS_URL` needs an issuer: set `CLERK_PUBLISHABLE_KEY` or `CLERK_ISSUER`",
            ));
        }
        fetch::client(&url).map_err(|cause| {
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
        match &self.jwt_key {
            Some(pem) => pem_source(pem),
            None if self.jwks_url.is_some() => Err(ConfigError::new(
                "`CLERK_JWKS_URL` is set, but this code does not fetch keys: set `CLERK_JWT_KEY`, or \
                 generate the code with `keys = \"jwks\"`",
            )),
            None => Err(self.no_keys()),
        }
    }
/* endif */
    fn no_keys(&self) -> ConfigError {
        ConfigError::new(match self.secret_key {
            Some(_) => {
                "only `CLERK_SECRET_KEY` is set, which cannot verify sessions: set \
                 `CLERK_PUBLISHABLE_KEY` or `CLERK_JWT_KEY` as well"
            }
            None => {
                "no public key can be found to verify sessions with: set `CLERK_PUBLISHABLE_KEY` or \
                 `CLERK_JWT_KEY`"
            }
        })
    }
}
/* if keys == "jwks" */
fn jwks_url(url: &str) -> Result<Url, ConfigError> {
    fetch::url(url).ok_or_else(|| {
        ConfigError::new("`CLERK_JWKS_URL` is not an `https` URL (`http` is only for this machine)")
    })
}
/* endif */
fn pem_source(pem: &str) -> Result<KeySource, ConfigError> {
    match PublicKey::from_pem(pem) {
        Some(key) => Ok(KeySource::Pem(key)),
        None => Err(ConfigError::new(
            "`CLERK_JWT_KEY` is not the PEM of an RSA public key of 2048 to 4096 bits: copy it from \
             the API keys page of the Clerk Dashboard",
        )),
    }
}
