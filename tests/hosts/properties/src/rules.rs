//! Rules that the module's own tests and the vectors leave open, each so that it fails when the rule is taken out.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::{HeaderName, Method};
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::clerk::testing::{TestIssuer, TestToken, ISSUER, PARTY};
use crate::clerk::{AzpMissing, ClientUatPolicy, Reason, Session, Settings, Verifier};
use crate::properties::{ready, session, suffix, test_instance, without_keys};

/// What comes of a request: the user, or why not.
fn ask(verifier: &Verifier, method: Method, headers: &[(HeaderName, String)]) -> Result<String, Reason> {
    let mut parts = axum::http::Request::new(()).into_parts().0;
    parts.method = method;
    for (name, value) in headers {
        parts.headers.append(name, value.parse().unwrap());
    }
    let session = session(verifier, &mut parts).map_err(|rejection| rejection.reason())?;
    Ok(session.user_id().to_owned())
}

fn get(headers: &[(HeaderName, String)]) -> Result<String, Reason> {
    ask(&test_instance(&TestIssuer::new()).build().unwrap(), Method::GET, headers)
}

pub fn user(name: &str) -> Result<String, Reason> {
    Ok(name.to_owned())
}

fn with(change: impl FnOnce(&mut Settings)) -> Verifier {
    test_instance(&TestIssuer::new()).settings(change).build().unwrap()
}

pub fn verdict(verifier: &Verifier, token: &str) -> Result<String, Reason> {
    let session = ready(verifier.verify(token)).map_err(|rejection| rejection.reason())?;
    Ok(session.user_id().to_owned())
}

pub fn token() -> TestToken {
    TestIssuer::new().token()
}

pub fn now() -> i64 {
    TestIssuer::new().clock().seconds()
}

/// The four cookies, of which any may be missing.
fn cookies(plain: Option<&TestToken>, plain_uat: Option<i64>, own: Option<&TestToken>, own_uat: Option<i64>) -> String {
    let suffix = suffix();
    let pairs = [
        plain.map(|token| format!("__session={}", token.sign())),
        plain_uat.map(|time| format!("__client_uat={time}")),
        own.map(|token| format!("__session_{suffix}={}", token.sign())),
        own_uat.map(|time| format!("__client_uat_{suffix}={time}")),
    ];
    pairs.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[test]
fn a_header_that_is_malformed_is_not_made_good_by_a_cookie() {
    let cookie = (COOKIE, format!("__session={}", token().sign()));
    assert_eq!(get(&[cookie.clone()]), user("user_test"));
    let header = (AUTHORIZATION, "Bearer a b".to_owned());
    assert_eq!(get(&[header, cookie]), Err(Reason::CREDENTIAL_MALFORMED));
}

#[test]
fn the_header_comes_before_the_cookie() {
    let header = (AUTHORIZATION, token().user("user_header").bearer());
    let cookie = (COOKIE, format!("__session={}", token().user("user_cookie").sign()));
    assert_eq!(get(&[cookie, header]), user("user_header"));
}

#[test]
fn another_scheme_leaves_the_cookie_alone() {
    let cookie = (COOKIE, format!("__session={}", token().sign()));
    let header = (AUTHORIZATION, "Basic dXNlcjp3b3Jk".to_owned());
    assert_eq!(get(&[header, cookie]), user("user_test"));
}

#[test]
fn two_good_headers_are_a_bad_credential() {
    let header = (AUTHORIZATION, token().bearer());
    assert_eq!(get(&[header.clone(), header]), Err(Reason::CREDENTIAL_MALFORMED));
}

#[test]
fn the_scheme_is_in_any_case() {
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        assert_eq!(get(&[(AUTHORIZATION, format!("{scheme} {}", token().sign()))]), user("user_test"));
    }
}

#[test]
fn a_header_is_nothing_where_only_cookies_are_taken() {
    let verifier = with(|settings| settings.header = false);
    let header = (AUTHORIZATION, token().bearer());
    assert_eq!(ask(&verifier, Method::GET, &[header]), Err(Reason::SESSION_TOKEN_MISSING));
}

