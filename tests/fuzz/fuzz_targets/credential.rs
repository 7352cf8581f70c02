//! A request's headers, one a line: the first byte tells which, the rest is its value. A session comes only of the whole token.
#![no_main]

use axum::extract::FromRequestParts;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use fuzz::clerk::{Session, layer_with};
use fuzz::{TOKEN, VERIFIER, filled, ready};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = Request::new(()).into_parts().0;
    let mut whole = false;
    for line in input.split(|byte| *byte == b'\n') {
        let Some((kind, value)) = line.split_first() else { continue };
        let name = match kind {
            b'a' => "authorization",
            b'c' => "cookie",
            b'o' => "origin",
            b'h' => "host",
            b'u' => "upgrade",
            b'p' => {
                parts.method = Method::POST;
                continue;
            }
            _ => continue,
        };
        let value = filled(value, &TOKEN);
        whole |= value.split(|byte| b" \t;=".contains(byte)).any(|word| word == TOKEN.as_bytes());
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            parts.headers.append(HeaderName::from_static(name), value);
        }
    }
    parts.extensions.insert(layer_with(VERIFIER.clone()).0);
    if let Ok(session) = ready(Session::from_request_parts(&mut parts, &())) {
        assert!(whole && session.user_id() == "user_test");
    }
});
