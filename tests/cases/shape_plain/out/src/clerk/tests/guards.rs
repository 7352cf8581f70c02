// clerk-sessions: module/tests/guards.rs
//! Groups of routes: what their guards ask for, and paths that try to slip by.

use axum::routing::get;

use axum::Router;

use super::super::guard;
use super::super::layer::layer_with;
use super::super::public_routes::PublicRoutes;
use super::super::testing::{TestIssuer, TestToken};
use super::app::{app, ask, open};
use super::http::with_bearer;
use super::verifier;

#[test]
fn guards_protect_groups() {
    let issuer = TestIssuer::new();
    let member = issuer
        .token()
        .organization("org_1", "acme")
        .role("org:member");
    let admin = issuer
        .token()
        .organization("org_1", "acme")
        .role("org:admin");
    let nobody = issuer.token();
    let status = |path, token: &TestToken| with_bearer(path, &token.bearer()).status;
    assert_eq!(status("GET /admin/users", &admin), 200);
    assert_eq!(status("GET /admin/users", &member), 403);
    assert_eq!(status("GET /members", &member), 200);
    assert_eq!(status("GET /members", &nobody), 403);
    let none = ask(&app(verifier(&issuer, |_| ())), "GET /members", &[]);
    assert_eq!(none.status, 401);
}

#[test]
fn everything_but_the_public_routes_needs_a_session() {
    let issuer = TestIssuer::new();
    let public = PublicRoutes::new().get("/public").get("/");
    let app = Router::new()
        .route("/", get(open))
        .route("/public", get(open).post(open))
        .route("/private", get(open))
        .layer(guard::require_session_except(public))
        .layer(layer_with(verifier(&issuer, |_| ())));
    let status = |request: &str| ask(&app, request, &[]).status;
    assert_eq!(status("GET /public"), 200);
    assert_eq!(status("GET /"), 200);
    for request in [
        "POST /public",
        "HEAD /public",
        "GET /private",
        "GET /nowhere",
        "GET /public/",
        "GET //public",
        "GET /./public",
        "GET /x/../public",
        "GET /%70ublic",
        "GET /Public",
        "GET /public;x=1",
    ] {
        assert_eq!(status(request), 401, "{request}");
    }
    let bearer = issuer.token().bearer();
    let signed_in = [("authorization", bearer.as_str())];
    assert_eq!(ask(&app, "GET /private", &signed_in).status, 200);
}
