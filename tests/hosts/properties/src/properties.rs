//! Hostile bytes in all three places where strangers choose them: nothing panics, nothing allocates out of proportion, and of
//! what was changed nothing is accepted.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request};
use base64::prelude::{Engine, BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use fastrand::Rng;

use crate::clerk::testing::{TestIssuer, ISSUER, PARTY};
use crate::clerk::{layer_with, InstanceKeys, Profile, Rejection, Session, Settings, Verifier, VerifierBuilder};
use crate::counting::{held, peak};
use crate::mutate;

/// How many inputs each property is tried with.
const ROUNDS: usize = 20_000;

/// Bytes that may be held for one byte of a request or a token: a list of small values takes the most, and grows by doubling.
const OF_TOKEN: usize = 32;

/// The same for a JWKS document, whose entries are read one at a time.
const OF_DOCUMENT: usize = 32;

/// Bytes that may be held whatever the input: a session, the place that it is kept in.
const FIXED: usize = 8 * 1024;

/// Runs what never waits: nothing here is fetched.
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something waits"),
    }
}

/// The same sequence in every run, so that a test says today what it said yesterday. `PROPERTIES_SEED` sets another one.
fn random() -> Rng {
    let seed = std::env::var("PROPERTIES_SEED").map_or(0, |seed| seed.parse().unwrap());
    println!("PROPERTIES_SEED={seed}");
    Rng::with_seed(seed)
}

fn verifier() -> Verifier {
    test_instance(&TestIssuer::new()).build().unwrap()
}

/// Fails where the work held more than its input allows.
fn in_proportion<T>(per_byte: usize, input: &[u8], work: impl FnOnce() -> T) -> T {
    let (result, bytes) = peak(work);
    let bound = per_byte * input.len() + FIXED;
    assert!(bytes <= bound, "{bytes} bytes for {}: {}", input.len(), input.escape_ascii());
    result
}

const TOKEN_SCRAPS: &str = ". .. = - _ + / e30 bnVsbA eyJhbGciOiJub25lIn0 eyJhbGciOiJSUzI1NiJ9 W10 AAAA \n \0 é";

#[test]
fn no_token_that_was_changed_is_accepted() {
    let (issuer, verifier, mut random) = (TestIssuer::new(), verifier(), random());
    let good = issuer.token().organization("org_1", "acme").permissions(&["org:a:b"]).sign();
    for round in 0..ROUNDS {
        let bytes = match round % 4 {
            0 => mutate::rubble(&mut random, TOKEN_SCRAPS),
            _ => mutate::bytes(&mut random, good.as_bytes(), TOKEN_SCRAPS),
        };
        let token = String::from_utf8_lossy(&bytes);
        let accepted = in_proportion(OF_TOKEN, &bytes, || ready(verifier.verify(&token)).is_ok());
        assert_eq!(accepted, *token == good, "{token:?}");
    }
}

const JSON_SCRAPS: &str =
    "{ } [ ] [[ , : \" 1, null true 1e999 -0 18446744073709551616 \\u0000 \\ud800 \u{feff} é \"kid\": \
    \"alg\":\"none\", \"cat\":null, \"crit\":[], \"sub\":\"user_2\", \"exp\":9e9, \"o\":{} \"fpm\":\"9\", \"aud\":[ \
    \"kty\":\"EC\", \"n\":\"\", \"e\":\"Aw\", {\"keys\":[ \"use\":";

/// Whoever has the key may sign what is no session: it is refused, or says what it says, but breaks nothing.
#[test]
fn a_signature_over_rubble_breaks_nothing() {
    let (issuer, verifier, mut random) = (TestIssuer::new(), verifier(), random());
    let token =
        issuer.token().organization("org_1", "acme").permissions(&["org:a:b", "org:c:d"]).actor("user_3").sign();
    let parts: Vec<Vec<u8>> =
        token.split('.').take(2).map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    for _ in 0..ROUNDS / 20 {
        let part = |random: &mut Rng, good: &[u8]| match random.u8(..4) {
            0 => good.to_vec(),
            1 => mutate::rubble(random, JSON_SCRAPS),
            _ => mutate::bytes(random, good, JSON_SCRAPS),
        };
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let (header, payload) = (part(&mut random, &parts[0]), part(&mut random, &parts[1]));
        let token = issuer.sign(&format!("{}.{}", encode(&header), encode(&payload)));
        let session = in_proportion(OF_TOKEN, token.as_bytes(), || ready(verifier.verify(&token)));
        if let Ok(session) = session {
            assert!(!session.user_id().is_empty() && !session.session_id().is_empty());
            let claims = session.claims();
            drop((
                claims.permissions(),
                claims.has_permission("org:c:d"),
                claims.has_role("org:admin"),
                claims.has_plan("b"),
            ));
        }
    }
}

