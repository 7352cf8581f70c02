//! The publishable key, and the names of cookies that follow from it.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};

/// A publishable key.
#[derive(Debug, Clone)]
pub struct Publishable {
    /// Such as `pk_test_…`.
    pub key: String,
    /// What stands behind the names of its cookies, such as `1Z8AzTQD`.
    pub suffix: String,
}

impl Publishable {
    /// The key of an instance whose Frontend API has that host.
    pub fn new(live: bool, host: &str) -> Self {
        let kind = if live { "live" } else { "test" };
        let key = format!("pk_{kind}_{}", BASE64_STANDARD_NO_PAD.encode(format!("{host}$")));
        let suffix = suffix(&key);
        Self { key, suffix }
    }
}

/// Source: @clerk/shared, keys.ts, `getCookieSuffix`.
fn suffix(key: &str) -> String {
    let hash = BASE64_STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes()));
    hash.replace('+', "-").replace('/', "_").chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_suffixes_are_those_of_the_official_sdk() {
        let table = [
            (true, "clerk.clerk.dev", "pk_live_Y2xlcmsuY2xlcmsuZGV2JA", "1Z8AzTQD"),
            (false, "clerk.clerk.dev", "pk_test_Y2xlcmsuY2xlcmsuZGV2JA", "QvfNY2dr"),
            (true, "clerk.example.com", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k", "naoXFJnI"),
        ];
        for (live, host, key, suffix) in table {
            let publishable = Publishable::new(live, host);
            assert_eq!((publishable.key.as_str(), publishable.suffix.as_str()), (key, suffix));
        }
    }
}
