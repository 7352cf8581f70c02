// clerk-sessions: module/tests/requirement.rs
//! A handler with a requirement of its own.

use super::app;
use super::http::with_bearer;
use super::verifier;
use crate::«module»::testing::{TestIssuer, TestToken};

#[test]
fn a_requirement_protects_a_handler() {
    let issuer = TestIssuer::new();
    let token = issuer.token().organization("org_1", "acme");
    let member = token.clone().role("org:member");
    let admin = token.role("org:admin");
    let status = |token: &TestToken| with_bearer("GET /reports", &token.bearer()).status;
    assert_eq!(status(&admin), 200);
    assert_eq!(status(&member), 403);
    let app = app::app(verifier(&issuer, |_| ()));
    let refused = app::ask(&app, "GET /me", &[]);
    assert_eq!(app::ask(&app, "GET /reports", &[]), refused);
}