/// A verifier of the issuer's tokens that still needs to be told the keys.
pub fn without_keys(issuer: &TestIssuer) -> VerifierBuilder {
    let settings = |settings: &mut Settings| {
        settings.cookie = false;
        settings.cache_entries = 0;
    };
    let builder = Verifier::builder()
        .settings(settings)
        .variable("CLERK_ISSUER", ISSUER)
        .variable("CLERK_AUTHORIZED_PARTIES", PARTY);
    builder.clock(issuer.clock().clone())
}

#[test]
fn no_jwks_document_that_was_changed_verifies_our_token() {
    let (issuer, mut random) = (TestIssuer::new(), random());
    let good = issuer.jwks();
    let document: serde_json::Value = serde_json::from_str(&good).unwrap();
    let (n, e) = (document["keys"][0]["n"].to_string(), document["keys"][0]["e"].to_string());
    let token = issuer.token().sign();
    let builder = without_keys(&issuer);
    let verifies = |document: &str| {
        let verifier = builder.clone().jwks_document(document).build();
        verifier.is_ok_and(|verifier| ready(verifier.verify(&token)).is_ok())
    };
    assert!(verifies(&good));
    for round in 0..ROUNDS {
        let bytes = match round % 4 {
            0 => mutate::rubble(&mut random, JSON_SCRAPS),
            _ => mutate::bytes(&mut random, good.as_bytes(), JSON_SCRAPS),
        };
        let document = String::from_utf8_lossy(&bytes).into_owned();
        let accepted = in_proportion(OF_DOCUMENT, document.as_bytes(), || verifies(&document));
        assert!(!accepted || (document.contains(&n) && document.contains(&e)), "{document}");
    }
}

/// The verifier of a test instance, whose key makes the suffix, with all else as this host has it.
pub fn test_instance(issuer: &TestIssuer) -> VerifierBuilder {
    let settings = Settings { instance_keys: InstanceKeys::Test, ..Profile::GENERATED.settings() };
    issuer.builder_for(Profile::Dev).settings(|own| *own = settings)
}

/// The cookie suffix of a test instance's publishable key.
pub fn suffix() -> String {
    let key = format!("pk_test_{}", BASE64_STANDARD.encode("clerk.test.example$"));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    BASE64_URL_SAFE.encode(hash)[..8].to_owned()
}

pub fn session(verifier: &Verifier, parts: &mut Parts) -> Result<Session, Rejection> {
    parts.extensions.insert(layer_with(verifier.clone()).0);
    ready(Session::from_request_parts(parts, &()))
}

