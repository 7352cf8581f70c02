//! What was there before anybody signed in.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use planner_api::app;
use planner_api::state::Store;
use tower::ServiceExt;

#[tokio::test]
async fn health_needs_nobody() {
    let request = Request::get("/health").body(Body::empty()).unwrap();
    let answer = app(Store::default()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_single_page_app_may_ask() {
    let request = Request::options("/api/me")
        .header("origin", "http://localhost:5173")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    let answer = app(Store::default()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "http://localhost:5173");
}