#[test]
fn of_several_session_cookies_the_official_rules_choose() {
    let time = now() - 100;
    let plain = token().user("plain");
    let own = token().user("own");
    let newer = |token: &TestToken| token.clone().claim("iat", now());
    let get = |text: String| get(&[(COOKIE, text)]);
    let foreign = newer(&plain).claim("iss", "https://clerk.other.example");
    assert_eq!(get(cookies(Some(&foreign), None, Some(&own), Some(time))), user("own"), "of another instance");
    let nobody = plain.clone().without("iss");
    let refused = get(cookies(Some(&nobody), Some(time), Some(&own), Some(time)));
    assert_eq!(refused, Err(Reason::TOKEN_ISSUER), "without an issuer it counts as ours");
    assert_eq!(get(cookies(Some(&plain), None, None, None)), user("plain"), "the only one");
    let two = cookies(Some(&newer(&plain)), Some(time), Some(&own), Some(time));
    assert_eq!(get(two), user("plain"), "the newer of two");
    let two = cookies(Some(&plain), Some(time), Some(&newer(&own)), Some(time));
    assert_eq!(get(two), user("own"), "the newer of two");
    let left = cookies(Some(&plain), Some(time), Some(&newer(&own)), Some(0));
    assert_eq!(get(left), user("plain"), "signed out there");
    let expired = own.clone().claim("exp", time);
    let both = cookies(Some(&plain), Some(0), Some(&expired), Some(time));
    assert_eq!(get(both), Err(Reason::CLIENT_UAT_MISSING), "expired there, signed out here");
    let garbled = cookies(Some(&plain), Some(time), None, Some(time)) + &format!("; __session_{}=a.b", suffix());
    assert!(get(garbled).is_err(), "one that cannot be read counts as the newest");
    let alone = cookies(Some(&plain), Some(0), Some(&own), None);
    assert_eq!(get(alone), Err(Reason::CLIENT_UAT_MISSING), "a suffixed session needs its own time");
}

#[test]
fn client_uat_is_enforced_and_may_be_required() {
    let get = |verifier: &Verifier, uat| {
        let text = cookies(Some(&token()), uat, None, None);
        ask(verifier, Method::GET, &[(COOKIE, text)])
    };
    let lenient = with(|settings| settings.client_uat = ClientUatPolicy::IfPresent);
    let strict = with(|settings| settings.client_uat = ClientUatPolicy::Required);
    assert_eq!(get(&lenient, None), user("user_test"));
    assert_eq!(get(&strict, None), Err(Reason::CLIENT_UAT_MISSING));
    for verifier in [&lenient, &strict] {
        assert_eq!(get(verifier, Some(now() - 100)), user("user_test"));
        assert_eq!(get(verifier, Some(0)), Err(Reason::CLIENT_UAT_MISSING));
        assert_eq!(get(verifier, Some(now())), Err(Reason::TOKEN_BEFORE_CLIENT_UAT));
    }
}

#[test]
fn without_parties_the_origin_is_the_host_itself() {
    let builder = TestIssuer::new().builder().settings(|settings| settings.parties_required = false);
    let verifier = builder.variable("CLERK_AUTHORIZED_PARTIES", "").build().unwrap();
    let post = |origin: &str| {
        let headers = [
            (COOKIE, format!("__session={}", token().sign())),
            (axum::http::header::HOST, "api.test.example".to_owned()),
            (ORIGIN, origin.to_owned()),
        ];
        ask(&verifier, Method::POST, &headers)
    };
    assert_eq!(post("https://api.test.example"), user("user_test"));
    for other in ["https://sibling.test.example", "https://api.test.example.evil.example", "null", "https://"] {
        assert_eq!(post(other), Err(Reason::ORIGIN_MISMATCH), "{other}");
    }
}

#[test]
fn a_missing_party_may_be_accepted_in_the_header_only() {
    let verifier = with(|settings| settings.azp_missing = AzpMissing::AllowHeader);
    for token in [token().without("azp"), token().party("")] {
        assert_eq!(ask(&verifier, Method::GET, &[(AUTHORIZATION, token.bearer())]), user("user_test"));
        let cookie = (COOKIE, format!("__session={}", token.sign()));
        assert_eq!(ask(&verifier, Method::GET, &[cookie]), Err(Reason::TOKEN_AUTHORIZED_PARTY));
    }
}

