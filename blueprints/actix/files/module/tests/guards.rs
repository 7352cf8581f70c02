// clerk-sessions: module/tests/guards.rs
//! Groups of routes: what their guards ask for, and paths that try to slip by.

use std::rc::Rc;

use «crates.actix_web»::web;

use super::super::data::data_with;
use super::super::guard;
use super::super::public_routes::PublicRoutes;
use super::super::testing::{TestIssuer, TestToken};
use super::app::{app, ask, open};
use super::http::with_bearer;
use super::verifier;

use super::app::Routes;

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
    let app = app(verifier(&issuer, |_| ()));
    let refused = ask(&app, "GET /me", &[]);
    for request in ["GET /members", "GET /admin/users", "GET /admin/nowhere"] {
        assert_eq!(ask(&app, request, &[]), refused, "{request}");
    }
}

#[test]
fn everything_but_the_public_routes_needs_a_session() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let app: Routes = Rc::new(move |config| {
        let public = PublicRoutes::new().get("/public").get("/");
        let everything = web::scope("")
            .wrap(guard::require_session_except(public))
            .route("/", web::get().to(open))
            .route("/public", web::get().to(open))
            .route("/public", web::post().to(open))
            .route("/private", web::get().to(open));
        config
            .app_data(data_with(verifier.clone()))
            .service(everything);
    });
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
