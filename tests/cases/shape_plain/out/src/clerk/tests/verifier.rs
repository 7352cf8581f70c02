// clerk-sessions: module/tests/verifier.rs
//! Tokens that are accepted and refused, and what the cache may remember.

use std::time::Duration;

use serde_json::json;

use super::super::rejection::Reason;
use super::super::testing::{TestIssuer, TestToken};
use super::{ready, verdict, verifier};

fn refused(token: &TestToken) -> Option<Reason> {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    verdict(&verifier, &token.sign()).err()
}

fn token() -> TestToken {
    TestIssuer::new().token()
}

#[test]
fn a_good_token_is_accepted() {
    assert_eq!(refused(&token()), None);
}

#[test]
fn the_signature_is_checked() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let foreign = TestIssuer::stranger().token().sign();
    assert_eq!(verdict(&verifier, &foreign), Err(Reason::TOKEN_SIGNATURE));
    let good = issuer.token().sign();
    let other = issuer.token().user("user_other").sign();
    let (signed, _) = other.rsplit_once('.').unwrap();
    let (_, signature) = good.rsplit_once('.').unwrap();
    let mixed = format!("{signed}.{signature}");
    assert_eq!(verdict(&verifier, &mixed), Err(Reason::TOKEN_SIGNATURE));
}

#[test]
fn the_claims_are_checked() {
    let cases = [
        ("sub", json!(""), Reason::TOKEN_CLAIMS),
        ("sub", json!("user\u{0}"), Reason::TOKEN_CLAIMS),
        ("sub", json!("mch_1"), Reason::TOKEN_TYPE_MISMATCH),
        ("sid", json!(""), Reason::TOKEN_CLAIMS),
        ("sts", json!("ended"), Reason::TOKEN_CLAIMS),
        ("sts", json!("pending"), Reason::SESSION_PENDING),
        (
            "iss",
            json!("https://clerk.evil.example"),
            Reason::TOKEN_ISSUER,
        ),
        (
            "azp",
            json!("https://evil.example"),
            Reason::TOKEN_AUTHORIZED_PARTY,
        ),
        (
            "azp",
            json!("https://app.test.example/"),
            Reason::TOKEN_AUTHORIZED_PARTY,
        ),
        ("exp", json!("soon"), Reason::TOKEN_CLAIMS),
        ("exp", json!(1e300), Reason::TOKEN_CLAIMS),
        ("iat", json!(-1), Reason::TOKEN_CLAIMS),
        ("nbf", json!(null), Reason::TOKEN_CLAIMS),
    ];
    for (name, value, reason) in cases {
        let token = token().claim(name, value.clone());
        assert_eq!(refused(&token), Some(reason), "{name}: {value}");
    }
    for name in ["sub", "sid", "exp"] {
        let token = token().without(name);
        assert_eq!(refused(&token), Some(Reason::TOKEN_CLAIMS), "{name}");
    }
    assert_eq!(refused(&token().without("iss")), Some(Reason::TOKEN_ISSUER));
}

#[test]
fn a_remembered_token_still_expires() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let token = issuer.token().sign();
    assert!(verdict(&verifier, &token).is_ok());
    assert!(verdict(&verifier, &token).is_ok());
    issuer.clock().advance(Duration::from_secs(70));
    assert_eq!(verdict(&verifier, &token), Err(Reason::TOKEN_EXPIRED));
    // An administrator sets the clock back. The token is verified again, and it is valid by the
    // clock.
    let now = issuer.clock().seconds();
    issuer.clock().set_wall(now - 70);
    assert!(verdict(&verifier, &token).is_ok());
}

#[test]
fn a_revoked_session_is_refused_at_once() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let token = issuer.token().session("sess_gone").sign();
    assert!(verdict(&verifier, &token).is_ok());
    verifier.clone().revoke("sess_gone");
    assert_eq!(verdict(&verifier, &token), Err(Reason::SESSION_REVOKED));
    assert!(verdict(&verifier, &issuer.token().sign()).is_ok());
}

#[test]
fn an_audience_is_checked_if_one_is_set() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |settings| {
        settings.audience = vec!["api".to_owned()];
    });
    let with = |audience| {
        let token = issuer.token().claim("aud", audience);
        verdict(&verifier, &token.sign())
    };
    assert!(with(json!("api")).is_ok());
    assert!(with(json!(["web", "api"])).is_ok());
    assert_eq!(with(json!("web")), Err(Reason::TOKEN_AUDIENCE));
    let without = verdict(&verifier, &issuer.token().sign());
    assert_eq!(without, Err(Reason::TOKEN_AUDIENCE));
}

#[test]
fn a_session_describes_the_user_and_does_not_print_the_token() {
    let issuer = TestIssuer::new();
    let permissions = ["org:projects:read", "org:projects:delete", "org:teams:read"];
    let token = issuer.token().user("user_7").organization("org_7", "acme");
    let token = token
        .role("org:admin")
        .permissions(&permissions)
        .actor("user_8");
    let text = token.sign();
    let session = ready(verifier(&issuer, |_| ()).verify(&text)).unwrap();
    assert_eq!(session.user_id(), "user_7");
    assert_eq!(session.expires_in(), Duration::from_secs(59));
    assert!(session.organization().is_some());
    assert!(session.actor().is_some());
    assert!(session.require_role("org:admin").is_ok());
    assert!(session.require_role("org:owner").is_err());
    for permission in permissions {
        assert_eq!(session.require_permission(permission), Ok(()));
    }
    assert!(session.require_permission("org:teams:delete").is_err());
    assert_eq!(&**session.token(), text);
    let printed = format!("{session:?} {:?}", session.token());
    assert!(text.split('.').all(|part| !printed.contains(part)));
}
