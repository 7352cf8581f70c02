//! What the environment variables may hold, and what is an error.

use super::super::testing::TestIssuer;
use super::super::{ConfigError, Profile, Settings, Verifier};
use super::plain;

const LIVE: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
const TEST: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k";
const PARTIES: (&str, &str) = ("CLERK_AUTHORIZED_PARTIES", "https://app.example.com");
const PROD: (&str, &str) = ("CLERK_SESSION_PROFILE", "prod");

fn assert_fault(started: Result<(), ConfigError>, part: &str) {
    let sentence = started.map_err(|cause| cause.to_string());
    assert!(sentence.as_ref().is_err_and(|sentence| sentence.contains(part)), "{part}: {sentence:?}");
}

/// Starts with these variables and no others, and with settings that do not depend on what this
/// project chose.
fn start(variables: &[(&str, &str)]) -> Result<(), ConfigError> {
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
    let builder = Verifier::builder().environment(|name| find(name).map(|(_, value)| *value));
    let strict = builder.profile != Ok(Profile::Dev);
    let change = |settings: &mut Settings| {
        plain(settings);
        settings.parties_required = strict;
    };
    builder.settings(change).build().map(drop)
}

#[test]
fn a_publishable_key_or_a_pem_is_enough() {
    let pem = TestIssuer::new().pem();
    let with_pem = [PROD, PARTIES, ("CLERK_PUBLISHABLE_KEY", LIVE), ("CLERK_JWT_KEY", &pem)];
    assert_eq!(start(&with_pem), Ok(()));
    let without = [PROD, PARTIES, ("CLERK_PUBLISHABLE_KEY", LIVE)];
    assert_eq!(start(&without), Ok(()));
}

#[test]
fn an_empty_variable_is_unset_and_any_other_must_be_valid() {
    let pem = TestIssuer::new().pem();
    let good = [PROD, PARTIES, ("CLERK_PUBLISHABLE_KEY", LIVE), ("CLERK_JWT_KEY", &pem)];
    let with = |name, value| start(&[&[(name, value)], &good[..]].concat());
    assert_eq!(with("CLERK_ISSUER", "  "), Ok(()));
    let several = "https://clerk.example.com , https://example.org/__clerk";
    assert_eq!(with("CLERK_ISSUER", several), Ok(()));
    for list in ["https://a.example,", "https://a.example,b.example"] {
        assert_fault(with("CLERK_ISSUER", list), "is not an issuer");
    }
    assert_fault(with("CLERK_ISSUER", "clerk.example.com"), "is not an issuer");
    assert_fault(with("CLERK_SECRET_KEY", "secret"), "is not a secret key");
    assert_fault(with("CLERK_JWT_KEY", "no key"), "is not the PEM");
    assert_fault(with("CLERK_PUBLISHABLE_KEY", "pk_live_"), "is not a publishable key");
    assert_fault(with("CLERK_SESSION_PROFILE", "staging"), "is `staging`");
    let pasted = with("CLERK_PUBLISHABLE_KEY", "sk_live_c2VjcmV0");
    assert!(pasted.clone().is_err_and(|cause| !cause.to_string().contains("c2VjcmV0")));
    assert_fault(pasted, "rotate the secret key");
}

#[test]
fn a_profile_takes_its_own_kind_of_instance_only() {
    let pem = TestIssuer::new().pem();
    let started = |profile, key| {
        let profile = ("CLERK_SESSION_PROFILE", profile);
        start(&[profile, PARTIES, ("CLERK_PUBLISHABLE_KEY", key), ("CLERK_JWT_KEY", &pem)])
    };
    for (profile, own, other) in [("dev", TEST, LIVE), ("prod", LIVE, TEST), ("high-security", LIVE, TEST)] {
        assert_eq!(started(profile, own), Ok(()));
        let refused = started(profile, other);
        assert_fault(refused.clone(), &format!("which the profile `{profile}` refuses"));
        let cure =
            if profile == "dev" { "or `CLERK_SESSION_PROFILE`" } else { "local work set `CLERK_SESSION_PROFILE=dev`" };
        assert_fault(refused, cure);
    }
}