#[test]
fn an_empty_party_is_a_missing_one() {
    let builder = TestIssuer::new().builder().settings(|settings| {
        settings.parties_required = false;
        settings.azp_missing = AzpMissing::Refuse;
    });
    let verifier = builder.variable("CLERK_AUTHORIZED_PARTIES", "").build().unwrap();
    assert_eq!(verdict(&verifier, &token().party("").sign()), Err(Reason::TOKEN_AUTHORIZED_PARTY));
    assert_eq!(verdict(&verifier, &token().party("https://any.example").sign()), user("user_test"));
}

#[test]
fn a_party_matches_as_a_whole() {
    let verifier = TestIssuer::new().verifier();
    for other in [format!("{PARTY}.evil.example"), format!("{PARTY}:8443"), PARTY.to_uppercase()] {
        assert_eq!(verdict(&verifier, &token().party(&other).sign()), Err(Reason::TOKEN_AUTHORIZED_PARTY), "{other}");
    }
}

/// The last letter of a signature has bits that mean nothing: another letter would be another token for the same session.
#[test]
fn stray_bits_at_the_end_are_refused() {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let verifier = TestIssuer::new().verifier();
    let good = token().sign();
    let (rest, last) = good.split_at(good.len() - 1);
    let at = LETTERS.find(last).unwrap();
    for stray in 1..16 {
        let other = format!("{rest}{}", &LETTERS[at + stray..=at + stray]);
        assert_eq!(verdict(&verifier, &other), Err(Reason::TOKEN_MALFORMED));
    }
    assert_eq!(verdict(&verifier, &good), user("user_test"));
}

/// Signs a header and a payload as they are.
pub fn signed(header: &str, payload: &str) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    TestIssuer::new().sign(&format!("{}.{}", encode(header), encode(payload)))
}

/// A list of the right values in the right order is no object, whatever a JSON library makes of it.
#[test]
fn header_and_payload_are_objects() {
    let verifier = TestIssuer::new().verifier();
    let times = (now() + 60, now(), now());
    let list = json!(["user_test", "sess_test", ISSUER, PARTY, "active", null, times.0, times.1, times.2]);
    let object = json!({
        "sub": "user_test", "sid": "sess_test", "iss": ISSUER, "azp": PARTY, "exp": times.0, "iat": times.2,
    });
    let (header, payload) = (json!({ "alg": "RS256" }).to_string(), object.to_string());
    assert_eq!(verdict(&verifier, &signed(&header, &payload)), user("user_test"));
    assert_eq!(verdict(&verifier, &signed(&header, &list.to_string())), Err(Reason::TOKEN_CLAIMS));
    let verifier = TestIssuer::new().verifier();
    assert_eq!(verdict(&verifier, &signed("[\"RS256\"]", &payload)), Err(Reason::TOKEN_MALFORMED));
}

/// A verifier that knows a good header still reads every other one.
#[test]
fn a_header_that_is_like_none_before_is_checked() {
    let verifier = TestIssuer::new().verifier();
    assert_eq!(verdict(&verifier, &token().sign()), user("user_test"));
    assert_eq!(verdict(&verifier, &token().header("alg", "none").sign()), Err(Reason::TOKEN_ALGORITHM));
    assert_eq!(verdict(&verifier, &token().header("crit", json!([])).sign()), Err(Reason::TOKEN_MALFORMED));
}

#[test]
fn claims_are_not_read_before_the_signature_holds() {
    let verifier = TestIssuer::new().verifier();
    let foreign = TestIssuer::stranger().token().claim("exp", "never").sign();
    assert_eq!(verdict(&verifier, &foreign), Err(Reason::TOKEN_SIGNATURE));
}

