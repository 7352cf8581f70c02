//! A compact token: whatever the bytes, only the good token is accepted. After a `|`, header and payload are signed first.
#![no_main]

use fuzz::{TOKEN, VERIFIER, filled, ready, signed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let [b'|', rest @ ..] = input {
        return sessions_of_the_signed(rest);
    }
    let bytes = filled(input, &TOKEN);
    let token = String::from_utf8_lossy(&bytes);
    let accepted = ready(VERIFIER.verify(&token)).is_ok();
    assert_eq!(accepted, *token == **TOKEN, "{token}");
});

/// Header and payload as somebody signed them who has the key.
fn sessions_of_the_signed(input: &[u8]) {
    let (header, payload) = match input.iter().position(|byte| *byte == b'|') {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (&b"{\"alg\":\"RS256\"}"[..], input),
    };
    if let Ok(session) = ready(VERIFIER.verify(&signed(header, payload))) {
        let claims = session.claims();
        assert!(!claims.sub.is_empty() && !claims.sid.is_empty());
        drop((
            claims.permissions(),
            claims.has_permission("org:a:b"),
            claims.has_role("org:admin"),
            claims.has_plan("p"),
        ));
    }
}
