//! Values that the module reads out of claims, keys and settings, by themselves.

use std::time::Duration;

use base64::prelude::*;

use super::super::authorization::permissions::{holds, list, looked_at, mask};
use super::super::authorization::{listed, Level, Reverification};
use super::super::config::InstanceKeys;
use super::super::testing::TestIssuer;
use super::super::verify::publishable::PublishableKey;
use super::super::Organization;
use super::{ready, verifier};

#[test]
fn an_entry_is_found_with_or_without_its_scope() {
    let list = "o:reports,u:export";
    assert!(listed(list, "reports"));
    assert!(listed(list, "org:reports"));
    assert!(!listed(list, "u:reports"));
    assert!(!listed(list, "x:reports"));
    assert!(!listed(list, ""));
    assert!(!listed("", "reports"));
}

#[test]
fn a_list_that_has_an_entry_without_a_scope_grants_nothing() {
    assert!(!listed("o:reports,export", "reports"));
    assert!(!listed("o:a:b", "a:b"));
}

fn of(features: &str, names: &str, masks: &str) -> Vec<String> {
    let organization =
        Organization { per: Some(names.to_owned()), fpm: Some(masks.to_owned()), ..Organization::default() };
    list(&organization, features)
}

#[test]
fn masks_name_permissions() {
    let all = of("o:dashboard,o:teams", "manage,read", "3,2");
    assert_eq!(all, ["org:dashboard:manage", "org:dashboard:read", "org:teams:read"]);
    assert!(of("o:a", "read", "").is_empty());
    assert!(of("o:a", "read", "-1").is_empty());
    assert!(of("u:a", "read", "1").is_empty());
}

#[test]
fn a_granted_permission_is_compared_as_it_is_written() {
    let holds = |one: &str, wanted| {
        let listed = Some(vec![one.to_owned()]);
        let organization = Organization { listed, ..Organization::default() };
        holds(&organization, "", wanted)
    };
    assert!(holds("org:a:read", "a:read"));
    assert!(holds("org:a:read", "org:org:a:read"));
    assert!(!holds("a:read", "org:a:read"));
    assert!(!holds("org:a:read", ""));
}

#[test]
fn if_the_sdks_disagree_only_what_both_grant_is_granted() {
    assert!(of("u:x,o:y", "read,manage", "0,3").is_empty());
    assert_eq!(of("u:x,o:y", "read,manage", "1,3"), ["org:y:read"]);
}

#[test]
fn masks_may_be_of_any_length() {
    let names: Vec<String> = (0..200).map(|bit| format!("p{bit}")).collect();
    let power = "1606938044258990275541962092341162602522202993782792835301376";
    assert!(of("o:a", &names.join(","), power).is_empty());
    let names: Vec<String> = (0..201).map(|bit| format!("p{bit}")).collect();
    assert_eq!(of("o:a", &names.join(","), power), ["org:a:p200"]);
}

/// As many as fit into a token: not every feature is held against every name.
#[test]
fn no_more_bits_are_looked_at_than_there_are() {
    let features: Vec<String> = (0..330).map(|at| format!("o:{at}")).collect();
    let names: Vec<String> = (0..600).map(|at| format!("{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let masks = vec!["4294967295"; 330];
    let looked_at = |asked: Option<&str>| {
        let is_asked = |feature: &str| asked.is_none_or(|asked| asked == feature);
        looked_at(&features.join(","), &names, &masks, is_asked).count()
    };
    assert_eq!(looked_at(None), 330 * 32);
    assert_eq!(looked_at(Some("7")), 32);
}

#[test]
fn a_mask_of_a_whole_token_is_read_no_further_than_there_are_names() {
    assert_eq!(mask(&"9".repeat(8192), 40).len(), 64);
    assert_eq!(mask(&"9".repeat(19), 64).len(), 64);
    assert_eq!(mask("000", 64).len(), 0);
}

#[test]
fn an_age_of_exactly_the_limit_is_too_old() {
    assert!(Reverification::STRICT.is_met(Some((9.0, -1.0))));
    assert!(!Reverification::STRICT.is_met(Some((10.0, -1.0))));
    assert!(Reverification::STRICT_MFA.is_met(Some((9.0, 9.0))));
    assert!(!Reverification::STRICT_MFA.is_met(Some((-1.0, 9.0))));
    assert!(!Reverification::LAX.is_met(Some((-1.0, -1.0))));
    assert!(!Reverification::LAX.is_met(None));
    assert!(!Reverification::within(Level::First, 0).is_met(Some((0.0, 0.0))));
}

#[test]
fn the_last_tenth_of_a_minute_is_six_seconds() {
    let issuer = TestIssuer::new();
    let token = issuer.token().age(Duration::ZERO).sign();
    let session = ready(verifier(&issuer, |settings| settings.refresh_percent = 10).verify(&token)).unwrap();
    for (passed, due) in [(53_999, false), (1, true), (45_000, true)] {
        issuer.clock().advance(Duration::from_millis(passed));
        assert_eq!(session.needs_refresh(), due);
    }
}

#[test]
fn the_frontend_api_is_a_host() {
    let named = |host: &str| {
        let encoded = BASE64_STANDARD_NO_PAD.encode(format!("{host}$"));
        PublishableKey::parse(&format!("pk_test_{encoded}")).is_some()
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
    let key = key.unwrap();
    assert_eq!((key.instance, key.frontend_api.as_str()), (InstanceKeys::Live, "clerk.example.com"));
    assert_eq!(key.cookie_suffix, "naoXFJnI");
    let others = ["", "pk_live_", "sk_test_abc", " pk_test_YS5iJA", "pk_dev_YS5iJA"];
    for other in others {
        assert_eq!(PublishableKey::parse(other), None, "{other}");
    }
}
