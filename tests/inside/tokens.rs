//! The rules for tokens, one by one, and what the cache may remember.

use std::time::Duration;

use base64::prelude::*;
use serde_json::json;

use super::super::testing::{TestIssuer, TestToken};
use super::super::{AzpMissing, Profile, Reason};
use super::{verdict, verifier};

fn refused(token: &TestToken) -> Option<Reason> {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    verdict(&verifier, &token.sign()).err()
}

fn token() -> TestToken {
    TestIssuer::new().token()
}

#[test]
fn the_form_is_strict() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let good = issuer.token().sign();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let padded = format!("{signed}.{signature}=");
    let spaced = format!(" {good}");
    let four = format!("{good}.{signature}");
    let standard = signed.replacen("ey", "e+", 1);
    for bad in ["", "..", "a.b", signed, &padded, &spaced, &four, &standard] {
        assert_eq!(
            verdict(&verifier, bad),
            Err(Reason::TOKEN_MALFORMED),
            "{bad}"
        );
    }
    let long = issuer.token().claim("note", "n".repeat(8 * 1024)).sign();
    assert_eq!(verdict(&verifier, &long), Err(Reason::TOKEN_TOO_LONG));
}

#[test]
fn the_header_is_checked() {
    let cases = [
        ("alg", json!("none"), Reason::TOKEN_ALGORITHM),
        ("alg", json!("HS256"), Reason::TOKEN_ALGORITHM),
        ("alg", json!("RS512"), Reason::TOKEN_ALGORITHM),
        ("alg", json!(null), Reason::TOKEN_MALFORMED),
        ("typ", json!("at+jwt"), Reason::TOKEN_MALFORMED),
        ("typ", json!(null), Reason::TOKEN_MALFORMED),
        ("cat", json!("cl_B7d4PD222AAA"), Reason::TOKEN_TYPE_MISMATCH),
        ("cat", json!("cl_B7d4PD333AAA"), Reason::TOKEN_TYPE_MISMATCH),
        ("cat", json!(null), Reason::TOKEN_MALFORMED),
        ("crit", json!(["exp"]), Reason::TOKEN_MALFORMED),
        ("crit", json!(null), Reason::TOKEN_MALFORMED),
        ("b64", json!(true), Reason::TOKEN_MALFORMED),
    ];
    for (name, value, reason) in cases {
        let token = token().header(name, value.clone());
        assert_eq!(refused(&token), Some(reason), "{name}: {value}");
    }
    for category in ["cl_B7d4PD111AAA", "cl_I7d4PD111III"] {
        assert_eq!(refused(&token().header("cat", category)), None);
    }
}

#[test]
fn duplicate_members_are_refused() {
    let issuer = TestIssuer::new();
    let payload = BASE64_URL_SAFE_NO_PAD.encode("{\"sub\":\"user_1\",\"sid\":\"sess_1\"}");
    let header = BASE64_URL_SAFE_NO_PAD.encode("{\"alg\":\"none\",\"alg\":\"RS256\"}");
    let token = issuer.sign(&format!("{header}.{payload}"));
    assert_eq!(
        verdict(&verifier(&issuer, |_| ()), &token),
        Err(Reason::TOKEN_MALFORMED)
    );
}

#[test]
fn the_setting_decides_about_a_missing_party() {
    let issuer = TestIssuer::new();
    let token = issuer.token().without("azp").sign();
    let cases = [
        (AzpMissing::Refuse, Err(Reason::TOKEN_AUTHORIZED_PARTY)),
        (AzpMissing::AllowHeader, Ok("user_test".to_owned())),
        (AzpMissing::Allow, Ok("user_test".to_owned())),
    ];
    for (setting, expected) in cases {
        let verifier = verifier(&issuer, |settings| settings.azp_missing = setting);
        assert_eq!(verdict(&verifier, &token), expected, "{setting:?}");
    }
}

#[test]
fn the_boundaries_of_time_are_those_of_the_official_sdk() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let now = issuer.clock().seconds();
    let cases = [
        ("exp", now - 4, None),
        ("exp", now - 5, Some(Reason::TOKEN_EXPIRED)),
        ("nbf", now + 5, None),
        ("nbf", now + 6, Some(Reason::TOKEN_NOT_ACTIVE_YET)),
        ("iat", now + 5, None),
        ("iat", now + 6, Some(Reason::TOKEN_ISSUED_IN_FUTURE)),
    ];
    for (name, seconds, expected) in cases {
        let token = issuer.token().claim(name, seconds).sign();
        assert_eq!(
            verdict(&verifier, &token).err(),
            expected,
            "{name} {seconds}"
        );
    }
}

#[test]
fn tokens_older_than_the_maximum_age_are_refused() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |settings| {
        settings.maximum_token_age = Some(Duration::from_secs(300));
    });
    let now = issuer.clock().seconds();
    let aged = |age: i64| {
        let token = issuer.token().claim("exp", now + 3600);
        token.claim("iat", now - age).sign()
    };
    assert_eq!(verdict(&verifier, &aged(305)).err(), None);
    let old = verdict(&verifier, &aged(306));
    assert_eq!(old, Err(Reason::TOKEN_TOO_OLD));
}

#[test]
fn a_remembered_token_is_compared_as_a_whole() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let known = issuer.token().user("user_one").sign();
    assert!(verdict(&verifier, &known).is_ok());
    let other = issuer.token().user("user_two").sign();
    let (signed, _) = other.rsplit_once('.').unwrap();
    let (_, signature) = known.rsplit_once('.').unwrap();
    let mixed = format!("{signed}.{signature}");
    assert_eq!(mixed.len(), known.len());
    assert_eq!(verdict(&verifier, &mixed), Err(Reason::TOKEN_SIGNATURE));
}

#[test]
fn the_issuer_suits_every_profile() {
    let issuer = TestIssuer::new();
    let token = issuer.token().sign();
    for profile in [Profile::Dev, Profile::Prod, Profile::HighSecurity] {
        let verifier = issuer.builder_for(profile).build().unwrap();
        assert!(verdict(&verifier, &token).is_ok());
    }
}

#[test]
fn the_verdicts_are_the_same_without_a_cache() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |settings| settings.cache_entries = 0);
    let token = issuer.token().sign();
    assert!(verdict(&verifier, &token).is_ok());
    assert!(verdict(&verifier, &token).is_ok());
}
