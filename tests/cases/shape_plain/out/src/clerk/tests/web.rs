// clerk-sessions: module/tests/web.rs
//! A small Axum app, and what callers get from it.

use axum::body::{self, Body};
use axum::http::Request;
use axum::routing::{self, Router};
use tower::ServiceExt;

use super::super::session::Session;
use super::super::testing::{TestIssuer, TestToken};
use super::super::web::{guard, wiring};
use super::{ready, verifier};

async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

/// Sends a request, and returns the status and the body.
fn ask(path: &str, token: Option<TestToken>) -> (u16, String) {
    let admin = Router::new()
        .route("/admin/users", routing::get(|| async { "users" }))
        .route_layer(guard::require_role("org:admin"));
    let app = Router::new()
        .route("/me", routing::get(me))
        .merge(admin)
        .layer(wiring::layer_with(verifier(&TestIssuer::new(), |_| ())));
    let mut request = Request::builder().uri(path);
    if let Some(token) = token {
        request = request.header("authorization", token.bearer());
    }
    let request = request.body(Body::empty()).unwrap();
    let response = ready(app.oneshot(request)).unwrap();
    let status = response.status().as_u16();
    let body = ready(body::to_bytes(response.into_body(), 1024)).unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn a_handler_that_takes_a_session_needs_one() {
    let issuer = TestIssuer::new();
    let unauthenticated = (401, "{\"error\":\"unauthenticated\"}".to_owned());
    assert_eq!(ask("/me", None), unauthenticated);
    assert_eq!(ask("/me", Some(issuer.token().pending())), unauthenticated);
    let stranger = TestIssuer::stranger().token();
    assert_eq!(ask("/me", Some(stranger)), unauthenticated);
    let user = (200, "user_test".to_owned());
    assert_eq!(ask("/me", Some(issuer.token())), user);
}

#[test]
fn a_guard_protects_its_group() {
    let token = TestIssuer::new().token().organization("org_1", "acme");
    let admin = token.clone().role("org:admin");
    assert_eq!(ask("/admin/users", None).0, 401);
    assert_eq!(ask("/admin/users", Some(token.role("org:member"))).0, 403);
    assert_eq!(ask("/admin/users", Some(admin)).0, 200);
}
