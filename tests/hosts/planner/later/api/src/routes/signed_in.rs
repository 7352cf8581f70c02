//! The tests of handlers that take a session.

use axum::body::{to_bytes, Body};
use axum::http::Request;
use tower::ServiceExt;

use crate::clerk::layer_with;
use crate::clerk::testing::TestIssuer;
use crate::state::Store;

#[tokio::test]
async fn a_handler_has_the_session() {
    let issuer = TestIssuer::new();
    let app = super::api().layer(layer_with(issuer.verifier())).with_state(Store::default());
    let request = Request::get("/me").header("authorization", issuer.token().user("user_7").bearer());
    let answer = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let body = to_bytes(answer.into_body(), 1000).await.unwrap();
    assert_eq!(body, "signed in as user_7");
}
