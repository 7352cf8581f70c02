// clerk-sessions: module/tests/web.rs
//! A small Rocket app, and what callers get from it.

use «crates.rocket»::config::{Config, LogLevel};
use «crates.rocket»::http::{Header, Method};
use «crates.rocket»::local::blocking::Client;
use «crates.rocket»::outcome::Outcome;
use «crates.rocket»::route::{self, Route};
use «crates.rocket»::{Data, Request};

use super::super::session::Session;
use super::super::testing::{TestIssuer, TestToken};
use super::super::web::{guard, wiring};
use super::verifier;

/// A handler that takes a session, as Rocket's attributes would generate it.
fn me<'r>(request: &'r Request<'_>, _: Data<'r>) -> route::BoxFuture<'r> {
    Box::pin(async move {
        match request.guard::<Session>().await {
            Outcome::Success(session) => {
                route::Outcome::from(request, session.user_id().to_owned())
            }
            Outcome::Error((status, _)) | Outcome::Forward(status) => Outcome::Error(status),
        }
    })
}

fn users<'r>(request: &'r Request<'_>, _: Data<'r>) -> route::BoxFuture<'r> {
    Box::pin(async move { route::Outcome::from(request, "users") })
}

/// Sends a request, and returns the status and the body.
fn ask(path: &str, token: Option<TestToken>) -> (u16, String) {
    let quiet = Config {
        log_level: LogLevel::Off,
        ..Config::debug_default()
    };
    let users = [Route::new(Method::Get, "/users", users)];
    let admin = guard::require_role("org:admin").routes(users);
    let app = «crates.rocket»::custom(quiet)
        .mount("/", [Route::new(Method::Get, "/me", me)])
        .mount("/admin", admin)
        .attach(wiring::fairing_with(verifier(&TestIssuer::new(), |_| ())));
    let client = Client::untracked(app).unwrap();
    let mut request = client.get(path.to_owned());
    if let Some(token) = token {
        request.add_header(Header::new("authorization", token.bearer()));
    }
    let response = request.dispatch();
    let status = response.status().code;
    (status, response.into_string().unwrap_or_default())
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
