//! The cases that the security corpus leaves out for their size and only names, made here. All of them are refused.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine as _;
use serde_json::json;

use super::{loose, verify, Case, Verdict};
use crate::clerk::testing::TestIssuer;

const MEGABYTE: usize = 1_000_000;

/// Each with what the verifier says. The keys are our own: size is the only fault of those that are signed.
pub async fn cases() -> Vec<Case> {
    let issuer = TestIssuer::new();
    let verifier = issuer.builder().settings(loose).build().unwrap();
    assert_eq!(verify(&verifier, &issuer.token().claim("pad", "x").sign()).await, Ok(()));
    let mut cases = Vec::new();
    for (name, token) in tokens(&issuer) {
        assert!(token.len() > 80_000, "{name} is large");
        let found = verify(&verifier, &token).await;
        cases.push(Case { name: name.to_owned(), expected: Verdict::Refuse, found });
    }
    cases
}

fn tokens(issuer: &TestIssuer) -> [(&'static str, String); 8] {
    let token = issuer.token();
    let huge = token.clone().claim("pad", "x".repeat(MEGABYTE * 3 / 4)).sign();
    let stranger = TestIssuer::stranger();
    let (signed, _) = huge.rsplit_once('.').unwrap();
    let forged = stranger.sign(signed);
    let payload = token.sign().split('.').nth(1).unwrap().to_owned();
    let nested_header = format!("{{\"alg\":\"RS256\",\"x\":{}}}", nested(100_000));
    let nested_header = issuer.sign(&format!("{}.{payload}", URL_SAFE_NO_PAD.encode(nested_header)));
    let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "RS256" }).to_string());
    let nested_payload = format!("{{\"sub\":\"user_test\",\"x\":{}}}", nested(30_000));
    let nested_payload = issuer.sign(&format!("{header}.{}", URL_SAFE_NO_PAD.encode(nested_payload)));
    [
        ("nest_30000", nested_payload),
        ("kid_long", token.clone().header("kid", "k".repeat(100_000)).sign()),
        ("header_nest_100000", nested_header),
        ("huge_1mb_valid", huge),
        ("huge_1mb_bad_sig", forged),
        ("huge_1mb_garbage", "A".repeat(MEGABYTE)),
        ("huge_1mb_dots", ".".repeat(MEGABYTE)),
        ("huge_header_300k", token.header("pad", "x".repeat(300_000)).sign()),
    ]
}

/// Lists in lists, so deep.
fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}