/// A PEM or a URL does not say whose it is.
#[test]
fn a_live_instance_cannot_be_run_on_the_loose_profile() {
    let pem = TestIssuer::new().pem();
    let dev = ("CLERK_SESSION_PROFILE", "dev");
    let only_pem = start(&[dev, ("CLERK_JWT_KEY", &pem)]);
    assert_fault(only_pem, "needs that of a test");
    let started = |issuer| {
        let issuer = ("CLERK_ISSUER", issuer);
        let (key, pem) = (("CLERK_PUBLISHABLE_KEY", TEST), ("CLERK_JWT_KEY", pem.as_str()));
        start(&[dev, key, pem, issuer])
    };
    for near in [
        "https://clerk.example.com",
        "http://localhost:3000",
        "http://127.0.0.1:4000/__clerk",
        "http://[::1]",
        "https://clerk.example.com, http://[::1]:3000",
    ] {
        assert_eq!(started(near), Ok(()), "{near}");
    }
    for other in [
        "https://clerk.example.org",
        "http://clerk.example.com",
        "https://clerk.example.com/__clerk",
        "https://localhost.example.com",
        "https://127.0.0.1.example.com",
        "https://clerk.example.com,https://clerk.example.org",
    ] {
        assert_fault(started(other), "names another instance");
    }
}

#[test]
fn parties_are_bare_origins() {
    let pem = TestIssuer::new().pem();
    let started = |parties| {
        let parties = ("CLERK_AUTHORIZED_PARTIES", parties);
        start(&[PROD, parties, ("CLERK_PUBLISHABLE_KEY", LIVE), ("CLERK_JWT_KEY", &pem)])
    };
    for good in [
        "https://app.example.com",
        "https://app.example.com , http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://[::1]:3000",
        "chrome-extension://abcdefghijklmnop",
    ] {
        assert_eq!(started(good), Ok(()), "{good}");
    }
    for bad in [
        "app.example.com",
        "https://app.example.com/",
        "https://app.example.com/path",
        "https://App.example.com",
        "https://app*.example.com",
        "https://app.example.com:443",
        "https://app.example.com:",
        "https://user@app.example.com",
        "https://",
        "null",
    ] {
        assert_fault(started(bad), &format!("the entry `{bad}`"));
    }
    assert_fault(started("https://app.example.com,"), "the entry ``");
    assert_fault(started(""), "`CLERK_AUTHORIZED_PARTIES` is not set");
}

#[test]
fn what_is_missing_is_named() {
    let pem = TestIssuer::new().pem();
    assert_fault(start(&[PROD]), "no public key can be found");
    let secret = ("CLERK_SECRET_KEY", "sk_live_0");
    assert_fault(start(&[PROD, secret]), "`CLERK_SECRET_KEY` is none");
    let only_pem = start(&[PROD, PARTIES, ("CLERK_JWT_KEY", &pem)]);
    assert_fault(only_pem, "session cookies cannot be read");
}
#[test]
fn a_jwks_url_is_https_or_local_and_needs_an_issuer() {
    let started = |url| {
        let url = ("CLERK_JWKS_URL", url);
        start(&[PROD, PARTIES, ("CLERK_PUBLISHABLE_KEY", LIVE), url])
    };
    for good in [
        "https://keys.example.com/jwks.json",
        "http://127.0.0.1:9000/jwks",
        "http://localhost/jwks",
        "http://[::1]/jwks",
    ] {
        assert_eq!(started(good), Ok(()), "{good}");
    }
    for bad in [
        "http://keys.example.com/jwks.json",
        "http://localhost.example.com/",
        "http://10.0.0.1/jwks",
        "ftp://keys.example.com/",
        "https://user:word@keys.example.com/",
        "keys.example.com",
    ] {
        assert_fault(started(bad), "is not an `https` URL");
        // A PEM beats it, but a bad one is never passed over.
        let pem = TestIssuer::new().pem();
        let both =
            start(&[PROD, PARTIES, ("CLERK_PUBLISHABLE_KEY", LIVE), ("CLERK_JWT_KEY", &pem), ("CLERK_JWKS_URL", bad)]);
        assert_fault(both, "is not an `https` URL");
    }
    let url = ("CLERK_JWKS_URL", "https://keys.example.com/jwks.json");
    let alone = start(&[PROD, PARTIES, url]);
    assert_fault(alone, "needs an issuer");
}
#[test]
fn errors_do_not_quote_keys() {
    let secret = "not-a-key-but-a-secret";
    for name in ["CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY", "CLERK_JWT_KEY", "CLERK_ISSUER"] {
        let cause = start(&[PROD, PARTIES, (name, secret)]).unwrap_err();
        let message = cause.to_string();
        assert_eq!(format!("{cause:?}"), message);
        assert_eq!(message.find(secret), None, "{message}");
        assert_ne!(message.find(name), None, "{message}");
    }
}
