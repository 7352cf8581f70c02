// clerk-sessions: module/publishable.rs
//! The publishable key: which instance, which Frontend API, which names its cookies have.
//!
//! Source: clerk/javascript, packages/shared/src/keys.ts.

use aws_lc_rs::digest::digest;

use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE};

use base64::Engine as _;

use super::config::InstanceKeys;

/// A publishable key that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishableKey {
    test: bool,
    frontend_api: String,
    cookie_suffix: String,
}

/// A text that is no publishable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPublishable;

impl PublishableKey {
    /// Reads `pk_test_…` or `pk_live_…`.
    ///
    /// # Errors
    ///
    /// Where the rest is not the base64 of a host name with `$` behind it.
    pub fn parse(key: &str) -> Result<Self, NotPublishable> {
        let (test, encoded) = match (key.strip_prefix("pk_test_"), key.strip_prefix("pk_live_")) {
            (Some(encoded), _) => (true, encoded),
            (None, Some(encoded)) => (false, encoded),
            (None, None) => return Err(NotPublishable),
        };
        let decoded = STANDARD_NO_PAD.decode(encoded.trim_end_matches('='));
        let decoded = String::from_utf8(decoded.map_err(|_| NotPublishable)?);
        let decoded = decoded.map_err(|_| NotPublishable)?;
        let host = decoded.strip_suffix('$').ok_or(NotPublishable)?;
        if !is_frontend_api(host) {
            return Err(NotPublishable);
        }
        Ok(Self {
            test,
            frontend_api: host.to_ascii_lowercase(),
            cookie_suffix: suffix(key),
        })
    }

    /// Whether it is of a test instance.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// The kind of instance that it belongs to.
    pub(crate) fn instance(&self) -> InstanceKeys {
        if self.test {
            InstanceKeys::Test
        } else {
            InstanceKeys::Live
        }
    }

    /// The host of the Frontend API.
    #[must_use]
    pub fn frontend_api(&self) -> &str {
        &self.frontend_api
    }

    /// What stands behind the names of this instance's cookies.
    #[must_use]
    pub fn cookie_suffix(&self) -> &str {
        &self.cookie_suffix
    }
}

/// A host name with a dot in it, and a port where there is one. Requests for keys go there.
fn is_frontend_api(text: &str) -> bool {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        let edges = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !edges && label.bytes().all(fits)
    };
    let is_port = |port: &str| {
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        digits && port.parse::<u16>().is_ok()
    };
    host.contains('.') && host.split('.').all(is_label) && port.is_none_or(is_port)
}

/// The first characters of a hash over the key as it is written. The hash keeps nothing safe here:
/// it only tells the cookies of two instances apart.
fn suffix(key: &str) -> String {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    URL_SAFE.encode(hash).chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use base64::Engine as _;

    use super::PublishableKey;

    #[test]
    fn what_it_names_is_a_host() {
        let named = |host: &str| {
            let key = format!("pk_test_{}", STANDARD_NO_PAD.encode(format!("{host}$")));
            PublishableKey::parse(&key).is_ok()
        };
        let good = "clerk.example.com a.b 127.0.0.1:8080 a-1.xn--bcher-kva.example";
        assert_eq!(good.split(' ').find(|host| !named(host)), None);
        let names = ".. . a. .a a..b localhost -a.b a-.b a_b.c a.b/c a.b@c.d a.b$";
        let ports = "a.b: a.b:1::: a.b:65536 a.b:+1 a.b:x :.";
        let mut bad = names.split(' ').chain(ports.split(' ')).chain([""]);
        assert_eq!(bad.find(|host| named(host)), None);
    }

    #[test]
    fn keys_are_read_as_clerk_writes_them() {
        let key = PublishableKey::parse("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k");
        let expected = PublishableKey {
            test: false,
            frontend_api: "clerk.example.com".to_owned(),
            cookie_suffix: "naoXFJnI".to_owned(),
        };
        assert_eq!(key, Ok(expected));
        let others = [
            "",
            "pk_live_",
            "sk_test_abc",
            " pk_test_YS5iJA",
            "pk_dev_YS5iJA",
        ];
        for other in others {
            assert!(PublishableKey::parse(other).is_err());
        }
    }
}
