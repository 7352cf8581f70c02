// clerk-sessions: module/verify/publishable.rs
//! The publishable key, which names a Clerk instance: its Frontend API and its cookies.
//!
//! Source: clerk/javascript, packages/shared/src/keys.ts.

use «crates.aws_lc_rs»::digest;
use «crates.base64»::prelude::*;

use super::super::config::InstanceKeys;

/// A publishable key, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishableKey {
    pub(crate) instance: InstanceKeys,
    pub(crate) frontend_api: String,
    /// The suffix that Clerk adds to the names of this instance's cookies.
    pub(crate) cookie_suffix: String,
}

impl PublishableKey {
    /// Reads `pk_test_…` or `pk_live_…`, followed by the base64 of a host name and `$`. Anything
    /// else is `None`.
    pub(crate) fn parse(key: &str) -> Option<Self> {
        let (instance, encoded) = match key.strip_prefix("pk_test_") {
            Some(encoded) => (InstanceKeys::Test, encoded),
            None => (InstanceKeys::Live, key.strip_prefix("pk_live_")?),
        };
        let decoded = BASE64_STANDARD_NO_PAD.decode(encoded.trim_end_matches('='));
        let decoded = String::from_utf8(decoded.ok()?).ok()?;
        let host = decoded.strip_suffix('$')?;
        is_frontend_api(host).then(|| Self {
            instance,
            frontend_api: host.to_ascii_lowercase(),
            cookie_suffix: suffix(key),
        })
    }

    pub(crate) fn is_test(&self) -> bool {
        self.instance == InstanceKeys::Test
    }
/* if keys == "jwks" */
    pub(crate) fn jwks_url(&self) -> String {
        format!("https://{}/.well-known/jwks.json", self.frontend_api)
    }
/* endif */}

/// A host name with a dot in it, and perhaps a port. Keys are fetched from there.
fn is_frontend_api(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        let edges = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !edges && label.bytes().all(fits)
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    host.contains('.') && host.split('.').all(is_label) && is_port
}

/// The first characters of the key's hash. It protects nothing, and only tells the cookies of two
/// instances apart, so SHA-1 will do.
fn suffix(key: &str) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    BASE64_URL_SAFE.encode(hash).chars().take(8).collect()
}
