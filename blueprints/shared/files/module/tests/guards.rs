// clerk-sessions: module/tests/guards.rs
//! Guards for groups of routes, and paths that try to get past them.

use super::super::testing::{TestIssuer, TestToken};
use super::super::web::{self, tests};
use super::http::with_bearer;
use super::verifier;

#[test]
fn guards_protect_groups() {
    let issuer = TestIssuer::new();
    let token = issuer.token().organization("org_1", "acme");
    let member = token.clone().role("org:member");
    let admin = token.role("org:admin");
    let nobody = issuer.token();
    let status = |request, token: &TestToken| with_bearer(request, &token.bearer()).status;
    assert_eq!(status("GET /admin/users", &admin), 200);
    assert_eq!(status("GET /admin/users", &member), 403);
    assert_eq!(status("GET /members", &member), 200);
    assert_eq!(status("GET /members", &nobody), 403);
    let app = tests::app(verifier(&issuer, |_| ()));
    let refused = tests::ask(&app, "GET /me", &[]);
    for request in ["GET /members", "GET /admin/users", "GET /people"] {
        assert_eq!(tests::ask(&app, request, &[]), refused, "{request}");
    }
}

#[test]
fn an_agent_is_no_person() {
    let user = TestIssuer::new().token();
    let staff = user.clone().actor("user_staff");
    let agent = user.clone().agent("agent_1");
    let status = |request, token: &TestToken| with_bearer(request, &token.bearer()).status;
    for token in [&user, &staff] {
        assert_eq!(status("GET /people", token), 200);
    }
    assert_eq!(status("GET /people", &agent), 403);
    assert_eq!(status("GET /me", &agent), 200);
}

#[test]
fn all_but_the_public_routes_need_a_session() {
    let issuer = TestIssuer::new();
    let app = tests::all_but_public(verifier(&issuer, |_| ()));
    let status = |request| tests::ask(&app, request, &[]).status;
    for request in ["GET /", "GET /public", "GET /in/public"] {
        assert_eq!(status(request), 200, "{request}");
    }
    assert_eq!(status("HEAD /public") == 200, web::GET_ANSWERS_HEAD);
    let others = [
        "POST /public",
        "GET /in/private",
        "GET /in/in/public",
        "GET /private",
        "GET /nowhere",
        "GET /public/",
        "GET /./public",
        "GET /x/../public",
        "GET /%70ublic",
        "GET /Public",
        "GET /public;x=1",
    ];
    for request in others.iter().chain(tests::DOUBLE_SLASHES) {
        assert_eq!(status(request), 401, "{request}");
    }
    let bearer = issuer.token().bearer();
    let signed_in = [("authorization", bearer.as_str())];
    assert_eq!(tests::ask(&app, "GET /private", &signed_in).status, 200);
}
