//! The whole application, asked as its callers do.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::Router;
use planner_api::app;
use planner_api::clerk::*;
use planner_api::state::Store;
use tower::ServiceExt;

#[path = "../src/clerk/testing.rs"]
mod testing;

use testing::TestIssuer;

fn signed_in_app(issuer: &TestIssuer) -> Router {
    app(Store::default()).layer(layer_with(issuer.verifier()))
}

#[tokio::test]
async fn an_admin_clears_the_projects() {
    let issuer = TestIssuer::new();
    for (role, status) in [("org:admin", StatusCode::NO_CONTENT), ("org:member", StatusCode::FORBIDDEN)] {
        let token = issuer.token().organization("org_1", "acme").role(role);
        let request = Request::delete("/api/projects").header("authorization", token.bearer());
        let answer = signed_in_app(&issuer).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{role}");
    }
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_token() {
    let request = Request::get("/api/me").body(Body::empty()).unwrap();
    let answer = signed_in_app(&TestIssuer::new()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}
