//! What every host must answer, whatever its framework: one table.

use serde_json::json;

use support::http::{Answer, ask, raw};
use support::tokens::{self, PARTY, token};

/// Asks a host that runs with the profile `prod` and takes headers and cookies.
pub fn all(address: &str, suffix: &str) {
    let public = ask(address, "GET", "/health", &[]);
    assert_eq!(public.status, 200);
    let refused = ask(address, "GET", "/me", &[]);
    is_401(&refused, "no token");
    for (name, headers) in good(suffix) {
        let answer = ask(address, "GET", "/me", &headers);
        assert_eq!((answer.status, answer.body.as_str()), (200, "user_one"), "{name}");
    }
    for (name, headers) in bad(suffix) {
        let answer = ask(address, "GET", "/me", &headers);
        assert_eq!(answer, refused, "{name}: every refusal is the same, byte for byte");
    }
    let not_text = raw(
        address,
        format!("GET /me HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer ")
            .into_bytes()
            .iter()
            .copied()
            .chain(*b"\xff\xfe\r\nconnection: close\r\n\r\n")
            .collect::<Vec<u8>>()
            .as_slice(),
    );
    assert!(matches!(not_text.status, 400 | 401), "{not_text:?}");
    cookies_and_unsafe_methods(address);
}

fn is_401(answer: &Answer, name: &str) {
    assert_eq!(answer.status, 401, "{name}");
    assert_eq!(answer.body, r#"{"error":"unauthenticated"}"#, "{name}");
    assert_eq!(answer.headers["content-type"], "application/json", "{name}");
    assert_eq!(answer.headers["www-authenticate"], "Bearer", "{name}");
    assert!(!answer.headers.contains_key("x-clerk-auth-reason"), "{name}");
}

type Headers = Vec<(&'static str, String)>;

fn bearer(token: &str) -> Headers {
    vec![("authorization", format!("Bearer {token}"))]
}

fn cookie(text: String) -> Headers {
    vec![("cookie", text)]
}

fn uat() -> u64 {
    tokens::now() - 100
}

fn good(suffix: &str) -> Vec<(&'static str, Headers)> {
    let good = token(json!({}));
    vec![
        ("header", bearer(&good)),
        ("scheme in lower case", vec![("authorization", format!("bearer {good}"))]),
        ("cookie", cookie(format!("__session={good}; __client_uat={}", uat()))),
        ("suffixed cookie", cookie(format!("__session_{suffix}={good}; __client_uat_{suffix}={}", uat()))),
        (
            "another scheme beside a cookie",
            vec![
                ("authorization", "Basic abc".to_owned()),
                ("cookie", format!("__session={good}; __client_uat={}", uat())),
            ],
        ),
        (
            "version 1",
            bearer(&token(json!({ "v": null, "o": null, "fea": null, "org_id": "org_one", "org_role": "org:admin" }))),
        ),
        ("expired within the leeway", bearer(&token(json!({ "exp": tokens::now() - 1 })))),
    ]
}

fn bad(suffix: &str) -> Vec<(&'static str, Headers)> {
    let now = tokens::now();
    let good = token(json!({}));
    let mut bad = vec![
        ("expired", bearer(&token(json!({ "exp": now - 60, "iat": now - 120, "nbf": now - 130 })))),
        ("not yet valid", bearer(&token(json!({ "nbf": now + 60 })))),
        ("issued in the future", bearer(&token(json!({ "iat": now + 60 })))),
        ("too old", bearer(&token(json!({ "iat": now - 7200, "nbf": now - 7210, "exp": now + 600 })))),
        ("wrong issuer", bearer(&token(json!({ "iss": "https://clerk.example.org" })))),
        ("wrong party", bearer(&token(json!({ "azp": "https://evil.example.com" })))),
        ("no party", bearer(&token(json!({ "azp": null })))),
        ("wrong key", bearer(&tokens::of_another_key())),
        ("alg none", bearer(&tokens::unsigned())),
        ("HS256 with the public key", bearer(&tokens::confused())),
        ("pending", bearer(&token(json!({ "sts": "pending" })))),
        ("machine token", bearer(&token(json!({ "sub": "mch_one" })))),
        ("machine category", bearer(&tokens::headed(json!({ "cat": "cl_B7d4PD333AAA" })))),
        ("template token", bearer(&tokens::headed(json!({ "cat": "cl_B7d4PD222AAA" })))),
        ("no session", bearer(&token(json!({ "sid": null })))),
        ("another type", bearer(&tokens::headed(json!({ "typ": "at+jwt" })))),
        ("critical header", bearer(&tokens::headed(json!({ "crit": ["x"] })))),
        ("oversized", bearer(&token(json!({ "pad": "x".repeat(7000) })))),
        ("garbage", bearer("garbage")),
        ("three parts of garbage", bearer("a.b.c")),
        ("empty", bearer("")),
        ("two spaces", vec![("authorization", format!("Bearer  {good}"))]),
        ("no scheme", vec![("authorization", good.clone())]),
        ("opaque key", bearer("ak_0123456789")),
        ("signed out", cookie(format!("__session={good}; __client_uat=0"))),
        ("signed in again later", cookie(format!("__session={good}; __client_uat={}", now + 100))),
        ("another application's suffix", cookie(format!("__session_AAAAAAAA={good}; __client_uat_AAAAAAAA={}", uat()))),
        (
            "bad header beside a good cookie",
            vec![
                ("authorization", "Bearer a.b.c".to_owned()),
                ("cookie", format!("__session={good}; __client_uat={}", uat())),
            ],
        ),
        ("two headers", vec![("authorization", format!("Bearer {good}")), ("authorization", format!("Bearer {good}"))]),
    ];
    let at = good.rfind('.').unwrap() - 10;
    let other = if good.as_bytes()[at] == b'A' { 'B' } else { 'A' };
    let tampered = format!("{}{other}{}", &good[..at], &good[at + 1..]);
    bad.push(("tampered", bearer(&tampered)));
    bad.push((
        "tampered, in a suffixed cookie",
        cookie(format!("__session_{suffix}={tampered}; __client_uat_{suffix}={}", uat())),
    ));
    bad
}

/// A page on a sibling subdomain sends our cookies along, but not our origin.
fn cookies_and_unsafe_methods(address: &str) {
    let cookie = || ("cookie", format!("__session={}; __client_uat={}", token(json!({})), uat()));
    let post = |headers: &[(&str, String)]| ask(address, "POST", "/me", headers).status;
    assert_eq!(post(&[cookie(), ("origin", PARTY.to_owned())]), 200);
    assert_eq!(post(&[cookie()]), 401);
    assert_eq!(post(&[cookie(), ("origin", "https://evil.example.com".to_owned())]), 401);
    assert_eq!(post(&[cookie(), ("origin", "null".to_owned())]), 401);
    assert_eq!(post(&[("authorization", format!("Bearer {}", token(json!({}))))]), 200);
    let upgrade = [("connection", "upgrade".to_owned()), ("upgrade", "websocket".to_owned())];
    let handshake = |origin: &str| {
        let mut headers = vec![cookie(), ("origin", origin.to_owned())];
        headers.extend(upgrade.clone());
        ask(address, "GET", "/me", &headers).status
    };
    assert_eq!(handshake("https://evil.example.com"), 401);
    assert_eq!(handshake(PARTY), 200);
}

/// Asks a host that knows no parties: there only its own pages may do things with a cookie.
pub fn without_parties(address: &str) {
    let post = |hosts: &[&str], origin: &str| {
        let cookie = format!("__session={}; __client_uat={}", token(json!({})), uat());
        let mut headers = vec![("cookie", cookie), ("origin", origin.to_owned())];
        headers.extend(hosts.iter().map(|host| ("host", (*host).to_owned())));
        ask(address, "POST", "/me", &headers).status
    };
    let (own, other) = (format!("http://{address}"), "http://evil.example.com");
    assert_eq!(post(&[address], &own), 200);
    assert_eq!(post(&[address], other), 401);
    for hosts in [[address, "evil.example.com"], ["evil.example.com", address]] {
        for origin in [&own, other] {
            assert!(matches!(post(&hosts, origin), 400 | 401), "{hosts:?} {origin}");
        }
    }
}
