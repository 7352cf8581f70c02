// clerk-sessions: module/environment.rs
//! Reads the environment variables. An empty variable counts as unset; a set one must be valid.

use std::ffi::OsString;

use super::builder::VerifierBuilder;
use super::config::{InstanceKeys, Profile};
use super::config_error::ConfigError;

/// Reads all variables with a function such as `std::env::var_os`.
pub(crate) fn read(
    variable: impl Fn(&'static str) -> Option<OsString>,
) -> Result<VerifierBuilder, ConfigError> {
    let text = |name| set(name, variable(name));
    let profile = match text("CLERK_SESSION_PROFILE")? {
        Some(name) => Profile::from_name(&name).ok_or(ConfigError::Profile { found: name })?,
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
    let Some(value) = value else {
        return Ok(None);
    };
    let text = value
        .into_string()
        .map_err(|_| ConfigError::NotText { variable: name })?;
    let text = text.trim();
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn listed(parties: &str) -> Vec<String> {
    let entries = parties.split(',').map(str::trim);
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
    Err(ConfigError::SecretKey)
}