/// While keys are rotated two may have the same name. More than four would let one token cost many checks.
#[test]
fn four_keys_of_one_name_are_tried() {
    let issuers: Vec<TestIssuer> = (0..5).map(|_| TestIssuer::stranger()).collect();
    let keys = issuers.iter().flat_map(|issuer| {
        let document: serde_json::Value = serde_json::from_str(&issuer.jwks()).unwrap();
        document["keys"].as_array().unwrap().clone()
    });
    let document = json!({ "keys": keys.collect::<Vec<_>>() }).to_string();
    // The clock of the last one: on a busy machine keys take their time.
    let verifier = without_keys(&issuers[4]).jwks_document(document).build().unwrap();
    let verdicts: Vec<bool> = issuers.iter().map(|issuer| verdict(&verifier, &issuer.token().sign()).is_ok()).collect();
    assert_eq!(verdicts, [true, true, true, true, false]);
}

#[test]
fn with_a_pem_the_name_of_the_key_is_nothing() {
    let verifier = TestIssuer::new().verifier();
    for token in [token().header("kid", "ins_other"), token().header("kid", ""), token().without_header("kid")] {
        assert_eq!(verdict(&verifier, &token.sign()), user("user_test"));
    }
}

/// A wall clock that is set back does not keep a token in the cache: past its deadline it is verified again.
#[test]
fn what_is_remembered_has_a_deadline_that_no_wall_clock_moves() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let text = issuer.token().sign();
    let verify = || ready(verifier.verify(&text)).unwrap();
    let first = verify();
    // What is remembered shares one copy of the token.
    let is_remembered = |other: &Session| std::ptr::eq::<str>(first.token().as_ref(), other.token().as_ref());
    assert!(is_remembered(&verify()));
    let start = issuer.clock().seconds();
    issuer.clock().advance(Duration::from_secs(70));
    issuer.clock().set_wall(start);
    assert!(!is_remembered(&verify()));
}

/// One that was ahead can be put right: what it refused meanwhile is good again, and what is new is from the future.
#[test]
fn a_wall_clock_that_is_set_back_is_believed() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let old = issuer.token().sign();
    let start = issuer.clock().seconds();
    issuer.clock().advance(Duration::from_secs(70));
    let new = issuer.token().sign();
    assert_eq!(verdict(&verifier, &old), Err(Reason::TOKEN_EXPIRED));
    assert_eq!(verdict(&verifier, &new), user("user_test"));
    issuer.clock().set_wall(start);
    assert_eq!(verdict(&verifier, &old), user("user_test"));
    assert_eq!(verdict(&verifier, &new), Err(Reason::TOKEN_NOT_ACTIVE_YET));
}

#[test]
fn revoked_sessions_are_bounded() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    verifier.revoke("sess_first");
    let first = issuer.token().session("sess_first").sign();
    assert_eq!(verdict(&verifier, &first), Err(Reason::SESSION_REVOKED));
    for number in 0..100_000 {
        verifier.revoke(&format!("sess_{number}"));
    }
    assert_eq!(verdict(&verifier, &first), user("user_test"), "the oldest is forgotten");
    assert_eq!(verdict(&verifier, &issuer.token().session("sess_99999").sign()), Err(Reason::SESSION_REVOKED));
}

#[test]
fn a_session_that_is_revoked_again_is_the_newest() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let revoke = |sessions: std::ops::Range<u32>| sessions.for_each(|one| verifier.revoke(&format!("sess_{one}")));
    let of = |session: &str| verdict(&verifier, &issuer.token().session(session).sign());
    verifier.revoke("sess_again");
    verifier.revoke("sess_once");
    revoke(0..99_998);
    verifier.revoke("sess_again");
    assert_eq!(of("sess_once"), Err(Reason::SESSION_REVOKED), "nothing is forgotten for it");
    revoke(99_998..199_997);
    assert_eq!(of("sess_again"), Err(Reason::SESSION_REVOKED));
    assert_eq!(of("sess_99998"), Err(Reason::SESSION_REVOKED));
    assert_eq!(of("sess_99997"), user("user_test"), "the oldest is forgotten");
}

