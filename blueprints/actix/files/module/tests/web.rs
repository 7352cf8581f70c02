// clerk-sessions: module/tests/web.rs
//! A small Actix Web app, and what callers get from it.

use «crates.actix_web»::rt::System;
use «crates.actix_web»::test::{self, TestRequest};
use «crates.actix_web»::web;

use super::super::session::Session;
use super::super::testing::{TestIssuer, TestToken};
use super::super::web::{guard, wiring};
use super::verifier;

async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

async fn users() -> &'static str {
    "users"
}

/// Sends a request, and returns the status and the body.
fn ask(path: &str, token: Option<TestToken>) -> (u16, String) {
    let admin = web::scope("/admin")
        .wrap(guard::require_role("org:admin"))
        .route("/users", web::get().to(users));
    let app = «crates.actix_web»::App::new()
        .app_data(wiring::data_with(verifier(&TestIssuer::new(), |_| ())))
        .route("/me", web::get().to(me))
        .service(admin);
    let mut request = TestRequest::with_uri(path);
    if let Some(token) = token {
        request = request.append_header(("authorization", token.bearer()));
    }
    System::new().block_on(async {
        let app = test::init_service(app).await;
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let body = test::read_body(response).await;
        (status, String::from_utf8_lossy(&body).into_owned())
    })
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