fn request(headers: &[(&'static str, Vec<u8>)]) -> Option<Parts> {
    let mut request = Request::new(()).into_parts().0;
    for (name, value) in headers {
        request.headers.append(*name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(request)
}

/// Lists and objects that are small in the text and large in memory, where they are read before or after the signature.
#[test]
fn what_is_small_as_text_is_not_large_in_memory() {
    let (issuer, verifier) = (TestIssuer::new(), verifier());
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    for one in ["1", "[]", "{}", "\"\"", "{\"\":0}", "[[[[]]]]"] {
        let list = |bytes: usize| vec![one; bytes / (one.len() + 1)].join(",");
        for name in ["aud", "iat", "iss", "o", "org_permissions", "act"] {
            let payload = encode(&format!("{{\"{name}\":[{}]}}", list(5000)));
            let token = issuer.sign(&format!("{}.{payload}", encode("{\"alg\":\"RS256\"}")));
            let refused = in_proportion(OF_TOKEN, token.as_bytes(), || ready(verifier.verify(&token)).is_err());
            assert!(refused, "{name}: {one}");
            let mut parts = request(&[("cookie", format!("__session={token}").into_bytes())]).unwrap();
            let refused = in_proportion(OF_TOKEN, token.as_bytes(), || session(&verifier, &mut parts).is_err());
            assert!(refused, "{name}: {one}");
        }
        let list = list(60_000);
        for document in [format!("{{\"keys\":[{list}]}}"), format!("{{\"keys\":[{{\"key_ops\":[{list}]}}]}}")] {
            let builder = without_keys(&issuer).jwks_document(document.clone());
            assert!(in_proportion(OF_DOCUMENT, document.as_bytes(), || builder.build().is_err()), "{one}");
        }
    }
}

/// Wherever a session comes of it, the good token stands there as a whole.
#[test]
fn of_a_changed_request_only_the_whole_token_is_accepted() {
    let (issuer, verifier, mut random) = (TestIssuer::new(), verifier(), random());
    let token = issuer.token().sign();
    let now = issuer.clock().seconds() - 100;
    let suffix = suffix();
    let bearer = "Bearer @";
    let plain = format!("a=b; __session=@; __client_uat={now}");
    let both = format!("__session=x.e30.y; __client_uat_{suffix}={now}; __session_{suffix}=@");
    let scraps = format!(
        "Bearer bearer Basic \t ; = == , __session= __client_uat= 0 9999999999 -1 \" @ . __session_{suffix}= __client_uat_{suffix}="
    );
    let mut accepted = 0;
    for _ in 0..ROUNDS {
        // `@` stands for the token, so that changes fall beside it as often as into it.
        let value = |random: &mut Rng, good: &str| match random.u8(..4) {
            0 => filled(&mutate::rubble(random, &scraps), &token),
            1 => mutate::bytes(random, &filled(good.as_bytes(), &token), &scraps),
            _ => filled(&mutate::bytes(random, good.as_bytes(), &scraps), &token),
        };
        let cookie = if random.bool() { &plain } else { &both };
        let headers = match random.u8(..4) {
            0 => vec![("authorization", value(&mut random, bearer))],
            1 => vec![("authorization", value(&mut random, bearer)), ("cookie", value(&mut random, cookie))],
            _ => vec![("cookie", value(&mut random, cookie))],
        };
        let Some(mut parts) = request(&headers) else { continue };
        let input: Vec<u8> = headers.iter().flat_map(|(_, value)| value.clone()).collect();
        if in_proportion(OF_TOKEN, &input, || session(&verifier, &mut parts)).is_ok() {
            accepted += 1;
            let whole = headers.iter().any(|(_, value)| is_whole(value, token.as_bytes()));
            assert!(whole, "{}", input.escape_ascii());
        }
    }
    assert!(accepted > ROUNDS / 100, "only {accepted} requests had a session: this shows little");
}

fn filled(template: &[u8], token: &str) -> Vec<u8> {
    template.split(|byte| *byte == b'@').collect::<Vec<_>>().join(token.as_bytes())
}

/// Whether the token stands there between the signs that may stand around it.
fn is_whole(value: &[u8], token: &[u8]) -> bool {
    let words = value.split(|byte| b" \t;=".contains(byte));
    words.into_iter().any(|word| word == token)
}

/// Tokens that are refused leave nothing behind, though their signatures hold.
#[test]
fn a_flood_of_refused_tokens_takes_no_memory() {
    let (issuer, verifier) = (TestIssuer::new(), verifier());
    verifier.revoke("sess_gone");
    let before = held();
    for user in 0..200 {
        let token = issuer.token().session("sess_gone").user(&format!("user_{user}")).sign();
        assert!(ready(verifier.verify(&token)).is_err());
    }
    let bytes = held() - before;
    assert!(bytes < 16 * 1024, "{bytes} bytes are held");
}

/// The cache is bounded in bytes as well: large tokens push out one another.
#[test]
fn a_flood_of_good_tokens_takes_bounded_memory() {
    const ENTRIES: usize = 64;
    let issuer = TestIssuer::new();
    let builder = issuer.builder().settings(|settings| settings.cache_entries = ENTRIES);
    let verifier = builder.build().unwrap();
    let before = held();
    for user in 0..1000 {
        let token = issuer.token().user(&format!("user_{user}")).claim("pad", "x".repeat(5000)).sign();
        assert!(ready(verifier.verify(&token)).is_ok());
    }
    let bytes = usize::try_from(held() - before).unwrap();
    assert!(bytes < ENTRIES * 4096 * 2, "{bytes} bytes are held");
}
