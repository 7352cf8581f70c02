//! Headers that are not UTF-8, sent as they are. Rocket drops them before the module sees them, so that they count as absent.

use serde_json::json;

use crate::host::production;
use crate::probes;
use support::frameworks::on_each;
use support::http::raw;
use support::tokens::{PARTY, now, of_another_key, token};

/// What a request with these header lines gets.
fn status(address: &str, method: &str, lines: &[Vec<u8>]) -> u16 {
    let mut request = format!("{method} /me HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n").into_bytes();
    for line in lines {
        request.extend(line);
        request.extend(b"\r\n");
    }
    request.extend(b"\r\n");
    raw(address, &request).status
}

fn plain(line: &str) -> Vec<u8> {
    line.as_bytes().to_vec()
}

/// A line with bytes that are not UTF-8 at its end.
fn spoilt(line: &str) -> Vec<u8> {
    [line.as_bytes(), b"\xff\xfe"].concat()
}

#[test]
fn without_a_good_credential_nobody_gets_in() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let (good, bad) = (token(json!({})), of_another_key());
        let expired = token(json!({ "exp": now() - 60 }));
        let bearer = |token: &str| format!("authorization: Bearer {token}");
        let cookie = |token: &str| format!("cookie: __session={token}; __client_uat={}", now() - 100);
        let cases: &[&[Vec<u8>]] = &[
            &[spoilt("authorization: ")],
            &[spoilt("authorization: Bearer ")],
            &[spoilt(&bearer(&good))],
            &[spoilt(&bearer(&bad))],
            &[spoilt(&bearer(&good)), spoilt(&bearer(&good))],
            &[spoilt(&bearer(&good)), plain(&bearer(&bad))],
            &[plain(&bearer(&bad)), spoilt(&bearer(&good))],
            &[spoilt(&bearer(&good)), plain(&cookie(&bad))],
            &[spoilt(&bearer(&good)), plain(&cookie(&expired))],
            &[spoilt(&bearer(&good)), spoilt(&cookie(&bad))],
            &[spoilt(&format!("cookie: __session={good}"))],
            &[spoilt(&cookie(&bad))],
            &[spoilt("cookie: x="), plain(&cookie(&bad))],
            &[spoilt("cookie: x="), plain(&cookie(&bad)), spoilt(&bearer(&good))],
        ];
        for (at, lines) in cases.iter().enumerate() {
            let status = status(&host.address, "GET", lines);
            assert!(matches!(status, 400 | 401), "case {at}: {status}");
        }
    });
}

/// A page of another origin cannot pass for one of ours by such a header.
#[test]
fn a_cookie_needs_its_origin_all_the_same() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let cookie = format!("cookie: __session={}; __client_uat={}", token(json!({})), now() - 100);
        let ours = format!("origin: {PARTY}");
        let cases: &[&[Vec<u8>]] = &[
            &[plain(&cookie)],
            &[plain(&cookie), spoilt(&ours)],
            &[plain(&cookie), plain("origin: https://evil.example.com"), spoilt(&ours)],
        ];
        for (at, lines) in cases.iter().enumerate() {
            let status = status(&host.address, "POST", lines);
            assert!(matches!(status, 400 | 401 | 404 | 405), "case {at}: {status}");
        }
    });
}

/// The closed list has this: in Rocket the owner of a good credential gets in beside such a header, or is kept out by it.
#[test]
fn in_rocket_such_a_header_counts_as_absent() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let good = token(json!({}));
        let (bearer, spoilt_bearer) = (format!("authorization: Bearer {good}"), spoilt("authorization: Bearer x"));
        let cookie = format!("__session={good}; __client_uat={}", now() - 100);
        let (alone, spoilt_cookie) = (format!("cookie: {cookie}"), spoilt(&format!("cookie: {cookie}; x=")));
        let rocket = framework == "rocket";
        let in_rocket = |status| if rocket { status } else { 401 };
        assert_eq!(status(&host.address, "GET", &[spoilt_bearer.clone(), plain(&alone)]), in_rocket(200));
        assert_eq!(status(&host.address, "GET", &[spoilt_bearer.clone(), plain(&bearer)]), in_rocket(200));
        // Elsewhere the other cookies of the header count.
        assert_eq!(status(&host.address, "GET", &[spoilt_cookie]), if rocket { 401 } else { 200 });
        assert_eq!(status(&host.address, "GET", &[spoilt("cookie: x="), plain(&alone)]), 200);
    });
}