/// A browser has both times. Where the plain one is lost, the suffixed one still says that the user has left.
#[test]
fn a_plain_session_ends_with_the_suffixed_client_uat() {
    let lenient = with(|settings| settings.client_uat = ClientUatPolicy::IfPresent);
    let get = |uat| ask(&lenient, Method::GET, &[(COOKIE, cookies(Some(&token()), None, None, Some(uat)))]);
    // The official SDK refuses each: it reads none but the plain one then.
    for uat in [0, now(), now() - 100] {
        assert_eq!(get(uat), Err(Reason::CLIENT_UAT_MISSING), "{uat}");
    }
}

/// An `iat` that is no number makes a bad token, which must not be passed over for an older one.
#[test]
fn between_two_cookies_a_time_that_is_none_counts_as_the_newest() {
    let time = now() - 100;
    let (plain, own) = (token().user("plain").claim("iat", now() - 5), token().user("own").claim("iat", now() - 10));
    let get =
        |plain: &TestToken, own: &TestToken| get(&[(COOKIE, cookies(Some(plain), Some(time), Some(own), Some(time)))]);
    let text = |token: &TestToken, time: i64| token.clone().claim("iat", time.to_string());
    assert_eq!(get(&text(&plain, now()), &own), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(get(&plain, &text(&own, now())), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(get(&plain, &own), user("plain"), "the newer of two");
}

/// The official SDK takes a missing `iat` for 0.
#[test]
fn between_two_cookies_a_missing_time_is_0() {
    let timeless = token().user("plain").without("iat");
    let text = cookies(Some(&timeless), None, None, Some(now() - 100));
    // So the suffixed pair is chosen, which has no session.
    assert_eq!(get(&[(COOKIE, text)]), Err(Reason::SESSION_TOKEN_MISSING));
}

#[test]
fn an_age_is_that_of_a_token_with_iat() {
    let verifier = with(|settings| settings.maximum_token_age = Some(Duration::from_secs(300)));
    assert_eq!(verdict(&verifier, &token().sign()), user("user_test"));
    assert_eq!(verdict(&verifier, &token().without("iat").sign()), Err(Reason::TOKEN_TOO_OLD));
}

/// `trim` of JavaScript takes a byte order mark for white space, and U+0085 not.
#[test]
fn white_space_in_lists_is_that_of_javascript() {
    let verifier = TestIssuer::new().verifier();
    let session = |space: char| {
        let list = |entries: &str| entries.replace(' ', &space.to_string());
        let organization = json!({ "id": "org_1", "per": list(" read "), "fpm": list(" 1 ") });
        let token = token().claim("fea", list("u:x, o:a")).claim("o", organization);
        ready(verifier.verify(&token.sign()))
    };
    let holds = |space| session(space).is_ok_and(|session| session.require_feature("o:a").is_ok());
    for space in [' ', '\t', '\u{a0}', '\u{2003}', '\u{2028}', '\u{feff}'] {
        assert!(holds(space), "{space:?}");
    }
    assert!(!holds('\u{85}'));
}

/// Both are read by the official SDK.
#[test]
fn a_key_document_may_begin_with_a_mark_and_its_numbers_may_be_padded() {
    let issuer = TestIssuer::new();
    let document = issuer.jwks();
    let padded = document.replace("\",\"use\"", "==\",\"use\"");
    for document in [format!("\u{feff}{document}"), padded] {
        assert!(without_keys(&issuer).jwks_document(document).build().is_ok());
    }
}

/// While a domain moves, tokens of both are about.
#[test]
fn an_issuer_is_one_of_several() {
    let builder = TestIssuer::new().builder().variable("CLERK_ISSUER", format!("https://clerk.old.example, {ISSUER}"));
    let verifier = builder.build().unwrap();
    let of = |issuer: &str| verdict(&verifier, &token().claim("iss", issuer).sign());
    assert_eq!(of(ISSUER), user("user_test"));
    assert_eq!(of("https://clerk.old.example"), user("user_test"));
    for other in ["https://clerk.other.example", "", &format!("https://clerk.old.example, {ISSUER}")] {
        assert_eq!(of(other), Err(Reason::TOKEN_ISSUER), "{other}");
    }
    assert_eq!(verdict(&verifier, &token().without("iss").sign()), Err(Reason::TOKEN_ISSUER));
}
